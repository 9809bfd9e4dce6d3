//! `/api/v2/uploads`: where the bytes of uploads go. No API key is looked at; the token of the upload counts.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode, Uri};

use crate::files::{Refused, Upload};
use crate::state::State;
use crate::wire::intake::Intake;
use crate::wire::v2::problem::Problem;

pub(crate) async fn whole(
    extract::State(state): extract::State<Arc<State>>,
    Path(id): Path<String>,
    Extension(intake): Extension<Intake>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let token = text(&headers, "upload-token");
    take(&state, &id, |upload| upload.take_whole(token, of(&headers), intake.body))
}

pub(crate) async fn part(
    extract::State(state): extract::State<Arc<State>>,
    Path((id, number)): Path<(String, u64)>,
    Extension(intake): Extension<Intake>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<StatusCode, Problem> {
    let query = uri.query().unwrap_or_default();
    let token = query.split('&').find_map(|pair| pair.strip_prefix("token="));
    let token = token.unwrap_or_default();
    take(&state, &id, |upload| upload.take_part(number, token, of(&headers), intake.body))
}

fn take(
    state: &State,
    id: &str,
    bytes: impl FnOnce(&mut Upload) -> Result<(), Refused>,
) -> Result<StatusCode, Problem> {
    let mut shelf = state.files.open();
    let upload = shelf.uploads.get_mut(id).ok_or(Refused::Token)?;
    bytes(upload)?;
    Ok(StatusCode::NO_CONTENT)
}

fn of(headers: &HeaderMap) -> &str {
    text(headers, CONTENT_TYPE.as_str())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
