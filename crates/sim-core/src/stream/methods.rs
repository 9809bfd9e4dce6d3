//! The methods of the events of a stream that are the same for blocking and async clients. Adapters expand them.

/// Gives the events of a stream their common methods, whatever they are read from.
///
/// An adapter writes it inside the `impl` of a type with a field `buffer`, which is an
/// [`EventBuffer`](crate::transport::EventBuffer). It needs a type `Text` in scope.
#[macro_export]
macro_rules! events_methods {
    () => {
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
    };
}
