//! `/api/chat/{identifier}`: what a visitor without a key may do, with the checks in Sim's order.

mod message;
mod refusal;
mod sign_in;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;

use super::answer;
use super::intake::Intake;
use crate::chat::{Auth, Chat};
use crate::hosted::Hosted;
use crate::state::State;
use refusal::Refusal;

pub(super) use message::post;
pub(super) use sign_in::{check_code, check_sso, send_code};

type Found = (Arc<Hosted>, Chat);

/// `GET`: the settings of the chat, for those who may see them.
pub(super) async fn settings(
    extract::State(state): extract::State<Arc<State>>,
    Path(identifier): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (_, chat) = find(&state, &identifier)?;
    if is_known(&state, &chat, &headers) {
        return Ok(answer::json(StatusCode::OK, &Settings::of(&chat)));
    }
    Err(wants_sign_in(&chat))
}

/// Finds a chat that is on.
fn find(state: &State, identifier: &str) -> Result<Found, Refusal> {
    let missing = || Refusal::new(StatusCode::NOT_FOUND, "Chat not found");
    let (hosted, chat) = state.catalog.chat(identifier).ok_or_else(missing)?;
    if chat.is_off {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "This chat is currently unavailable"));
    }
    Ok((hosted, chat))
}

/// Returns whether the visitor needs not sign in, or has done so.
fn is_known(state: &State, chat: &Chat, headers: &HeaderMap) -> bool {
    if matches!(chat.auth, Auth::Public) {
        return true;
    }
    let name = cookie_name(chat);
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.any(|(own, value)| own.trim() == name && state.visitors.knows(&chat.id, value))
}

fn wants_sign_in(chat: &Chat) -> Refusal {
    let word = format!("auth_required_{}", chat.auth.word());
    Refusal::new(StatusCode::UNAUTHORIZED, &word)
}

fn cookie_name(chat: &Chat) -> String {
    format!("chat_auth_{}", chat.id)
}

/// Answers with the settings, and lets the visitor in. The cookie is marked as `Secure` over plain HTTP too.
fn let_in(state: &State, chat: &Chat) -> Response {
    let mut answer = answer::json(StatusCode::OK, &Settings::of(chat));
    if !matches!(chat.auth, Auth::Public) {
        let (name, value) = (cookie_name(chat), state.visitors.let_in(&chat.id));
        let cookie =
            format!("{name}={value}; Path=/; Max-Age=86400; Secure; HttpOnly; SameSite=lax");
        let cookie = HeaderValue::from_str(&cookie).expect("letters and digits are a value");
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer
}

/// The body of a request as JSON.
fn json(intake: &Intake) -> Option<serde_json::Value> {
    serde_json::from_slice(&intake.body).ok()
}

/// What a chat tells of itself, in Sim's order of keys.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Settings<'a> {
    id: &'a str,
    title: &'a str,
    description: Option<&'a str>,
    customizations: Customizations,
    auth_type: &'static str,
    output_configs: Vec<Output<'a>>,
    include_thinking: bool,
    include_tool_calls: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Customizations {
    primary_color: &'static str,
    welcome_message: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Output<'a> {
    block_id: &'a str,
    path: &'a str,
}

impl<'a> Settings<'a> {
    fn of(chat: &'a Chat) -> Self {
        let outputs = chat.outputs.iter().map(|output| {
            let (block_id, path) = output.split_once(['.', '_']).unwrap_or((output, ""));
            Output { block_id, path }
        });
        Self {
            id: &chat.id,
            title: &chat.title,
            description: None,
            customizations: Customizations {
                primary_color: "#6F3DFA",
                welcome_message: "Hi there! How can I help you today?",
            },
            auth_type: chat.auth.word(),
            output_configs: outputs.collect(),
            include_thinking: chat.thinking,
            include_tool_calls: chat.tool_calls,
        }
    }
}

/// The extension of every request, under a short name.
type Taken = Extension<Intake>;
