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

#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the wire has them")]
#[serde(rename_all = "camelCase")]
struct Answer {
    success: bool,
    execution_id: String,
    redis_available: bool,
    durably_recorded: bool,
    locally_aborted: bool,
    paused_cancelled: bool,
    reason: &'static str,
}

pub(crate) async fn cancel(
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, run)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Caller::of(&state, &headers).key()?;
    let before = executions::find(&state, &workflow, &run)?.status();
    let ended = state.runs.finish(&run, Outcome::Cancelled);
    let now = executions::find(&state, &workflow, &run)?.status();
    if now != Status::Cancelled {
        let error = format!("Execution cannot be cancelled while {}", now.execution_word());
        return Err(Refusal::text(StatusCode::CONFLICT, &error));
    }
    let answer = Answer {
        success: true,
        execution_id: run,
        redis_available: true,
        durably_recorded: ended,
        locally_aborted: false,
        paused_cancelled: ended && before == Status::Paused,
        reason: if ended { "recorded" } else { "already_cancelled" },
    };
    Ok(answer::json(StatusCode::OK, &answer))
}
