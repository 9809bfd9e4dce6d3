//! Creating, changing and deleting workflows.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;

use super::item::Item;
use super::read;
use crate::catalog::Content;
use crate::folder::ROOT;
use crate::ids;
use crate::state::State;
use crate::wire::intake::Intake;
use crate::wire::v2::data::data;
use crate::wire::v2::fields::Fields;
use crate::wire::v2::guard::Guard;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::workspace;
use crate::workflow::Workflow;

/// The longest name and the longest description, in characters.
const NAME: u64 = 255;
const DESCRIPTION: u64 = 50_000;

/// Creates a workflow without blocks, which returns its input.
pub(super) fn empty(id: String) -> Workflow {
    Workflow::new(id, |input| input).not_deployed()
}

/// Answers POST `/api/v2/workflows`: creates a workflow.
pub(crate) async fn create(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let mut body = Fields::of_body(&intake)?;
    let workspace = workspace::of_body(&mut body);
    let name = body.required("name", NAME);
    let description = body.change("description", DESCRIPTION).of(None);
    let folder = workspace::folder_of_body(&mut body, "folderPath");
    body.done()?;
    workspace::check(&state, &workspace)?;
    let folder = folder.unwrap_or_else(|| ROOT.to_owned());
    let hosted = {
        let mut content = state.catalog.open();
        workspace::check_folder(&content, &folder)?;
        check_name(&content, &folder, &name, None)?;
        let mut workflow = empty(ids::uuid()).name(name).folder(folder);
        workflow.description = description;
        content.add(workflow)
    };
    Ok(data(StatusCode::CREATED, &Item::of(&state, &hosted)))
}

/// Answers PATCH `/api/v2/workflows/{id}`: changes only the named fields. A description of `null` is removed.
pub(crate) async fn update(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let mut body = Fields::of_body(&intake)?;
    if !["name", "description", "folderPath"].iter().any(|name| body.has(name)) {
        let message = "At least one of name, description, or folderPath is required";
        body.issue(Issue::custom(message).at("name"));
    }
    let name = body.text("name", 1, NAME);
    let description = body.change("description", DESCRIPTION);
    let folder = workspace::folder_of_body(&mut body, "folderPath");
    body.done()?;
    let hosted = read::find(&state, &workflow)?;
    {
        let content = state.catalog.open();
        let (old_name, old_folder) = {
            let facts = hosted.facts();
            (facts.name.clone(), facts.folder.clone())
        };
        let (name, folder) = (name.unwrap_or(old_name), folder.unwrap_or(old_folder));
        workspace::check_folder(&content, &folder)?;
        check_name(&content, &folder, &name, Some(&workflow))?;
        let mut facts = hosted.facts();
        (facts.name, facts.folder, facts.updated_at) = (name, folder, Timestamp::now());
        facts.description = description.of(facts.description.take());
    }
    Ok(data(StatusCode::OK, &Item::of(&state, &hosted)))
}

/// Answers DELETE `/api/v2/workflows/{id}`: deletes the workflow.
pub(crate) async fn delete(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Deleted {
        id: String,
        deleted: bool,
    }
    let hosted = read::find(&state, &workflow)?;
    let mut facts = hosted.facts();
    facts.deleted = true;
    facts.undeploy();
    Ok(data(StatusCode::OK, &Deleted { id: workflow, deleted: true }))
}

fn check_name(
    content: &Content,
    folder: &str,
    name: &str,
    except: Option<&str>,
) -> Result<(), Problem> {
    if !content.has_name(folder, name, except) {
        return Ok(());
    }
    let message = format!("A workflow named \"{name}\" already exists in this folder");
    Err(Problem::conflict(message))
}
