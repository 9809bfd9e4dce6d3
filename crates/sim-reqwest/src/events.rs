//! The events of a streamed run, read from the connection on demand.

use std::borrow::{BorrowMut, Cow};
use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::FusedStream;
use sim_core::transport::{EventBuffer, RunEvents};
use sim_core::{Result, RunEvent, events_methods};

use crate::net::{BodyStream, polled};

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
    events_methods!(async await);

    pub(crate) fn new(events: RunEvents, body: Option<BodyStream>) -> Self {
        Self { buffer: EventBuffer::new(events, Bytes::new()), body, text: String::new() }
    }

    async fn show<T>(&mut self, mut read: impl FnMut(Result<RunEvent<'_>>) -> T) -> Option<T> {
        poll_fn(|cx| self.poll_show(cx, &mut read)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<RunEvent<'static>>>> {
        self.poll_show(cx, |event| event.map(RunEvent::into_owned))
    }

    /// Passes the next event to `read`; reads from the connection if necessary.
    fn poll_show<T>(
        &mut self,
        cx: &mut Context<'_>,
        read: impl FnMut(Result<RunEvent<'_>>) -> T,
    ) -> Poll<Option<T>> {
        let Self { buffer, body, .. } = self;
        let more = |piece: &mut Bytes| {
            // hyper reuses the memory only if nothing else holds it.
            *piece = Bytes::new();
            let Some(open) = body else { return Poll::Ready(Ok(false)) };
            let more = ready!(open.poll_piece(cx, piece));
            if !matches!(more, Ok(true)) {
                *body = None;
            }
            Poll::Ready(more)
        };
        let shown = buffer.poll(more, read);
        if buffer.events().is_over() {
            *body = None;
        }
        shown
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
        let text = |event: Result<RunEvent<'_>>| match event {
            Ok(event) => event.into_text(),
            Err(error) => Some(Err(error)),
        };
        loop {
            match ready!(self.0.borrow_mut().poll_show(cx, text)) {
                Some(None) => {}
                told => return Poll::Ready(told.flatten().map(|text| text.map(Cow::into_owned))),
            }
        }
    }
}

polled!([E: BorrowMut<Events> + Unpin] Text<E>, "piece of text", Result<String>);

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("run_id", &self.run_id()).finish_non_exhaustive()
    }
}
