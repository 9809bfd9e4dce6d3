//! `/api/v2/billing`: how much the account has spent, and on what.

use std::sync::Arc;

use axum::extract;
use axum::response::Response;
use http::{StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::cursor::Page;
use super::data::data;
use super::guard::Guard;
use super::issue::Issue;
use super::problem::Problem;
use super::query::Query;
use super::{runs, workspace};
use crate::ids;
use crate::runs::Record;
use crate::state::State;
use crate::usage::Usage;
use crate::wire::answer;
use crate::wire::usage::STORAGE;

const SOURCES: [&str; 9] = [
    "workflow",
    "wand",
    "sim-chat",
    "mcp_copilot",
    "mothership_block",
    "knowledge-base",
    "voice-input",
    "enrichment",
    "voice-output",
];

const HOURS_OF_DAY: i64 = 24;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    workspace_id: Option<String>,
    period: Period,
    plan: String,
    status: &'static str,
    credits: Credits,
    storage: Storage,
}

#[derive(Debug, Serialize)]
struct Period {
    start: &'static str,
    end: &'static str,
}

#[derive(Debug, Serialize)]
struct Credits {
    used: i64,
    limit: i64,
    remaining: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Storage {
    used_bytes: u64,
    limit_bytes: u64,
    percent_used: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    created_at: String,
    source: &'static str,
    workspace_id: String,
    workflow: Workflow,
    run_id: String,
    credit_cost: i64,
}

#[derive(Debug, Serialize)]
struct Workflow {
    id: String,
    name: Option<String>,
}

/// Answers with the account. An account that never paid has one period, which is all of time.
pub(crate) async fn status(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(&uri);
    let workspace_id = query.text("workspaceId", 128);
    query.done()?;
    if let Some(workspace) = &workspace_id {
        workspace::check(&state, workspace)?;
    }
    let usage = state.usage();
    let (used, limit) = (Usage::credits(usage.current_period_cost), Usage::credits(usage.limit));
    let exceeded = usage.current_period_cost >= usage.limit;
    let account = Account {
        workspace_id,
        period: Period { start: "1970-01-01T00:00:00.000Z", end: "9999-12-31T00:00:00.000Z" },
        plan: usage.plan,
        status: if exceeded { "limit_exceeded" } else { "active" },
        credits: Credits { used, limit, remaining: limit - used },
        storage: Storage { used_bytes: 0, limit_bytes: STORAGE, percent_used: 0 },
    };
    Ok(data(StatusCode::OK, &account))
}

/// Answers with one entry for every run that has begun, the newest first.
pub(crate) async fn logs(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(&uri);
    let source = query.word("source", &SOURCES);
    let workspace = query.text("workspaceId", 128);
    let period = query.word("period", &["1d", "7d", "30d", "all", "custom"]).unwrap_or("30d");
    let (start, end) = (query.time("startDate"), query.time("endDate"));
    if (period == "custom") != start.is_some() {
        let message = "startDate is required with period custom, and allowed only with it";
        query.issue(Issue::custom(message).at("startDate"));
    }
    if period != "custom" && end.is_some() {
        query.issue(Issue::custom("endDate is allowed only with period custom").at("endDate"));
    }
    let page = Page {
        sort: "createdAt",
        descends: true,
        filter: format!("{source:?}:{workspace:?}:{period}:{start:?}:{end:?}"),
        limit: query.limit(),
        cursor: query.cursor(),
    };
    query.done()?;
    if let Some(workspace) = &workspace {
        workspace::check(&state, workspace)?;
    }
    let start = start.or_else(|| since(period));
    let mut records = state.runs.logged();
    records.retain(|record| {
        record.began
            && source.is_none_or(|source| source == "workflow")
            && start.is_none_or(|start| record.started_at >= start)
            && end.is_none_or(|end| record.started_at <= end)
    });
    let page = page.of(records, runs::key)?.map(|record| entry(&state, record));
    Ok(answer::json(StatusCode::OK, &page))
}

fn since(period: &str) -> Option<Timestamp> {
    let days: i64 = period.strip_suffix('d')?.parse().ok()?;
    Timestamp::now().checked_sub(SignedDuration::from_hours(days * HOURS_OF_DAY)).ok()
}

fn entry(state: &State, record: Record) -> Entry {
    let hosted = state.catalog.any(&record.workflow);
    Entry {
        id: format!("usage-{}", record.id),
        created_at: ids::time_text(record.started_at),
        source: "workflow",
        workspace_id: state.workspace.clone(),
        workflow: Workflow {
            id: record.workflow,
            name: hosted.map(|hosted| hosted.facts().name.clone()),
        },
        run_id: record.id,
        credit_cost: Usage::credits(Usage::RUN_COST),
    }
}
