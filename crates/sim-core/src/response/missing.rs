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

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::response::Answer;

    fn read(status: u16, request_id: Option<&str>, body: &'static str) -> Option<Missing> {
        let mut response = http::Response::builder().status(status);
        if let Some(id) = request_id {
            response = response.header("x-request-id", id);
        }
        let response = response.body(Bytes::from(body)).expect("a response");
        let answer = Answer::new(response, None);
        Missing::read(&answer.describe(answer.refused()))
    }

    #[test]
    fn only_what_a_server_says_that_looked_is_missing() {
        for (body, missing) in [
            (r#"{"error":"Execution not found"}"#, Some(Missing::Run)),
            (r#"{"error":"Workflow not found"}"#, Some(Missing::Workflow)),
            (r#"{"error":"No such thing"}"#, None),
            (r#"{"error":"Execution not found","docs":"x"}"#, None),
            (r#"{"error":{"code":"NOT_FOUND","message":"Run not found"}}"#, Some(Missing::Run)),
            (
                r#"{"error":{"code":"NOT_FOUND","message":"Workflow not found"}}"#,
                Some(Missing::Workflow),
            ),
            (r#"{"error":{"code":"GONE","message":"Run not found"}}"#, None),
            (r#"{"error":{"message":"Run not found"}}"#, None),
            // The second generation is switched off, so nobody looked.
            (r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#, None),
            (r#"{"message":"Not Found"}"#, None),
            ("", None),
            ("no such page", None),
            (" <!DOCTYPE html><html></html>", Some(Missing::Route)),
        ] {
            assert_eq!(read(404, None, body), missing, "{body}");
            assert_eq!(read(400, None, body), None, "{body}");
        }
        // A page that Sim itself wrote is no missing route.
        assert_eq!(read(404, Some("1a2b3c4d"), "<html></html>"), None);
    }
}
