//! The policy for waiting for a run.

use std::time::Duration;

use crate::operation::RetryPolicy;

/// The policy for waiting for a run: how often to poll it, and how many failures to accept.
///
/// ```
/// use std::time::Duration;
/// use sim_core::{ExecuteWorkflow, WaitPolicy};
///
/// let policy = WaitPolicy::new().interval(Duration::from_secs(1), Duration::from_secs(30)).failures(5);
/// let plan = ExecuteWorkflow::new("wf-1").once().wait(policy);
/// # drop(plan);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaitPolicy {
    pub(super) polls: RetryPolicy,
    pub(super) grace: Duration,
    pub(super) failures: u32,
}

impl WaitPolicy {
    /// Creates the default policy. It polls after 2 s, with the interval doubling to 15 s. It accepts 20 failed polls
    /// in a row, and waits 30 s for a run that is not found yet.
    pub const fn new() -> Self {
        let polls = RetryPolicy::new()
            .max_retries(u32::MAX)
            .initial_delay(Duration::from_secs(2))
            .max_delay(Duration::from_secs(15));
        Self { polls, grace: Duration::from_secs(30), failures: 20 }
    }

    /// Sets the first interval between two polls, and the longest interval to which it grows.
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

    /// Sets how many polls in a row may fail.
    #[must_use]
    pub const fn failures(mut self, failures: u32) -> Self {
        self.failures = failures;
        self
    }
}

impl Default for WaitPolicy {
    fn default() -> Self {
        Self::new()
    }
}
