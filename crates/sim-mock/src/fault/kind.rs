//! What a request asks for, as far as faults tell it apart.

use http::Method;
use http::request::Parts;
use serde_json::Value;

/// What a request asks for, as far as faults tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Execute a workflow, synchronous or streamed.
    Execute,
    /// Queue a run.
    Queue,
    /// Read anything.
    Read,
    /// Anything else.
    Other,
}

impl Kind {
    /// What its head says; `None` for an execute of v2, of which the body tells more.
    pub(crate) fn of(request: &Parts) -> Option<Self> {
        let path = request.uri.path();
        if request.method == Method::GET {
            return Some(Self::Read);
        }
        if request.method != Method::POST || !path.ends_with("/execute") {
            return Some(Self::Other);
        }
        if path.starts_with("/api/v2/workflows/") {
            return None;
        }
        if !path.starts_with("/api/workflows/") {
            return Some(Self::Other);
        }
        let queued = request.headers.get("x-execution-mode").is_some_and(|mode| mode == "async");
        Some(if queued { Self::Queue } else { Self::Execute })
    }

    /// What the body of an execute of v2 says.
    pub(crate) fn of_body(body: &[u8]) -> Self {
        let body: Option<Value> = serde_json::from_slice(body).ok();
        let queued = body.is_some_and(|body| body["async"] == true);
        if queued { Self::Queue } else { Self::Execute }
    }
}
