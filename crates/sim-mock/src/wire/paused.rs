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
use crate::runs::Record;
use crate::state::State;

/// The statuses of a run that still waits.
const WAITING: &str = "paused,partially_resumed";

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
    execution: Summary,
    pause_point: Point,
    queue: Vec<Entry>,
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
    let wanted = percent_decode_str(wanted.unwrap_or(WAITING)).decode_utf8_lossy();
    let mut paused_executions = Vec::new();
    for record in state.runs.paused(&workflow) {
        let Some(pauses) = &record.pauses else { continue };
        if !wanted.split(',').any(|word| word.trim() == pauses.status()) {
            continue;
        }
        let mut summary = Summary::new(&state, &record, pauses);
        summary.pause_points.retain(|point| point.pause_kind == "human");
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
    let snapshot = json!({ "metadata": { "executionId": run, "workflowId": workflow } });
    let detail = Detail {
        summary: Summary::new(&state, &record, &pauses),
        execution_snapshot: Snapshot { snapshot: snapshot.to_string(), trigger_ids: [] },
        queue: Entry::all(&record, &pauses),
    };
    Ok(answer::json(StatusCode::OK, &detail))
}

pub(crate) async fn context(
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, run, context)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Caller::of(&state, &headers).key()?;
    let (record, pauses) = find(&state, &workflow, &run)?;
    let pause_point = Summary::new(&state, &record, &pauses).point(&context);
    let pause_point = pause_point
        .ok_or_else(|| Refusal::text(StatusCode::NOT_FOUND, "Pause context not found"))?;
    let mut queue = Entry::all(&record, &pauses);
    queue.retain(|entry| entry.context_id == context);
    let active_resume_entry = queue.iter().find(|entry| entry.status == "claimed").cloned();
    let execution = Summary::new(&state, &record, &pauses);
    let context = Context { execution, pause_point, queue, active_resume_entry };
    Ok(answer::json(StatusCode::OK, &context))
}

/// Returns a run of this workflow that waits or has waited, or the refusal.
fn find(state: &State, workflow: &str, run: &str) -> Result<(Record, Pauses), Refusal> {
    let record = state.own_workflow(workflow).and_then(|_| state.runs.readable(run));
    let found = record.filter(|record| record.workflow == workflow).and_then(|mut record| {
        let pauses = record.pauses.take()?;
        Some((record, pauses))
    });
    found.ok_or_else(|| Refusal::text(StatusCode::NOT_FOUND, "Paused execution not found"))
}
