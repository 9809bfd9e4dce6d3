//! The bodies of answers that refuse a request.

use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use super::answer;

/// A refused request.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    body: String,
    retry_after: Option<u16>,
}

/// A finding about the request, at a dotted path.
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
        Self { status, body: answer::text(body), retry_after: None }
    }

    /// A refusal that says why and no more.
    pub(crate) fn text(status: StatusCode, error: &str) -> Self {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'a str,
        }
        Self::new(status, &Body { error })
    }

    /// A refusal with a code.
    pub(crate) fn coded(status: StatusCode, error: &str, code: &str) -> Self {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'a str,
            code: &'a str,
        }
        Self::new(status, &Body { error, code })
    }

    /// A refusal of the status route, which names the request.
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

    /// A request that does not hold what it should.
    pub(crate) fn invalid(error: &str, details: &[Detail]) -> Self {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'a str,
            details: &'a [Detail],
        }
        Self::new(StatusCode::BAD_REQUEST, &Body { error, details })
    }

    /// The id of the run has been claimed before.
    pub(crate) fn id_conflict(execution_id: &str) -> Self {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            error: &'a str,
            code: &'a str,
            execution_id: &'a str,
        }
        let error = "Execution ID has already been used";
        let code = "EXECUTION_ID_CONFLICT";
        Self::new(StatusCode::CONFLICT, &Body { error, code, execution_id })
    }

    /// The server handles as many execute requests as it can.
    pub(crate) fn at_capacity() -> Self {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            error: &'static str,
            message: &'static str,
            code: &'static str,
            retryable: bool,
            retry_after_seconds: u16,
        }
        let body = Body {
            error: "Too many requests",
            message: "Server is at capacity. Please retry shortly.",
            code: "ADMISSION_GATE_CAPACITY",
            retryable: true,
            retry_after_seconds: 5,
        };
        Self { retry_after: Some(5), ..Self::new(StatusCode::TOO_MANY_REQUESTS, &body) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = answer::json_text(self.status, self.body);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
