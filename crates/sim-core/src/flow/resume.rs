//! The conversation that answers a pause once and waits for the run.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use http::response::Parts;

use super::WaitPolicy;
use super::attempts::Attempts;
use super::conversation::Conversation;
use super::wait::Wait;
use crate::call::Call;
use crate::client::Api;
use crate::error::{Error, FailureClass, Result};
use crate::exchange::{BodyPlan, Exchange, Step};
use crate::model::{RunHandle, WorkflowExecutionResult};
use crate::operation::{CallOptions, RetryPolicy};
use crate::run::{ResumeRun, Resumed};
use crate::wire::{CancelToken, Outcome, RequestBody, Timeouts};

/// The default limit of attempts to send an answer.
const ANSWERS: RetryPolicy = RetryPolicy::new().max_retries(9);

/// The exchange that answers a pause and ends with the end of the run or its next pause.
///
/// A pause accepts one answer; the server refuses a second one with 409. So the exchange repeats an answer that may
/// have been lost: either the server accepts it now, or the refusal proves that it accepted the first. The exchange
/// then reads the run by its id, because the server forgets the id of the attempt.
pub struct Resume {
    conversation: Conversation,
    plan: ResumeRun,
    policy: WaitPolicy,
    state: State,
    attempts: Attempts,
    /// Whether the answer was sent and the reply was lost.
    lost: bool,
}

#[expect(clippy::large_enum_variant, reason = "a conversation is driven one at a time")]
enum State {
    Answer(Call<ResumeRun>),
    Wait(Wait),
}

impl Resume {
    pub(crate) fn new(api: &Api, plan: ResumeRun, policy: WaitPolicy) -> Result<Self> {
        let conversation = Conversation::new(api, &plan.options);
        let state = answer(&conversation, &plan, Duration::ZERO)?;
        Ok(Self { conversation, plan, policy, state, attempts: Attempts::first(), lost: false })
    }

    fn wait(&mut self, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        self.attempts.accepted(self.conversation.api());
        let handle = RunHandle::new(self.plan.workflow(), self.plan.run_id());
        match Wait::accepted(self.conversation.clone(), handle, self.policy, elapsed) {
            Ok(wait) => {
                let wait = wait.answered(self.plan.context_id());
                self.state = State::Wait(if self.lost { wait.interruptible() } else { wait });
                Step::Again(Duration::ZERO)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    fn refused(&mut self, error: Error, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        if self.lost && error.status() == Some(StatusCode::CONFLICT) {
            return self.wait(elapsed);
        }
        self.lost |= error.is_ambiguous();
        let again = error.is_ambiguous()
            || matches!(error.failure_class(), FailureClass::NeverSent | FailureClass::Refused(_));
        let delay = again.then(|| self.pause(&error, elapsed)).flatten();
        let then = elapsed.saturating_add(delay.unwrap_or_default());
        match (delay, answer(&self.conversation, &self.plan, then)) {
            (Some(delay), Ok(state)) => {
                self.state = state;
                Step::Again(delay)
            }
            (Some(_), Err(error)) => Step::Done(Err(error)),
            // Unlike for a start, a spending limit does not settle it: the server checks the limit before it claims
            // anything, so it may have accepted the answer that was lost.
            (None, _) if self.lost && !error.is_cancelled() && !error.is_ambiguous() => {
                Step::Done(Err(error.ambiguous(Some(self.plan.run_id().clone()))))
            }
            (None, _) => Step::Done(Err(error)),
        }
    }

    /// Returns the delay before the next attempt, or `None` if there must be none.
    fn pause(&mut self, error: &Error, elapsed: Duration) -> Option<Duration> {
        let policy = self.conversation.retry().unwrap_or(ANSWERS);
        self.attempts.next(&self.conversation, &policy, error, elapsed)
    }
}

/// Creates the request with the answer. It is sent once; the conversation decides about repeats.
fn answer(conversation: &Conversation, plan: &ResumeRun, begins: Duration) -> Result<State> {
    let mut answer = plan.clone();
    // The conversation applies the options.
    answer.options = CallOptions::default();
    conversation.call(answer.retry(RetryPolicy::NEVER), begins).map(State::Answer)
}

impl Exchange for Resume {
    type Output = WorkflowExecutionResult;

    fn request(&self) -> http::Request<RequestBody> {
        match &self.state {
            State::Answer(call) => call.request(),
            State::Wait(wait) => wait.request(),
        }
    }

    fn timeouts(&self) -> Timeouts {
        match &self.state {
            State::Answer(call) => call.timeouts(),
            State::Wait(wait) => wait.timeouts(),
        }
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        self.conversation.cancel_token()
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        match &self.state {
            State::Answer(call) => call.plan(head),
            State::Wait(wait) => wait.plan(head),
        }
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let step = match &mut self.state {
            State::Wait(wait) => wait.receive(outcome, elapsed),
            State::Answer(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(Resumed::Ended(result))) => {
                    self.attempts.accepted(self.conversation.api());
                    Step::Done(Ok(*result))
                }
                Step::Done(Ok(Resumed::Queued(_))) => self.wait(elapsed),
                Step::Done(Err(error)) => self.refused(error, elapsed),
            },
        };
        self.attempts.explain(step)
    }
}

impl Api {
    /// Returns the exchange that answers a pause and waits for the run.
    ///
    /// # Errors
    /// If its request cannot be built.
    pub fn resume(&self, resume: ResumeRun, policy: WaitPolicy) -> Result<Resume> {
        Resume::new(self, resume, policy)
    }
}

impl fmt::Debug for Resume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resume")
            .field("plan", &self.plan)
            .field("attempts", &self.attempts.count())
            .finish_non_exhaustive()
    }
}
