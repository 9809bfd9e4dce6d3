//! A reader of events together with the piece of the stream that it reads from.

use super::{RunEvent, RunEvents};
use crate::error::Result;
use crate::run::WorkflowExecutionResult;
use crate::text::{Collected, Texts};
use crate::transport_error::TransportError;

/// The events of a run and the piece that they are read from, for adapters: whatever a transport's pieces
/// are, this gives the events in them one by one and says when it needs the next.
#[derive(Debug)]
pub struct EventBuffer<P> {
    events: RunEvents,
    piece: P,
    taken: usize,
    result: Option<WorkflowExecutionResult>,
}

impl<P: AsRef<[u8]>> EventBuffer<P> {
    /// Reads `events` from `piece`, which may be empty.
    pub fn new(events: RunEvents, piece: P) -> Self {
        Self { events, piece, taken: 0, result: None }
    }

    /// The reader.
    pub fn events(&self) -> &RunEvents {
        &self.events
    }

    /// Shows the next event to `read`; `None` when the piece is used up or the stream is over.
    pub fn next<T>(&mut self, read: impl FnOnce(Result<RunEvent<'_>>) -> T) -> Option<T> {
        let mut rest = &self.piece.as_ref()[self.taken..];
        let before = rest.len();
        let event = self.events.next(&mut rest);
        if let Some(result) = event.as_ref().and_then(|event| event.as_ref().ok()?.result()) {
            self.result = Some(result.clone());
        }
        let seen = event.map(read);
        self.taken += before - rest.len();
        seen
    }

    /// The result, once its event was shown.
    pub fn result(&self) -> Option<&WorkflowExecutionResult> {
        self.result.as_ref()
    }

    /// Takes the next piece; `change` gets the old one, to be filled again or replaced.
    pub fn refill<R>(&mut self, change: impl FnOnce(&mut P) -> R) -> R {
        self.taken = 0;
        change(&mut self.piece)
    }

    /// Says that the bytes ended; see [`RunEvents::end`].
    pub fn end(&mut self) -> Option<Result<RunEvent<'static>>> {
        let last = self.events.end();
        if let Some(Ok(event)) = &last {
            self.result = event.result().cloned();
        }
        last
    }

    /// Says that the connection was lost; see [`RunEvents::fail`].
    pub fn fail<T>(&mut self, error: TransportError) -> Result<T> {
        Err(self.events.fail(error))
    }
}

/// Puts a streamed run together, event by event.
#[derive(Debug, Default)]
pub struct Collector {
    texts: Texts,
}

impl Collector {
    /// Takes an event; gives the whole once it was the last. An error holds the text that came before it.
    pub fn take(&mut self, event: Result<RunEvent<'_>>) -> Option<Result<Collected>> {
        match event {
            Ok(RunEvent::Final(result) | RunEvent::Failure(result)) => {
                Some(Ok(Collected::new(*result, std::mem::take(&mut self.texts))))
            }
            Ok(event) => {
                self.texts.push(&event);
                None
            }
            Err(error) => {
                let texts = std::mem::take(&mut self.texts);
                Some(Err(error.with(|inner| inner.texts = Some(texts))))
            }
        }
    }
}
