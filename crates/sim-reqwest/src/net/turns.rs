//! Work that takes turns with who polls it: one future after the other, each of which holds what the next one needs.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Something that is either here, or in the future that works on it.
pub(crate) struct Turns<S, T> {
    here: Option<S>,
    turn: Option<Turn<S, T>>,
}

/// One allocation for each turn is negligible beside the call that it makes.
type Turn<S, T> = Pin<Box<dyn Future<Output = (S, T)> + Send>>;

impl<S, T> Turns<S, T> {
    pub(crate) fn new(here: S) -> Self {
        Self { here: Some(here), turn: None }
    }

    /// Returns the thing, unless a turn has it.
    pub(crate) fn here(&self) -> Option<&S> {
        self.here.as_ref()
    }

    /// Polls the turn that has begun, or else the one that `begin` makes out of the thing. Where it makes none, it leaves
    /// the thing here.
    pub(crate) fn poll<F: Future<Output = (S, T)> + Send + 'static>(
        &mut self,
        cx: &mut Context<'_>,
        begin: impl FnOnce(&mut Option<S>) -> Option<F>,
    ) -> Poll<Option<T>> {
        if self.turn.is_none() {
            self.turn = begin(&mut self.here).map(|turn| Box::pin(turn) as Turn<S, T>);
        }
        let Some(turn) = &mut self.turn else { return Poll::Ready(None) };
        let (here, done) = ready!(turn.as_mut().poll(cx));
        self.turn = None;
        self.here = Some(here);
        Poll::Ready(Some(done))
    }
}
