//! GET of the deployed versions of a workflow: their list, and one with its graph.

use std::sync::Arc;

use axum::extract::{self, Path};
use axum::response::Response;
use http::{StatusCode, Uri};
use serde::Serialize;
use serde_json::Value;

use super::read;
use crate::hosted::{Facts, Version};
use crate::ids;
use crate::state::State;
use crate::wire::answer;
use crate::wire::v2::cursor::{Key, Page};
use crate::wire::v2::data::data;
use crate::wire::v2::guard::Guard;
use crate::wire::v2::issue::{Issue, Sized};
use crate::wire::v2::problem::Problem;
use crate::wire::v2::query::Query;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    id: String,
    version: u64,
    name: Option<String>,
    description: Option<String>,
    is_active: bool,
    created_at: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(flatten)]
    summary: Summary,
    deployed_by: &'static str,
    latest_operation_status: &'static str,
}

#[derive(Debug, Serialize)]
struct Detail {
    #[serde(flatten)]
    summary: Summary,
    state: Value,
}

impl Summary {
    fn of(facts: &Facts, version: &Version) -> Self {
        let active = facts.active.as_ref().map(|active| active.version.1);
        Self {
            id: version.id.clone(),
            version: version.number,
            name: version.name.clone(),
            description: version.description.clone(),
            is_active: active == Some(version.number),
            created_at: ids::time_text(version.created_at),
        }
    }
}

/// Answers with the versions, the newest first.
pub(crate) async fn list(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(&uri);
    let page = Page {
        sort: "version",
        descends: true,
        filter: workflow.clone(),
        limit: query.limit(),
        cursor: query.cursor(),
    };
    query.done()?;
    let hosted = read::find(&state, &workflow)?;
    let facts = hosted.facts();
    let page = page.of(facts.versions.clone(), |version| {
        (Key::Number(i64::try_from(version.number).unwrap_or(i64::MAX)), version.id.clone())
    })?;
    let page = page.map(|version| {
        let summary = Summary::of(&facts, &version);
        let latest_operation_status = if summary.is_active { "active" } else { "superseded" };
        Item { summary, deployed_by: "Mock", latest_operation_status }
    });
    Ok(answer::json(StatusCode::OK, &page))
}

pub(crate) async fn get(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, version)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let invalid = |issue: Issue| Problem::invalid(vec![issue.at("version")]);
    let number: i64 = version.parse().map_err(|_| invalid(Issue::not_a_number()))?;
    let number = u64::try_from(number).ok().filter(|number| *number > 0);
    let number = number.ok_or_else(|| invalid(Issue::too_small(Sized::Number, 1, true)))?;
    let hosted = read::find(&state, &workflow)?;
    let facts = hosted.facts();
    let version = facts.version(number);
    let version = version.ok_or_else(|| Problem::not_found("Deployment version"))?;
    let summary = Summary::of(&facts, version);
    Ok(data(StatusCode::OK, &Detail { summary, state: version.graph.clone() }))
}
