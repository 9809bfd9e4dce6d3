//! A reader of events together with the piece of the stream that it reads from.

use super::{RunEvent, RunEvents};
use crate::error::Result;
use crate::model::{Collected, Texts, WorkflowExecutionResult};
use crate::wire::TransportError;

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
        let Self { events, piece, taken, result } = self;
        let mut rest = &piece.as_ref()[*taken..];
        let before = rest.len();
        let event = events.next(&mut rest);
        *taken += before - rest.len();
        let event = event?;
        if let Some(ended) = event.as_ref().ok().and_then(RunEvent::result) {
            *result = Some(ended.clone());
        }
        Some(read(event))
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

    /// Takes what came of reading on (the next piece, the end, or why there is neither) and shows the events in
    /// it. Gives whether to read on: no after the last event, and no once `show` says no.
    pub fn read(
        &mut self,
        piece: std::result::Result<Option<P>, TransportError>,
        mut show: impl FnMut(Result<RunEvent<'_>>) -> bool,
    ) -> bool {
        let end = match piece {
            Ok(Some(piece)) => {
                self.refill(|old| *old = piece);
                None
            }
            Ok(None) => Some(Ok(())),
            Err(error) => Some(Err(error)),
        };
        while let Some(go_on) = self.next(&mut show) {
            if !go_on {
                return false;
            }
        }
        match end {
            _ if self.events.is_over() => return false,
            None => return true,
            Some(Err(error)) => {
                show(self.fail(error));
            }
            Some(Ok(())) => {
                // A last event may have come without its end; the outcome follows it.
                while let Some(event) = self.end() {
                    if !show(event) {
                        break;
                    }
                }
            }
        }
        false
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::wire::{Phase, TransportErrorKind};

    const TEXT: &[u8] = b"data: {\"blockId\":\"b\",\"chunk\":\"Hello\"}\n\n";
    const FINAL: &[u8] =
        b"data: {\"event\":\"final\",\"data\":{\"success\":true,\"output\":{}}}\n\n";

    type Piece = std::result::Result<Option<&'static [u8]>, TransportError>;

    /// What reading these pieces shows, and after how many of them it was enough.
    fn shown(pieces: Vec<Piece>, most: usize) -> (Vec<Result<RunEvent<'static>>>, usize) {
        let mut buffer = EventBuffer::new(RunEvents::new(None), &[][..]);
        let (mut seen, mut read) = (Vec::new(), 0);
        for piece in pieces {
            read += 1;
            let go_on = buffer.read(piece, |event| {
                seen.push(event.map(RunEvent::into_owned));
                seen.len() < most
            });
            if !go_on {
                break;
            }
        }
        (seen, read)
    }

    #[test]
    fn pieces_are_read_until_the_outcome_or_until_it_is_enough() {
        let whole = || vec![Ok(Some(TEXT)), Ok(Some(FINAL)), Ok(Some(TEXT))];
        let (seen, read) = shown(whole(), 9);
        assert!(matches!(&seen[..], [Ok(RunEvent::Text { .. }), Ok(RunEvent::Final(_))]));
        assert_eq!(read, 2, "nothing is read after the outcome");
        assert_eq!(shown(whole(), 1).1, 1);
    }

    #[test]
    fn an_end_or_a_loss_without_an_outcome_is_one() {
        let lost = TransportError::new(TransportErrorKind::Closed, Phase::Body);
        for end in [Ok(None), Err(lost)] {
            let (seen, read) = shown(vec![Ok(Some(TEXT)), end, Ok(Some(TEXT))], 9);
            assert_eq!((seen.len(), read), (2, 2));
            assert!(seen[1].as_ref().is_err_and(Error::is_truncated), "{seen:?}");
        }
    }

    #[test]
    fn a_last_event_without_its_end_is_shown_before_the_outcome() {
        let cut = &TEXT[..TEXT.len() - 2];
        let (seen, _) = shown(vec![Ok(Some(cut)), Ok(None)], 9);
        let [Ok(RunEvent::Text { .. }), Err(error)] = &seen[..] else { panic!("{seen:?}") };
        assert!(error.is_truncated(), "{error:?}");
        assert_eq!(shown(vec![Ok(Some(cut)), Ok(None)], 1).0.len(), 1, "no more than is asked for");
    }

    #[test]
    fn the_result_is_there_once_its_event_was_shown_however_the_stream_ends() {
        let whole = [TEXT, TEXT, FINAL].concat();
        for piece in [&whole[..], &whole[..whole.len() - 2]] {
            let mut buffer = EventBuffer::new(RunEvents::new(None), piece);
            for _ in 0..2 {
                let text = buffer.next(|event| matches!(event, Ok(RunEvent::Text { .. })));
                assert_eq!(text, Some(true), "each event of the piece comes once");
                assert_eq!(buffer.result(), None);
            }
            let ended = |event: &Result<RunEvent<'_>>| matches!(event, Ok(RunEvent::Final(_)));
            let last =
                buffer.next(|event| ended(&event)).or_else(|| buffer.end().as_ref().map(ended));
            assert_eq!(last, Some(true));
            assert!(buffer.result().is_some_and(|result| result.success));
            assert_eq!(buffer.next(|_| ()), None);
        }
    }
}
