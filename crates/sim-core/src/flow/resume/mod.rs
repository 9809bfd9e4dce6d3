//! The conversation that answers a pause once and waits for what follows. It must not decide what a paused run does:
//! that is what an inquiry finds out.

mod plan;
mod refused;

pub use plan::OnceResume;

use std::fmt;
use std::time::Duration;

use super::attempts::Attempts;
use super::conversation::Conversation;
use super::inquiry::{Doing, Found, Inquiry};
use super::wait::{Answered, Wait};
use crate::call::Call;
use crate::client::Api;
use crate::error::{Error, Result};
use crate::exchange::{Exchange, Step};
use crate::flow::pass_on;
use crate::model::{Pause, RunError, RunHandle, RunStatus, WorkflowExecutionResult};
use crate::operation::{CallOptions, RetryPolicy};
use crate::run::{ResumeRun, Resumed};
use crate::wire::Outcome;

/// The exchange that answers a pause and ends with the end of the run or its next pause.
///
/// A pause accepts one answer; the server refuses a second one. So the exchange repeats an answer that may have been
/// lost: either the server accepts it now, or the refusal proves that the pause was answered. The exchange then reads
/// in the detail of the pause which answer counted. If it is another one, the call ends with the code
/// [`ANSWER_REPLACED`](crate::code::ANSWER_REPLACED), and [`details`](crate::Error::details) holds what the run was
/// given: a server run by node goes on with an *empty* answer when the connection breaks just after the request.
///
/// After the answer, the state of the *run* decides, because the answer to one of two people reads as the end of the
/// run. The exchange reads the run by its own id, because servers from v0.8 on forget the id of the attempt to go on.
/// If what follows the answer fails, the result has the status `Failed` with the block's error. Such a run itself
/// reads as paused for ever; the detail of its pause and its log tell the cause.
///
/// # What servers do
///
/// | | before v0.8 (seen on v0.7.31 and v0.7.32) | v0.8 (seen on v0.8.9) |
/// |---|---|---|
/// | a pause that was answered | 400 | 409 |
/// | the id after an answer | that of the run | one of its own, which answers 404 once the attempt is over |
/// | the run itself names the place where it waits | no | yes |
/// | two people in parallel | each is answered | each is answered |
/// | two people one after the other | the second is answered by the id of the run, unless the run was queued | the second can *never* be answered |
/// | an answer to a queued run, self-hosted | accepted and never carried out: the wait reaches its bound | carried out |
/// | a timed pause | ends when the server's cron job runs | the same |
///
/// Of two people in a row, the first answer ends with `Paused` and the place of the second. On v0.8 the second answer
/// then ends with an error that says what the server did to it: it refuses the answer, or accepts it and takes it back
/// (`CONFLICT`).
pub struct Resume {
    conversation: Conversation,
    plan: OnceResume,
    state: State,
    attempts: Attempts,
    /// Whether the answer was sent and the reply was lost.
    lost: bool,
}

#[expect(clippy::large_enum_variant, reason = "a conversation is driven one at a time")]
enum State {
    Answer(Call<ResumeRun>),
    /// The server refused the answer: what became of the pause?
    Refused(Inquiry, Error),
    /// Waits for the run, whose answer may have told a result already.
    Wait(Wait, Option<Box<WorkflowExecutionResult>>),
    /// The run could not be read: does another place wait, or is the told result that of the run?
    Unread(Inquiry, Box<WorkflowExecutionResult>, Error),
}

impl Resume {
    pub(crate) fn new(api: &Api, plan: OnceResume) -> Result<Self> {
        let ids = (Some(plan.resume.workflow_id()), Some(plan.resume.run_id()));
        let conversation = Conversation::new(api, &plan.options, ("Resume", ids));
        let state = answer(&conversation, &plan.resume, Duration::ZERO)?;
        Ok(Self { conversation, plan, state, attempts: Attempts::first(), lost: false })
    }

    /// Takes the result that the answer told. Only the run knows whether another place still waits.
    fn ended(
        &mut self,
        result: WorkflowExecutionResult,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let has_places = result.pause.as_ref().is_some_and(|pause| !pause.points.is_empty());
        match result.status {
            RunStatus::Failed | RunStatus::TimedOut | RunStatus::Cancelled => self.done(result),
            RunStatus::Paused if has_places => self.done(result),
            _ => self.wait(Some(Box::new(result)), elapsed),
        }
    }

    fn done(&mut self, result: WorkflowExecutionResult) -> Step<WorkflowExecutionResult> {
        self.attempts.accepted(self.conversation.api());
        Step::Done(Ok(result))
    }

