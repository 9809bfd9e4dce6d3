//! The receipt of a queued run.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use super::answer;
use super::preprocess::Ready;
use crate::engine;
use crate::state::State;

/// What stands before the id of a run in the id of its job.
pub(crate) const JOB_PREFIX: &str = "workflow-execution:";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    success: bool,
    r#async: bool,
    job_id: String,
    execution_id: String,
    message: &'static str,
    status_url: String,
}

/// Queues the run and says where to ask for it.
pub(crate) fn receipt(state: &Arc<State>, ready: Ready) -> Response {
    let id = ready.record.id.clone();
    state.runs.open(ready.record, Some(ready.slot));
    engine::launch(state, &ready.workflow, &id, None);
    let job_id = format!("{JOB_PREFIX}{id}");
    let receipt = Receipt {
        success: true,
        r#async: true,
        status_url: format!("{}/api/jobs/{job_id}", state.app_url),
        job_id,
        execution_id: id,
        message: "Workflow execution queued",
    };
    answer::json(StatusCode::ACCEPTED, &receipt)
}
