//! Reading of refusals: the envelopes of both generations, and answers that are neither.

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use crate::error::{Error, ErrorKind, FailureClass, RunIdState, code};
use crate::primitives::json;
use crate::response::{Answer, Envelope, Form, Words, stranger};

/// The largest part of a refusal's body that an error keeps, in bytes.
const KEPT: usize = 64 * 1024;

/// Returns the error for a refusal of the API.
pub(crate) fn error(answer: &Answer) -> Error {
    let status = answer.status;
    let body: Value = json::read_hint(&answer.body).unwrap_or_default();
    let envelope = Envelope::read(&body);
    let settled = settles(status, envelope.as_ref());
    let fate = match &envelope {
        Some(envelope) => failure_class(status, envelope, &body),
        None => FailureClass::Answered(status),
    };
    // Without an envelope, the 404 is not Sim's and says nothing about the resource.
    let is_foreign = envelope.is_none() && status == StatusCode::NOT_FOUND;
    let is_gate = envelope.as_ref().is_some_and(Envelope::is_gate);
    let mut envelope =
        envelope.unwrap_or_else(|| Envelope { message: plain(answer), ..Envelope::default() });
    if is_gate {
        envelope.message += " (this server lacks the operation, or has the second generation of its API switched off)";
    }
    let code = if is_foreign {
        code::INVALID_RESPONSE
    } else {
        code::of(status, envelope.refined_code(), &envelope.message)
    };
    let message = match code::readable(&envelope.message) {
        empty if empty.is_empty() => answered(status),
        message => message,
    };
    Error::api(code, message, fate).with(|inner| {
        if is_foreign {
            inner.kind = ErrorKind::Decode;
        }
        inner.settled = settled;
        inner.status = Some(status);
        inner.server_code = envelope.code;
        inner.details = envelope.details;
        inner.body = kept(&answer.body);
    })
}

/// Returns what the refusal proves about the requested run.
fn failure_class(status: StatusCode, envelope: &Envelope, body: &Value) -> FailureClass {
    if envelope.refined_code() == Some(code::ASYNC_ENQUEUE_AMBIGUOUS) {
        return FailureClass::Lost;
    }
    let claim = if envelope.is_nested() {
        claim_of_second(status, envelope)
    } else {
        Words::read(status, body, None).and_then(Words::id)
    };
    claim.map_or(FailureClass::Answered(status), FailureClass::Refused)
}

/// Returns the state of the run id after a refusal of the second generation. Only the server itself writes refusals in
/// that form.
fn claim_of_second(status: StatusCode, envelope: &Envelope) -> Option<RunIdState> {
    match (status.as_u16(), envelope.refined_code()) {
        (429, Some(code::RATE_LIMIT_EXCEEDED | "EXECUTION_CONCURRENCY_LIMIT")) => {
            Some(RunIdState::Spent)
        }
        (429 | 503, _) => Some(RunIdState::Free),
        _ => None,
    }
}

/// Returns whether a refusal settles that nothing started.
fn settles(status: StatusCode, envelope: Option<&Envelope>) -> bool {
    let code = envelope.and_then(Envelope::refined_code);
    code != Some(code::ASYNC_ENQUEUE_AMBIGUOUS)
        && match envelope.map(|envelope| envelope.form) {
            Some(Form::Nested) => true,
            Some(Form::Flat) => !may_have_arrived(status),
            Some(Form::Wordless) | None => status.is_client_error() && !may_have_arrived(status),
        }
}

/// Returns whether a gateway sends this status after waiting in vain for the server.
pub(crate) fn may_have_arrived(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 499 | 502 | 504 | 520..=599)
}

/// Returns what a body that is not an envelope says, or shows of who wrote it.
fn plain(answer: &Answer) -> String {
    if let Some(told) = stranger::told(answer) {
        return format!("{}: {told}", answered(answer.status));
    }
    let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(KEPT)]);
    // A web page is not worth quoting.
    if text.trim_start().starts_with('<') { String::new() } else { text.into_owned() }
}