    fn wait(
        &mut self,
        told: Option<Box<WorkflowExecutionResult>>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        self.attempts.accepted(self.conversation.api());
        let plan = &self.plan.resume;
        let handle = RunHandle::new(plan.workflow_id(), plan.run_id());
        match Wait::accepted(self.conversation.clone(), handle, self.plan.wait, elapsed) {
            Ok(wait) => {
                let wait = wait.answered(Answered::new(plan.context_id(), plan.answer()));
                let wait = wait.watched(self.plan.watcher.take());
                let wait = if told.is_some() { wait.reading_output(elapsed) } else { wait };
                let mut wait = if self.lost { wait.interruptible() } else { wait };
                match wait.first_poll(Duration::ZERO, elapsed) {
                    Step::Done(Err(error)) => self.unread(told, error, elapsed),
                    step => {
                        self.state = State::Wait(wait, told);
                        step
                    }
                }
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    /// Ends with the error of the wait, unless the answer told a result and the detail of the pause shows whether it
    /// is that of the run.
    fn unread(
        &mut self,
        told: Option<Box<WorkflowExecutionResult>>,
        error: Error,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let Some(told) = told.filter(|_| !error.is_cancelled() && !error.is_timeout()) else {
            return Step::Done(Err(error));
        };
        match self.inquiry(elapsed) {
            Ok(inquiry) => {
                self.state = State::Unread(inquiry, told, error);
                Step::Again(Duration::ZERO)
            }
            Err(_) => Step::Done(Err(error)),
        }
    }

    fn inquiry(&self, elapsed: Duration) -> Result<Inquiry> {
        let plan = &self.plan.resume;
        let place = Some(plan.context_id().clone());
        Inquiry::new(&self.conversation, plan.workflow_id(), plan.run_id(), place, elapsed)
    }

    fn failed(&self, error: RunError) -> WorkflowExecutionResult {
        let status = RunStatus::Failed.because_of(Some(&error));
        WorkflowExecutionResult {
            error: Some(error),
            run_id: Some(self.plan.resume.run_id().clone()),
            workflow_id: Some(self.plan.resume.workflow_id().clone()),
            ..WorkflowExecutionResult::of(status)
        }
    }
}

/// Returns what a told result is worth where the run could not be read.
fn without_run(
    told: WorkflowExecutionResult,
    found: Result<Found>,
    error: Error,
) -> Result<WorkflowExecutionResult> {
    match found?.doing {
        Doing::WentOn => Ok(told),
        Doing::Asks(points) => {
            let pause = Some(Pause::at(points));
            let (run_id, workflow_id) = (told.run_id, told.workflow_id);
            let paused = WorkflowExecutionResult::of(RunStatus::Paused);
            Ok(WorkflowExecutionResult { run_id, workflow_id, pause, ..paused })
        }
        _ => Err(error),
    }
}

/// Creates the request with the answer. It is sent once; the conversation decides about repeats.
fn answer(conversation: &Conversation, resume: &ResumeRun, begins: Duration) -> Result<State> {
    let mut answer = resume.clone().unfollowed();
    // The conversation applies the options.
    answer.options = CallOptions::default();
    conversation.call(answer.retry(RetryPolicy::NEVER), begins).map(State::Answer)
}

impl Exchange for Resume {
    type Output = WorkflowExecutionResult;

    pass_on! {
        this: &this.state => {
            State::Answer(call) => call,
            State::Refused(inquiry, _) | State::Unread(inquiry, ..) => inquiry,
            State::Wait(wait, _) => wait,
        }
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let step = self.advance(outcome, elapsed);
        self.conversation.told_of_run(step, elapsed)
    }
}

impl Resume {
    fn advance(&mut self, outcome: Outcome, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let step = match &mut self.state {
            State::Answer(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(Resumed::Ended(result))) => self.ended(*result, elapsed),
                Step::Done(Ok(Resumed::Queued(_))) => self.wait(None, elapsed),
                Step::Done(Err(error)) if error.is_truncated() => {
                    // The stream had begun, so the server had accepted the answer.
                    self.lost = true;
                    self.wait(None, elapsed)
                }
                Step::Done(Err(error)) => self.refused(error, elapsed),
            },
            State::Refused(inquiry, error) => match inquiry.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(found) => {
                    let error = std::mem::replace(error, Error::out_of_time());
                    self.inquired(error, found, elapsed)
                }
            },
            State::Wait(wait, told) => match wait.receive(outcome, elapsed) {
                Step::Done(Err(error)) => {
                    let told = told.take();
                    self.unread(told, error, elapsed)
                }
                step => step,
            },
            State::Unread(inquiry, told, error) => match inquiry.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(found) => {
                    let nothing = WorkflowExecutionResult::of(RunStatus::Unknown);
                    let told = std::mem::replace(&mut **told, nothing);
                    let error = std::mem::replace(error, Error::out_of_time());
                    Step::Done(without_run(told, found, error))
                }
            },
        };
        self.attempts.explain(step)
    }
}

impl Api {
    /// Returns the exchange that answers a pause once and waits for what follows.
    ///
    /// # Errors
    /// If its request cannot be built.
    pub fn resume(&self, plan: impl Into<OnceResume>) -> Result<Resume> {
        Resume::new(self, plan.into())
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
