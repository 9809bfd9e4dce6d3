//! GET `/api/v2/workflows/{id}/runs`: the runs of a workflow, page by page.

use std::sync::Arc;

use axum::extract::{self, Path};
use axum::response::Response;
use http::{StatusCode, Uri};
use serde::Serialize;

use super::cursor::{Key, Page};
use super::guard::Guard;
use super::issue::Issue;
use super::problem::Problem;
use super::query::Query;
use super::run::Summary;
use crate::runs::Record;
use crate::state::State;
use crate::wire::answer;
use crate::wire::executions::Cost;

const STATUSES: [&str; 6] = ["pending", "running", "completed", "failed", "cancelled", "paused"];

#[derive(Debug, Serialize)]
struct Item {
    #[serde(flatten)]
    summary: Summary,
    cost: Option<Cost>,
}

pub(crate) async fn runs(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(&uri);
    let status = query.word("status", &STATUSES);
    let trigger = query.text("trigger", u64::MAX);
    let (start, end) = (query.time("startDate"), query.time("endDate"));
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        query.issue(Issue::custom("startDate must be before endDate").at("startDate"));
    }
    let page = Page {
        sort: "startedAt",
        descends: query.descends("order", true),
        filter: format!("{workflow}:{status:?}:{trigger:?}:{start:?}:{end:?}"),
        limit: query.limit(),
        cursor: query.cursor(),
    };
    query.done()?;
    if state.own_workflow(&workflow).is_none() {
        return Err(Problem::not_found("Workflow"));
    }
    let mut records = state.runs.logged();
    records.retain(|record| {
        record.workflow == workflow
            && status.is_none_or(|status| record.status().execution_word() == status)
            && trigger.as_ref().is_none_or(|trigger| trigger == "api")
            && start.is_none_or(|start| record.started_at >= start)
            && end.is_none_or(|end| record.started_at <= end)
    });
    let page = page.of(records, key)?;
    let page = page.map(|record| Item { cost: Cost::of(&record), summary: Summary::of(&record) });
    Ok(answer::json(StatusCode::OK, &page))
}

/// Returns the sort key of a run: the time when it began.
pub(crate) fn key(record: &Record) -> (Key, String) {
    (Key::time(record.started_at), record.id.clone())
}
