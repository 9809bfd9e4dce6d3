//! GET of the waiting runs of v1: their list, one run, one of its points.

use std::sync::Arc;

use axum::extract::{self, Path};
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::json;

use super::answer;
use super::auth::Caller;
use super::pause_detail::{Entry, Point, Summary};
use super::refusal::Refusal;
use crate::pauses::Pauses;
use crate::release::Release;
use crate::runs::Record;
use crate::state::State;

/// The statuses of a run that still waits.
const WAITING: &str = "paused,partially_resumed";

/// All statuses, which older servers list if nobody asks for some.
const EVERY: &str = "paused,partially_resumed,fully_resumed,cancelling,cancelled";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct List {
    paused_executions: Vec<Summary>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    #[serde(flatten)]
    summary: Summary,
    execution_snapshot: Snapshot,
    queue: Vec<Entry>,
}

impl Detail {
    fn new(state: &State, record: &Record, pauses: &Pauses) -> Self {
        let ids = json!({ "executionId": record.id, "workflowId": record.workflow });
        let snapshot = json!({ "metadata": ids }).to_string();
        Self {
            summary: Summary::new(state, record, pauses),
            execution_snapshot: Snapshot { snapshot, trigger_ids: [] },
            queue: Entry::all(state.release(), record, pauses),
        }
    }
}

/// The state from which a server would continue. Clients do not read it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Snapshot {
    snapshot: String,
    trigger_ids: [&'static str; 0],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    execution: Detail,
    pause_point: Point,
    queue: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    active_resume_entry: Option<Entry>,
}

pub(crate) async fn list(
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Caller::of(&state, &headers).key()?;
    if state.own_workflow(&workflow).is_none() {
        return Err(Refusal::text(StatusCode::NOT_FOUND, "Workflow not found"));
    }
    let pairs = uri.query().unwrap_or_default().split('&');
    let wanted = pairs.into_iter().find_map(|pair| pair.strip_prefix("status="));
    let unfiltered = if state.release() < Release::V089 { EVERY } else { WAITING };
    let wanted = percent_decode_str(wanted.unwrap_or(unfiltered)).decode_utf8_lossy();
    let mut paused_executions = Vec::new();
    for record in state.runs.paused(&workflow) {
        let Some(pauses) = &record.pauses else { continue };
        if !wanted.split(',').any(|word| word.trim() == pauses.status()) {
            continue;
        }
        let summary = Summary::new(&state, &record, pauses).without_attempts();
        if !summary.pause_points.is_empty() {
            paused_executions.push(summary);
        }
    }
    Ok(answer::json(StatusCode::OK, &List { paused_executions }))
}

pub(crate) async fn detail(
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, run)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Caller::of(&state, &headers).key()?;
    let (record, pauses) = find(&state, &workflow, &run)?;
    Ok(answer::json(StatusCode::OK, &Detail::new(&state, &record, &pauses)))
}

pub(crate) async fn context(
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, run, context)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Caller::of(&state, &headers).key()?;
    let missing = || Refusal::text(StatusCode::NOT_FOUND, "Pause context not found");
    let (record, pauses) = find(&state, &workflow, &run).map_err(|_| missing())?;
    let pause_point = Summary::new(&state, &record, &pauses).point(&context);
    let pause_point = pause_point.ok_or_else(missing)?;
    let queue = Entry::all(state.release(), &record, &pauses);
    let is_active = |entry: &&Entry| {
        matches!(entry.status, "claimed" | "pending") && entry.context_id == context
    };
    let active_resume_entry = queue.iter().find(is_active).cloned();
    let execution = Detail::new(&state, &record, &pauses);
    let context = Context { execution, pause_point, queue, active_resume_entry };
    Ok(answer::json(StatusCode::OK, &context))
}

/// Returns a run of this workflow that waits or has waited, or the refusal.
fn find(state: &State, workflow: &str, run: &str) -> Result<(Record, Pauses), Refusal> {
    let record = state.own_workflow(workflow).and_then(|_| state.runs.get(run));
    let found = record.filter(|record| record.workflow == workflow).and_then(|record| {
        let pauses = record.pauses.clone().filter(Pauses::is_for_a_human)?;
        Some((record, pauses))
    });
    found.ok_or_else(|| Refusal::text(StatusCode::NOT_FOUND, "Paused execution not found"))
}
