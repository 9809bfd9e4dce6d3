//! The conversations that read what a run does: its state, and where it waits. Clients drive them. They must not wait
//! for a change.

use std::fmt;
use std::time::Duration;

use super::conversation::Conversation;
use super::inquiry::{Doing, Found, Inquiry};
use crate::call::Call;
use crate::client::Api;
use crate::error::Result;
use crate::exchange::{Exchange, Step};
use crate::flow::pass_on;
use crate::model::{PausePoint, RunError, RunStatus};
use crate::operation::CallOptions;
use crate::primitives::{RunId, WorkflowId};
use crate::run::{GetRun, Run};
use crate::wire::Outcome;

/// The exchange that reads the state of a run, and of a paused run also what it does: the run itself does not tell
/// whether it failed after its pause.
pub struct Find {
    conversation: Conversation,
    workflow: WorkflowId,
    run_id: RunId,
    state: State,
}

#[expect(clippy::large_enum_variant, reason = "a conversation is driven one at a time")]
enum State {
    Read(Call<GetRun>),
    Ask(Inquiry, Box<Run>),
}

impl Find {
    fn new(api: &Api, workflow: WorkflowId, run_id: RunId) -> Result<Self> {
        let conversation = Conversation::new(
            api,
            &CallOptions::default(),
            ("Find", (Some(&workflow), Some(&run_id))),
        );
        let read = GetRun::new(&workflow, &run_id).include_output(true);
        let state = State::Read(conversation.call(read, Duration::ZERO)?);
        Ok(Self { conversation, workflow, run_id, state })
    }

    fn read(&mut self, run: Run, elapsed: Duration) -> Step<Run> {
        if run.status != RunStatus::Paused || run.waits_for_a_time() || run.pause_point().is_some()
        {
            return Step::Done(Ok(run));
        }
        let (workflow, id) = (&self.workflow, &self.run_id);
        match Inquiry::new(&self.conversation, workflow, id, None, elapsed) {
            Ok(inquiry) => {
                self.state = State::Ask(inquiry, Box::new(run));
                Step::Again(Duration::ZERO)
            }
            // What is known of the run is known all the same.
            Err(_) => Step::Done(Ok(run)),
        }
    }
}

/// Adds to a run what the inquiry found.
fn told(mut run: Run, found: Found) -> Run {
    let failure = match found.doing {
        Doing::Failed(error) => Some(error),
        Doing::Unknown(error) if run.reads_failed(&error) => {
            Some(RunError::saying(Inquiry::NO_REASON))
        }
        Doing::Asks(points) => {
            run.waits_in(&points);
            None
        }
        _ => None,
    };
    if let Some(error) = failure {
        run.status = RunStatus::Failed.because_of(Some(&error));
        run.error = Some(error);
    }
    run
}

impl Exchange for Find {
    type Output = Run;

    pass_on! { this: &this.state => { State::Read(call) => call, State::Ask(inquiry, _) => inquiry } }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Run> {
        let step = self.advance(outcome, elapsed);
        self.conversation.told(step, elapsed, |run| Some((Some(&run.run_id), &run.status)))
    }
}

impl Find {
    fn advance(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Run> {
        match &mut self.state {
            State::Read(call) => match call.receive(outcome, elapsed) {
                Step::Done(Ok(run)) => self.read(run, elapsed),
                step => step,
            },
            State::Ask(inquiry, run) => match inquiry.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(found) => Step::Done(found.map(|found| told((**run).clone(), found))),
            },
        }
    }
}

/// The exchange that reads where a run waits for people.
pub struct Pauses(Inquiry, Conversation);

impl Exchange for Pauses {
    type Output = Vec<PausePoint>;

    pass_on! { this => &this.0 }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Vec<PausePoint>> {
        let step = self.advance(outcome, elapsed);
        self.1.told(step, elapsed, |_| None)
    }
}

impl Pauses {
    fn advance(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Vec<PausePoint>> {
        match self.0.receive(outcome, elapsed) {
            Step::Again(delay) => Step::Again(delay),
            Step::Done(found) => Step::Done(found.and_then(|found| match found.doing {
                Doing::Asks(points) => Ok(points),
                Doing::Unknown(error) => Err(error),
                _ => Ok(Vec::new()),
            })),
        }
    }
}

impl Api {
    /// Returns the exchange that reads the state of a run.
    ///
    /// # Errors
    /// If its request cannot be built.
    pub fn find(&self, workflow: impl Into<WorkflowId>, run: impl Into<RunId>) -> Result<Find> {
        Find::new(self, workflow.into(), run.into())
    }

    /// Returns the exchange that reads where a run waits for people.
    ///
    /// # Errors
    /// If its request cannot be built.
    pub fn pauses(&self, workflow: impl Into<WorkflowId>, run: impl Into<RunId>) -> Result<Pauses> {
        let (workflow, run) = (workflow.into(), run.into());
        let about = ("Pauses", (Some(&workflow), Some(&run)));
        let conversation = Conversation::new(self, &CallOptions::default(), about);
        let inquiry = Inquiry::new(&conversation, &workflow, &run, None, Duration::ZERO)?;
        Ok(Pauses(inquiry.without_log(), conversation))
    }
}

impl fmt::Debug for Find {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Find").field("run", &self.run_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Pauses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pauses").field(&self.0).finish()
    }
}
