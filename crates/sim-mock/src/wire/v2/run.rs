//! GET `/api/v2/workflows/{id}/runs/{run}`: a run by its id.

use std::sync::Arc;

use axum::extract::{self, Path};
use axum::response::Response;
use http::{StatusCode, Uri};
use serde::Serialize;
use serde_json::Value;

use super::data::data;
use super::guard::Guard;
use super::problem::Problem;
use super::query::Query;
use super::result::Error;
use crate::ids;
use crate::run::Status;
use crate::runs::Record;
use crate::state::State;
use crate::stream::Selection;
use crate::wire::answer;
use crate::wire::executions::{Cost, Point};

/// The fields that lists of runs and a run itself share.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    run_id: String,
    workflow_id: String,
    status: &'static str,
    trigger: &'static str,
    started_at: String,
    ended_at: Option<String>,
    duration_ms: Option<u64>,
}

impl Summary {
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            run_id: record.id.clone(),
            workflow_id: record.workflow.clone(),
            status: record.status().execution_word(),
            trigger: record.trigger(),
            started_at: ids::time_text(record.started_at),
            ended_at: record.ended_at.map(ids::time_text),
            duration_ms: record.whole_millis(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    #[serde(flatten)]
    summary: Summary,
    paused: Option<Point>,
    cost: Option<Cost>,
    error: Option<Error>,
    output: Option<Value>,
    block_outputs: Option<Value>,
}

pub(crate) async fn run(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, run)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(&uri);
    let with_output = query.flag("includeOutput");
    let selected = query.text("selectedOutputs", u64::MAX);
    query.done()?;
    let record = find(&state, &workflow, &run)?;
    let completed = record.status() == Status::Completed;
    let outcome = record.outcome();
    let output = outcome.filter(|_| with_output && completed);
    let selected = selected.filter(|_| completed || record.status() == Status::Failed);
    let run = Run {
        summary: Summary::of(&record),
        paused: Point::of(&record, state.release()),
        cost: Cost::of(&record),
        error: outcome.and_then(Error::recorded),
        output: output.map(|outcome| answer::output(&state, &record, outcome)),
        block_outputs: selected.map(|csv| Selection::csv(&csv).by_id(&record.outputs)),
    };
    Ok(data(StatusCode::OK, &run))
}

/// Returns the run of this workflow, or the refusal.
pub(crate) fn find(state: &State, workflow: &str, run: &str) -> Result<Record, Problem> {
    if state.own_workflow(workflow).is_none() {
        return Err(Problem::not_found("Workflow"));
    }
    let record = state.readable_run(run).filter(|record| record.workflow == workflow);
    record.ok_or_else(|| Problem::not_found("Run"))
}
