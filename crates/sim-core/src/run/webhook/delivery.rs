//! What a webhook answered to a delivery.

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, DATE};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, FailureClass, Result, code};
use crate::primitives::{RunId, json};
use crate::response::Answer;

/// What the server answers where the owner of the webhook chose nothing else.
const PROCESSED: &str = "Webhook processed";

/// A field of a body, by which the run of a delivery is found later.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Mark {
    /// The name of the field.
    pub field: String,
    /// The text in it.
    pub id: String,
}

impl Mark {
    /// Creates a mark. The logs show `[REDACTED]` in place of fields whose names sound like secrets, such as `token` or
    /// `apiKey`, so choose a plain name.
    pub fn new(field: impl Into<String>, id: impl Into<String>) -> Self {
        Self { field: field.into(), id: id.into() }
    }
}

/// What a webhook answered to a delivery. The server answers before the run has begun, and the answer does not name the
/// run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    /// The key that was sent. Send it again with [`TriggerWebhook::key`](super::TriggerWebhook::key), and the server
    /// starts no second run.
    pub key: RunId,
    /// The status of the answer; 200 unless the owner of the webhook chose another.
    pub status: StatusCode,
    /// The body of the answer: what the owner chose, or else Sim's own words.
    pub body: Bytes,
    /// The mark in the body that was sent, or `None` if it had none.
    pub mark: Option<Mark>,
    /// When the server answered, by its own clock. `None` if it did not say.
    pub answered_at: Option<Timestamp>,
    /// The server's id of the request. It appears in the server's own log alone. `None` if it sent none.
    pub request_id: Option<String>,
}

impl Delivery {
    /// Returns whether this is Sim's own answer to a delivery that it took. Otherwise the owner of the webhook chose
    /// the answer, and the answer tells nothing about a run.
    pub fn is_standard(&self) -> bool {
        let body: Value = json::read_hint(&self.body).unwrap_or_default();
        self.status == StatusCode::OK && (body["message"] == PROCESSED || several(&body))
    }

    /// Reads the body of the answer as JSON.
    ///
    /// # Errors
    /// If it does not have the form of `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        json::read(&self.body).map_err(|error| {
            Error::request(format!("the answer of the webhook is not as expected: {error}"))
        })
    }

    /// Reads the answer to a delivery. `is_custom` says that the owner of the webhook chose its answers.
    pub(super) fn read(answer: &Answer, mark: Option<Mark>, is_custom: bool) -> Result<Self> {
        if let Some(refusal) = refusal(answer) {
            return Err(refusal);
        }
        // The server sends the owner's answer as JSON or as plain text.
        let kind = answer.text(CONTENT_TYPE.as_str()).unwrap_or_default();
        let is_page = kind.contains("html");
        let is_lost = is_unheard(answer.status) || is_broken(answer);
        let counts = answer.status.is_success() || (is_custom && !is_lost);
        if is_page && counts {
            return Err(answer.not_as_documented(&"a webhook answers with JSON or plain text"));
        }
        if !counts {
            return Err(answer.refused().with(|inner| inner.settled = false));
        }
        let date = answer.text(DATE.as_str());
        Ok(Self {
            key: answer.sent_id().cloned().unwrap_or_else(|| RunId::new("")),
            status: answer.status,
            body: answer.body.clone(),
            mark,
            answered_at: date.and_then(|date| Some(rfc2822::parse(date).ok()?.timestamp())),
            request_id: answer.text("x-request-id").map(code::readable),
        })
    }
}

/// Returns whether the server took a delivery for several webhooks at once.
fn several(body: &Value) -> bool {
    body["success"] == true && body["webhooksProcessed"].is_u64()
}

/// Returns whether somebody in front of the server gave up before its answer.
fn is_unheard(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 499 | 502 | 504 | 520..=599)
}

/// Returns whether the server failed, which it may do after it started the run.
fn is_broken(answer: &Answer) -> bool {
    let body: Value = json::read_hint(&answer.body).unwrap_or_default();
    answer.status == StatusCode::INTERNAL_SERVER_ERROR && body["error"].is_string()
}

/// Returns the error for an answer in the very words with which the server refuses a delivery before it starts a run;
/// `None` for any other answer.
fn refusal(answer: &Answer) -> Option<Error> {
    let body: Value = json::read_hint(&answer.body).unwrap_or_default();
    let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(200)]).into_owned();
    let words = body["error"].as_str().unwrap_or(text.trim());
    let status = answer.status.as_u16();
    let is_refusal = match (status, body["code"].as_str()) {
        (429, Some("EXECUTION_CONCURRENCY_LIMIT" | "ADMISSION_GATE_CAPACITY"))
        | (503, Some("SERVICE_OVERLOADED")) => true,
        (402, None) => body["error"].is_string(),
        _ => REFUSALS.contains(&(status, words)),
    };
    if !is_refusal {
        return None;
    }
    let message = match status {
        404 => "no webhook is live under this path: it is unknown, or its workflow is not deployed",
        _ => words,
    };
    let word = code::of(answer.status, body["code"].as_str(), words);
    let error = Error::api(word, message.to_owned(), FailureClass::Answered(answer.status));
    Some(error.with(|inner| {
        inner.status = Some(answer.status);
        inner.body = answer.body.clone();
    }))
}

/// What the server writes when it starts nothing, with the status.
const REFUSALS: [(u16, &str); 12] = [
    (400, "Failed to read request body"),
    (400, "Invalid payload format"),
    (401, "Unauthorized - Invalid authentication token"),
    (401, "Unauthorized - Authentication required but no token configured"),
    (403, "Forbidden - IP not allowed"),
    (403, "Account suspended"),
    (403, "Workflow is not deployed"),
    (404, "Not Found"),
    (404, "Trigger block not found in deployment"),
    (405, "Method not allowed"),
    (413, "Request body too large"),
    (429, "Rate limit exceeded. Please try again later."),
];
