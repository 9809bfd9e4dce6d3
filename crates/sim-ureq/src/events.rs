//! The events of a streamed run, read from the connection as they are asked for.

use std::borrow::BorrowMut;
use std::fmt;
use std::io::{self, Read as _};

use sim_core::transport::{Collector, EventBuffer, Phase, RunEvents};
use sim_core::{Collected, Error, Result, RunEvent, events_methods};
use ureq::BodyReader;

use crate::{BodyStream, errors};

/// How much is read at a time, in bytes. A frame is small, and an open stream should be too.
const PIECE: usize = 4 * 1024;

/// The events of a streamed run: an iterator that ends after the outcome.
///
/// **Dropping it closes the connection, and that cancels the run.** The outcome is the last item: an event
/// with the result, however the run ended, or an error when the stream broke off. After it the connection is
/// closed.
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

    /// The next piece of the run's text, lent; other events are passed over. A run that did not complete
    /// ends it with an error of kind [`Run`](sim_core::ErrorKind::Run).
    ///
    /// Text that an agent retracts has been given by then; without
    /// [`include_thinking`](sim_core::StreamWorkflow::include_thinking) and tool calls nothing is retracted.
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

    /// Reads to the end: the result and the text of each block. (The iterator's own method of that name is
    /// reached through `by_ref()`.)
    ///
    /// # Errors
    /// When the stream broke off; [`texts`](Error::texts) has what came before.
    pub fn collect(mut self) -> Result<Collected> {
        let mut collector = Collector::default();
        loop {
            match self.show(|event| collector.take(event)) {
                Some(None) => {}
                Some(Some(collected)) => return collected,
                None => return Err(Error::request("the outcome of this stream was taken before")),
            }
        }
    }

    /// Shows the next event, read from the connection if need be.
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

/// The text of a streamed run, piece by piece; from [`Events::text`] or [`Events::into_text`].
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