/// Returns the message for an answer whose body says nothing.
fn answered(status: StatusCode) -> String {
    let reason = status.canonical_reason().unwrap_or("no reason given");
    format!("the server answered {} {reason}", status.as_u16())
}

/// Returns the part of a refusal's body that an error keeps.
pub(crate) fn kept(body: &Bytes) -> Bytes {
    if body.len() <= KEPT { body.clone() } else { Bytes::copy_from_slice(&body[..KEPT]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> Error {
        let status = StatusCode::from_u16(status).expect("a status");
        let body = Bytes::copy_from_slice(body.as_bytes());
        let mut answer = http::Response::new(body);
        *answer.status_mut() = status;
        error(&Answer::new(answer, None))
    }

    #[test]
    fn a_refusal_settles_the_start_if_the_server_wrote_it_or_nothing_arrived() {
        let nested = r#"{"error":{"code":"INTERNAL_ERROR","message":"m"}}"#;
        let ambiguous = r#"{"error":{"code":"ASYNC_ENQUEUE_AMBIGUOUS","message":"m"}}"#;
        let wordless = r#"{"error":{"code":"INTERNAL_ERROR"}}"#;
        for (status, body, settles) in [
            (500, nested, true),
            (502, nested, true),
            (503, ambiguous, false),
            (500, r#"{"error":"m"}"#, true),
            (502, r#"{"error":"m"}"#, false),
            (408, r#"{"error":"m"}"#, false),
            (400, wordless, true),
            (500, wordless, false),
            (404, "", true),
            (408, "", false),
            (500, "", false),
        ] {
            assert_eq!(refused(status, body).is_settled(), settles, "{status} {body}");
        }
    }

    #[test]
    fn an_error_keeps_the_first_64_kib_of_a_body() {
        for (length, keeps) in [(65_536, 65_536), (65_537, 65_536), (7, 7)] {
            assert_eq!(kept(&Bytes::from(vec![b'x'; length])).len(), keeps);
        }
    }

    #[test]
    fn both_envelopes_give_code_message_and_details() {
        let nested = r#"{"error":{"code":"CONFLICT","message":"used","details":{"code":"RUN_ID_CONFLICT","runId":"r"}}}"#;
        let error = refused(409, nested);
        assert_eq!(
            (error.code(), error.server_code()),
            ("EXECUTION_ID_CONFLICT", Some("CONFLICT"))
        );
        assert_eq!((error.message(), error.details().is_some()), ("used", true));
        let error = refused(404, r#"{"error":"Task not found","code":"TASK_NOT_FOUND"}"#);
        assert_eq!((error.code(), error.message()), ("TASK_NOT_FOUND", "Task not found"));
    }

    #[test]
    fn a_refusal_whose_message_is_no_text_keeps_its_code_and_its_details() {
        for message in ["null", "7", "{}", "[\"x\"]"] {
            let body = format!(
                r#"{{"error":{{"code":"FORBIDDEN","message":{message},"details":{{"code":"WORKSPACE_RESOURCE_LIMIT_REACHED"}}}}}}"#
            );
            let error = refused(403, &body);
            assert_eq!(error.server_code(), Some("FORBIDDEN"), "{body}");
            assert_eq!(error.code(), "WORKSPACE_RESOURCE_LIMIT_REACHED", "{body}");
            assert_eq!((error.kind(), error.details().is_some()), (&ErrorKind::Api, true));
            assert_eq!(error.message(), "the server answered 403 Forbidden", "{body}");
        }
        let lost = refused(503, r#"{"error":{"code":"SERVICE_UNAVAILABLE"}}"#);
        let answered = FailureClass::Answered(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(lost.failure_class(), answered, "half an envelope is no proof");
        assert_eq!(refused(404, r#"{"error":{"code":404}}"#).kind(), &ErrorKind::Decode);
    }

    #[test]
    fn the_apis_404_and_that_of_a_stranger_differ_in_kind() {
        let own = refused(404, r#"{"error":"Workflow not found"}"#);
        assert_eq!((own.kind(), own.is_not_found()), (&ErrorKind::Api, true));
        for body in ["", "<html>", "{}", "nothing"] {
            let other = refused(404, body);
            assert_eq!((other.kind(), other.is_not_found()), (&ErrorKind::Decode, false), "{body}");
            assert_eq!(
                (other.code(), other.status()),
                ("INVALID_RESPONSE", Some(StatusCode::NOT_FOUND))
            );
        }
        let off = refused(404, r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#);
        assert!(off.message().contains("switched off"), "{off}");
    }

    #[test]
    fn whatever_the_body_is_the_status_and_the_body_remain() {
        for body in [
            "",
            "null",
            "[]",
            "7",
            "\"x\"",
            "{}",
            "{\"error\":null}",
            "{\"error\":{}}",
            "<html>",
            "\u{feff}{",
            "\0",
        ] {
            let error = refused(500, body);
            assert_eq!(error.status().map(|s| s.as_u16()), Some(500), "{body:?}");
            assert_eq!(error.body(), body.as_bytes(), "{body:?}");
            assert_eq!(error.code(), "SERVER_ERROR");
        }
    }

    #[test]
    fn a_web_page_is_not_quoted_and_a_long_body_is_cut() {
        let message = refused(502, "<html>x</html>").message().to_owned();
        assert!(
            message.starts_with("the server answered 502 Bad Gateway: it is a web page"),
            "{message}"
        );
        let error = refused(500, &"x".repeat(5 << 20));
        assert_eq!(error.body().len(), KEPT);
        assert!(error.message().chars().count() < 400);
    }

    #[test]
    fn only_known_shapes_prove_that_nothing_started() {
        let free = FailureClass::Refused(RunIdState::Free);
        let spent = FailureClass::Refused(RunIdState::Spent);
        let answered = |code| FailureClass::Answered(StatusCode::from_u16(code).expect("a status"));
        let table = [
            (429, r#"{"error":{"code":"RATE_LIMITED","message":"m"}}"#, free),
            (
                429,
                r#"{"error":{"code":"RATE_LIMITED","message":"m","details":{"retryAfter":"t"}}}"#,
                free,
            ),
            (
                429,
                r#"{"error":{"code":"RATE_LIMITED","message":"m","details":{"code":"RATE_LIMIT_EXCEEDED"}}}"#,
                spent,
            ),
            (
                429,
                r#"{"error":{"code":"RATE_LIMITED","message":"m","details":{"code":"EXECUTION_CONCURRENCY_LIMIT"}}}"#,
                spent,
            ),
            (429, r#"{"error":"Too many requests","code":"ADMISSION_GATE_CAPACITY"}"#, free),
            (429, r#"{"error":"Rate limit exceeded. Please try again later."}"#, spent),
            (
                429,
                r#"{"error":"Too many concurrent executions are in progress for this billing account. Please wait for them to finish and try again."}"#,
                spent,
            ),
            (429, r#"{"error":"Too many concurrent executions are in progress"}"#, answered(429)),
            (429, r#"{"error":"Rate limit exceeded","message":"m","retryAfter":1}"#, answered(429)),
            (429, r#"{"error":"m","code":"RATE_LIMIT_EXCEEDED"}"#, spent),
            (429, r#"{"error":"the author's own limit"}"#, answered(429)),
            (429, r#"{"mine":true}"#, answered(429)),
            (503, r#"{"error":{"code":"SERVICE_UNAVAILABLE","message":"m"}}"#, free),
            (
                503,
                r#"{"error":{"code":"SERVICE_UNAVAILABLE","message":"m","details":{"code":"ASYNC_ENQUEUE_AMBIGUOUS"}}}"#,
                FailureClass::Lost,
            ),
            (
                503,
                r#"{"error":"m","code":"ASYNC_ENQUEUE_AMBIGUOUS","executionId":"e"}"#,
                FailureClass::Lost,
            ),
            (503, r#"{"error":"m","code":"SERVICE_OVERLOADED"}"#, free),
            (503, r#"{"error":"m"}"#, answered(503)),
            (503, "<html>", answered(503)),
            (500, r#"{"error":"m"}"#, answered(500)),
        ];
        for (status, body, fate) in table {
            assert_eq!(refused(status, body).failure_class(), fate, "{status} {body}");
        }
    }
}
