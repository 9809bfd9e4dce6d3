//! The progress of a request: whether it was sent. `tests/progress` models this file between threads.

use sim_core::transport::Phase;
use tokio::time::Instant;

use super::once::OnceCell;

/// The progress of a request: the time at which it was sent, or that it was given up. Whichever thread comes first
/// decides.
#[derive(Debug, Default)]
pub(crate) struct Progress(OnceCell<Option<Instant>>);

impl Progress {
    pub(crate) fn phase(&self) -> Phase {
        if self.left().is_some() { Phase::Sent } else { Phase::NotSent }
    }

    pub(crate) fn left(&self) -> Option<Instant> {
        self.0.get().flatten()
    }

    /// Records that the request is being sent. Returns whether it may be.
    pub(crate) fn leaves(&self) -> bool {
        self.0.get_or_init(|| Some(Instant::now())).is_some()
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.0.get().is_some_and(|left| left.is_none())
    }

    /// Prevents the request from being sent, unless it already was.
    pub(crate) fn give_up(&self) {
        self.0.get_or_init(|| None);
    }
}
