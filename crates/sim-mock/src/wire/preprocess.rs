//! The checks after the id of a run is claimed: deployment, usage, limits.

use std::time::Duration;

use http::StatusCode;
use jiff::Timestamp;

use super::body::Call;
use super::execute::Delivery;
use super::refusal::Refusal;
use crate::fault::Fault;
use crate::outcome::Outcome;
use crate::run::Mode;
use crate::runs::{Record, Stage};
use crate::slots::Slot;
use crate::state::{Hosted, State};
use crate::workflow::Workflow;

/// A request to execute a workflow, with its id claimed.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) id: String,
    pub(crate) owner: usize,
    pub(crate) request_id: String,
    pub(crate) call: Call,
    pub(crate) delivery: Delivery,
    pub(crate) limit: Option<Duration>,
    pub(crate) fault: Option<Fault>,
}

/// A run that nothing stands in the way of.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) workflow: Workflow,
    pub(crate) record: Record,
    pub(crate) slot: Slot,
    pub(crate) delivery: Delivery,
    pub(crate) call: Call,
    pub(crate) fault: Option<Fault>,
}

/// Lets the run go ahead or refuses it.
pub(crate) fn check(state: &State, hosted: &Hosted, asked: Asked) -> Result<Ready, Refusal> {
    if !hosted.is_deployed() {
        state.runs.release(&asked.id);
        return Err(Refusal::text(StatusCode::FORBIDDEN, "Workflow is not deployed"));
    }
    let record = record(state, hosted, &asked);
    match admit(state, &asked) {
        Ok(slot) => Ok(Ready {
            workflow: hosted.workflow.clone(),
            record,
            slot,
            delivery: asked.delivery,
            call: asked.call,
            fault: asked.fault,
        }),
        Err((status, error)) => {
            // The id is burned: a failed run is on record under it.
            let refusal = Refusal::text(status, &error);
            let failed = Stage::Done(Outcome::failed(error));
            let ended_at = Some(record.started_at);
            state.runs.open(Record { stage: failed, ended_at, started: false, ..record }, None);
            Err(refusal)
        }
    }
}

/// Takes what a run needs: money, a token, a place.
fn admit(state: &State, asked: &Asked) -> Result<Slot, (StatusCode, String)> {
    if let Some(error) = state.usage().refusal() {
        return Err((StatusCode::PAYMENT_REQUIRED, error));
    }
    let busy = |error: &str| (StatusCode::TOO_MANY_REQUESTS, error.to_owned());
    let fault = asked.fault.filter(|fault| *fault == Fault::Bucket);
    if let Some(fault) = fault {
        state.faults.count(fault);
    }
    if fault.is_some() || !state.buckets.take_sync(asked.owner) {
        return Err(busy("Rate limit exceeded. Please try again later."));
    }
    state.concurrency.take().ok_or_else(|| {
        busy(
            "Too many concurrent executions are in progress for this billing account. \
             Please wait for them to finish and try again.",
        )
    })
}

fn record(state: &State, hosted: &Hosted, asked: &Asked) -> Record {
    let mode = match asked.delivery {
        Delivery::Sync => Mode::Sync,
        Delivery::Stream => Mode::Stream,
        Delivery::Queued => Mode::Queued,
    };
    Record {
        id: asked.id.clone(),
        workflow: hosted.workflow.id.clone(),
        owner: asked.owner,
        request_id: asked.request_id.clone(),
        input: asked.call.input.clone(),
        mode,
        stage: if mode == Mode::Queued { Stage::Queued } else { Stage::Running },
        limit: asked.limit.into_iter().chain(state.time_limit).min(),
        started: true,
        started_at: Timestamp::now(),
        ended_at: None,
        duration: Duration::ZERO,
    }
}
