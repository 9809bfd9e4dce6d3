//! The methods of the events of a stream that are the same for blocking and async clients. Adapters expand them.

/// Gives the events of a stream their common methods, whatever they are read from.
///
/// An adapter writes `events_methods!()`, or `events_methods!(async await)` where reading waits, inside the `impl` of a
/// type that has
///
/// * a field `buffer`, which is an [`EventBuffer`](crate::transport::EventBuffer), and a field `text`, which is a `String`;
/// * a method `show` that passes the next event to a closure and returns what that returns, or `None` once the stream is
///   over.
///
/// It needs a type `Text` in scope.
#[macro_export]
macro_rules! events_methods {
    ($($async:ident $await:ident)?) => {
        /// Returns the id of the run, to read or cancel it. A stream does not name its run, so this is the id that was
        /// sent, if the server is known to honour it; otherwise `None`.
        pub fn run_id(&self) -> Option<&$crate::RunId> {
            self.buffer.events().run_id()
        }

        /// Returns the id that the start of the stream sent for its run. A server that ignores such ids knows no run
        /// by it. `None` if the stream does not come from a start.
        pub fn sent_id(&self) -> Option<&$crate::RunId> {
            self.buffer.events().sent_id()
        }

        /// Returns the head of the answer: the server's id of the request, the rate limits and the headers.
        pub fn head(&self) -> Option<&$crate::Meta<()>> {
            self.buffer.events().head()
        }

        /// Returns the result once its event was read, even if you read only the text.
        pub fn result(&self) -> Option<&$crate::WorkflowExecutionResult> {
            self.buffer.result()
        }

        /// Returns the text of the run, piece by piece; see [`next_text`](Self::next_text).
        pub fn text(&mut self) -> Text<&mut Self> {
            Text(self)
        }

        /// Returns the text of the run, piece by piece, and consumes the events.
        pub fn into_text(self) -> Text<Self> {
            Text(self)
        }

        /// Returns the next piece of the run's text, borrowed; skips other events. For a run that did not complete, the
        /// last item is an error of kind [`Run`](sim_core::ErrorKind::Run).
        ///
        /// An agent can retract text after this has returned it. Without
        /// [`include_thinking`](sim_core::StreamWorkflow::include_thinking) and tool calls, agents retract nothing.
        pub $($async)? fn next_text(&mut self) -> Option<$crate::Result<&str>> {
            let mut text = std::mem::take(&mut self.text);
            let told = loop {
                let told = self.show(|event| match event {
                    Ok($crate::RunEvent::Text { chunk, .. }) => {
                        text.clear();
                        text.push_str(&chunk);
                        Some(Ok(()))
                    }
                    Ok(other) => other.into_text().map(|text| text.map(drop)),
                    Err(error) => Some(Err(error)),
                }) $(.$await)?;
                if let Some(told) = told? {
                    break told;
                }
            };
            self.text = text;
            Some(told.map(|()| &*self.text))
        }

        /// Reads to the end, and returns the result and the text of each block.
        ///
        /// # Errors
        /// If the stream was cut; [`texts`](sim_core::Error::texts) holds the text that arrived before.
        pub $($async)? fn collected(self) -> $crate::Result<$crate::Collected> {
            self.collect_by($crate::transport::Collector::default()) $(.$await)?
        }

        pub(crate) $($async)? fn collect_by(
            mut self,
            mut collector: $crate::transport::Collector,
        ) -> $crate::Result<$crate::Collected> {
            loop {
                match self.show(|event| collector.take(event)) $(.$await)? {
                    Some(None) => {}
                    Some(Some(collected)) => return collected,
                    None => {
                        return Err($crate::Error::request("the outcome of this stream was taken before"));
                    }
                }
            }
        }
    };
}
