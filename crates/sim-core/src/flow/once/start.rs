//! Starting the run: the request that claims its id, and what an answer to it leads to.

use std::time::Duration;

use serde_json::Value;

use super::{Once, OnceWorkflow, State};
use crate::error::{Error, FailureClass, Result, RunIdState, code};
use crate::exchange::Step;
use crate::flow::conversation::Conversation;
use crate::model::WorkflowExecutionResult;
use crate::operation::{CallOptions, RetryPolicy};
use crate::primitives::RunId;
use crate::run::AsyncExecutionResult;

/// The default limit of attempts to start a run.
const STARTS: RetryPolicy = RetryPolicy::new().max_retries(9);

impl Once {
    /// Waits for the run of a receipt.
    pub(super) fn queued(
        &mut self,
        receipt: AsyncExecutionResult,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        if receipt.run_id.as_ref() == Some(&self.run_id) {
            return self.follow(None, elapsed);
        }
        // The server did not receive our id: the run has an id of the server's, or only a job on a server that knows
        // no ids.
        if let Some(run) = receipt.run_id {
            self.run_id = run;
        }
        self.follow(receipt.task_id, elapsed)
    }

    /// Decides what follows a start that gave no result.
    pub(super) fn not_started(
        &mut self,
        error: Error,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        if self.is_ours(&error) {
            return self.wait_for(None, elapsed);
        }
        if error.is_ambiguous() {
            let Some(delay) = self.pause(&error, elapsed) else { return Step::Done(Err(error)) };
            self.lost = Some(error);
            return self.look(delay, elapsed);
        }
        match error.failure_class() {
            FailureClass::NeverSent | FailureClass::Refused(RunIdState::Free) => {
                let delay = self.pause(&error, elapsed);
                self.start_again(error, delay, elapsed)
            }
            FailureClass::Refused(RunIdState::Spent) if self.plan.execute.chosen_id().is_none() => {
                // The request that was lost under the old id never arrived; otherwise this refusal would be a
                // conflict.
                self.lost = None;
                let delay = self.pause(&error, elapsed);
                self.run_id = self.conversation.api().new_run_id();
                self.start_again(error, delay, elapsed)
            }
            _ => self.refused(error),
        }
    }

    /// Returns whether an answer proves that the server accepted our own claim before.
    fn is_ours(&self, error: &Error) -> bool {
        let named = |body: &Value| {
            let id = body.get("executionId").or_else(|| body.pointer("/error/details/runId"));
            id.and_then(Value::as_str) == Some(self.run_id.as_str())
        };
        error.code() == code::EXECUTION_ID_CONFLICT
            && serde_json::from_slice(error.body()).is_ok_and(|body| named(&body))
    }

    /// Sends the start again after `delay`, or ends if there must be no further attempt.
    pub(super) fn start_again(
        &mut self,
        error: Error,
        delay: Option<Duration>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let then = elapsed.saturating_add(delay.unwrap_or_default());
        let Some(delay) = delay.filter(|_| !self.conversation.ends_before(then)) else {
            return self.refused(error);
        };
        match State::start(&self.conversation, &self.plan, &self.run_id, then) {
            Ok(state) => {
                self.state = state;
                Step::Again(delay)
            }
            Err(error) => self.refused(error),
        }
    }

    /// Returns the delay before the next attempt, or `None` if there must be none.
    pub(super) fn pause(&mut self, error: &Error, elapsed: Duration) -> Option<Duration> {
        let policy = self.conversation.retry().unwrap_or(STARTS);
        self.attempts.next(&self.conversation, &policy, error, elapsed)
    }

    /// Ends with the refusal of a start. While an answer is lost, the refusal does not settle whether a run started.
    ///
    /// A spending limit does settle it: the server checks the limit after it claims the id, so if it had accepted the
    /// lost request, it would have refused the same id as taken.
    fn refused(&self, error: Error) -> Step<WorkflowExecutionResult> {
        let settled = self.lost.is_none() || error.is_usage_limited() || error.is_cancelled();
        if settled { Step::Done(Err(error)) } else { self.unknown(error) }
    }

    /// Ends with the error that hides the end of a run which may have started.
    pub(super) fn unknown(&self, error: Error) -> Step<WorkflowExecutionResult> {
        Step::Done(Err(error.ambiguous(Some(self.run_id.clone()))))
    }
}

impl State {
    /// Creates the request that claims `run`. It is sent once; the conversation decides about repeats.
    pub(super) fn start(
        conversation: &Conversation,
        plan: &OnceWorkflow,
        run: &RunId,
        begins: Duration,
    ) -> Result<Self> {
        let mut execute = plan.execute.clone().run_id(run);
        // The conversation applies the options.
        execute.options = CallOptions::default();
        if plan.sync {
            return conversation.call(execute.retry(RetryPolicy::NEVER), begins).map(Self::Sync);
        }
        let mut queue = execute.queue().retry(RetryPolicy::NEVER);
        if let Some(limit) = plan.execution_timeout {
            queue = queue.execution_timeout(limit);
        }
        conversation.call(queue, begins).map(Self::Queue)
    }
}
