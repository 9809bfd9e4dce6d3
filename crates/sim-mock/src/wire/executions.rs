//! GET `/api/workflows/{id}/executions/{run}`: a run by its id.

use std::sync::Arc;

use axum::extract::{self, Path};
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::Value;

use super::answer;
use super::auth::Caller;
use super::refusal::Refusal;
use crate::ids;
use crate::outcome::Outcome;
use crate::pauses::Place;
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
        let cost = Self { total: Usage::RUN_COST };
        (record.began && record.outcome().is_some()).then_some(cost)
    }
}

/// The point where a run waits.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Point {
    context_id: Option<String>,
    paused_at: Option<String>,
    resume_at: Option<String>,
    pause_kind: Option<&'static str>,
    blocked_on_block_id: Option<String>,
    automatic_resume_waiting_reason: Option<String>,
    pause_point_count: usize,
    resumed_count: usize,
}

impl Point {
    /// Returns the point where a run waits, or `None` if it does not wait. Its id is absent once somebody
    /// resumes the point, or if the run waits at several points.
    pub(crate) fn of(record: &Record) -> Option<Self> {
        let pauses = record.pauses.as_ref().filter(|_| record.status() == Status::Paused)?;
        let waiting: Vec<&Place> = pauses.waiting().collect();
        let only = if let [only] = *waiting { Some(only) } else { None };
        let context = only.map(|place| place.pause.context_id.clone());
        let resume_at = waiting.iter().filter_map(|place| place.pause.resume_at).min();
        Some(Self {
            paused_at: Some(ids::time_text(pauses.paused_at)),
            resume_at: resume_at.map(ids::time_text),
            pause_kind: only.map(|place| place.pause.kind()),
            blocked_on_block_id: context.clone(),
            context_id: context,
            automatic_resume_waiting_reason: None,
            pause_point_count: pauses.places.len(),
            resumed_count: pauses.resumed(),
        })
    }
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
    let selected = wanted.split('&').find_map(|pair| pair.strip_prefix("selectedOutputs="));
    let selected = selected.map(|csv| percent_decode_str(csv).decode_utf8_lossy());
    Ok(answer::json(StatusCode::OK, &describe(&state, record, with_output, selected.as_deref())))
}

/// Returns the run of this workflow, or the refusal.
pub(crate) fn find(state: &State, workflow: &str, run: &str) -> Result<Record, Refusal> {
    let record = state.runs.readable(run).filter(|record| record.workflow == workflow);
    record.ok_or_else(|| Refusal::text(StatusCode::NOT_FOUND, "Execution not found"))
}

fn describe(state: &State, record: Record, with_output: bool, selected: Option<&str>) -> Answer {
    let status = record.status();
    let ended_at = record.ended_at.map(ids::time_text);
    let outcome = record.outcome();
    let error = outcome.and_then(Outcome::error);
    let completed = status == Status::Completed;
    let final_output = outcome.filter(|_| with_output && completed);
    let selected = selected.filter(|_| completed);
    Answer {
        status: status.execution_word(),
        trigger: record.trigger(),
        level: if error.is_some() { "error" } else { "info" },
        started_at: ids::time_text(record.started_at),
        total_duration_ms: record.whole_millis(),
        paused: Point::of(&record),
        cost: Cost::of(&record),
        error,
        final_output: final_output.map(|outcome| answer::output(state, &record, outcome)),
        block_outputs: selected.map(|csv| Selection::csv(csv).by_id(&record.outputs)),
        ended_at,
        execution_id: record.id,
        workflow_id: record.workflow,
    }
}
