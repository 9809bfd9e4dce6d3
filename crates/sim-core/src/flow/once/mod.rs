//! The conversation that starts a run once and ends with its result. Clients drive it through the plan of the run. It
//! must not depend on a wait's own rules.

mod find;
mod plan;
mod probe;
mod start;

pub use plan::OnceWorkflow;

use std::fmt;
use std::time::Duration;

use super::attempts::Attempts;
use super::claims::probe;
use super::conversation::Conversation;
use super::wait::Wait;
use crate::call::Call;
use crate::client::Api;
use crate::error::{Error, Result};
use crate::exchange::{Exchange, Step};
use crate::flow::pass_on;
use crate::model::{Claims, WorkflowExecutionResult};
use crate::primitives::{Generation, RunId};
use crate::run::{ExecuteWorkflow, GetRun, QueueWorkflow};
use crate::v1::ProbeClaims;
use crate::wire::Outcome;

/// The exchange that starts a run once and ends with its result. The module's documentation shows its states.
pub struct Once {
    conversation: Conversation,
    plan: OnceWorkflow,
    /// The id that the starts send.
    sent_id: RunId,
    /// The id of the run in the server's words; `None` until an answer tells one.
    run_id: Option<RunId>,
    state: State,
    attempts: Attempts,
    /// What was proven before the first start under this id that may have arrived.
    claims: Claims,
    /// The start whose answer was lost; `None` if none was lost.
    lost: Option<Lost>,
    /// Whether the server turned out to lack the second generation.
    has_fallen_back: bool,
    /// Whether the id was stored, so that a start under it may have arrived before this conversation.
    is_stored: bool,
    /// For how long reads have said that there is no run.
    absent: Duration,
}

/// A start whose answer was lost, so that it may have arrived.
struct Lost {
    error: Error,
    generation: Generation,
}

#[expect(clippy::large_enum_variant, reason = "a conversation is driven one at a time")]
enum State {
    Probe(Call<ProbeClaims>),
    Sync(Call<ExecuteWorkflow>),
    Queue(Call<QueueWorkflow>),
    Find(Call<GetRun>),
    Wait(Wait),
}

impl Once {
    pub(crate) fn new(api: &Api, plan: OnceWorkflow) -> Result<Self> {
        let sent_id = plan.execute.chosen_id().cloned().unwrap_or_else(|| api.new_run_id());
        let about = ("Once", (Some(plan.execute.workflow_id()), None));
        let conversation = Conversation::new(api, &plan.options, about);
        // A start that cannot be sent is refused before anything else is.
        let start = State::start(&conversation, &plan, &sent_id, Duration::ZERO)?;
        let state = probe(&conversation, Duration::ZERO)?.map_or(start, State::Probe);
        Ok(Self {
            claims: conversation.claims(),
            conversation,
            plan,
            sent_id,
            run_id: None,
            state,
            attempts: Attempts::first(),
            lost: None,
            has_fallen_back: false,
            is_stored: false,
            absent: Duration::ZERO,
        })
    }

    /// Starts nothing once the server turns out to ignore ids: a start under the same id may have arrived before.
    pub(in crate::flow) fn under_a_stored_id(mut self) -> Self {
        self.is_stored = true;
        self
    }

    /// Returns whether the next request starts the run.
    pub(in crate::flow) fn is_start(&self) -> bool {
        matches!(self.state, State::Sync(_) | State::Queue(_))
    }

    /// Returns the id that the start of the run sends. A server that ignores such ids knows no run by it.
    pub fn sent_id(&self) -> &RunId {
        &self.sent_id
    }

    /// Returns the id of the run: as the server named it, else as it is sent if the server is known to honour that.
    /// `None` if no run is known.
    pub fn run_id(&self) -> Option<&RunId> {
        let claimed = (self.claims == Claims::Proven).then_some(&self.sent_id);
        self.run_id.as_ref().or(claimed)
    }

    fn step(&mut self, outcome: Outcome, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        match &mut self.state {
            State::Wait(wait) => match wait.receive(outcome, elapsed) {
                Step::Done(Err(error)) if error.is_burned() => {
                    self.plan.watcher = wait.take_watcher();
                    self.burned(error, elapsed)
                }
                step => step,
            },
            State::Probe(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(probed) => self.probed(probed, elapsed),
            },
            State::Find(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(found) => self.found(found, elapsed),
            },
            State::Sync(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(result)) if result.run_id.is_some() && result.waits_for_a_time() => {
                    // The answer came, so no lost connection cancels the run any more.
                    self.plan.sync = false;
                    self.run_id = result.run_id;
                    self.wait_for(None, Duration::ZERO, elapsed)
                }
                Step::Done(Ok(result)) => {
                    self.attempts.accepted(self.conversation.api());
                    Step::Done(Ok(result))
                }
                Step::Done(Err(error)) if call.lacks_generation() => self.fall_back(error, elapsed),
                Step::Done(Err(error)) => self.not_started(error, elapsed),
            },
            State::Queue(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(receipt)) => self.queued(receipt, elapsed),
                Step::Done(Err(error)) if call.lacks_generation() => self.fall_back(error, elapsed),
                Step::Done(Err(error)) => self.not_started(error, elapsed),
            },
        }
    }
}

impl Exchange for Once {
    type Output = WorkflowExecutionResult;

    pass_on! {
        this: &this.state => {
            State::Probe(call) => call,
            State::Sync(call) => call,
            State::Queue(call) => call,
            State::Find(call) => call,
            State::Wait(wait) => wait,
        }
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let step = self.step(outcome, elapsed);
        let sent_id = Some(self.sent_id.clone());
        let step = match self.attempts.explain(step) {
            Step::Done(Ok(result)) => Step::Done(Ok(WorkflowExecutionResult { sent_id, ..result })),
            Step::Done(Err(error)) => Step::Done(Err(error.with(|inner| inner.sent_id = sent_id))),
            again @ Step::Again(_) => again,
        };
        self.conversation.told_of_run(step, elapsed)
    }
}

impl Api {
    /// Returns the exchange that starts a run once and ends with its result.
    ///
    /// # Errors
    /// If its request cannot be built.
    pub fn once(&self, plan: OnceWorkflow) -> Result<Once> {
        Once::new(self, plan)
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once")
            .field("sent", &self.sent_id)
            .field("run", &self.run_id)
            .field("attempts", &self.attempts.count())
            .finish_non_exhaustive()
    }
}
