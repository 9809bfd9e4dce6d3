//! `POST /api/chat/{identifier}`: a message, or signing in with a password.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use super::{Taken, find, is_known, json, let_in, wants_sign_in};
use crate::chat::{Auth, Chat};
use crate::ids;
use crate::state::State;
use crate::stream::StreamOptions;
use crate::tokens::Charge;
use crate::wire::delivery::Delivery;
use crate::wire::intake::Intake;
use crate::wire::preprocess::{self, StartRequest};
use crate::wire::stream;

/// The most that a message may have: characters of its text and of the name of its conversation, and files.
const LONGEST_INPUT: usize = 1_000_000;
const LONGEST_CONVERSATION: usize = 256;
const MOST_FILES: usize = 15;

pub(crate) async fn post(
    extract::State(state): extract::State<Arc<State>>,
    Path(identifier): Path<String>,
    Extension(intake): Taken,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let body = read(&intake)?;
    let (hosted, chat) = find(&state, &identifier)?;
    let text = |key: &str| body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let is_known = is_known(&state, &chat, &headers);
    if !is_known {
        check(&state, &chat, &body)?;
    }
    let has_files = body.get("files").and_then(Value::as_array).is_some_and(|it| !it.is_empty());
    if text("input").is_none() && !has_files {
        // Who is known may send any password.
        let signs_in = ["password", "email"].iter().any(|key| text(key).is_some());
        if signs_in {
            return Ok(let_in(&state, &chat));
        }
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "No input provided"));
    }
    let ready = preprocess::check(
        &state,
        &hosted,
        StartRequest {
            id: ids::uuid(),
            owner: 0,
            request_id: intake.request_id.clone(),
            input: input(&body),
            selected: chat.outputs.clone(),
            delivery: Delivery::Stream,
            charge: Charge::Sync,
            limit: None,
            fault: intake.fault,
        },
    )?;
    let events = stream::understands_events(&headers);
    let (thinking, tools) = (events && chat.thinking, events && chat.tool_calls);
    Ok(stream::answer(&state, ready, StreamOptions { events, thinking, tools }).await)
}

/// Reads the body and checks its form. Other keys do not matter.
fn read(intake: &Intake) -> Result<Map<String, Value>, Refusal> {
    let body = json(intake).ok_or_else(Refusal::no_json)?;
    let Value::Object(body) = body else { return Err(Refusal::mistyped("", "object", &body)) };
    for (key, longest) in [
        ("input", LONGEST_INPUT),
        ("conversationId", LONGEST_CONVERSATION),
        ("password", usize::MAX),
        ("email", usize::MAX),
    ] {
        match body.get(key) {
            Some(Value::String(text)) if text.encode_utf16().count() > longest => {
                let why = format!("Too big: expected string to have <={longest} characters");
                return Err(Refusal::invalid(key, &why));
            }
            Some(Value::String(email)) if key == "email" && !email.contains('@') => {
                return Err(Refusal::invalid(key, "Invalid email format"));
            }
            None | Some(Value::String(_)) => {}
            Some(other) => return Err(Refusal::mistyped(key, "string", other)),
        }
    }
    let files = body.get("files").and_then(Value::as_array);
    if files.is_some_and(|files| files.len() > MOST_FILES) {
        return Err(Refusal::invalid("files", "A maximum of 15 files is allowed"));
    }
    let nameless = |file: &Value| file["name"] == "";
    if let Some(at) = files.and_then(|files| files.iter().position(nameless)) {
        return Err(Refusal::invalid(&format!("files.{at}.name"), "File name is required"));
    }
    Ok(body)
}

/// Refuses a visitor who is not known, unless the body says the password.
fn check(state: &State, chat: &Chat, body: &Map<String, Value>) -> Result<(), Refusal> {
    let unauthorized = |error: &str| Err(Refusal::new(StatusCode::UNAUTHORIZED, error));
    let text = |key: &str| body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let has_input = text("input").is_some();
    match &chat.auth {
        Auth::Public => Ok(()),
        Auth::Password(password) => match text("password") {
            None if has_input => Err(wants_sign_in(chat)),
            None => unauthorized("Password is required"),
            Some(_) if !state.visitors.may_try(&chat.id) => {
                Err(Refusal::limited("Too many attempts. Please try again later."))
            }
            Some(tried) if tried != password => unauthorized("Invalid password"),
            Some(_) => Ok(()),
        },
        Auth::Email(allowed) => match text("email") {
            None if has_input => Err(wants_sign_in(chat)),
            None => unauthorized("Email is required"),
            Some(email) if !super::sign_in::is_allowed(allowed, email) => {
                unauthorized("Email not authorized")
            }
            Some(_) => unauthorized("otp_required"),
        },
    }
}

/// Returns the input of the run. What is no data URL is dropped without a word.
fn input(body: &Map<String, Value>) -> Value {
    let conversation = body.get("conversationId").cloned().unwrap_or_default();
    let mut input = json!({"input": body.get("input"), "conversationId": conversation});
    let is_data =
        |file: &&Value| file["data"].as_str().is_some_and(|data| data.starts_with("data:"));
    let files = body.get("files").and_then(Value::as_array).into_iter().flatten();
    let files: Vec<_> = files.filter(is_data).cloned().collect();
    if !files.is_empty() {
        input["files"] = files.into();
    }
    input
}
