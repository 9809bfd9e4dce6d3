//! Answers a pause once, and ends with what follows.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::response::Parts;

use super::tries::Tries;
use super::wait::{RunHandle, Wait, WaitPolicy};
use crate::api::Api;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::exchange::{BodyPlan, Exchange, Outcome, Step};
use crate::operation::Operation;
use crate::retry::{Fate, RetryPolicy};
use crate::run::{ResumeRun, Resumed, WorkflowExecutionResult};
use crate::timeouts::Timeouts;
use crate::with::With;

/// How often an answer is sent at most.
const TRIES: RetryPolicy = RetryPolicy::new().max_retries(9);

/// The exchange that answers a pause and ends with the end of the run, or with its next pause.
///
/// A pause takes one answer, and a second is refused with 409. So an answer that may have been lost is sent
/// again: it is taken now, or the refusal proves that it was. What follows is read under the id of the run;
/// the server forgets that of the attempt.
pub struct Resume {
    api: Api,
    plan: ResumeRun,
    policy: WaitPolicy,
    state: State,
    tries: Tries,
    /// The answer went out and what came back was lost.
    lost: bool,
}

enum State {
    Answer(Call<With<ResumeRun>>),
    Wait(Wait),
}

impl Resume {
    pub(crate) fn new(api: &Api, plan: ResumeRun, policy: WaitPolicy) -> Result<Self> {
        let state = answer(api, &plan, &policy, Duration::ZERO)?;
        Ok(Self { api: api.clone(), plan, policy, state, tries: Tries::first(), lost: false })
    }

    fn wait(&mut self, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        self.tries.accepted(&self.api);
        let handle = RunHandle::new(self.plan.workflow(), self.plan.run());
        match Wait::accepted(&self.api, handle, self.policy, elapsed) {
            Ok(wait) => {
                let wait = wait.answered(self.plan.context());
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
        let again =
            error.is_ambiguous() || matches!(error.fate(), Fate::NeverSent | Fate::Refused(_));
        let delay = again.then(|| self.pause(&error, elapsed)).flatten();
        let then = elapsed.saturating_add(delay.unwrap_or_default());
        match (delay, answer(&self.api, &self.plan, &self.policy, then)) {
            (Some(delay), Ok(state)) => {
                self.state = state;
                Step::Again(delay)
            }
            (Some(_), Err(error)) => Step::Done(Err(error)),
            // Nor does a spending limit settle it, as it does for a start: nothing is claimed before it is looked at,
            // so the answer that was lost may have been taken.
            (None, _) if self.lost && !error.is_cancelled() && !error.is_ambiguous() => {
                Step::Done(Err(error.ambiguous(Some(self.plan.run().clone()))))
            }
            (None, _) => Step::Done(Err(error)),
        }
    }

    /// How long to wait before the next try, if there may be one.
    fn pause(&mut self, error: &Error, elapsed: Duration) -> Option<Duration> {
        self.tries.next(&self.api, &TRIES, &self.policy, error, elapsed)
    }
}

/// The request that answers, sent once: what follows is decided here.
fn answer(api: &Api, plan: &ResumeRun, policy: &WaitPolicy, begins: Duration) -> Result<State> {
    let answer = plan.clone().with_retry(RetryPolicy::NEVER);
    policy.call(api, answer, begins).map(State::Answer)
}

impl Exchange for Resume {
    type Output = WorkflowExecutionResult;

    fn request(&self) -> http::Request<Bytes> {
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
                    self.tries.accepted(&self.api);
                    Step::Done(Ok(*result))
                }
                Step::Done(Ok(Resumed::Queued(_))) => self.wait(elapsed),
                Step::Done(Err(error)) => self.refused(error, elapsed),
            },
        }
    }
}

impl fmt::Debug for Resume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resume")
            .field("plan", &self.plan)
            .field("tries", &self.tries.count())
            .finish_non_exhaustive()
    }
}
