//! Folders, identified by their paths. Each kind of thing has folders of its own.

use std::sync::{Arc, MutexGuard};

use axum::Extension;
use axum::extract;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use http::{StatusCode, Uri};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::json;

use super::cursor::Listed;
use super::data::data;
use super::fields::Fields;
use super::guard::Guard;
use super::issue::Issue;
use super::problem::Problem;
use super::query::Query;
use super::workspace;
use crate::access::Access;
use crate::folder::{self, Folder, ROOT};
use crate::ids;
use crate::state::State;
use crate::wire::answer;
use crate::wire::intake::Intake;

/// A kind of things that lie in folders.
pub(crate) trait Shelved: 'static {
    /// What the things and their folders are kept in.
    type Shelf;
    /// The word for the things in an answer: `files`.
    const THINGS: &'static str;
    /// Whether such folders can be locked.
    const LOCKS: bool = false;

    fn open(state: &State) -> MutexGuard<'_, Self::Shelf>;

    fn folders(shelf: &mut Self::Shelf) -> &mut Vec<Folder>;

    /// Calls a function with the folder of each thing that is there.
    fn each_place(shelf: &mut Self::Shelf, change: &mut dyn FnMut(&mut String));

    /// Deletes the things in a folder and below it. Returns how many there were.
    fn delete_within(shelf: &mut Self::Shelf, folder: &str) -> usize;
}

/// Returns the route of the folders of a kind.
pub(crate) fn route<S: Shelved>() -> MethodRouter<Arc<State>> {
    get(list::<S>).post(create::<S>).patch(relocate::<S>).delete(delete::<S>)
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

fn has<S: Shelved>(shelf: &mut S::Shelf, path: &str) -> bool {
    path == ROOT || S::folders(shelf).iter().any(|folder| folder.path == path)
}

/// Refuses a folder that does not exist.
fn check<S: Shelved>(shelf: &mut S::Shelf, path: &str) -> Result<(), Problem> {
    if has::<S>(shelf, path) { Ok(()) } else { Err(Problem::not_found("Folder")) }
}

/// Answers with all folders at once.
async fn list<S: Shelved>(
    Guard(key): Guard,
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
    workspace::check_role(&state, key, &workspace, Access::Read)?;
    let shelf = &mut *S::open(&state);
    let mut items: Vec<Item> = S::folders(shelf).iter().map(Item::of::<S>).collect();
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

async fn create<S: Shelved>(
    Guard(key): Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let mut body = Fields::of_body(&intake)?;
    let workspace = workspace::of_body(&mut body);
    let path = required(&mut body, "path");
    body.done()?;
    workspace::check_role(&state, key, &workspace, Access::Write)?;
    let shelf = &mut *S::open(&state);
    if has::<S>(shelf, &path) {
        return Err(taken());
    }
    check::<S>(shelf, folder::parent(&path))?;
    let folder = Folder::new(path);
    let item = Item::of::<S>(&folder);
    S::folders(shelf).push(folder);
    Ok(data(StatusCode::CREATED, &item))
}

/// Moves or renames a folder with its content.
async fn relocate<S: Shelved>(
    Guard(key): Guard,
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
    workspace::check_role(&state, key, &workspace, Access::Write)?;
    let shelf = &mut *S::open(&state);
    check::<S>(shelf, &from)?;
    if has::<S>(shelf, &to) {
        return Err(taken());
    }
    if folder::is_within(&to, &from) {
        return Err(Problem::bad_request("A folder cannot be moved into itself"));
    }
    check::<S>(shelf, folder::parent(&to))?;
    S::each_place(shelf, &mut |place| {
        moved(place, &from, &to);
    });
    for folder in S::folders(shelf) {
        if moved(&mut folder.path, &from, &to) {
            folder.updated_at = Timestamp::now();
        }
    }
    let folder = S::folders(shelf).iter().find(|folder| folder.path == to);
    let item = folder.map(Item::of::<S>).ok_or_else(|| Problem::not_found("Folder"))?;
    Ok(data(StatusCode::OK, &item))
}

/// Deletes an empty folder, or a folder with its content.
async fn delete<S: Shelved>(
    Guard(key): Guard,
    extract::State(state): extract::State<Arc<State>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(&uri);
    let workspace = workspace::of_query(&mut query);
    let path = workspace::folder_of_query(&mut query, "path");
    match path.as_deref() {
        None => query.issue(Issue::kind("string", None).at("path")),
        Some(ROOT) => query.issue(Issue::custom("The root path cannot be mutated").at("path")),
        Some(_) => {}
    }
    let recursive = query.switch("recursive");
    query.done()?;
    workspace::check_role(&state, key, &workspace, Access::Write)?;
    let shelf = &mut *S::open(&state);
    let path = path.unwrap_or_default();
    check::<S>(shelf, &path)?;
    let inside = |folder: &str| folder::is_within(folder, &path);
    let folders = S::folders(shelf).iter().filter(|folder| inside(&folder.path)).count();
    let mut is_empty = folders == 1;
    S::each_place(shelf, &mut |place| is_empty &= !inside(place));
    if !recursive && !is_empty {
        return Err(Problem::conflict("Folder is not empty"));
    }
    S::folders(shelf).retain(|folder| !inside(&folder.path));
    let things = S::delete_within(shelf, &path);
    let deleted = json!({ "folders": folders, S::THINGS: things });
    let removal = json!({ "path": path, "deleted": true, "deletedItems": deleted });
    Ok(data(StatusCode::OK, &removal))
}

/// Reads the path of a folder that is not the root.
fn required(body: &mut Fields, name: &'static str) -> String {
    let is_there = body.has(name);
    let path = workspace::folder_of_body(body, name);
    if !is_there {
        body.issue(Issue::kind("string", None).at(name));
    } else if path.as_deref() == Some(ROOT) {
        body.issue(Issue::custom("The root path cannot be mutated").at(name));
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
