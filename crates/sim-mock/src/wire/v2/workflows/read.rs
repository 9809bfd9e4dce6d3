//! GET `/api/v2/workflows` and `/api/v2/workflows/{id}`.

use std::sync::Arc;

use axum::extract::{self, Path};
use axum::response::Response;
use http::{StatusCode, Uri};
use serde::Serialize;
use serde_json::Value;

use super::item::{Input, Item};
use crate::hosted::Hosted;
use crate::state::State;
use crate::wire::answer;
use crate::wire::v2::cursor::{Key, Page};
use crate::wire::v2::data::data;
use crate::wire::v2::guard::Guard;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::query::Query;
use crate::wire::v2::workspace;

const SORTS: [&str; 5] = ["position", "name", "createdAt", "updatedAt", "runCount"];

#[derive(Debug, Serialize)]
struct Detail {
    #[serde(flatten)]
    item: Item,
    variables: Value,
    inputs: Vec<Input>,
}

pub(crate) async fn list(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(&uri);
    let workspace = workspace::of_query(&mut query);
    let folder = workspace::folder_of_query(&mut query, "folderPath");
    let deployed = query.flag("deployedOnly");
    let search = query.text("search", 200).map(|text| text.to_lowercase());
    let sort = query.word("sortBy", &SORTS).unwrap_or("position");
    let page = Page {
        sort,
        descends: query.descends("sortOrder", false),
        filter: format!("{folder:?}:{deployed}:{search:?}"),
        limit: query.limit(),
        cursor: query.cursor(),
    };
    query.done()?;
    workspace::check(&state, &workspace)?;
    let wanted = |hosted: &&Arc<Hosted>| {
        let facts = hosted.facts();
        (!deployed || facts.active.is_some())
            && folder.as_ref().is_none_or(|folder| *folder == facts.folder)
            && search.as_ref().is_none_or(|text| facts.name.to_lowercase().contains(text))
    };
    let found: Vec<Arc<Hosted>> = state.catalog.open().own().filter(wanted).cloned().collect();
    let page = page.of(found, |hosted| (key(&state, hosted, sort), hosted.workflow.id.clone()))?;
    Ok(answer::json(StatusCode::OK, &page.map(|hosted| Item::of(&state, &hosted))))
}

fn key(state: &State, hosted: &Hosted, sort: &str) -> Key {
    let facts = hosted.facts();
    match sort {
        "name" => Key::Text(facts.name.clone()),
        "createdAt" => Key::time(facts.created_at),
        "updatedAt" => Key::time(facts.updated_at),
        "runCount" => {
            let (runs, _) = state.runs.begun_count(&hosted.workflow.id);
            Key::Number(i64::try_from(runs).unwrap_or(i64::MAX))
        }
        _ => Key::Number(facts.position),
    }
}

pub(crate) async fn get(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
) -> Result<Response, Problem> {
    let hosted = find(&state, &workflow)?;
    let variables = hosted.facts().graph["variables"].clone();
    let detail = Detail { item: Item::of(&state, &hosted), variables, inputs: Input::all(&hosted) };
    Ok(data(StatusCode::OK, &detail))
}

/// Returns the workflow, or the refusal.
pub(crate) fn find(state: &State, workflow: &str) -> Result<Arc<Hosted>, Problem> {
    state.own_workflow(workflow).ok_or_else(|| Problem::not_found("Workflow"))
}
