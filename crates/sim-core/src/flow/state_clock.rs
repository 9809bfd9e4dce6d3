//! The clock of one state of a run: how long it has lasted, and when it has lasted too long.

use std::time::Duration;

use super::WaitPolicy;
use crate::error::Error;
use crate::model::{PauseKind, RunStatus, WaitBound};
use crate::primitives::ContextId;
use crate::run::Run;

/// The time for which a wait has seen the same state.
#[derive(Debug)]
pub(super) struct StateClock {
    state: Option<State>,
    bound: WaitBound,
    /// When the bound began to count, in the time of the conversation. For a timed pause this is its end.
    since: Duration,
}

/// What must change for a run to count as going on.
#[derive(Debug, PartialEq)]
struct State {
    status: RunStatus,
    context: Option<ContextId>,
    kind: Option<PauseKind>,
    resumed: Option<u64>,
    points: Option<u64>,
}

impl State {
    fn of(run: &Run) -> Self {
        let paused = run.paused.as_ref().filter(|_| run.status == RunStatus::Paused);
        Self {
            status: run.status.clone(),
            context: paused.and_then(|paused| paused.context_id.clone()),
            kind: paused.and_then(|paused| paused.pause_kind.clone()),
            resumed: paused.and_then(|paused| paused.resumed_count),
            points: paused.and_then(|paused| paused.pause_point_count),
        }
    }
}

impl StateClock {
    /// Starts at `begins` with a run that nobody has seen.
    pub(super) fn new(begins: Duration) -> Self {
        Self { state: None, bound: WaitBound::Missing, since: begins }
    }

    /// Takes the state that a poll saw, and returns whether it differs from the one before. Such a state starts the
    /// clock again.
    pub(super) fn see(&mut self, run: &Run, elapsed: Duration) -> bool {
        let state = State::of(run);
        let changed = self.state.as_ref() != Some(&state);
        self.state = Some(state);
        let (bound, begins) = match (&run.status, run.resumes_in) {
            (RunStatus::Queued | RunStatus::Pending, _) => (WaitBound::Queued, elapsed),
            (RunStatus::Paused, Some(left)) => {
                (WaitBound::TimedPause, elapsed.saturating_add(left))
            }
            (RunStatus::Paused, None) => (WaitBound::Resuming, elapsed),
            _ => (WaitBound::Working, elapsed),
        };
        // The end of a timed pause may move while the run waits for it.
        if changed || bound != self.bound || begins > elapsed {
            (self.bound, self.since) = (bound, begins);
        }
        changed
    }

    /// Returns how long the state may still last. Zero means that it has reached its bound.
    pub(super) fn left(&self, policy: &WaitPolicy, elapsed: Duration) -> Duration {
        self.since.saturating_add(policy.limit(self.bound)).saturating_sub(elapsed)
    }

    /// Returns the error of a state that has reached its bound.
    pub(super) fn bound_reached(&self, policy: &WaitPolicy) -> Error {
        Error::bound_reached(self.bound, policy.limit(self.bound))
    }
}
