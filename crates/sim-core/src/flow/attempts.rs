//! The attempts of a request that is sent once at a time.

use std::time::Duration;

use super::conversation::Conversation;
use crate::client::Api;
use crate::error::Error;
use crate::operation::RetryPolicy;

/// How often such a request was sent, and what that took from the budget.
#[derive(Debug)]
pub(super) struct Attempts {
    count: u32,
    paid: u32,
}

impl Attempts {
    /// Counts the first.
    pub(super) fn first() -> Self {
        Self { count: 1, paid: 0 }
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// How long to wait before the next, if there may be one: within the policy, the deadline and the budget.
    pub(super) fn next(
        &mut self,
        conversation: &Conversation,
        policy: &RetryPolicy,
        error: &Error,
        elapsed: Duration,
    ) -> Option<Duration> {
        let api = conversation.api();
        let delay = api.delay(policy, self.count, error.retry_after())?;
        if conversation.ends_before(elapsed.saturating_add(delay)) || !api.spend() {
            return None;
        }
        self.count += 1;
        self.paid += 1;
        Some(delay)
    }

    /// Gives back what the attempts cost: one of them was accepted.
    pub(super) fn accepted(&mut self, api: &Api) {
        api.repay(std::mem::take(&mut self.paid));
    }
}
