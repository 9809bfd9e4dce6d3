//! The conversation that starts a run once and ends with its result. Clients drive it through the plan of the run. It
//! must not depend on a wait's own rules.

mod look;
mod plan;
mod start;

pub use plan::OnceWorkflow;

use std::fmt;
use std::time::Duration;

use http::response::Parts;

use super::attempts::Attempts;
use super::conversation::Conversation;
use super::wait::Wait;
use crate::call::Call;
use crate::client::Api;
use crate::error::{Error, Result};
use crate::exchange::{BodyPlan, Exchange, Step};
use crate::model::WorkflowExecutionResult;
use crate::primitives::RunId;
use crate::run::{ExecuteWorkflow, GetRun, QueueWorkflow};
use crate::wire::{CancelToken, Outcome, RequestBody, Timeouts};

/// The exchange that starts a run once and ends with its result. The module's documentation shows its states.
pub struct Once {
    conversation: Conversation,
    plan: OnceWorkflow,
    run_id: RunId,
    state: State,
    attempts: Attempts,
    /// The error by which the answer to a request under this id was lost; `None` if none was lost.
    lost: Option<Error>,
}

#[expect(clippy::large_enum_variant, reason = "a conversation is driven one at a time")]
enum State {
    Sync(Call<ExecuteWorkflow>),
    Queue(Call<QueueWorkflow>),
    Look(Call<GetRun>),
    Wait(Wait),
}

/// Passes a call on to the exchange of the current state.
macro_rules! current {
    ($state:expr, $exchange:ident => $do:expr) => {
        match $state {
            State::Sync($exchange) => $do,
            State::Queue($exchange) => $do,
            State::Look($exchange) => $do,
            State::Wait($exchange) => $do,
        }
    };
}

impl Once {
    pub(crate) fn new(api: &Api, plan: OnceWorkflow) -> Result<Self> {
        let run = plan.execute.chosen_id().cloned().unwrap_or_else(|| api.new_run_id());
        let conversation = Conversation::new(api, &plan.options);
        let state = State::start(&conversation, &plan, &run, Duration::ZERO)?;
        Ok(Self { conversation, plan, run_id: run, state, attempts: Attempts::first(), lost: None })
    }

    /// Returns the id under which the run is requested now.
    pub fn run_id(&self) -> &RunId {
        &self.run_id
    }
}

impl Exchange for Once {
    type Output = WorkflowExecutionResult;

    fn request(&self) -> http::Request<RequestBody> {
        current!(&self.state, exchange => exchange.request())
    }

    fn timeouts(&self) -> Timeouts {
        current!(&self.state, exchange => exchange.timeouts())
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        self.conversation.cancel_token()
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        current!(&self.state, exchange => exchange.plan(head))
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let step = match &mut self.state {
            State::Wait(wait) => wait.receive(outcome, elapsed),
            State::Look(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(found) => self.looked(found, elapsed),
            },
            State::Sync(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(result)) => {
                    self.attempts.accepted(self.conversation.api());
                    Step::Done(Ok(result))
                }
                Step::Done(Err(error)) => self.not_started(error, elapsed),
            },
            State::Queue(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(receipt)) => self.queued(receipt, elapsed),
                Step::Done(Err(error)) => self.not_started(error, elapsed),
            },
        };
        self.attempts.explain(step)
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
            .field("run", &self.run_id)
            .field("attempts", &self.attempts.count())
            .finish_non_exhaustive()
    }
}
