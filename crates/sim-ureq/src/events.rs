//! The events of a streamed run, read from the connection on demand.

use std::borrow::BorrowMut;
use std::fmt;
use std::io::{self, Read as _};

use sim_core::transport::{Collector, EventBuffer, Phase, RunEvents};
use sim_core::{Collected, Error, Result, RunEvent, events_methods};
use ureq::BodyReader;

use crate::net::{BodyStream, errors};

/// The number of bytes to read at a time. A frame is small, and an open stream should be small too.
const PIECE: usize = 4 * 1024;

/// The events of a streamed run: an iterator that ends after the outcome.
///
/// **If you drop it, the connection closes and the server cancels the run.** The outcome is the last item: an event
/// with the result, however the run ended, or an error if the stream was cut. The connection closes after it.
pub struct Events {
    buffer: EventBuffer<Piece>,
    body: Option<BodyStream>,
    text: String,
}

#[derive(Default)]
struct Piece {
    bytes: Box<[u8]>,
    filled: usize,
}

impl Piece {
    fn fill(&mut self, body: &mut BodyReader<'_>) -> io::Result<usize> {
        if self.bytes.is_empty() {
            self.bytes = vec![0; PIECE].into_boxed_slice();
        }
        self.filled = 0;
        self.filled = body.read(&mut self.bytes)?;
        Ok(self.filled)
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }
}

impl Events {
    events_methods!();

    pub(crate) fn new(events: RunEvents, body: Option<BodyStream>) -> Self {
        Self { buffer: EventBuffer::new(events, Piece::default()), body, text: String::new() }
    }

    /// Returns the next piece of the run's text, borrowed; skips other events. For a run that did not complete, the
    /// last item is an error of kind [`Run`](sim_core::ErrorKind::Run).
    ///
    /// An agent can retract text after this has returned it. Without
    /// [`include_thinking`](sim_core::StreamWorkflow::include_thinking) and tool calls, agents retract nothing.
    pub fn next_text(&mut self) -> Option<Result<&str>> {
        let mut text = std::mem::take(&mut self.text);
        let told = loop {
            let told = self.show(|event| match event {
                Ok(RunEvent::Text { chunk, .. }) => {
                    text.clear();
                    text.push_str(&chunk);
                    Some(Ok(()))
                }
                Ok(other) => other.into_text().map(|text| text.map(drop)),
                Err(error) => Some(Err(error)),
            })?;
            if let Some(told) = told {
                break told;
            }
        };
        self.text = text;
        Some(told.map(|()| &*self.text))
    }

    /// Reads to the end, and returns the result and the text of each block. (Reach the iterator's own method of that
    /// name through `by_ref()`.)
    ///
    /// # Errors
    /// If the stream was cut; [`texts`](Error::texts) holds the text that arrived before.
    pub fn collect(self) -> Result<Collected> {
        self.collect_by(Collector::default())
    }

    pub(crate) fn collect_by(mut self, mut collector: Collector) -> Result<Collected> {
        loop {
            match self.show(|event| collector.take(event)) {
                Some(None) => {}
                Some(Some(collected)) => return collected,
                None => return Err(Error::request("the outcome of this stream was taken before")),
            }
        }
    }

    /// Passes the next event to `read`; reads from the connection if necessary.
    fn show<T>(&mut self, mut read: impl FnMut(Result<RunEvent<'_>>) -> T) -> Option<T> {
        loop {
            let shown = self.buffer.next(&mut read);
            if self.buffer.events().is_over() {
                self.body = None;
                return shown;
            }
            if shown.is_some() {
                return shown;
            }
            let Self { buffer, body, .. } = self;
            let filled = buffer.refill(|piece| match body {
                Some((body, context)) => context.enter(|| piece.fill(body)),
                None => Ok(0),
            });
            match filled {
                Ok(0) => {
                    self.body = None;
                    return self.buffer.end().map(read);
                }
                Ok(_) => {}
                Err(error) => {
                    self.body = None;
                    let lost = errors::error(error.into(), Phase::Body);
                    return Some(read(self.buffer.fail(lost)));
                }
            }
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
