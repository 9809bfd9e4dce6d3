//! The events of a streamed run, read from the connection on demand.

use std::borrow::{BorrowMut, Cow};
use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::FusedStream;
use sim_core::transport::{Collector, EventBuffer, RunEvents};
use sim_core::{Collected, Error, Result, RunEvent, events_methods};

use crate::net::BodyStream;
use crate::polled::polled;

/// The events of a streamed run: an async stream that ends after the outcome.
///
/// **If you drop it, the connection closes and the server cancels the run.** The outcome is the last item: an event
/// with the result, however the run ended, or an error if the stream was cut. The connection closes after it.
///
/// On the multi-threaded runtime, read the events in a spawned task. The future of `#[tokio::main]` itself runs
/// outside the worker threads, so every event would have to cross between threads.
pub struct Events {
    buffer: EventBuffer<Bytes>,
    body: Option<BodyStream>,
    text: String,
}

impl Events {
    events_methods!();

    pub(crate) fn new(events: RunEvents, body: Option<BodyStream>) -> Self {
        Self { buffer: EventBuffer::new(events, Bytes::new()), body, text: String::new() }
    }

    /// Returns the next piece of the run's text, borrowed; skips other events. For a run that did not complete, the
    /// last item is an error of kind [`Run`](sim_core::ErrorKind::Run).
    ///
    /// An agent can retract text after this has returned it. Without
    /// [`include_thinking`](sim_core::StreamWorkflow::include_thinking) and tool calls, agents retract nothing.
    pub async fn next_text(&mut self) -> Option<Result<&str>> {
        let mut text = std::mem::take(&mut self.text);
        let told = poll_fn(|cx| {
            self.poll_text(cx, |chunk| {
                text.clear();
                text.push_str(&chunk);
            })
        });
        let told = told.await?;
        self.text = text;
        Some(told.map(|()| &*self.text))
    }

    /// Reads to the end, and returns the result and the text of each block.
    ///
    /// # Errors
    /// If the stream was cut; [`texts`](Error::texts) holds the text that arrived before.
    pub async fn collect(self) -> Result<Collected> {
        self.collect_by(Collector::default()).await
    }

    pub(crate) async fn collect_by(mut self, mut collector: Collector) -> Result<Collected> {
        loop {
            match poll_fn(|cx| self.poll_show(cx, |event| collector.take(event))).await {
                Some(None) => {}
                Some(Some(collected)) => return collected,
                None => return Err(Error::request("the outcome of this stream was taken before")),
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<RunEvent<'static>>>> {
        self.poll_show(cx, |event| event.map(RunEvent::into_owned))
    }

    /// Passes the next piece of text to `read`.
    fn poll_text<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut read: impl FnMut(Cow<'_, str>) -> T,
    ) -> Poll<Option<Result<T>>> {
        loop {
            let told = ready!(self.poll_show(cx, |event| match event {
                Ok(RunEvent::Text { chunk, .. }) => Some(Ok(read(chunk))),
                Ok(other) => other.into_text().map(|text| text.map(&mut read)),
                Err(error) => Some(Err(error)),
            }));
            match told {
                Some(None) => {}
                Some(told) => return Poll::Ready(told),
                None => return Poll::Ready(None),
            }
        }
    }

    /// Passes the next event to `read`; reads from the connection if necessary.
    fn poll_show<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut read: impl FnMut(Result<RunEvent<'_>>) -> T,
    ) -> Poll<Option<T>> {
        loop {
            let shown = self.buffer.next(&mut read);
            if self.buffer.events().is_over() {
                self.body = None;
                return Poll::Ready(shown);
            }
            if shown.is_some() {
                return Poll::Ready(shown);
            }
            // hyper reuses the memory only if nothing else holds it.
            self.buffer.refill(|piece| *piece = Bytes::new());
            let more = match &mut self.body {
                Some(body) => ready!(self.buffer.refill(|piece| body.poll_piece(cx, piece))),
                None => Ok(false),
            };
            if !matches!(more, Ok(true)) {
                self.body = None;
            }
            match more {
                Ok(true) => {}
                Ok(false) => return Poll::Ready(self.buffer.end().map(read)),
                Err(error) => return Poll::Ready(Some(read(self.buffer.fail(error)))),
            }
        }
    }
}

polled!([] Events, "event", Result<RunEvent<'static>>);

impl FusedStream for Events {
    fn is_terminated(&self) -> bool {
        self.buffer.events().is_over()
    }
}

/// The text of a streamed run, piece by piece; returned by [`Events::text`] or [`Events::into_text`].
#[derive(Debug)]
pub struct Text<E>(E);

impl<E: BorrowMut<Events>> Text<E> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<String>>> {
        self.0.borrow_mut().poll_text(cx, owned)
    }
}

/// This is a function because the path of the method names only one lifetime.
fn owned(text: Cow<'_, str>) -> String {
    text.into_owned()
}

polled!([E: BorrowMut<Events> + Unpin] Text<E>, "piece of text", Result<String>);

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("run_id", &self.run_id()).finish_non_exhaustive()
    }
}
