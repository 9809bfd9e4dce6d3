//! How a file is shared.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::{StatusCode, Uri};

use super::item::ShareItem;
use super::{body_about, found, found_mut, query_about};
use crate::files::Share;
use crate::ids;
use crate::state::State;
use crate::wire::intake::Intake;
use crate::wire::v2::data::data;
use crate::wire::v2::guard::Guard;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;

const KINDS: [&str; 4] = ["public", "password", "email", "sso"];

pub(crate) async fn get(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(file): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let (query, workspace) = query_about(&file, &uri)?;
    query.done()?;
    let shelf = state.files.open();
    let file = found(&state, &workspace, &shelf.files, &file)?;
    let share = file.share.as_ref().map(|share| ShareItem::of(&state, file, share));
    Ok(data(StatusCode::OK, &share))
}

pub(crate) async fn set(
    _guard: Guard,
    extract::State(state): extract::State<Arc<State>>,
    Path(file): Path<String>,
    Extension(intake): Extension<Intake>,
) -> Result<Response, Problem> {
    let (mut body, workspace) = body_about(&file, &intake)?;
    if !body.has("isActive") {
        body.issue(Issue::kind("boolean", None).at("isActive"));
    }
    let is_active = body.flag("isActive").unwrap_or_default();
    let kind = body.text("authType", 0, 1024).map(|word| {
        let known = KINDS.iter().find(|known| **known == word).copied();
        known.unwrap_or_else(|| {
            body.issue(Issue::option(&KINDS).at("authType"));
            KINDS[0]
        })
    });
    let password = body.text("password", 1, 1024);
    let emails = body.has("allowedEmails").then(|| body.texts_up_to("allowedEmails", 200));
    body.done()?;
    let mut shelf = state.files.open();
    let file = found_mut(&state, &workspace, &mut shelf.files, &file)?;
    let mut share = file.share.clone().unwrap_or_else(|| Share {
        id: ids::uuid(),
        token: ids::letters(21),
        is_active,
        kind: KINDS[0],
        has_password: false,
        emails: Vec::new(),
    });
    share.is_active = is_active;
    share.kind = kind.unwrap_or(share.kind);
    share.has_password |= password.is_some();
    share.emails = emails.unwrap_or(share.emails);
    if is_active && share.kind == "password" && !share.has_password {
        let message = "Password is required for password-protected shares";
        return Err(Problem::bad_request(message));
    }
    if is_active && matches!(share.kind, "email" | "sso") && share.emails.is_empty() {
        let message = "At least one allowed email is required for email/SSO shares";
        return Err(Problem::bad_request(message));
    }
    let item = ShareItem::of(&state, file, &share);
    file.share = Some(share);
    Ok(data(StatusCode::OK, &item))
}
