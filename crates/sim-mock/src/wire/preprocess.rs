//! The checks after the run id is reserved: deployment, usage, limits.

use std::time::Duration;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use super::delivery::Delivery;
use super::refusal::Refusal;
use crate::fault::Fault;
use crate::hosted::Hosted;
use crate::ids;
use crate::outcome::Outcome;
use crate::run::Mode;
use crate::runs::{Record, Stage};
use crate::slots::Slot;
use crate::state::State;
use crate::tokens::Charge;
use crate::workflow::Workflow;

/// A request to start a run, with its id reserved.
#[derive(Debug)]
pub(crate) struct StartRequest {
    pub(crate) id: String,
    pub(crate) owner: usize,
    pub(crate) request_id: String,
    pub(crate) input: Value,
    pub(crate) selected: Vec<String>,
    pub(crate) delivery: Delivery,
    /// The bucket that the run counts against.
    pub(crate) charge: Charge,
    pub(crate) limit: Option<Duration>,
    pub(crate) fault: Option<Fault>,
}

/// A run that passed all checks.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) workflow: Workflow,
    pub(crate) record: Record,
    pub(crate) slot: Slot,
    pub(crate) delivery: Delivery,
    /// The outputs of blocks that the caller selected.
    pub(crate) selected: Vec<String>,
    pub(crate) fault: Option<Fault>,
}

/// The reason why a run may not start.
#[derive(Debug)]
pub(crate) enum Denied {
    NotDeployed,
    /// The account has reached its limit; the text is the server's.
    Usage(String),
    /// The bucket is empty, and fills in this many seconds.
    Rate(u16),
    Concurrency,
}

impl Denied {
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::NotDeployed => "Workflow is not deployed",
            Self::Usage(error) => error,
            Self::Rate(_) => "Rate limit exceeded. Please try again later.",
            Self::Concurrency => {
                "Too many concurrent executions are in progress for this billing account. \
                 Please wait for them to finish and try again."
            }
        }
    }

    /// Returns the text of the failed run that the refusal leaves, which is not always that of the answer.
    fn recorded(&self) -> String {
        let Self::Rate(seconds) = self else { return self.message().to_owned() };
        let resets = Timestamp::now() + Duration::from_secs(u64::from(*seconds));
        let resets = ids::time_text(resets);
        format!("Rate limit exceeded. 0 requests remaining. Resets at {resets}.")
    }

    /// Returns the status that servers answer with.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotDeployed => StatusCode::FORBIDDEN,
            Self::Usage(_) => StatusCode::PAYMENT_REQUIRED,
            Self::Rate(_) | Self::Concurrency => StatusCode::TOO_MANY_REQUESTS,
        }
    }
}

/// A refusal of v1 has a text, and no code.
impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self::text(denied.status(), denied.message())
    }
}

/// Lets the run start, or refuses it.
pub(crate) fn check(
    state: &State,
    hosted: &Hosted,
    request: StartRequest,
) -> Result<Ready, Denied> {
    if !hosted.is_deployed() {
        state.runs.release_id(&request.id);
        return Err(Denied::NotDeployed);
    }
    let record = record(state, hosted, &request);
    match admit(state, &request) {
        Ok(slot) => Ok(Ready {
            workflow: hosted.workflow.clone(),
            record,
            slot,
            delivery: request.delivery,
            selected: request.selected,
            fault: request.fault,
        }),
        Err(denied) => {
            // The id is used up: the server records a failed run of one millisecond under it.
            let failed = Stage::Done(Outcome::failed(denied.recorded()));
            let duration = Duration::from_millis(1);
            let ended_at = Some(record.started_at + duration);
            let burned = Record { stage: failed, ended_at, duration, started: false, ..record };
            state.runs.open(Record { version: None, ..burned }, None);
            Err(denied)
        }
    }
}

/// Takes what a run needs: budget, a token, a slot.
fn admit(state: &State, request: &StartRequest) -> Result<Slot, Denied> {
    if let Some(error) = state.usage().refusal() {
        return Err(Denied::Usage(error));
    }
    let fault = request.fault.filter(|fault| *fault == Fault::Bucket);
    if let Some(fault) = fault {
        state.faults.count(fault);
        return Err(Denied::Rate(0));
    }
    if !state.buckets.take(request.owner, request.charge) {
        return Err(Denied::Rate(state.buckets.wait(request.owner, request.charge)));
    }
    state.concurrency.take().ok_or(Denied::Concurrency)
}

fn record(state: &State, hosted: &Hosted, request: &StartRequest) -> Record {
    let mode = match request.delivery {
        Delivery::Sync => Mode::Sync,
        Delivery::Stream => Mode::Stream,
        Delivery::Queued => Mode::Queued,
    };
    Record {
        id: request.id.clone(),
        workflow: hosted.workflow.id.clone(),
        owner: request.owner,
        request_id: request.request_id.clone(),
        input: request.input.clone(),
        mode,
        stage: if mode == Mode::Queued { Stage::Queued } else { Stage::Running },
        limit: request.limit.into_iter().chain(state.time_limit).min(),
        started: true,
        started_at: Timestamp::now(),
        ended_at: None,
        duration: Duration::ZERO,
        began: false,
        outputs: Vec::new(),
        pauses: None,
        failure: None,
        is_delivery: false,
        parent: None,
        version: hosted.facts().active.as_ref().map(|active| active.version.0.clone()),
    }
}
