//! Refusals of the routes of a chat: the words, and a code that is made of them.

use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use crate::wire::preprocess::Denied;
use crate::wire::{answer, body};

/// A refusal of a route of a chat.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    body: String,
    /// Whether the visitor has to wait for a quarter of an hour.
    waits: bool,
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    code: &'a str,
}

impl Refusal {
    /// Creates a refusal whose code is its words in upper case.
    pub(super) fn new(status: StatusCode, error: &str) -> Self {
        let code = error.to_uppercase().replace(' ', "_");
        Self { status, body: answer::text(&Body { error, code: &code }), waits: false }
    }

    /// Creates a refusal of a body that does not have the form of the route.
    pub(super) fn invalid(path: &str, why: &str) -> Self {
        let error = format!("Invalid request body: {path}: {why}");
        let body = answer::text(&Body { error: &error, code: "VALIDATION_ERROR" });
        Self { status: StatusCode::BAD_REQUEST, body, waits: false }
    }

    /// Creates a refusal of a body that is no JSON, which has no code.
    pub(super) fn no_json() -> Self {
        let body = answer::text(&json!({"error": "Request body must be valid JSON"}));
        Self { status: StatusCode::BAD_REQUEST, body, waits: false }
    }

    /// Creates a refusal of somebody who guesses, or asks too often.
    pub(super) fn limited(error: &str) -> Self {
        Self { waits: true, ..Self::new(StatusCode::TOO_MANY_REQUESTS, error) }
    }

    /// Creates a refusal of a field that has another type.
    pub(super) fn mistyped(path: &str, expected: &str, found: &Value) -> Self {
        Self::invalid(path, &body::expected(expected, found))
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self::new(denied.status(), denied.message())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut answer = answer::json_text(self.status, self.body);
        if self.waits {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("900"));
        }
        answer
    }
}
