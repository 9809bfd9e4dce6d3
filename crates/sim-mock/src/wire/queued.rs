//! The receipt of a queued run.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use super::answer;
use super::preprocess::Ready;
use super::refusal::Refusal;
use crate::engine;
use crate::fault::Fault;
use crate::state::State;

/// The prefix of a job id, before the run id.
pub(crate) const JOB_PREFIX: &str = "workflow-execution:";

/// The faults that leave open whether the run is queued.
const AMBIGUOUS: [Fault; 2] = [Fault::AmbiguousEnqueue, Fault::AmbiguousEnqueueLost];

/// The receipt of a queued run or resume attempt, with the address of its status.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt {
    success: bool,
    r#async: bool,
    job_id: String,
    execution_id: String,
    message: &'static str,
    status_url: String,
}

impl Receipt {
    pub(crate) fn new(state: &State, job_id: String, run: String, message: &'static str) -> Self {
        Self {
            success: true,
            r#async: true,
            status_url: format!("{}/api/jobs/{job_id}", state.app_url),
            job_id,
            execution_id: run,
            message,
        }
    }

    pub(crate) fn answer(&self) -> Response {
        answer::json(StatusCode::ACCEPTED, self)
    }
}

/// Queues the run and answers with its receipt.
pub(crate) fn receipt(state: &Arc<State>, ready: Ready) -> Result<Response, Refusal> {
    let id = ready.record.id.clone();
    let names_run = state.release().honours_run_ids();
    if !enqueue(state, ready) {
        let error = "Failed to queue async execution";
        let unknown = || Refusal::text(StatusCode::INTERNAL_SERVER_ERROR, error);
        return Err(if names_run { Refusal::ambiguous(&id) } else { unknown() });
    }
    let job = if names_run { format!("{JOB_PREFIX}{id}") } else { state.runs.add_job(&id) };
    Ok(Receipt::new(state, job, id, "Workflow execution queued").answer())
}

/// Queues the run. Returns false if a fault leaves open whether it is queued.
pub(crate) fn enqueue(state: &Arc<State>, ready: Ready) -> bool {
    let ambiguous = ready.fault.filter(|fault| AMBIGUOUS.contains(fault));
    if let Some(fault) = ambiguous {
        state.faults.count(fault);
    }
    if ambiguous != Some(Fault::AmbiguousEnqueueLost) {
        let id = ready.record.id.clone();
        state.runs.open(ready.record, Some(ready.slot));
        engine::launch(state, &ready.workflow, &id, None);
    }
    // If the run is lost its id stays reserved, with nothing recorded under it.
    ambiguous.is_none()
}
