//! Signing in by mail: `POST` and `PUT /api/chat/{identifier}/otp`. The server has no chats with an identity provider.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::{Taken, json, let_in};
use crate::chat::{Auth, Chat};
use crate::state::State;
use crate::visitors::{Checked, Limited};
use crate::wire::answer;
use crate::wire::intake::Intake;

/// Sends a code.
pub(crate) async fn send_code(
    extract::State(state): extract::State<Arc<State>>,
    Path(identifier): Path<String>,
    Extension(intake): Taken,
) -> Result<Response, Refusal> {
    let (body, email) = read(&intake)?;
    drop(body);
    let (chat, allowed) = by_mail(&state, &identifier)?;
    if !is_allowed(&allowed, &email) {
        let error = "Email not authorized for this chat";
        return Err(Refusal::new(StatusCode::FORBIDDEN, error));
    }
    state.visitors.send(&chat.id, &email).map_err(|limited| match limited {
        Limited::ForAll => Refusal::limited("Too many requests. Please try again later."),
        Limited::ForAddress => {
            Refusal::limited("Too many verification code requests. Please try again later.")
        }
    })?;
    Ok(answer::json(StatusCode::OK, &json!({"message": "Verification code sent"})))
}

/// Checks a code.
pub(crate) async fn check_code(
    extract::State(state): extract::State<Arc<State>>,
    Path(identifier): Path<String>,
    Extension(intake): Taken,
) -> Result<Response, Refusal> {
    let (body, email) = read(&intake)?;
    let bad = |error: &str| Err(Refusal::new(StatusCode::BAD_REQUEST, error));
    let code = body["otp"].as_str().unwrap_or_default();
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return bad("OTP must be 6 digits");
    }
    let (chat, _) = by_mail(&state, &identifier)?;
    match state.visitors.check(&chat.id, &email, code) {
        Checked::Right => Ok(let_in(&state, &chat)),
        Checked::Wrong => bad("Invalid verification code"),
        Checked::None => bad("No verification code found, request a new one"),
    }
}

/// Says that no chat of this server has an identity provider.
pub(crate) async fn check_sso(
    extract::State(state): extract::State<Arc<State>>,
    Path(identifier): Path<String>,
) -> Refusal {
    if live(&state, &identifier).is_none() {
        return Refusal::new(StatusCode::NOT_FOUND, "Chat not found");
    }
    let error = "Chat is not configured for SSO authentication";
    Refusal::new(StatusCode::BAD_REQUEST, error)
}

fn read(intake: &Intake) -> Result<(Value, String), Refusal> {
    let body = json(intake).ok_or_else(Refusal::no_json)?;
    let email = body["email"].as_str().filter(|email| email.contains('@')).map(str::to_owned);
    let invalid = || Refusal::new(StatusCode::BAD_REQUEST, "Invalid email address");
    let email = email.ok_or_else(invalid)?;
    Ok((body, email))
}

/// Finds a chat that is on. Here one that is off is not found.
fn live(state: &State, identifier: &str) -> Option<Chat> {
    state.catalog.chat(identifier).map(|(_, chat)| chat).filter(|chat| !chat.is_off)
}

fn by_mail(state: &State, identifier: &str) -> Result<(Chat, Vec<String>), Refusal> {
    let missing = || Refusal::new(StatusCode::NOT_FOUND, "Chat not found");
    let chat = live(state, identifier).ok_or_else(missing)?;
    match chat.auth.clone() {
        Auth::Email(allowed) => Ok((chat, allowed)),
        Auth::Public | Auth::Password(_) => {
            let error = "This chat does not use email authentication";
            Err(Refusal::new(StatusCode::BAD_REQUEST, error))
        }
    }
}

/// Returns whether an address may sign in, in any letter case.
pub(super) fn is_allowed(allowed: &[String], email: &str) -> bool {
    let email = email.to_lowercase();
    allowed
        .iter()
        .map(|one| one.to_lowercase())
        .any(|one| email == one || (one.starts_with('@') && email.ends_with(&one)))
}
