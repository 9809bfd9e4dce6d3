//! The events of a streamed run, read from the connection on demand.

use std::borrow::BorrowMut;
use std::fmt;
use std::task::Poll;

use sim_core::transport::{EventBuffer, RunEvents};
use sim_core::{Result, RunEvent, events_methods};

use crate::net::{BodyStream, Piece};

/// The events of a streamed run: an iterator that ends after the outcome.
///
/// **If you drop it, the connection closes and the server cancels the run.** The outcome is the last item: an event
/// with the result, however the run ended, or an error if the stream was cut. The connection closes after it.
///
/// [`collect`](Self::collect) is that of a run; reach the iterator's own through `by_ref()`.
pub struct Events {
    buffer: EventBuffer<Piece>,
    body: Option<BodyStream>,
    text: String,
}

impl Events {
    events_methods!();

    pub(crate) fn new(events: RunEvents, body: Option<BodyStream>) -> Self {
        Self { buffer: EventBuffer::new(events, Piece::default()), body, text: String::new() }
    }

    /// Passes the next event to `read`; reads from the connection if necessary.
    fn show<T>(&mut self, read: impl FnMut(Result<RunEvent<'_>>) -> T) -> Option<T> {
        let Self { buffer, body, .. } = self;
        let more = |piece: &mut Piece| {
            let more = body.as_mut().map_or(Ok(false), |body| body.read_piece(piece));
            if !matches!(more, Ok(true)) {
                *body = None;
            }
            Poll::Ready(more)
        };
        let shown = buffer.poll(more, read);
        if buffer.events().is_over() {
            *body = None;
        }
        match shown {
            Poll::Ready(shown) => shown,
            // Reading blocks, so it is always ready.
            Poll::Pending => None,
        }
    }
}

impl Iterator for Events {
    type Item = Result<RunEvent<'static>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.show(|event| event.map(RunEvent::into_owned))
    }
}

impl std::iter::FusedIterator for Events {}

/// The text of a streamed run, piece by piece; returned by [`Events::text`] or [`Events::into_text`].
#[derive(Debug)]
pub struct Text<E>(E);

impl<E: BorrowMut<Events>> Iterator for Text<E> {
    type Item = Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.borrow_mut().next_text().map(|text| text.map(str::to_owned))
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("run_id", &self.run_id()).finish_non_exhaustive()
    }
}
