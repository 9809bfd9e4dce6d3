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
use crate::runs::Record;
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

/// Cancels in the way of servers that do not look at the run: whatever the id is, they have recorded it.
fn record(state: &State, run: &str) -> Cancellation {
    let before = state.runs.get(run);
    let stuck = before.as_ref().is_some_and(Record::is_stuck);
    match &before {
        None => state.runs.cancel_id(run),
        Some(_) if stuck => state.runs.begin_cancel(run),
        Some(_) => drop(state.runs.finish(run, Outcome::Cancelled)),
    }
    let waited = before.is_some_and(|record| record.pauses.is_some());
    let now = state.runs.get(run).map(|record| record.status());
    Cancellation {
        redis_available: true,
        durably_recorded: true,
        locally_aborted: false,
        paused_cancelled: waited && now == Some(Status::Cancelled),
        reason: "recorded",
    }
}

fn check(state: &State, workflow: &str) -> Result<(), Refusal> {
    match state.workflow(workflow) {
        None => Err(Refusal::text(StatusCode::NOT_FOUND, "Workflow not found")),
        Some(hosted) if hosted.workflow.foreign => {
            let error = "Unauthorized: Access denied to write this workflow";
            Err(Refusal::text(StatusCode::FORBIDDEN, error))
        }
        Some(_) => Ok(()),
    }
}

pub(crate) async fn cancel(
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, run)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Caller::of(&state, &headers).key()?;
    if !state.release().checks_cancels() {
        check(&state, &workflow)?;
        let cancelled = record(&state, &run);
        let answer = Answer { success: true, execution_id: run, cancelled };
        return Ok(answer::json(StatusCode::OK, &answer));
    }
    executions::find(&state, &workflow, &run)?;
    let (cancelled, now) = Cancellation::now(&state, &run);
    if now != Status::Cancelled {
        let error = format!("Execution cannot be cancelled while {}", now.execution_word());
        return Err(Refusal::text(StatusCode::CONFLICT, &error));
    }
    Ok(answer::json(StatusCode::OK, &Answer { success: true, execution_id: run, cancelled }))
}
