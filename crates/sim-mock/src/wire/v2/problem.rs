//! Answers of v2 that refuse a request, all in one envelope.

use axum::response::{IntoResponse, Response};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use super::issue::Issue;
use crate::wire::answer;
use crate::wire::claim::NoClaim;
use crate::wire::execute::RETRY_AFTER as WAIT;
use crate::wire::preprocess::Denied;
use crate::wire::refusal::NO_CLAIM;

/// The prefix of every path of v2.
pub(crate) const PREFIX: &str = "/api/v2/";

/// The header that names the kind of key that the server wants.
const CHALLENGE: &str = "SimApiKey realm=\"Sim API\", header=\"x-api-key\"";

/// The header that names the run of an answer.
pub(crate) const RUN_ID: HeaderName = HeaderName::from_static("x-run-id");

/// The answer to a refused request.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    error: Error,
    retry_after: Option<u16>,
    run_id: Option<String>,
}

#[derive(Debug, Serialize)]
struct Error {
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Details>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Details {
    Issues(Vec<Issue>),
    Other(Value),
}

impl Problem {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let code = match status {
            StatusCode::UNAUTHORIZED => "UNAUTHORIZED",
            StatusCode::PAYMENT_REQUIRED => "USAGE_LIMIT_EXCEEDED",
            StatusCode::FORBIDDEN => "FORBIDDEN",
            StatusCode::NOT_FOUND => "NOT_FOUND",
            StatusCode::CONFLICT => "CONFLICT",
            StatusCode::LOCKED => "LOCKED",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "UNSUPPORTED_MEDIA_TYPE",
            StatusCode::PAYLOAD_TOO_LARGE => "PAYLOAD_TOO_LARGE",
            StatusCode::TOO_MANY_REQUESTS => "RATE_LIMITED",
            StatusCode::SERVICE_UNAVAILABLE => "SERVICE_UNAVAILABLE",
            StatusCode::INTERNAL_SERVER_ERROR => "INTERNAL_ERROR",
            _ => "BAD_REQUEST",
        };
        let error = Error { code, message: message.into(), details: None };
        Self { status, error, retry_after: None, run_id: None }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} not found"))
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// Creates the refusal of what a key may not do, with a code that says why.
    pub(crate) fn forbidden(code: &str, message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, message).details(json!({ "code": code }))
    }

    pub(crate) fn unauthorized(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// Creates the refusal of an invalid request. The first problem is the message.
    pub(crate) fn invalid(issues: Vec<Issue>) -> Self {
        let message = issues.first().map(|issue| issue.message.clone()).unwrap_or_default();
        let mut problem = Self::bad_request(message);
        problem.error.details = Some(Details::Issues(issues));
        problem
    }

    /// Adds details for machines.
    pub(crate) fn details(mut self, details: Value) -> Self {
        self.error.details = Some(Details::Other(details));
        self
    }

    /// Takes the details away.
    pub(crate) fn without_details(mut self) -> Self {
        self.error.details = None;
        self
    }

    /// Sets `Retry-After`, in seconds.
    pub(crate) fn retry_after(self, seconds: u16) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Creates the refusal of a run id that was used before.
    pub(crate) fn run_id_conflict(run: &str) -> Self {
        Self::conflict("Run ID has already been used").of_run("RUN_ID_CONFLICT", run)
    }

    /// Creates the refusal of an execute whose run may be in the queue, or not.
    pub(crate) fn ambiguous(run: &str) -> Self {
        let message = "Async execution queue acceptance could not be confirmed";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message).of_run("ASYNC_ENQUEUE_AMBIGUOUS", run)
    }

    fn of_run(self, code: &str, run: &str) -> Self {
        let details = json!({ "code": code, "runId": run });
        Self { run_id: Some(run.to_owned()), ..self.details(details) }
    }

    /// Creates the refusal of a server at capacity.
    pub(crate) fn at_capacity(seconds: u16) -> Self {
        let message = "Server is at capacity. Please retry shortly.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, message).retry_after(seconds)
    }

    /// Creates the refusal of an overloaded server.
    pub(crate) fn overloaded(seconds: u16) -> Self {
        let message = "Service temporarily unavailable. Please try again later.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
            .details(json!({ "code": "SERVICE_OVERLOADED" }))
            .retry_after(seconds)
    }
}

impl From<NoClaim> for Problem {
    fn from(why: NoClaim) -> Self {
        match why {
            NoClaim::Taken(id) => Self::run_id_conflict(&id),
            NoClaim::Outage => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, NO_CLAIM).retry_after(WAIT)
            }
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        let of = |status| Self::new(status, denied.message());
        let coded = |status, code| of(status).details(json!({ "code": code }));
        match denied {
            Denied::NotDeployed => coded(StatusCode::FORBIDDEN, "WORKFLOW_NOT_DEPLOYED"),
            Denied::Usage(_) => of(StatusCode::PAYMENT_REQUIRED),
            Denied::Rate(seconds) => {
                coded(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMIT_EXCEEDED").retry_after(seconds)
            }
            Denied::Concurrency => {
                coded(StatusCode::TOO_MANY_REQUESTS, "EXECUTION_CONCURRENCY_LIMIT").retry_after(5)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Envelope {
            error: Error,
        }
        let mut response = answer::json(self.status, &Envelope { error: self.error });
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(run) = self.run_id.and_then(|run| HeaderValue::from_str(&run).ok()) {
            headers.insert(RUN_ID, run);
        }
        response
    }
}
