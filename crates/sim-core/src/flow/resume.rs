//! Answers a pause once, and ends with what follows.

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

/// How often an answer is sent at most.
const ANSWERS: RetryPolicy = RetryPolicy::new().max_retries(9);

/// The exchange that answers a pause and ends with the end of the run, or with its next pause.
///
/// A pause takes one answer, and a second is refused with 409. So an answer that may have been lost is sent
/// again: it is taken now, or the refusal proves that it was. What follows is read under the id of the run;
/// the server forgets that of the attempt.
pub struct Resume {
    conversation: Conversation,
    plan: ResumeRun,
    policy: WaitPolicy,
    state: State,
    attempts: Attempts,
    /// The answer went out and what came back was lost.
    lost: bool,
}

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
            // Nor does a spending limit settle it, as it does for a start: nothing is claimed before it is looked at,
            // so the answer that was lost may have been taken.
            (None, _) if self.lost && !error.is_cancelled() && !error.is_ambiguous() => {
                Step::Done(Err(error.ambiguous(Some(self.plan.run_id().clone()))))
            }
            (None, _) => Step::Done(Err(error)),
        }
    }

    /// How long to wait before the next try, if there may be one.
    fn pause(&mut self, error: &Error, elapsed: Duration) -> Option<Duration> {
        let policy = self.conversation.retry().unwrap_or(ANSWERS);
        self.attempts.next(&self.conversation, &policy, error, elapsed)
    }
}

/// The request that answers, sent once: what follows is decided here.
fn answer(conversation: &Conversation, plan: &ResumeRun, begins: Duration) -> Result<State> {
    let mut answer = plan.clone();
    // The conversation has the options.
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
        match &mut self.state {
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
        }
    }
}

impl Api {
    /// The exchange that answers a pause and waits for what follows.
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
