//! What a 404 of the read of a run says is missing.

use http::StatusCode;
use serde_json::Value;

use crate::error::{Error, code};
use crate::primitives::json;
use crate::response::Envelope;

/// What the server says is missing, when it finds no run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// There is no run under this id. That proves nothing where the server ignores ids of callers.
    Run,
    /// There is no such workflow, so no run can be of it.
    Workflow,
    /// The server has no such route: it is too old.
    Route,
}

impl Missing {
    /// Reads the error of a read. `None` if it does not come from a server that looked, so that the read failed.
    pub(crate) fn read(error: &Error) -> Option<Self> {
        if error.status() != Some(StatusCode::NOT_FOUND) {
            return None;
        }
        let Ok(body) = json::read::<Value>(error.body()) else {
            let is_page = error.body().trim_ascii_start().starts_with(b"<");
            return (is_page && error.request_id().is_none()).then_some(Self::Route);
        };
        let envelope = Envelope::read(&body)?;
        let is_sims = if envelope.is_nested() {
            envelope.code.as_deref() == Some(code::NOT_FOUND) && !envelope.is_gate()
        } else {
            body.as_object().is_some_and(|body| body.len() == 1)
        };
        match &*envelope.message {
            _ if !is_sims => None,
            "Workflow not found" => Some(Self::Workflow),
            "Execution not found" => Some(Self::Run),
            _ => envelope.is_nested().then_some(Self::Run),
        }
    }
}
