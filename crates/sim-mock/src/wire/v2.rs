//! `/api/v2`: the answers of a server that has it switched off.

use std::sync::Arc;

use axum::extract;
use axum::response::Response;
use http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

use super::answer;
use super::auth::Caller;
use crate::state::State;

pub(crate) async fn switched_off(
    extract::State(state): extract::State<Arc<State>>,
    headers: HeaderMap,
) -> Response {
    let wrong = Caller::of(&state, &headers) == Caller::Wrong;
    let (status, code, message) = if wrong {
        (StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "Invalid API key")
    } else {
        (StatusCode::NOT_FOUND, "NOT_FOUND", "Not found")
    };
    let body = json!({ "error": { "code": code, "message": message } });
    let mut response = answer::json(status, &body);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if wrong {
        let challenge = "SimApiKey realm=\"Sim API\", header=\"x-api-key\"";
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}
