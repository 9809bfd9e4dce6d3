//! Uploads in several requests: begin, ask where parts go, complete, abort.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::header::HOST;
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

use super::item::Session;
use super::{check_target, found_mut, name_of, target_of, transfer};
use crate::files::{File, Progress, Refused, Shelf, Upload};
use crate::state::State;
use crate::store::Kept as _;
use crate::wire::intake::Intake;
use crate::wire::v2::data::data;
use crate::wire::v2::fields::Fields;
use crate::wire::v2::guard::Guard;
use crate::wire::v2::issue::{Issue, Sized};
use crate::wire::v2::problem::Problem;
use crate::wire::v2::query::Query;
use crate::wire::v2::workspace;

/// The largest file, in bytes.
const SIZE: u64 = 5 * 1024 * 1024 * 1024;

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Wrong(message) => Self::bad_request(message),
            Refused::Token => Self::new(StatusCode::FORBIDDEN, "Invalid or expired upload token"),
            Refused::Conflict(message) => Self::conflict(message),
            Refused::Again => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
        }
    }
}

pub(crate) async fn begin(
    Guard(owner): Guard,
    extract::State(state): extract::State<Arc<State>>,
    Extension(intake): Extension<Intake>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut body = Fields::of_body(&intake)?;
    let workspace = workspace::of_body(&mut body);
    let name = name_of(&mut body);
    let content_type = body.required("contentType", 255);
    if !body.has("size") {
        body.issue(Issue::kind("number", None).at("size"));
    }
    let size = body.size("size", SIZE).unwrap_or_default();
    let folder = target_of(&mut body, "folderPath");
    body.done()?;
    workspace::check(&state, &workspace)?;
    let mut shelf = state.files.open();
    check_target(&shelf, &folder)?;
    let upload = Upload::new(owner, name, folder, content_type, size, state.part_size);
    transfer::check_parts(&upload)?;
    let transfer = transfer::transfer(&upload, &origin(&headers));
    let token = upload.token.clone();
    shelf.uploads.add(upload);
    let session = shelf.uploads.all().last().map(|upload| Session::of(&shelf, upload));
    let begun = json!({ "session": session, "uploadToken": token, "transfer": transfer });
    Ok(data(StatusCode::CREATED, &begun))
}

/// Returns the origin that was called.
fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("http://{host}")
}

pub(crate) async fn parts(
    Guard(owner): Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(upload): Path<String>,
    Extension(intake): Extension<Intake>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let (workspace, token) = common(&uri, &headers)?;
    let mut body = Fields::of_body(&intake)?;
    let numbers = numbers(&mut body);
    body.done()?;
    let mut shelf = state.files.open();
    let upload = own(&state, &mut shelf, &workspace, &upload, owner, &token)?;
    let parts = transfer::addresses(upload, &numbers, &origin(&headers))?;
    Ok(data(StatusCode::OK, &parts))
}

pub(crate) async fn complete(
    Guard(owner): Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let (workspace, token) = common(&uri, &headers)?;
    let mut shelf = state.files.open();
    let upload = own(&state, &mut shelf, &workspace, &id, owner, &token)?;
    if !matches!(upload.progress, Progress::Completed(_)) {
        let content = upload.whole()?;
        let (name, folder) = (upload.name.clone(), upload.folder.clone());
        let of = upload.content_type.clone();
        check_target(&shelf, &folder)?;
        let name = shelf.free_name(&folder, &name);
        let file = File::new(&workspace, owner, name, folder, of, content);
        let progress = Progress::Completed(file.id.clone());
        shelf.files.add(file);
        own(&state, &mut shelf, &workspace, &id, owner, &token)?.end(progress);
    }
    shown(&shelf, &id)
}

pub(crate) async fn abort(
    Guard(owner): Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let (workspace, token) = common(&uri, &headers)?;
    let mut shelf = state.files.open();
    let upload = own(&state, &mut shelf, &workspace, &id, owner, &token)?;
    if matches!(upload.progress, Progress::Completed(_)) {
        return Err(Problem::conflict("Upload session is completed"));
    }
    upload.end(Progress::Aborted);
    shown(&shelf, &id)
}

fn shown(shelf: &Shelf, id: &str) -> Result<Response, Problem> {
    let upload = shelf.uploads.get(id).ok_or_else(|| Problem::not_found(Upload::WORD))?;
    Ok(data(StatusCode::OK, &Session::of(shelf, upload)))
}

/// Reads what all requests about an upload have: the workspace and the token.
fn common(uri: &Uri, headers: &HeaderMap) -> Result<(String, String), Problem> {
    let mut query = Query::of(uri);
    let workspace = workspace::of_query(&mut query);
    let token = headers.get("upload-token").and_then(|token| token.to_str().ok());
    if token.is_none() {
        query.issue(Issue::kind("string", None).at("upload-token"));
    }
    let token = token.unwrap_or_default().to_owned();
    query.done()?;
    Ok((workspace, token))
}

/// Returns an upload that this key began. The token of another one does not help.
fn own<'a>(
    state: &State,
    shelf: &'a mut Shelf,
    workspace: &str,
    id: &str,
    owner: usize,
    token: &str,
) -> Result<&'a mut Upload, Problem> {
    let upload = found_mut(state, workspace, &mut shelf.uploads, id)?;
    if upload.owner == owner && upload.token == token {
        return Ok(upload);
    }
    Err(Problem::not_found(Upload::WORD))
}

fn numbers(body: &mut Fields) -> Vec<u64> {
    let items = match body.any("partNumbers") {
        Some(Value::Array(items)) => items,
        other => {
            body.issue(Issue::kind("array", other.as_ref()).at("partNumbers"));
            return Vec::new();
        }
    };
    if items.is_empty() {
        body.issue(Issue::too_small(Sized::Items, 1, true).at("partNumbers"));
    } else if items.len() > 100 {
        body.issue(Issue::too_big(Sized::Items, 100).at("partNumbers"));
    }
    let mut numbers = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        match item.as_u64() {
            Some(0) => {
                let issue = Issue::too_small(Sized::Number, 1, true);
                body.issue(issue.at("partNumbers").at(at));
            }
            Some(number) => numbers.push(number),
            None => body.issue(Issue::kind("int", Some(item)).at("partNumbers").at(at)),
        }
    }
    numbers
}
