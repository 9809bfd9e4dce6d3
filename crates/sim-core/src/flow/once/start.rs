//! Starting the run: the request that claims its id, and what an answer to it leads to.

use std::time::Duration;

use serde_json::Value;

use super::{Lost, Once, OnceWorkflow, State};
use crate::error::{Error, FailureClass, Result, RunIdState, code};
use crate::exchange::Step;
use crate::flow::conversation::Conversation;
use crate::model::{Claims, WorkflowExecutionResult};
use crate::operation::{CallOptions, RetryPolicy};
use crate::primitives::RunId;
use crate::run::AsyncExecutionResult;

/// The default limit of attempts to start a run.
const STARTS: RetryPolicy = RetryPolicy::new().max_retries(9);

impl Once {
    /// Waits for the run of a receipt, under the id that the server gave it.
    pub(super) fn queued(
        &mut self,
        receipt: AsyncExecutionResult,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        self.run_id = receipt.run_id;
        self.follow(receipt.task_id, elapsed)
    }

    /// Decides what follows a start that gave no result.
    pub(super) fn not_started(
        &mut self,
        error: Error,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        if self.is_ours(&error) {
            // It proves a claim, not a run; the reads decide.
            self.run_id = Some(self.sent_id.clone());
            return self.wait_for(None, Duration::ZERO, elapsed);
        }
        if error.is_ambiguous() {
            return self.lost(error, elapsed);
        }
        match error.failure_class() {
            FailureClass::NeverSent | FailureClass::Refused(RunIdState::Free) => {
                let delay = self.pause(&error, elapsed);
                self.start_again(error, delay, elapsed)
            }
            FailureClass::Refused(RunIdState::Spent) if self.plan.execute.chosen_id().is_none() => {
                self.burned(error, elapsed)
            }
            _ => self.refused(error),
        }
    }

    /// Starts the run under a new id, because a refusal used up the old one. A request that was lost under the old id
    /// never started anything; otherwise the refusal would be a conflict.
    pub(super) fn burned(
        &mut self,
        error: Error,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        self.lost = None;
        self.run_id = None;
        if self.plan.execute.chosen_id().is_some() {
            return self.refused(error);
        }
        let delay = self.pause(&error, elapsed);
        self.sent_id = self.conversation.api().new_run_id();
        self.start_again(error, delay, elapsed)
    }

    /// Looks for the run of a start whose answer was lost. Nothing could be found where the server ignores ids.
    fn lost(&mut self, error: Error, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        if self.claims == Claims::Refuted {
            return Step::Done(Err(error.unknowable()));
        }
        let Some(delay) = self.pause(&error, elapsed) else { return Step::Done(Err(error)) };
        let generation = self.conversation.api().generation();
        // The first loss counts: the run is where the first start went.
        self.lost.get_or_insert(Lost { error, generation });
        self.absent = Duration::ZERO;
        self.find(delay, elapsed)
    }

    /// Returns whether an answer proves that the server accepted our own claim before.
    fn is_ours(&self, error: &Error) -> bool {
        let named = |body: &Value| {
            let id = body.get("executionId").or_else(|| body.pointer("/error/details/runId"));
            id.and_then(Value::as_str) == Some(self.sent_id.as_str())
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
        let generation = self.conversation.api().generation();
        match &self.lost {
            Some(lost) if lost.generation != generation => return self.give_up(error),
            Some(_) => {}
            None => self.claims = self.conversation.claims(),
        }
        match State::start(&self.conversation, &self.plan, &self.sent_id, then) {
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
        Step::Done(Err(error.ambiguous(self.run_id().cloned())))
    }

    /// Ends with the loss of a start, because nothing more can be learnt; otherwise with `error`.
    pub(super) fn give_up(&mut self, error: Error) -> Step<WorkflowExecutionResult> {
        Step::Done(Err(self.lost.take().map_or(error, |lost| lost.error)))
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
            let call = conversation.call(execute.retry(RetryPolicy::NEVER), begins)?;
            return Ok(Self::Sync(call.without_fall_back()));
        }
        let mut queue = execute.queue().retry(RetryPolicy::NEVER);
        if let Some(limit) = plan.execution_timeout {
            queue = queue.execution_timeout(limit);
        }
        Ok(Self::Queue(conversation.call(queue, begins)?.without_fall_back()))
    }
}
