//! GET `/api/workflows/{id}/executions/{run}`: a run by its id.

use std::sync::Arc;

use axum::extract::{self, Path};
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use serde::Serialize;
use serde_json::Value;

use super::answer;
use super::auth::Caller;
use super::refusal::Refusal;
use crate::ids;
use crate::outcome::Outcome;
use crate::run::Status;
use crate::runs::Record;
use crate::state::State;
use crate::usage::Usage;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    execution_id: String,
    workflow_id: String,
    status: &'static str,
    trigger: &'static str,
    level: &'static str,
    started_at: String,
    ended_at: Option<String>,
    total_duration_ms: Option<u64>,
    paused: Option<Point>,
    cost: Option<Cost>,
    error: Option<String>,
    final_output: Option<Value>,
    /// Outputs of single blocks are not kept.
    block_outputs: Option<Value>,
}

#[derive(Debug, Serialize)]
struct Cost {
    total: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Point {
    context_id: String,
    paused_at: Option<String>,
    resume_at: Option<String>,
    pause_kind: &'static str,
    blocked_on_block_id: String,
    automatic_resume_waiting_reason: Option<String>,
    pause_point_count: u32,
    resumed_count: u32,
}

pub(crate) async fn execution(
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, run)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Caller::of(&state, &headers).key()?;
    let record = find(&state, &workflow, &run)?;
    let wanted = uri.query().unwrap_or_default();
    let with_output = wanted.split('&').any(|pair| pair == "includeOutput=true");
    Ok(answer::json(StatusCode::OK, &describe(&state, record, with_output)))
}

/// The run of this workflow, or the refusal.
pub(crate) fn find(state: &State, workflow: &str, run: &str) -> Result<Record, Refusal> {
    let record = state.runs.get(run).filter(|record| record.workflow == workflow);
    record.ok_or_else(|| Refusal::text(StatusCode::NOT_FOUND, "Execution not found"))
}

fn describe(state: &State, record: Record, with_output: bool) -> Answer {
    let status = record.status();
    let ended_at = record.ended_at.map(ids::time_text);
    let outcome = record.outcome();
    let error = outcome.and_then(Outcome::error);
    let with_output = with_output && status == Status::Completed;
    let final_output = outcome.filter(|_| with_output);
    Answer {
        status: status.execution_word(),
        trigger: "api",
        level: if error.is_some() { "error" } else { "info" },
        started_at: ids::time_text(record.started_at),
        total_duration_ms: whole_millis(&record),
        paused: match outcome {
            Some(Outcome::Paused(pause)) => Some(Point {
                context_id: pause.context_id.clone(),
                paused_at: ended_at.clone(),
                resume_at: None,
                pause_kind: "human",
                blocked_on_block_id: pause.context_id.clone(),
                automatic_resume_waiting_reason: None,
                pause_point_count: 1,
                resumed_count: 0,
            }),
            _ => None,
        },
        cost: (record.started && outcome.is_some()).then_some(Cost { total: Usage::RUN_COST }),
        error,
        final_output: final_output.map(|outcome| answer::output(state, &record, outcome)),
        block_outputs: None,
        ended_at,
        execution_id: record.id,
        workflow_id: record.workflow,
    }
}

/// How long the run took, once it has ended.
fn whole_millis(record: &Record) -> Option<u64> {
    record.ended_at?;
    u64::try_from(record.duration.as_millis()).ok()
}
