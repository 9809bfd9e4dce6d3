//! The attempts of a request that the conversation repeats itself.

use std::time::Duration;

use super::conversation::Conversation;
use crate::client::Api;
use crate::error::Error;
use crate::exchange::Step;
use crate::operation::RetryPolicy;

/// The number of attempts of such a request, and their cost in the retry budget.
#[derive(Debug)]
pub(super) struct Attempts {
    count: u32,
    paid: u32,
    /// Whether the retry budget forbade the next attempt.
    out_of_budget: bool,
}

impl Attempts {
    /// Counts the first attempt.
    pub(super) fn first() -> Self {
        Self { count: 1, paid: 0, out_of_budget: false }
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Returns the delay before the next attempt, or `None` if the policy, the deadline or the budget forbids one.
    pub(super) fn next(
        &mut self,
        conversation: &Conversation,
        policy: &RetryPolicy,
        error: &Error,
        elapsed: Duration,
    ) -> Option<Duration> {
        let api = conversation.api();
        let delay = api.delay_after(policy, self.count, error)?;
        if conversation.ends_before(elapsed.saturating_add(delay)) {
            return None;
        }
        if error.costs_budget() {
            self.out_of_budget = !api.spend();
            if self.out_of_budget {
                return None;
            }
            self.paid += 1;
        }
        self.count += 1;
        Some(delay)
    }

    /// Returns the cost of the attempts to the budget after one of them was accepted.
    pub(super) fn accepted(&mut self, api: &Api) {
        api.repay(std::mem::take(&mut self.paid));
    }

    /// Adds to the error of a conversation that the budget ended its attempts.
    pub(super) fn explain<T>(&self, step: Step<T>) -> Step<T> {
        match step {
            Step::Done(Err(error)) if self.out_of_budget => Step::Done(Err(error.out_of_budget())),
            step => step,
        }
    }
}
