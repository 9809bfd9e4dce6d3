//! GET `/api/workflows/{id}/executions/{run}`: a run by its id.

use std::sync::Arc;

use axum::extract::{self, Path};
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::Value;

use super::auth::Caller;
use super::refusal::Refusal;
use super::{answer, framework};
use crate::ids;
use crate::outcome::Outcome;
use crate::release::Release;
use crate::run::Status;
use crate::runs::Record;
use crate::state::State;
use crate::stream::Selection;
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
    block_outputs: Option<Value>,
}

/// The cost of a run, in US dollars.
#[derive(Debug, Serialize)]
pub(crate) struct Cost {
    pub(crate) total: f64,
}

impl Cost {
    /// Returns the cost of a run, or `None` if it never began or has not ended.
    pub(crate) fn of(record: &Record) -> Option<Self> {
        // A start that was refused leaves a run that cost nothing.
        let total = if record.started { Usage::RUN_COST } else { 0.0 };
        let counts = record.began || !record.started;
        (counts && record.outcome().is_some()).then_some(Self { total })
    }
}

/// The point where a run waits.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Point {
    /// The id of the point, which older servers leave out.
    #[serde(skip_serializing_if = "Option::is_none")]
    context_id: Option<Value>,
    paused_at: Option<String>,
    resume_at: Option<String>,
    pause_kind: Option<&'static str>,
    blocked_on_block_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    automatic_resume_waiting_reason: Option<Value>,
    /// The id of the waiting run's own record, which only v1 sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_execution_id: Option<String>,
    pause_point_count: usize,
    resumed_count: usize,
}

impl Point {
    /// Returns the first point where a run waits, or `None` if it does not wait. Its id is null once somebody
    /// has begun to resume every point, whatever became of that.
    pub(crate) fn of(record: &Record, release: Release) -> Option<Self> {
        let pauses = record.pauses.as_ref().filter(|_| record.status() == Status::Paused)?;
        let first = pauses.waiting().next();
        let context = first.map(|place| place.pause.context_id.clone());
        let resume_at = pauses.waiting().filter_map(|place| place.pause.resume_at).min();
        Some(Self {
            paused_at: Some(ids::time_text(pauses.paused_at)),
            resume_at: resume_at.map(ids::time_text),
            pause_kind: first.map(|place| place.pause.kind()),
            blocked_on_block_id: context.clone(),
            context_id: (release >= Release::V089).then(|| context.into()),
            automatic_resume_waiting_reason: (release >= Release::V0732).then_some(Value::Null),
            paused_execution_id: None,
            pause_point_count: pauses.places.len(),
            resumed_count: pauses.resumed(),
        })
    }

    fn of_v1(record: &Record, release: Release) -> Option<Self> {
        let paused_execution_id = record.pauses.as_ref().map(|pauses| pauses.id.clone());
        Self::of(record, release).map(|point| Self { paused_execution_id, ..point })
    }
}

pub(crate) async fn execution(
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, run)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if !state.release().reads_runs() {
        return Ok(framework::no_page().await);
    }
    Caller::of(&state, &headers).key()?;
    let record = find(&state, &workflow, &run)?;
    let wanted = uri.query().unwrap_or_default();
    let with_output = wanted.split('&').any(|pair| pair == "includeOutput=true");
    let selected = wanted.split('&').find_map(|pair| pair.strip_prefix("selectedOutputs="));
    let selected = selected.map(|csv| percent_decode_str(csv).decode_utf8_lossy());
    Ok(answer::json(StatusCode::OK, &describe(&state, record, with_output, selected.as_deref())))
}

/// Returns the run of this workflow, or the refusal.
pub(crate) fn find(state: &State, workflow: &str, run: &str) -> Result<Record, Refusal> {
    if state.workflow(workflow).is_none() {
        return Err(Refusal::text(StatusCode::NOT_FOUND, "Workflow not found"));
    }
    let record = state.readable_run(run).filter(|record| record.workflow == workflow);
    record.ok_or_else(|| Refusal::text(StatusCode::NOT_FOUND, "Execution not found"))
}

fn describe(state: &State, record: Record, with_output: bool, selected: Option<&str>) -> Answer {
    let status = record.status();
    let release = state.release();
    let cancelling = record.pauses.as_ref().is_some_and(|pauses| pauses.cancelling);
    let ended_at = record.ended_at.map(ids::time_text);
    let outcome = record.outcome();
    let error = outcome.and_then(Outcome::error);
    let completed = status == Status::Completed;
    let final_output = outcome.filter(|_| with_output && completed);
    let selected = selected.filter(|_| completed || status == Status::Failed);
    Answer {
        status: if cancelling { "pending" } else { status.execution_word() },
        trigger: record.trigger(),
        level: if error.is_some() || record.failure.is_some() { "error" } else { "info" },
        started_at: ids::time_text(record.started_at),
        total_duration_ms: record.whole_millis(),
        paused: Point::of_v1(&record, release).filter(|_| !cancelling),
        cost: Cost::of(&record),
        error,
        final_output: final_output.map(|outcome| answer::output(state, &record, outcome)),
        block_outputs: selected.map(|csv| Selection::csv(csv).by_id(&record.outputs)),
        ended_at,
        execution_id: record.id,
        workflow_id: record.workflow,
    }
}
