//! GET `/api/jobs/{id}`: a queued run, as its job.

use std::sync::Arc;

use axum::extract::{self, Path};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::Value;

use super::auth::Caller;
use super::refusal::Refusal;
use super::{answer, queued};
use crate::ids;
use crate::outcome::Outcome;
use crate::release::Release;
use crate::run::{Mode, Status};
use crate::runs::Record;
use crate::state::State;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Job {
    success: bool,
    task_id: String,
    status: &'static str,
    metadata: Metadata,
    output: Option<Ended>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    user_id: String,
    workflow_id: String,
    /// The run, absent for an attempt to resume one.
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation: Option<Correlation>,
    workspace_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_duration_seconds: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Correlation {
    source: &'static str,
    request_id: String,
    workflow_id: String,
    execution_id: String,
    trigger_type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Ended {
    output: Value,
    success: bool,
    executed_at: String,
    workflow_id: String,
    execution_id: String,
}

pub(crate) async fn job(
    extract::State(state): extract::State<Arc<State>>,
    Path(job): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let key = match Caller::of(&state, &headers) {
        Caller::Key(key) => key,
        Caller::Wrong => return Err(unauthorized("Invalid API key", "INVALID_API_KEY")),
        Caller::Anonymous => return Err(unauthorized("Unauthorized", "UNAUTHORIZED")),
    };
    let named = || job.strip_prefix(queued::JOB_PREFIX).map(str::to_owned);
    let run = state.runs.run_of_job(&job).or_else(named);
    let run = run.and_then(|run| state.runs.get(&run));
    let Some(record) = run.filter(|record| record.mode == Mode::Queued && record.started) else {
        let (error, code) = ("Task not found", "TASK_NOT_FOUND");
        return Err(Refusal::coded(StatusCode::NOT_FOUND, error, code));
    };
    if record.owner != key {
        return Err(Refusal::coded(StatusCode::FORBIDDEN, "Access denied", "ACCESS_DENIED"));
    }
    Ok(answer::json(StatusCode::OK, &describe(&state, &record, job)))
}

fn unauthorized(error: &str, code: &str) -> Refusal {
    Refusal::coded(StatusCode::UNAUTHORIZED, error, code)
}

fn describe(state: &State, record: &Record, task_id: String) -> Job {
    let status = record.status();
    let outcome = record.outcome();
    // Older servers count a run that was cancelled or took too long as done, without an error.
    let older = state.release() < Release::V089;
    let cut = matches!(outcome, Some(Outcome::Cancelled | Outcome::TimedOut(_)));
    let done_without = older && cut;
    let error = match outcome {
        _ if done_without => None,
        Some(Outcome::Cancelled) => Some("Cancelled".to_owned()),
        outcome => outcome.and_then(Outcome::error),
    };
    let metadata = Metadata {
        user_id: State::user(record.owner),
        workflow_id: record.workflow.clone(),
        correlation: record.parent.is_none().then(|| Correlation {
            source: "workflow",
            request_id: record.request_id.clone(),
            workflow_id: record.workflow.clone(),
            execution_id: record.id.clone(),
            trigger_type: "api",
        }),
        workspace_id: state.workspace.clone(),
        // The queue gives a run extra time beyond its own limit.
        max_duration_seconds: record.limit.map(|limit| limit.as_secs().saturating_add(300)),
    };
    let ended = done_without || matches!(status, Status::Completed | Status::Paused);
    let output = outcome.filter(|_| ended).map(|outcome| Ended {
        output: answer::output(state, record, outcome),
        success: !done_without,
        executed_at: record.ended_at.map(ids::time_text).unwrap_or_default(),
        workflow_id: record.workflow.clone(),
        execution_id: record.told_id(state.release()).to_owned(),
    });
    let status = if done_without { "completed" } else { status.job_word() };
    Job { success: true, task_id, status, metadata, output, error }
}
