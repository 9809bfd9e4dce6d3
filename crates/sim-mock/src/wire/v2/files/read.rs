//! Lists, metadata and downloads.

use std::future::pending;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, StatusCode, Uri};

use super::item::{Detail, Item};
use super::{found, query_about};
use crate::files::{File, disposition};
use crate::folder::is_within;
use crate::link::Link;
use crate::state::State;
use crate::store::Kept as _;
use crate::wire::answer;
use crate::wire::v2::cursor::{Key, Page};
use crate::wire::v2::data::data;
use crate::wire::v2::guard::Guard;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::query::Query;
use crate::wire::v2::workspace;

const SORTS: [&str; 4] = ["name", "size", "uploadedAt", "updatedAt"];
const SCOPES: [&str; 2] = ["active", "archived"];

pub(crate) async fn list(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(&uri);
    let workspace = workspace::of_query(&mut query);
    let folder = workspace::folder_of_query(&mut query, "folderPath");
    let archived = query.word("scope", &SCOPES) == Some("archived");
    let search = query.text("search", 200).map(|text| text.to_lowercase());
    let says_recursive = query.has("recursive");
    let recursive = query.switch("recursive") || !says_recursive && search.is_some();
    let sort = query.word("sortBy", &SORTS).unwrap_or("uploadedAt");
    let page = Page {
        sort,
        descends: query.descends("sortOrder", false),
        filter: format!("{folder:?}:{archived}:{search:?}:{recursive}"),
        limit: query.clamped_limit(),
        cursor: query.cursor(),
    };
    query.done()?;
    workspace::check(&state, &workspace)?;
    let wanted = |file: &&File| {
        let is_in = |folder: &String| {
            if recursive { is_within(&file.folder, folder) } else { file.folder == *folder }
        };
        file.is_archived() == archived
            && folder.as_ref().is_none_or(is_in)
            && search.as_ref().is_none_or(|text| file.name.to_lowercase().contains(text))
    };
    let files: Vec<File> = state.files.open().files.all().filter(wanted).cloned().collect();
    let page = page.of(files, |file| (key(file, sort), file.id.clone()))?;
    Ok(answer::json(StatusCode::OK, &page.map(|file| Item::of(&file))))
}

fn key(file: &File, sort: &str) -> Key {
    match sort {
        "name" => Key::Text(file.name.clone()),
        "size" => Key::Number(i64::try_from(file.content.size()).unwrap_or(i64::MAX)),
        "updatedAt" => Key::time(file.updated_at),
        _ => Key::time(file.uploaded_at),
    }
}

pub(crate) async fn metadata(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(file): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let (mut query, workspace) = query_about(&file, &uri)?;
    let archived = query.word("scope", &SCOPES) == Some("archived");
    query.done()?;
    let shelf = state.files.open();
    let file = shelf.files.any(&file).filter(|file| file.is_archived() == archived);
    let file = file.filter(|_| workspace == state.workspace);
    let file = file.ok_or_else(|| Problem::not_found(File::WORD))?;
    Ok(data(StatusCode::OK, &Detail::of(&state, file)))
}

/// Answers with the content of a file, whatever range was asked for.
pub(crate) async fn download(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(file): Path<String>,
    link: Option<Extension<Link>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let (query, workspace) = query_about(&file, &uri)?;
    query.done()?;
    let file = found(&state, &workspace, &state.files.open().files, &file)?.clone();
    if file.is_lost {
        if let Some(Extension(link)) = link {
            link.close();
        }
        return pending().await;
    }
    let mut answer = Response::new(file.content.body());
    let headers = answer.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.content.size()));
    for (name, value) in
        [(CONTENT_TYPE, file.content_type), (CONTENT_DISPOSITION, disposition(&file.name))]
    {
        // Only what is a value of a header was accepted as a type.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    Ok(answer)
}
