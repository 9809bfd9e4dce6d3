//! The result stream: an answer with one JSON object a line, whose heartbeats keep the connection alive while the run
//! works.
//!
//! Every synchronous execute of the second generation asks for it. Servers that do not know it answer with plain
//! JSON.

use std::borrow::Cow;

use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::{Error, FailureClass, Result};
use crate::model::RunError;
use crate::primitives::json::{self, field};
use crate::response::{Answer, refusal};

/// The `Accept` header that asks for a result stream.
pub(crate) const ACCEPT: &str = "application/x-ndjson, application/json";

const MEDIA_TYPE: &str = "application/x-ndjson";

/// One line of the stream. A line that is neither the final result nor an error, such as a heartbeat or a kind that a
/// later server adds, may have any content.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default, rename = "type", deserialize_with = "field::lent")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "field::count")]
    status: Option<u64>,
    #[serde(default, deserialize_with = "field::text")]
    code: Option<String>,
    #[serde(default, deserialize_with = "RunError::field")]
    error: Option<RunError>,
}

/// Returns the answer that the last line holds, as if the server had sent it alone. `None` if the body is not a
/// result stream.
pub(super) fn answer(whole: &Answer) -> Option<Result<Answer>> {
    let kind = whole.text(CONTENT_TYPE.as_str())?;
    kind.to_ascii_lowercase().contains(MEDIA_TYPE).then(|| last(whole))
}

fn last(whole: &Answer) -> Result<Answer> {
    let lines =
        json::without_mark(&whole.body).split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut unreadable = None;
    for line in lines.filter(|line| !line.is_empty()) {
        let repaired;
        let line: Line<'_> = match serde_json::from_slice(line) {
            Ok(line) => line,
            Err(error) => {
                repaired = json::repaired(line);
                let read = repaired.as_deref().and_then(|line| serde_json::from_slice(line).ok());
                let Some(line) = read else {
                    unreadable.get_or_insert(error);
                    continue;
                };
                line
            }
        };
        match (line.kind.as_deref(), line.data) {
            (Some("final"), Some(data)) => {
                return Ok(whole.with(StatusCode::OK, format!("{{\"data\":{data}}}")));
            }
            (Some("error"), _) => return Err(refused(whole, line)),
            _ => {}
        }
    }
    if let Some(error) = unreadable {
        return Err(whole.not_as_documented(&error));
    }
    // The connection ended cleanly but too early; some proxies cause this.
    Err(Error::unfinished(whole.run_id.clone()).with(|inner| {
        inner.settled = false;
        inner.failure_class = FailureClass::Lost;
    }))
}

/// Returns the refusal that a line holds. It is final, because the run had already begun.
fn refused(whole: &Answer, line: Line<'_>) -> Error {
    let status = line.status.and_then(|status| u16::try_from(status).ok());
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let message = line.error.map(|error| error.message).unwrap_or_default();
    let body = serde_json::json!({"error": {"code": line.code, "message": message}}).to_string();
    refusal::error(&whole.with(status, body))
        .with(|inner| inner.failure_class = FailureClass::Answered(status))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn read(body: &str) -> Option<Result<Answer>> {
        let response =
            http::Response::builder().header("content-type", "application/x-ndjson; charset=utf-8");
        let response = response.body(Bytes::copy_from_slice(body.as_bytes())).expect("an answer");
        answer(&Answer::new(response, Some("r".into())))
    }

    #[test]
    fn signs_of_life_are_passed_over() {
        let body = "{\"type\":\"heartbeat\"}\n\n{\"type\":\"later\",\"x\":1}\r\n{\"type\":\"final\",\"data\":{\"runId\":\"r\"}}\n";
        let answer = read(body).expect("lines").expect("an answer");
        assert_eq!(
            (answer.status, &answer.body[..]),
            (StatusCode::OK, &br#"{"data":{"runId":"r"}}"#[..])
        );
    }

    #[test]
    fn a_line_that_is_not_understood_costs_no_result() {
        for line in [
            r#"{"type":"progress","status":"running"}"#,
            r#"{"type":"heartbeat","code":7}"#,
            r#"{"type":"heartbeat","status":70000,"error":{},"code":null}"#,
            r#"{"type":"log","error":null,"data":[1]}"#,
            r#"{"type":7}"#,
            r#"{"event":"x"}"#,
            "[1]",
            ": a comment",
        ] {
            let body =
                format!("{line}\n{{\"type\":\"final\",\"status\":\"ok\",\"data\":{{\"n\":1}}}}\n");
            let answer = read(&body).expect("lines").expect(line);
            assert_eq!(&answer.body[..], br#"{"data":{"n":1}}"#, "{line}");
        }
        let error = read("{\"type\":\"error\",\"status\":\"x\",\"error\":{\"message\":\"Boom\"}}");
        let error = error.expect("lines").expect_err("a refusal");
        assert_eq!((error.status().map(|s| s.as_u16()), error.message()), (Some(500), "Boom"));
    }

    #[test]
    fn an_error_in_a_line_is_the_apis_refusal_and_never_repeated() {
        for (body, status, code) in [
            (
                r#"{"type":"error","status":429,"code":"RATE_LIMITED","error":"slow"}"#,
                429,
                "RATE_LIMIT_EXCEEDED",
            ),
            (r#"{"type":"error","status":500,"error":"Boom"}"#, 500, "SERVER_ERROR"),
            (r#"{"type":"error"}"#, 500, "SERVER_ERROR"),
        ] {
            let error = read(body).expect("lines").expect_err("a refusal");
            assert_eq!((error.status().map(|s| s.as_u16()), error.code()), (Some(status), code));
            assert!(matches!(error.failure_class(), FailureClass::Answered(_)), "{body}");
        }
    }

    #[test]
    fn lines_without_an_end_leave_the_run_unknown() {
        for body in ["", "{\"type\":\"heartbeat\"}\n", "{\"type\":\"final\"}\n"] {
            let error = read(body).expect("lines").expect_err("no end");
            assert!(error.is_truncated() && !error.is_settled(), "{error:?}");
        }
        assert!(!read("{\"type\":\"fin").expect("lines").expect_err("cut").is_settled());
    }

    #[test]
    fn plain_json_is_no_stream_of_lines() {
        let response = http::Response::builder().header("content-type", "application/json");
        let response = response.body(Bytes::from_static(b"{}")).expect("an answer");
        assert!(answer(&Answer::new(response, None)).is_none());
    }
}
