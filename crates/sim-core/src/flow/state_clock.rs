//! The clock of one state of a run: how long it has lasted, and when it has lasted too long.

use std::time::Duration;

use jiff::Timestamp;

use super::WaitPolicy;
use crate::error::Error;
use crate::model::{PauseKind, RunStatus, WaitBound};
use crate::primitives::ContextId;
use crate::run::Run;

/// The time for which a wait has seen the same state. A state that comes back goes on counting where it began, unless
/// the run made progress in between: a server whose run alternates between states must not be waited for without end.
#[derive(Debug)]
pub(super) struct StateClock {
    /// The states since the latest progress, each with the time at which its bound began to count.
    seen: Vec<(State, Duration)>,
    progress: Progress,
    latest: Option<State>,
    is_new: bool,
    bound: WaitBound,
    /// When the bound began to count, in the time of the conversation. For a timed pause this is its end.
    since: Duration,
}

/// The most states that a run may pass through without progress, each with a clock of its own.
const STATES: usize = 32;

/// What only grows while a run goes on through its pauses.
#[derive(Debug, Default)]
struct Progress {
    resumed: Option<u64>,
    points: Option<u64>,
    resume_at: Option<Timestamp>,
}

impl Progress {
    /// Takes what a poll saw, and returns whether the run made progress.
    fn see(&mut self, run: &Run) -> bool {
        let Some(paused) = &run.paused else { return false };
        let grown = paused.resumed_count > self.resumed
            || paused.pause_point_count > self.points
            || paused.resume_at > self.resume_at;
        self.resumed = self.resumed.max(paused.resumed_count);
        self.points = self.points.max(paused.pause_point_count);
        self.resume_at = self.resume_at.max(paused.resume_at);
        grown
    }
}

/// What must change for a run to count as going on.
#[derive(Debug, Clone, PartialEq)]
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
        let progress = Progress::default();
        let (latest, is_new, bound) = (None, false, WaitBound::Missing);
        Self { seen: Vec::new(), progress, latest, is_new, bound, since: begins }
    }

    /// Returns whether the latest state is one that the run was not in since its latest progress.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    /// Takes the state that a poll saw, and returns whether it differs from the one before. A new state starts the
    /// clock again.
    pub(super) fn see(&mut self, run: &Run, elapsed: Duration) -> bool {
        if self.progress.see(run) {
            self.seen.clear();
        }
        let state = State::of(run);
        let changed = self.latest.as_ref() != Some(&state);
        let (bound, begins) = match (&run.status, run.resumes_in) {
            (RunStatus::Queued | RunStatus::Pending, _) => (WaitBound::Queued, elapsed),
            (RunStatus::Paused, Some(left)) => {
                (WaitBound::TimedPause, elapsed.saturating_add(left))
            }
            (RunStatus::Paused, None) => (WaitBound::Resuming, elapsed),
            _ => (WaitBound::Working, elapsed),
        };
        let known = self.seen.iter().find(|(known, _)| *known == state).map(|(_, since)| *since);
        self.bound = bound;
        self.since = known.unwrap_or(begins);
        self.is_new = known.is_none() && self.seen.len() < STATES;
        if self.is_new {
            self.seen.push((state.clone(), begins));
        } else if known.is_none() {
            self.since = self.seen[0].1;
        }
        self.latest = Some(state);
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
