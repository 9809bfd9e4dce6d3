//! Answers of v1 that refuse a request.

use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

use super::answer;
use crate::release::Release;

/// The text of a server that cannot claim an id for a run.
pub(crate) const NO_CLAIM: &str = "Workflow execution identity is temporarily unavailable";

/// The answer to a refused request.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    body: String,
    retry_after: Option<u16>,
    /// The run that the answer concerns, sent as a header, or `None`.
    execution_id: Option<String>,
}

/// A problem in the request, at a dotted path.
#[derive(Debug, Serialize)]
pub(crate) struct Detail {
    pub(crate) path: String,
    pub(crate) message: String,
}

impl Detail {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

impl Refusal {
    fn new(status: StatusCode, body: &impl Serialize) -> Self {
        Self { status, body: answer::text(body), retry_after: None, execution_id: None }
    }

    /// Creates a refusal with a text only.
    pub(crate) fn text(status: StatusCode, error: &str) -> Self {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'a str,
        }
        Self::new(status, &Body { error })
    }

    /// Creates a refusal with a text and a code.
    pub(crate) fn coded(status: StatusCode, error: &str, code: &str) -> Self {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'a str,
            code: &'a str,
        }
        Self::new(status, &Body { error, code })
    }

    /// Sets `Retry-After`, in seconds.
    pub(crate) fn retry_after(self, seconds: u16) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Creates a refusal of the status route, which names the request.
    pub(crate) fn traced(
        status: StatusCode,
        error: &str,
        code: Option<&str>,
        request_id: &str,
    ) -> Self {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            error: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            code: Option<&'a str>,
            request_id: &'a str,
        }
        Self::new(status, &Body { error, code, request_id })
    }

    /// Creates the refusal of an invalid request.
    pub(crate) fn invalid(error: &str, details: &[Detail]) -> Self {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'a str,
            details: &'a [Detail],
        }
        Self::new(StatusCode::BAD_REQUEST, &Body { error, details })
    }

    /// Creates the refusal of a run id that was used before.
    pub(crate) fn id_conflict(execution_id: &str) -> Self {
        let error = "Execution ID has already been used";
        let code = "EXECUTION_ID_CONFLICT";
        Self::of_run(StatusCode::CONFLICT, error, code, execution_id)
    }

    /// Creates the refusal of an execute whose run may be in the queue, or not.
    pub(crate) fn ambiguous(execution_id: &str) -> Self {
        let error = "Async execution queue acceptance could not be confirmed";
        let code = "ASYNC_ENQUEUE_AMBIGUOUS";
        let refusal = Self::of_run(StatusCode::SERVICE_UNAVAILABLE, error, code, execution_id);
        Self { execution_id: Some(execution_id.to_owned()), ..refusal }
    }

    fn of_run(status: StatusCode, error: &str, code: &str, execution_id: &str) -> Self {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            error: &'a str,
            code: &'a str,
            execution_id: &'a str,
        }
        Self::new(status, &Body { error, code, execution_id })
    }

    /// Creates the refusal of a server at capacity, with a code that only newer servers send.
    pub(crate) fn at_capacity(seconds: u16, release: Release) -> Self {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            error: &'static str,
            message: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            code: Option<&'static str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            retryable: Option<bool>,
            retry_after_seconds: u16,
        }
        let body = Body {
            error: "Too many requests",
            message: "Server is at capacity. Please retry shortly.",
            code: release.codes_gate().then_some("ADMISSION_GATE_CAPACITY"),
            retryable: release.codes_gate().then_some(true),
            retry_after_seconds: seconds,
        };
        Self::new(StatusCode::TOO_MANY_REQUESTS, &body).retry_after(seconds)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = answer::json_text(self.status, self.body);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(id) = self.execution_id.and_then(|id| HeaderValue::from_str(&id).ok()) {
            response.headers_mut().insert(HeaderName::from_static("x-execution-id"), id);
        }
        response
    }
}
