//! How patiently a run is waited for.

use std::time::Duration;

use crate::operation::RetryPolicy;

/// How patiently a run is waited for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaitPolicy {
    pub(super) polls: RetryPolicy,
    pub(super) grace: Duration,
    pub(super) failures: u32,
}

impl WaitPolicy {
    /// Looks after 2 s, doubling to 15 s; a run that is not found yet is looked for
    /// during 30 s, and 20 looks in a row may fail.
    pub const fn new() -> Self {
        let polls = RetryPolicy::new()
            .max_retries(u32::MAX)
            .initial_delay(Duration::from_secs(2))
            .max_delay(Duration::from_secs(15));
        Self { polls, grace: Duration::from_secs(30), failures: 20 }
    }

    /// The time between two looks: the first, and the longest that it grows to.
    #[must_use]
    pub const fn interval(mut self, first: Duration, longest: Duration) -> Self {
        self.polls = self.polls.initial_delay(first).max_delay(longest);
        self
    }

    /// For how long a run that is not found, or not found any more, may still appear; an output may still be
    /// written; and a pause that was answered may still read as waiting.
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// How many looks in a row may fail.
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
