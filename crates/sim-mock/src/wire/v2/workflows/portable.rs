//! Exporting workflows as documents, and importing them.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{edit, read};
use crate::catalog::Content;
use crate::folder::ROOT;
use crate::state::State;
use crate::wire::intake::Intake;
use crate::wire::v2::data::data;
use crate::wire::v2::fields::Fields;
use crate::wire::v2::guard::Guard;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::workspace;
use crate::{graph, ids};

/// Answers GET `/api/v2/workflows/{id}/export` with the document.
pub(crate) async fn export(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(workflow): Path<String>,
) -> Result<Response, Problem> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Document {
        version: &'static str,
        exported_at: String,
        workflow: Source,
        state: Value,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Source {
        id: String,
        name: String,
        description: Option<String>,
        workspace_id: String,
        folder_path: String,
    }
    let hosted = read::find(&state, &workflow)?;
    let facts = hosted.facts();
    let document = Document {
        version: "1.0",
        exported_at: ids::time_text(Timestamp::now()),
        workflow: Source {
            id: workflow,
            name: facts.name.clone(),
            description: facts.description.clone(),
            workspace_id: state.workspace.clone(),
            folder_path: facts.folder.clone(),
        },
        state: facts.graph.clone(),
    };
    Ok(data(StatusCode::OK, &document))
}

/// Answers POST `/api/v2/workflows/import`, with a document as an object or as text, or a graph alone. A name
/// that exists gets a number.
pub(crate) async fn import(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Imported {
        id: String,
        name: String,
        description: Option<String>,
        workspace_id: String,
        folder_path: String,
        created_at: String,
        updated_at: String,
    }
    let mut body = Fields::of_body(&intake)?;
    let workspace = workspace::of_body(&mut body);
    let document = body.any("workflow");
    match &document {
        Some(Value::String(_) | Value::Object(_)) => {}
        other => body.issue(Issue::kind("object", other.as_ref()).at("workflow")),
    }
    let name = body.text("name", 1, 200);
    let description = body.text("description", 0, 2000);
    let folder = workspace::folder_of_body(&mut body, "folderPath");
    body.done()?;
    workspace::check(&state, &workspace)?;
    let document = match document.unwrap_or_default() {
        Value::String(text) => text.parse().map_err(|_| invalid("Invalid JSON"))?,
        document => document,
    };
    let state_of = document.get("state").unwrap_or(&document);
    let graph = graph::import(state_of).map_err(invalid)?;
    let told = |key: &str| document["workflow"][key].as_str().map(str::to_owned);
    let name = name.or_else(|| told("name")).unwrap_or_else(|| "Imported Workflow".to_owned());
    let description = description.or_else(|| told("description")).unwrap_or_default();
    let folder = folder.unwrap_or_else(|| ROOT.to_owned());
    let hosted = {
        let mut content = state.catalog.open();
        workspace::check_folder(&content, &folder)?;
        let name = free_name(&content, &folder, name);
        let workflow = edit::empty(ids::uuid()).name(name).description(description);
        content.add(workflow.folder(folder))
    };
    let mut facts = hosted.facts();
    facts.graph = graph;
    let imported = Imported {
        id: hosted.workflow.id.clone(),
        name: facts.name.clone(),
        description: facts.description.clone(),
        workspace_id: workspace,
        folder_path: facts.folder.clone(),
        created_at: ids::time_text(facts.created_at),
        updated_at: ids::time_text(facts.updated_at),
    };
    Ok(data(StatusCode::CREATED, &imported))
}

fn invalid(why: &str) -> Problem {
    Problem::bad_request(format!("Invalid workflow: {why}"))
}

/// Returns the name, or if it exists, the name with the first free number from two on.
fn free_name(content: &Content, folder: &str, name: String) -> String {
    if !content.has_name(folder, &name, None) {
        return name;
    }
    let mut numbered = (2_u32..).map(|number| format!("{name} ({number})"));
    let free = numbered.find(|name| !content.has_name(folder, name, None));
    free.unwrap_or(name)
}
