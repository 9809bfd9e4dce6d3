//! Folders, identified by their paths. Each kind of thing has folders of its own.

use axum::response::Response;
use http::{StatusCode, Uri};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::json;

use super::cursor::Listed;
use super::data::data;
use super::fields::Fields;
use super::issue::Issue;
use super::problem::Problem;
use super::query::Query;
use super::workspace;
use crate::folder::{self, Folder, ROOT};
use crate::ids;
use crate::state::State;
use crate::wire::answer;
use crate::wire::intake::Intake;

/// Things that lie in folders.
pub(crate) trait Shelved {
    /// The word for the things in an answer: `files`.
    const THINGS: &'static str;
    /// Whether such folders can be locked.
    const LOCKS: bool;

    fn folders(&mut self) -> &mut Vec<Folder>;

    /// Calls a function with the folder of each thing that is there.
    fn each_place(&mut self, change: &mut dyn FnMut(&mut String));

    /// Deletes the things in a folder and below it. Returns how many there were.
    fn delete_within(&mut self, folder: &str) -> usize;
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    name: String,
    path: String,
    parent_path: String,
    created_at: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    locked: Option<bool>,
}

impl Item {
    fn of<S: Shelved>(folder: &Folder) -> Self {
        let name = folder.path.rsplit('/').next().unwrap_or_default();
        Self {
            name: percent_decode_str(name).decode_utf8_lossy().into_owned(),
            path: folder.path.clone(),
            parent_path: folder::parent(&folder.path).to_owned(),
            created_at: ids::time_text(folder.created_at),
            updated_at: ids::time_text(folder.updated_at),
            locked: S::LOCKS.then_some(false),
        }
    }
}

fn has<S: Shelved>(shelf: &mut S, path: &str) -> bool {
    path == ROOT || shelf.folders().iter().any(|folder| folder.path == path)
}

/// Refuses a folder that does not exist.
fn check<S: Shelved>(shelf: &mut S, path: &str) -> Result<(), Problem> {
    if has(shelf, path) { Ok(()) } else { Err(Problem::not_found("Folder")) }
}

/// Answers with all folders at once.
pub(crate) fn list<S: Shelved>(
    state: &State,
    shelf: &mut S,
    uri: &Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(uri);
    let workspace = workspace::of_query(&mut query);
    let parent = workspace::folder_of_query(&mut query, "parentPath");
    let search = query.text("search", 200).map(|text| text.to_lowercase());
    let sort = query.word("sortBy", &["name", "createdAt", "updatedAt"]);
    let descends = query.descends("sortOrder", false);
    query.done()?;
    workspace::check(state, &workspace)?;
    let mut items: Vec<Item> = shelf.folders().iter().map(Item::of::<S>).collect();
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

pub(crate) fn create<S: Shelved>(
    state: &State,
    shelf: &mut S,
    intake: &Intake,
) -> Result<Response, Problem> {
    let mut body = Fields::of_body(intake)?;
    let workspace = workspace::of_body(&mut body);
    let path = required(&mut body, "path");
    body.done()?;
    workspace::check(state, &workspace)?;
    if has(shelf, &path) {
        return Err(taken());
    }
    check(shelf, folder::parent(&path))?;
    let folder = Folder::new(path);
    let item = Item::of::<S>(&folder);
    shelf.folders().push(folder);
    Ok(data(StatusCode::CREATED, &item))
}

/// Moves or renames a folder with its content.
pub(crate) fn relocate<S: Shelved>(
    state: &State,
    shelf: &mut S,
    intake: &Intake,
) -> Result<Response, Problem> {
    let mut body = Fields::of_body(intake)?;
    let workspace = workspace::of_body(&mut body);
    let (from, to) = (required(&mut body, "path"), required(&mut body, "destinationPath"));
    if from == to {
        let message = "destinationPath must differ from path";
        body.issue(Issue::custom(message).at("destinationPath"));
    }
    body.done()?;
    workspace::check(state, &workspace)?;
    check(shelf, &from)?;
    if has(shelf, &to) {
        return Err(taken());
    }
    if folder::is_within(&to, &from) {
        return Err(Problem::bad_request("A folder cannot be moved into itself"));
    }
    check(shelf, folder::parent(&to))?;
    shelf.each_place(&mut |place| {
        moved(place, &from, &to);
    });
    for folder in shelf.folders() {
        if moved(&mut folder.path, &from, &to) {
            folder.updated_at = Timestamp::now();
        }
    }
    let folder = shelf.folders().iter().find(|folder| folder.path == to);
    let item = folder.map(Item::of::<S>).ok_or_else(|| Problem::not_found("Folder"))?;
    Ok(data(StatusCode::OK, &item))
}

/// Deletes an empty folder, or a folder with its content.
pub(crate) fn delete<S: Shelved>(
    state: &State,
    shelf: &mut S,
    uri: &Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(uri);
    let workspace = workspace::of_query(&mut query);
    let path = workspace::folder_of_query(&mut query, "path");
    if path.as_deref().is_none_or(|path| path == ROOT) {
        query.issue(Issue::kind("string", None).at("path"));
    }
    let recursive = query.switch("recursive");
    query.done()?;
    workspace::check(state, &workspace)?;
    let path = path.unwrap_or_default();
    check(shelf, &path)?;
    let inside = |folder: &str| folder::is_within(folder, &path);
    let folders = shelf.folders().iter().filter(|folder| inside(&folder.path)).count();
    let mut is_empty = folders == 1;
    shelf.each_place(&mut |place| is_empty &= !inside(place));
    if !recursive && !is_empty {
        return Err(Problem::conflict("Folder is not empty"));
    }
    shelf.folders().retain(|folder| !inside(&folder.path));
    let things = shelf.delete_within(&path);
    let deleted = json!({ "folders": folders, S::THINGS: things });
    let removal = json!({ "path": path, "deleted": true, "deletedItems": deleted });
    Ok(data(StatusCode::OK, &removal))
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
