//! POST `/api/v2/workflows/{id}/runs/{run}/cancel`: ends a run early.

use std::sync::Arc;

use axum::extract::{self, Path};
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use super::data::data;
use super::guard::Guard;
use super::problem::Problem;
use super::run;
use crate::run::Status;
use crate::state::State;
use crate::wire::cancel::Cancellation;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    success: bool,
    run_id: String,
    #[serde(flatten)]
    cancelled: Cancellation,
}

/// Cancels a run. A run that has ended by itself is not an error.
pub(crate) async fn cancel(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, run_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    run::find(&state, &workflow, &run_id)?;
    let (mut cancelled, now) = Cancellation::now(&state, &run_id);
    match now {
        Status::Completed => cancelled.reason = "already_completed",
        Status::Failed => cancelled.reason = "already_failed",
        _ => {}
    }
    Ok(data(StatusCode::OK, &Answer { success: true, run_id, cancelled }))
}
