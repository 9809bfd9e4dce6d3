//! The policy for waiting for a run.

use std::time::Duration;

use crate::client::Api;
use crate::model::WaitBound;
use crate::operation::RetryPolicy;

/// The policy for waiting for a run: how often to poll it, how many failures to accept, and how long each state of it
/// may last.
///
/// Every wait has a bound. A state that lasts longer ends the wait as [`Ambiguous`](crate::ErrorKind::Ambiguous) with
/// the cause [`WaitBound`](crate::ErrorKind::WaitBound). The error names the
/// [status seen last](crate::Error::last_status), and its [`handle`](crate::Error::handle) is what you need to go on
/// waiting. The wait for a person has no bound, because it ends there.
///
/// | bound | what lasts too long | default |
/// |---|---|---|
/// | [`Missing`](WaitBound::Missing) | an accepted run that no read finds | 15 minutes |
/// | [`Queued`](WaitBound::Queued) | a run in the queue, or a job that is pending | 15 minutes |
/// | [`Working`](WaitBound::Working) | a run that works | its execution timeout if the call set one, else 90 minutes |
/// | [`Resuming`](WaitBound::Resuming) | an answered pause, or a timed one without an end, that does not change | 10 minutes |
/// | [`TimedPause`](WaitBound::TimedPause) | a timed pause, counted from its end | 15 minutes |
///
/// ```
/// use std::time::Duration;
/// use sim_core::{ExecuteWorkflow, WaitBound, WaitPolicy};
///
/// let policy = WaitPolicy::new()
///     .interval(Duration::from_secs(1), Duration::from_secs(30))
///     .failures(5)
///     .bound(WaitBound::Working, Duration::from_secs(6 * 3600));
/// let plan = ExecuteWorkflow::new("wf-1").once().wait(policy);
/// # drop(plan);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaitPolicy {
    pub(super) polls: RetryPolicy,
    pub(super) grace: Duration,
    pub(super) failures: u32,
    bounds: Bounds,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Bounds {
    missing: Duration,
    queued: Duration,
    /// `None` until somebody sets it.
    working: Option<Duration>,
    resuming: Duration,
    timed_pause: Duration,
}

const MINUTE: Duration = Duration::from_secs(60);

/// The bound of a run that works, if nobody set one. Sim ends a queued run after 90 minutes on most plans.
const WORKING: Duration = MINUTE.saturating_mul(90);

impl WaitPolicy {
    /// Creates the default policy. It polls after 0.1 s, with the interval growing to 15 s. It accepts 20 failed polls
    /// in a row, and waits 30 s for a state that should pass. The bounds are in the table above.
    pub const fn new() -> Self {
        let polls = RetryPolicy::new()
            .max_retries(u32::MAX)
            .initial_delay(Duration::from_millis(100))
            .backoff_multiplier(1.5)
            .max_delay(Duration::from_secs(15));
        let bounds = Bounds {
            missing: MINUTE.saturating_mul(15),
            queued: MINUTE.saturating_mul(15),
            working: None,
            resuming: MINUTE.saturating_mul(10),
            timed_pause: MINUTE.saturating_mul(15),
        };
        Self { polls, grace: Duration::from_secs(30), failures: 20, bounds }
    }

    /// Sets the first interval between two polls, and the longest interval to which it grows. The client polls less
    /// often where the server's rate limit leaves less.
    #[must_use]
    pub const fn interval(mut self, first: Duration, longest: Duration) -> Self {
        self.polls = self.polls.initial_delay(first).max_delay(longest);
        self
    }

    /// Sets how long a state that should pass may last: a run that is not found, an output that is not written yet,
    /// and an answered pause that still reads as waiting.
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Sets how many polls in a row may fail. A refusal by a rate limit is no failure.
    #[must_use]
    pub const fn failures(mut self, failures: u32) -> Self {
        self.failures = failures;
        self
    }

    /// Sets how long one state of the run may last. A self-hosted server may let runs work for longer than the
    /// default.
    #[must_use]
    pub const fn bound(mut self, bound: WaitBound, limit: Duration) -> Self {
        match bound {
            WaitBound::Missing => self.bounds.missing = limit,
            WaitBound::Queued => self.bounds.queued = limit,
            WaitBound::Working => self.bounds.working = Some(limit),
            WaitBound::Resuming => self.bounds.resuming = limit,
            WaitBound::TimedPause => self.bounds.timed_pause = limit,
        }
        self
    }

    /// Returns the delay before the first poll of a run that was queued just now.
    pub(super) fn first_interval(&self, api: &Api) -> Duration {
        api.delay(&self.polls, 1, None).unwrap_or_default()
    }

    /// Returns how long a state may last.
    pub(super) fn limit(&self, bound: WaitBound) -> Duration {
        match bound {
            WaitBound::Missing => self.bounds.missing,
            WaitBound::Queued => self.bounds.queued,
            WaitBound::Working => self.bounds.working.unwrap_or(WORKING),
            WaitBound::Resuming => self.bounds.resuming,
            WaitBound::TimedPause => self.bounds.timed_pause,
        }
    }

    /// Takes the execution timeout of a run as the bound of its work, unless the caller set another. The grace gives
    /// the server time to write down that it ended the run.
    pub(super) fn for_execution_timeout(mut self, timeout: Option<Duration>) -> Self {
        let limit = timeout.map(|timeout| timeout.saturating_add(self.grace));
        self.bounds.working = self.bounds.working.or(limit);
        self
    }
}

impl Default for WaitPolicy {
    fn default() -> Self {
        Self::new()
    }
}
