//! GET `/api/v2/logs/{run}`: everything on record about a run.

use std::sync::Arc;

use axum::extract::{self, Path};
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use super::data::data;
use super::guard::Guard;
use super::log_summary::Summary;
use super::problem::Problem;
use crate::ids;
use crate::runs::Record;
use crate::state::State;
use crate::wire::answer;
use crate::wire::executions::Cost;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    #[serde(flatten)]
    summary: Summary,
    files: Option<Value>,
    workflow: Workflow,
    workflow_state: Value,
    trace_spans: Value,
    final_output: Value,
    cost: Option<Cost>,
    created_at: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Workflow {
    id: String,
    name: String,
    description: Option<String>,
    folder_path: String,
    owner_email: String,
    workspace_id: String,
    created_at: String,
    updated_at: String,
    deleted: bool,
}

pub(crate) async fn log(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(run): Path<String>,
) -> Result<Response, Problem> {
    let missing = || Problem::not_found("Log");
    let record = state.runs.get(&run).filter(Record::is_logged).ok_or_else(missing)?;
    let hosted = state.catalog.any(&record.workflow).ok_or_else(missing)?;
    let facts = hosted.facts().clone();
    let detail = Detail {
        summary: Summary::of(&record),
        files: None,
        workflow: Workflow {
            id: record.workflow.clone(),
            name: facts.name,
            description: facts.description,
            folder_path: facts.folder,
            owner_email: format!("{}@example.com", State::user(record.owner)),
            workspace_id: state.workspace.clone(),
            created_at: ids::time_text(facts.created_at),
            updated_at: ids::time_text(facts.updated_at),
            deleted: facts.deleted,
        },
        workflow_state: facts.graph,
        trace_spans: spans(&record),
        final_output: output(&state, &record),
        cost: Cost::of(&record),
        created_at: ids::time_text(record.started_at),
    };
    Ok(data(StatusCode::OK, &detail))
}

/// Returns the output of the run, or its error if it failed.
pub(crate) fn output(state: &State, record: &Record) -> Value {
    let Some(outcome) = record.outcome() else { return Value::Null };
    match record.logged_error() {
        Some(error) => json!({ "error": error }),
        None => answer::output(state, record, outcome),
    }
}

/// Returns the spans of the run itself and of every block with an output.
pub(crate) fn spans(record: &Record) -> Value {
    let Some(ended) = record.ended_at else { return json!([]) };
    let (start, end) = (ids::time_text(record.started_at), ids::time_text(ended));
    let error = record.logged_error();
    if !record.started {
        return json!([{
            "id": "workflow-error-root", "name": "Workflow Error", "type": "workflow",
            "duration": record.whole_millis(), "startTime": start, "endTime": end,
            "status": "error", "output": { "error": error }, "children": [],
        }]);
    }
    if !record.began {
        return json!([]);
    }
    let blocks = record.outputs.iter().map(|(block, output)| {
        json!({
            "id": format!("{}-1", block.id), "name": block.name, "type": "function",
            "duration": record.millis(), "startTime": start, "endTime": end,
            "status": "success", "blockId": block.id, "output": output, "children": [],
        })
    });
    // The input of the span would be the settings of the webhook; its output is what it received.
    let received = record.is_delivery.then(|| {
        json!({
            "id": "webhook-1", "name": "Webhook", "type": "generic_webhook", "duration": 0,
            "startTime": start, "endTime": start, "status": "success", "blockId": "webhook",
            "output": record.input, "children": [],
        })
    });
    let children: Vec<Value> = received.into_iter().chain(blocks).collect();
    json!([{
        "id": "workflow-execution", "name": "Workflow Execution", "type": "workflow",
        "duration": record.whole_millis(), "startTime": start, "endTime": end,
        "status": if error.is_some() { "error" } else { "success" }, "children": children,
    }])
}
