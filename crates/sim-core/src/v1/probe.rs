//! The operation that asks whether a server honours the run ids of callers, and starts nothing.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;

use crate::error::Result;
use crate::model::Claims;
use crate::operation::{CallOptions, Endpoint, Idempotency, Operation, Route};
use crate::primitives::json;
use crate::response::Answer;
use crate::wire::RequestBody;

/// `POST /api/workflows/{workflow}/execute` of a workflow that cannot exist, under an id that no server accepts: asks
/// whether the server honours the run ids of callers. It starts nothing.
///
/// A server that honours them rejects the id first; one that ignores them does not find the workflow. Any other answer
/// leaves the question open.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct ProbeClaims {
    options: CallOptions,
}

/// A workflow that no server has.
const NO_WORKFLOW: &str = "/api/workflows/00000000-0000-4000-8000-000000000000/execute";

/// An id that no server accepts.
const NO_ID: HeaderValue = HeaderValue::from_static("not allowed!");

impl ProbeClaims {
    crate::call_options!();

    /// Creates the request, which is the same for every workflow.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Operation for ProbeClaims {
    fn route(&self) -> Route {
        Route { method: Method::POST, path: "/api/workflows/{workflow}/execute" }
    }

    fn path(&self) -> Result<String> {
        Ok(NO_WORKFLOW.to_owned())
    }

    /// The server looks at the id after the body, so the body must be good.
    fn body(&self) -> Result<RequestBody> {
        Ok(RequestBody::Bytes("{\"name\":\"x\"}".into()))
    }

    fn headers(&self, headers: &mut HeaderMap) -> Result<()> {
        headers.insert(HeaderName::from_static("x-execution-id"), NO_ID);
        Ok(())
    }

    fn idempotency(&self) -> Idempotency {
        Idempotency::Safe
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

impl Endpoint for ProbeClaims {
    type Output = Claims;

    fn decode(&self, answer: &Answer) -> Result<Claims> {
        let body: Value = json::read(&answer.body).unwrap_or_default();
        let claims = match answer.status {
            StatusCode::BAD_REQUEST if rejects_id(&body) => Claims::Proven,
            StatusCode::NOT_FOUND if body == serde_json::json!({"error": "Workflow not found"}) => {
                Claims::Refuted
            }
            _ => Claims::Unknown,
        };
        answer.note_claims(claims);
        Ok(claims)
    }
}

fn rejects_id(body: &Value) -> bool {
    let mut details = body.get("details").and_then(Value::as_array).into_iter().flatten();
    body.get("error").and_then(Value::as_str) == Some("Invalid execution ID header")
        && details.any(|detail| detail.get("path").is_some_and(|path| path == "X-Execution-Id"))
}
