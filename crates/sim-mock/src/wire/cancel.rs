//! POST `/api/workflows/{id}/executions/{run}/cancel`: ends a run early.

use std::sync::Arc;

use axum::extract::{self, Path};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::auth::Caller;
use super::refusal::Refusal;
use super::{answer, executions};
use crate::outcome::Outcome;
use crate::run::Status;
use crate::state::State;

/// The result of cancelling a run.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the wire has them")]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cancellation {
    redis_available: bool,
    durably_recorded: bool,
    locally_aborted: bool,
    paused_cancelled: bool,
    pub(crate) reason: &'static str,
}

impl Cancellation {
    /// Cancels an existing run, and returns the result and the status of the run now.
    pub(crate) fn now(state: &State, run: &str) -> (Self, Status) {
        let status = || state.runs.get(run).map_or(Status::Cancelled, |record| record.status());
        let before = status();
        let ended = state.runs.finish(run, Outcome::Cancelled);
        let cancelled = Self {
            redis_available: true,
            durably_recorded: ended,
            locally_aborted: false,
            paused_cancelled: ended && before == Status::Paused,
            reason: if ended { "recorded" } else { "already_cancelled" },
        };
        (cancelled, status())
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    success: bool,
    execution_id: String,
    #[serde(flatten)]
    cancelled: Cancellation,
}

pub(crate) async fn cancel(
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, run)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Caller::of(&state, &headers).key()?;
    executions::find(&state, &workflow, &run)?;
    let (cancelled, now) = Cancellation::now(&state, &run);
    if now != Status::Cancelled {
        let error = format!("Execution cannot be cancelled while {}", now.execution_word());
        return Err(Refusal::text(StatusCode::CONFLICT, &error));
    }
    Ok(answer::json(StatusCode::OK, &Answer { success: true, execution_id: run, cancelled }))
}
