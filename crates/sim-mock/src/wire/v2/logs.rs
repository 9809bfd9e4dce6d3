//! GET `/api/v2/logs`: the runs of a workspace, page by page.

use std::sync::Arc;

use axum::extract;
use axum::response::Response;
use http::{StatusCode, Uri};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::cursor::Page;
use super::guard::Guard;
use super::issue::Issue;
use super::log_summary::{Summary, level};
use super::problem::Problem;
use super::query::Query;
use super::{log, runs, workspace};
use crate::hosted::Hosted;
use crate::runs::Record;
use crate::state::State;
use crate::wire::answer;
use crate::wire::executions::Cost;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(flatten)]
    summary: Summary,
    cost: Option<Cost>,
    files: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow: Option<Workflow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    final_output: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_spans: Option<Value>,
}

/// The workflow, in an entry with all details.
#[derive(Debug, Serialize)]
struct Workflow {
    id: String,
    name: String,
    description: Option<String>,
    deleted: bool,
}

impl Workflow {
    fn of(hosted: &Hosted) -> Self {
        let facts = hosted.facts();
        Self {
            id: hosted.workflow.id.clone(),
            name: facts.name.clone(),
            description: facts.description.clone(),
            deleted: facts.deleted,
        }
    }
}

/// The filter of the entries.
#[derive(Debug)]
struct Filter {
    workflows: Option<Vec<String>>,
    triggers: Option<Vec<String>>,
    folders: Option<Vec<String>>,
    level: Option<&'static str>,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    longest: (Option<f64>, Option<f64>),
    cost: (Option<f64>, Option<f64>),
    model: Option<String>,
    run_id: Option<String>,
}

impl Filter {
    fn read(query: &mut Query) -> Self {
        let filter = Self {
            workflows: query.words("workflowIds"),
            triggers: query.words("triggers"),
            folders: query.words("folderPaths"),
            level: query.word("level", &["info", "error"]),
            start: query.time("startDate"),
            end: query.time("endDate"),
            longest: (query.number("minDurationMs"), query.number("maxDurationMs")),
            cost: (query.number("minCost"), query.number("maxCost")),
            model: query.text("model", u64::MAX),
            run_id: query.text("runId", 128),
        };
        let crossed = |(low, high): (Option<f64>, Option<f64>)| {
            low.zip(high).is_some_and(|(low, high)| low > high)
        };
        if filter.start.zip(filter.end).is_some_and(|(start, end)| start > end) {
            query.issue(Issue::custom("startDate must be before endDate").at("startDate"));
        }
        if crossed(filter.longest) {
            let message = "minDurationMs must not exceed maxDurationMs";
            query.issue(Issue::custom(message).at("minDurationMs"));
        }
        if crossed(filter.cost) {
            query.issue(Issue::custom("minCost must not exceed maxCost").at("minCost"));
        }
        filter
    }

    fn wants(&self, record: &Record, folder: &str) -> bool {
        let has = |list: &Option<Vec<String>>, word: &str| {
            list.as_ref().is_none_or(|list| list.iter().any(|one| one == word || one == "all"))
        };
        let between = |(low, high): (Option<f64>, Option<f64>), value: f64| {
            low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high)
        };
        has(&self.workflows, &record.workflow)
            && has(&self.triggers, record.trigger())
            && has(&self.folders, folder)
            && self.level.is_none_or(|wanted| wanted == level(record))
            && self.start.is_none_or(|start| record.started_at >= start)
            && self.end.is_none_or(|end| record.started_at <= end)
            && between(self.longest, record.millis())
            && between(self.cost, Cost::of(record).map_or(0.0, |cost| cost.total))
            // The mock knows no model of any run.
            && self.model.is_none()
            && self.run_id.as_ref().is_none_or(|run| *run == record.id)
    }
}

pub(crate) async fn logs(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(&uri);
    let workspace = workspace::of_query(&mut query);
    let filter = Filter::read(&mut query);
    let spans = query.flag("includeTraceSpans");
    let output = query.flag("includeFinalOutput");
    let full = query.word("details", &["basic", "full"]) == Some("full") || spans || output;
    let page = Page {
        sort: "startedAt",
        descends: query.descends("order", true),
        filter: format!("{workspace}:{filter:?}"),
        limit: query.clamped_limit(),
        cursor: query.cursor(),
    };
    query.done()?;
    workspace::check(&state, &workspace)?;
    let mut records = state.runs.logged();
    records.retain(|record| {
        let hosted = state.catalog.any(&record.workflow);
        hosted.is_some_and(|hosted| filter.wants(record, &hosted.facts().folder))
    });
    let page = page.of(records, runs::key)?.map(|record| Item {
        summary: Summary::of(&record),
        cost: Cost::of(&record),
        files: None,
        workflow: state
            .catalog
            .any(&record.workflow)
            .filter(|_| full)
            .map(|one| Workflow::of(&one)),
        final_output: output.then(|| log::output(&state, &record)),
        trace_spans: spans.then(|| log::spans(&record)),
    });
    Ok(answer::json(StatusCode::OK, &page))
}
