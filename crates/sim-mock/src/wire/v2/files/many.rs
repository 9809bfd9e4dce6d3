//! Moving and deleting many files: all of them or none.

use std::sync::Arc;

use axum::Extension;
use axum::extract;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::{check_target, target_of};
use crate::files::Shelf;
use crate::state::State;
use crate::wire::intake::Intake;
use crate::wire::v2::data::data;
use crate::wire::v2::fields::Fields;
use crate::wire::v2::guard::Guard;
use crate::wire::v2::issue::{Issue, Sized};
use crate::wire::v2::problem::Problem;
use crate::wire::v2::workspace;

/// The largest number of files of a request.
const FILES: u64 = 1000;

pub(crate) async fn relocate(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let mut body = Fields::of_body(&intake)?;
    let workspace = workspace::of_body(&mut body);
    let files = ids(&mut body);
    let folder = target_of(&mut body, "targetFolderPath");
    body.done()?;
    workspace::check(&state, &workspace)?;
    let mut shelf = state.files.open();
    check_target(&shelf, &folder)?;
    check_all(&shelf, &files)?;
    for id in &files {
        let name = shelf.files.get(id).map(|file| file.name.clone()).unwrap_or_default();
        if shelf.has_name(&folder, &name, id) {
            let message = format!("A file named \"{name}\" already exists in this folder");
            return Err(Problem::conflict(message));
        }
    }
    for file in shelf.files.all_mut().filter(|file| files.contains(&file.id)) {
        (file.folder, file.updated_at) = (folder.clone(), Timestamp::now());
    }
    Ok(data(StatusCode::OK, &json!({ "movedItems": { "files": files.len() } })))
}

pub(crate) async fn delete(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let mut body = Fields::of_body(&intake)?;
    let workspace = workspace::of_body(&mut body);
    let files = ids(&mut body);
    body.done()?;
    workspace::check(&state, &workspace)?;
    let mut shelf = state.files.open();
    check_all(&shelf, &files)?;
    for file in shelf.files.all_mut().filter(|file| files.contains(&file.id)) {
        file.archive();
    }
    Ok(data(StatusCode::OK, &json!({ "deletedItems": { "files": files.len() } })))
}

fn ids(body: &mut Fields) -> Vec<String> {
    let given = body.has("fileIds");
    let mut ids = body.texts_up_to("fileIds", FILES);
    if !given {
        body.issue(Issue::kind("array", None).at("fileIds"));
    } else if ids.is_empty() {
        body.issue(Issue::too_small(Sized::Items, 1, true).at("fileIds"));
    }
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids
}

fn check_all(shelf: &Shelf, ids: &[String]) -> Result<(), Problem> {
    if ids.iter().all(|id| shelf.files.get(id).is_some()) {
        return Ok(());
    }
    let message = format!("Workspace file items not found (files: {})", ids.join(", "));
    Err(Problem::new(StatusCode::NOT_FOUND, message))
}
