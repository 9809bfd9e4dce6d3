//! `/api/v2/workflows/folders`: folders, identified by their paths.

use std::sync::Arc;

use axum::Extension;
use axum::extract;
use axum::response::Response;
use http::{StatusCode, Uri};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Serialize;

use crate::folder::{self, Folder, ROOT};
use crate::ids;
use crate::state::State;
use crate::wire::answer;
use crate::wire::intake::Intake;
use crate::wire::v2::cursor::Listed;
use crate::wire::v2::data::data;
use crate::wire::v2::fields::Fields;
use crate::wire::v2::guard::Guard;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::query::Query;
use crate::wire::v2::workspace;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    name: String,
    path: String,
    parent_path: String,
    created_at: String,
    updated_at: String,
    locked: bool,
}

impl Item {
    fn of(folder: &Folder) -> Self {
        let name = folder.path.rsplit('/').next().unwrap_or_default();
        Self {
            name: percent_decode_str(name).decode_utf8_lossy().into_owned(),
            path: folder.path.clone(),
            parent_path: folder::parent(&folder.path).to_owned(),
            created_at: ids::time_text(folder.created_at),
            updated_at: ids::time_text(folder.updated_at),
            locked: false,
        }
    }
}

/// Answers with all folders at once.
pub(crate) async fn list(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(&uri);
    let workspace = workspace::of_query(&mut query);
    let parent = workspace::folder_of_query(&mut query, "parentPath");
    let search = query.text("search", 200).map(|text| text.to_lowercase());
    let sort = query.word("sortBy", &["name", "createdAt", "updatedAt"]);
    let descends = query.descends("sortOrder", false);
    query.done()?;
    workspace::check(&state, &workspace)?;
    let mut items: Vec<Item> = state.catalog.open().folders.iter().map(Item::of).collect();
    items.retain(|item| {
        parent.as_ref().is_none_or(|parent| *parent == item.parent_path)
            && search.as_ref().is_none_or(|text| item.name.to_lowercase().contains(text))
    });
    items.sort_by_key(|item| match sort {
        Some("createdAt") => item.created_at.clone(),
        Some("updatedAt") => item.updated_at.clone(),
        _ => item.name.clone(),
    });
    if descends {
        items.reverse();
    }
    Ok(answer::json(StatusCode::OK, &Listed::whole(items)))
}

pub(crate) async fn create(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let mut body = Fields::of_body(&intake)?;
    let workspace = workspace::of_body(&mut body);
    let path = required(&mut body, "path");
    body.done()?;
    workspace::check(&state, &workspace)?;
    let mut content = state.catalog.open();
    if content.has_folder(&path) {
        return Err(taken());
    }
    workspace::check_folder(&content, folder::parent(&path))?;
    let folder = Folder::new(path);
    let item = Item::of(&folder);
    content.folders.push(folder);
    Ok(data(StatusCode::CREATED, &item))
}

/// Moves or renames a folder with its content.
pub(crate) async fn relocate(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let mut body = Fields::of_body(&intake)?;
    let workspace = workspace::of_body(&mut body);
    let (from, to) = (required(&mut body, "path"), required(&mut body, "destinationPath"));
    if from == to {
        let message = "destinationPath must differ from path";
        body.issue(Issue::custom(message).at("destinationPath"));
    }
    body.done()?;
    workspace::check(&state, &workspace)?;
    let mut content = state.catalog.open();
    workspace::check_folder(&content, &from)?;
    if content.has_folder(&to) {
        return Err(taken());
    }
    if folder::is_within(&to, &from) {
        return Err(Problem::bad_request("A folder cannot be moved into itself"));
    }
    workspace::check_folder(&content, folder::parent(&to))?;
    for hosted in content.own() {
        moved(&mut hosted.facts().folder, &from, &to);
    }
    for folder in &mut content.folders {
        if moved(&mut folder.path, &from, &to) {
            folder.updated_at = Timestamp::now();
        }
    }
    let folder = content.folders.iter().find(|folder| folder.path == to);
    let item = folder.map(Item::of).ok_or_else(|| Problem::not_found("Folder"))?;
    Ok(data(StatusCode::OK, &item))
}

/// Deletes an empty folder, or a folder with its content.
pub(crate) async fn delete(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    uri: Uri,
) -> Result<Response, Problem> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Removal {
        path: String,
        deleted: bool,
        deleted_items: Counts,
    }
    #[derive(Serialize)]
    struct Counts {
        folders: usize,
        workflows: usize,
    }
    let mut query = Query::of(&uri);
    let workspace = workspace::of_query(&mut query);
    let path = workspace::folder_of_query(&mut query, "path");
    if path.as_deref().is_none_or(|path| path == ROOT) {
        query.issue(Issue::kind("string", None).at("path"));
    }
    let recursive = query.switch("recursive");
    query.done()?;
    workspace::check(&state, &workspace)?;
    let path = path.unwrap_or_default();
    let mut content = state.catalog.open();
    workspace::check_folder(&content, &path)?;
    let inside = |folder: &str| folder::is_within(folder, &path);
    let folders = content.folders.iter().filter(|folder| inside(&folder.path)).count();
    let workflows: Vec<_> =
        content.own().filter(|hosted| inside(&hosted.facts().folder)).cloned().collect();
    if !recursive && (folders > 1 || !workflows.is_empty()) {
        return Err(Problem::conflict("Folder is not empty"));
    }
    content.folders.retain(|folder| !inside(&folder.path));
    for hosted in &workflows {
        let mut facts = hosted.facts();
        facts.deleted = true;
        facts.undeploy();
    }
    let deleted_items = Counts { folders, workflows: workflows.len() };
    Ok(data(StatusCode::OK, &Removal { path, deleted: true, deleted_items }))
}

/// Reads the path of a folder that is not the root.
fn required(body: &mut Fields, name: &'static str) -> String {
    let is_there = body.has(name);
    let path = workspace::folder_of_body(body, name);
    if !is_there || path.as_deref() == Some(ROOT) {
        body.issue(Issue::kind("string", None).at(name));
    }
    path.unwrap_or_default()
}

fn taken() -> Problem {
    Problem::conflict("A folder with this path already exists")
}

/// Moves a path along with a folder. Returns false if it does not lie in the folder.
fn moved(path: &mut String, from: &str, to: &str) -> bool {
    let within = folder::is_within(path, from);
    if within {
        path.replace_range(..from.len(), to);
    }
    within
}
