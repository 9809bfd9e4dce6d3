//! Creating, changing and deleting one file.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{StatusCode, Uri};
use jiff::Timestamp;
use serde::Serialize;

use super::item::Item;
use super::{body_about, check_target, found, found_mut, name_of, query_about, target_of};
use crate::files::{Content, File, type_of};
use crate::folder::ROOT;
use crate::state::State;
use crate::store::Kept as _;
use crate::wire::intake::Intake;
use crate::wire::v2::data::data;
use crate::wire::v2::fields::Fields;
use crate::wire::v2::guard::Guard;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::workspace;

/// The longest content of a body, in characters.
const CONTENT: u64 = 70_000_000;

pub(crate) async fn create(
    Guard(owner): Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let mut body = Fields::of_body(&intake)?;
    let workspace = workspace::of_body(&mut body);
    let name = name_of(&mut body);
    let content_type = body.text("contentType", 1, 255);
    let folder = target_of(&mut body, "folderPath");
    let content = content_of(&mut body);
    body.done()?;
    workspace::check(&state, &workspace)?;
    let mut shelf = state.files.open();
    check_target(&shelf, &folder)?;
    if shelf.has_name(&folder, &name, "") {
        return Err(Problem::conflict("File already exists"));
    }
    let content_type = content_type.unwrap_or_else(|| type_of(&name).to_owned());
    let file = File::new(&workspace, owner, name, folder, content_type, content);
    Ok(data(StatusCode::CREATED, &Item::of(shelf.files.add(file))))
}

/// Replaces the content of a file.
pub(crate) async fn replace(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(file): Path<String>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let (mut body, workspace) = body_about(&file, &intake)?;
    if !body.has("content") {
        body.issue(Issue::kind("string", None).at("content"));
    }
    let content = content_of(&mut body);
    body.done()?;
    let mut shelf = state.files.open();
    let file = found_mut(&state, &workspace, &mut shelf.files, &file)?;
    file.replace(&workspace, content);
    Ok(data(StatusCode::OK, &Item::of(file)))
}

pub(crate) async fn rename(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(file): Path<String>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let (mut body, workspace) = body_about(&file, &intake)?;
    let name = name_of(&mut body);
    body.done()?;
    let mut shelf = state.files.open();
    let folder = found(&state, &workspace, &shelf.files, &file)?.folder.clone();
    if shelf.has_name(&folder, &name, &file) {
        let message = format!("A file named \"{name}\" already exists in this workspace");
        return Err(Problem::conflict(message));
    }
    let file = found_mut(&state, &workspace, &mut shelf.files, &file)?;
    (file.name, file.updated_at) = (name, Timestamp::now());
    Ok(data(StatusCode::OK, &Item::of(file)))
}

/// Deletes a file, so that it can come back.
pub(crate) async fn delete(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(file): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Deleted {
        id: String,
        deleted: bool,
    }
    let (query, workspace) = query_about(&file, &uri)?;
    query.done()?;
    let mut shelf = state.files.open();
    found_mut(&state, &workspace, &mut shelf.files, &file)?.archive();
    Ok(data(StatusCode::OK, &Deleted { id: file, deleted: true }))
}

/// Brings a file back, under another name if its own is taken, and to the root if its folder is gone.
pub(crate) async fn restore(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(id): Path<String>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let (body, workspace) = body_about(&id, &intake)?;
    body.done()?;
    let mut shelf = state.files.open();
    let file = shelf.files.any(&id).filter(|_| workspace == state.workspace);
    let file = file.ok_or_else(|| Problem::not_found(File::WORD))?.clone();
    if file.is_archived() {
        let has_folder = shelf.has_folder(&file.folder);
        let folder = if has_folder { file.folder.clone() } else { ROOT.to_owned() };
        let is_taken = shelf.has_name(&folder, &file.name, &id);
        let name = if is_taken { file.restored_name() } else { file.name };
        if let Some(file) = shelf.files.any_mut(&id) {
            (file.name, file.folder, file.deleted_at) = (name, folder, None);
            file.updated_at = Timestamp::now();
        }
    }
    Ok(data(StatusCode::OK, &Item::of(found(&state, &workspace, &shelf.files, &id)?)))
}

fn content_of(body: &mut Fields) -> Content {
    let text = body.text("content", 0, CONTENT).unwrap_or_default();
    let encoding = body.text("encoding", 0, CONTENT);
    let bytes = match encoding.as_deref() {
        None | Some("utf-8") => Ok(text.into_bytes()),
        Some("base64") => STANDARD
            .decode(text)
            .map_err(|_| Issue::custom("content must be canonical Base64").at("content")),
        Some(_) => Err(Issue::option(&["utf-8", "base64"]).at("encoding")),
    };
    match bytes {
        Ok(bytes) => std::iter::once(Bytes::from(bytes)).collect(),
        Err(issue) => {
            body.issue(issue);
            Content::default()
        }
    }
}
