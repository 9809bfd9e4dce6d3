//! A reader of events, together with the piece of the stream that it reads from.

use std::fmt;
use std::task::{Poll, ready};

use super::{RunEvent, RunEvents};
use crate::error::Result;
use crate::model::{Collected, Texts, WorkflowExecutionResult};
use crate::wire::TransportError;

/// A reader of run events that holds the current piece of the stream, for adapters. It returns the events of the
/// piece one by one, and says when it needs the next piece.
///
/// ```
/// use sim_core::RunEvent;
/// use sim_core::transport::{EventBuffer, RunEvents};
///
/// let piece = &b"data: {\"blockId\":\"b\",\"chunk\":\"Hello\"}\n\n"[..];
/// let mut buffer = EventBuffer::new(RunEvents::new(None), piece);
/// let is_text = buffer.next(|event| matches!(event, Ok(RunEvent::Text { .. })));
/// assert_eq!(is_text, Some(true));
/// // The piece is used up: read from the connection, then call `refill`.
/// assert_eq!(buffer.next(|_| ()), None);
/// ```
#[derive(Debug)]
pub struct EventBuffer<P> {
    events: RunEvents,
    piece: P,
    taken: usize,
    /// In a box, because most of its life a buffer has none.
    result: Option<Box<WorkflowExecutionResult>>,
}

impl<P: AsRef<[u8]>> EventBuffer<P> {
    /// Creates a buffer that reads `events` from `piece`, which may be empty.
    pub fn new(events: RunEvents, piece: P) -> Self {
        Self { events, piece, taken: 0, result: None }
    }

    /// Returns the reader of the events.
    pub fn events(&self) -> &RunEvents {
        &self.events
    }

    /// Passes the next event to `read`. Returns `None` when the piece is used up or the stream is over.
    pub fn next<T>(&mut self, read: impl FnOnce(Result<RunEvent<'_>>) -> T) -> Option<T> {
        let Self { events, piece, taken, result } = self;
        let mut rest = &piece.as_ref()[*taken..];
        let before = rest.len();
        let event = events.next(&mut rest);
        *taken += before - rest.len();
        let event = event?;
        if let Some(ended) = event.as_ref().ok().and_then(RunEvent::result) {
            *result = Some(Box::new(ended.clone()));
        }
        Some(read(event))
    }

    /// Passes the next event to `read`, and lets `more` replace the piece whenever it is used up. `more` says whether
    /// there was another piece; where reading blocks, it is always ready. Returns `None` once the stream is over.
    pub fn poll<T>(
        &mut self,
        mut more: impl FnMut(&mut P) -> Poll<std::result::Result<bool, TransportError>>,
        mut read: impl FnMut(Result<RunEvent<'_>>) -> T,
    ) -> Poll<Option<T>> {
        loop {
            let shown = self.next(&mut read);
            if shown.is_some() || self.events.is_over() {
                return Poll::Ready(shown);
            }
            match ready!(self.refill(&mut more)) {
                Ok(true) => {}
                Ok(false) => return Poll::Ready(self.end().map(read)),
                Err(error) => return Poll::Ready(Some(read(self.fail(error)))),
            }
        }
    }

    /// Returns the result, once its event was read.
    pub fn result(&self) -> Option<&WorkflowExecutionResult> {
        self.result.as_deref()
    }

    /// Replaces the piece: `change` refills or replaces the old one.
    pub fn refill<R>(&mut self, change: impl FnOnce(&mut P) -> R) -> R {
        self.taken = 0;
        change(&mut self.piece)
    }

    /// Feeds the next read result (a piece, `None` at the end, or the error of the read) and passes its events to
    /// `show`. Returns whether to keep reading: false after the last event, or once `show` returns false.
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
                // The last event may have arrived without its end mark; the outcome follows it.
                while let Some(event) = self.end() {
                    if !show(event) {
                        break;
                    }
                }
            }
        }
        false
    }

    /// Reports the end of the bytes; see [`RunEvents::end`].
    pub fn end(&mut self) -> Option<Result<RunEvent<'static>>> {
        let last = self.events.end();
        if let Some(Ok(event)) = &last {
            self.result = event.result().cloned().map(Box::new);
        }
        last
    }

    /// Reports a lost connection; see [`RunEvents::fail`].
    ///
    /// # Errors
    /// Always: the error says what the loss means for the run.
    pub fn fail<T>(&mut self, error: TransportError) -> Result<T> {
        Err(self.events.fail(error))
    }
}

/// A collector that assembles a streamed run from its events.
#[derive(Default)]
pub struct Collector {
    texts: Texts,
    watcher: Option<EventWatcher>,
}

type EventWatcher = Box<dyn FnMut(&RunEvent<'_>) + Send>;

impl Collector {
    /// Creates a collector that shows each event but the last to `watcher`.
    pub(crate) fn watched(watcher: EventWatcher) -> Self {
        Self { texts: Texts::default(), watcher: Some(watcher) }
    }

    /// Takes an event. Returns the whole run with the last event, or `None` before. An error holds the text that
    /// arrived before it.
    pub fn take(&mut self, event: Result<RunEvent<'_>>) -> Option<Result<Collected>> {
        match event {
            Ok(RunEvent::Final(result) | RunEvent::Failure(result)) => {
                Some(Ok(Collected::new(*result, std::mem::take(&mut self.texts))))
            }
            Ok(event) => {
                self.texts.push(&event);
                if let Some(watcher) = &mut self.watcher {
                    watcher(&event);
                }
                None
            }
            Err(error) => {
                let texts = std::mem::take(&mut self.texts);
                Some(Err(error.with(|inner| inner.texts = Some(texts))))
            }
        }
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").field("texts", &self.texts).finish_non_exhaustive()
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
    fn events_are_polled_over_all_pieces_and_what_is_not_ready_loses_nothing() {
        let (first, rest) = TEXT.split_at(9);
        let mut pieces = [Some(first), None, Some(rest), None, Some(FINAL), Some(TEXT)].into_iter();
        let mut buffer = EventBuffer::new(RunEvents::new(None), &[][..]);
        let mut seen = Vec::new();
        for _ in 0..9 {
            let more = |piece: &mut &[u8]| {
                let next = pieces.next().expect("no piece after the outcome");
                *piece = next.unwrap_or_default();
                if next.is_some() { Poll::Ready(Ok(true)) } else { Poll::Pending }
            };
            match buffer.poll(more, |event| event.map(RunEvent::into_owned)) {
                Poll::Ready(Some(event)) => seen.push(event),
                Poll::Ready(None) => break,
                Poll::Pending => {}
            }
        }
        assert!(
            matches!(&seen[..], [Ok(RunEvent::Text { .. }), Ok(RunEvent::Final(_))]),
            "{seen:?}"
        );
        assert_eq!(pieces.len(), 1);
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
