//! The stable words for what went wrong, for programs to match [`Error::code`](crate::Error::code) with.
//!
//! The official SDKs document the first six; servers send them rarely today, so they are derived from the
//! status of an answer first and from the body's own code second. A code of the server's that is not here
//! comes through as it is.

use std::borrow::Cow;

use http::StatusCode;

/// The API key is missing, wrong or expired.
pub const UNAUTHORIZED: &str = "UNAUTHORIZED";
/// It took too long: for a limit of the client's, or for one of the server's.
pub const TIMEOUT: &str = "TIMEOUT";
/// Too many calls, or too many runs at once.
pub const RATE_LIMIT_EXCEEDED: &str = "RATE_LIMIT_EXCEEDED";
/// The spending limit is reached.
pub const USAGE_LIMIT_EXCEEDED: &str = "USAGE_LIMIT_EXCEEDED";
/// The run failed.
pub const EXECUTION_ERROR: &str = "EXECUTION_ERROR";
/// The server could not read the body as JSON.
pub const INVALID_JSON: &str = "INVALID_JSON";
/// The run or the call was cancelled.
pub const CANCELLED: &str = "CANCELLED";
/// The run waits for a human.
pub const PAUSED: &str = "PAUSED";
/// Refused before anything was sent.
pub const INVALID_REQUEST: &str = "INVALID_REQUEST";
/// An answer that is not the API's.
pub const INVALID_RESPONSE: &str = "INVALID_RESPONSE";
/// An answer over the limit.
pub const RESPONSE_TOO_LARGE: &str = "RESPONSE_TOO_LARGE";
/// A stream that broke off.
pub const TRUNCATED: &str = "TRUNCATED";
/// No connection, or a lost one.
pub const CONNECTION_ERROR: &str = "CONNECTION_ERROR";
/// The body of the request could not be read from its source.
pub const SOURCE_ERROR: &str = "SOURCE_ERROR";
/// An answer that points elsewhere.
pub const REDIRECT: &str = "REDIRECT";
/// There is no such workflow, or not for this key.
pub const WORKFLOW_NOT_FOUND: &str = "WORKFLOW_NOT_FOUND";
/// There is no such job, or not yet.
pub const TASK_NOT_FOUND: &str = "TASK_NOT_FOUND";
/// Not allowed to this key; on an execute also: not deployed.
pub const FORBIDDEN: &str = "FORBIDDEN";
/// Not there, or not for this key.
pub const NOT_FOUND: &str = "NOT_FOUND";
/// Refused as it is.
pub const BAD_REQUEST: &str = "BAD_REQUEST";
/// It clashes with what is there.
pub const CONFLICT: &str = "CONFLICT";
/// The request is larger than the server reads.
pub const PAYLOAD_TOO_LARGE: &str = "PAYLOAD_TOO_LARGE";
/// Refused for now.
pub const SERVICE_UNAVAILABLE: &str = "SERVICE_UNAVAILABLE";
/// The server failed.
pub const SERVER_ERROR: &str = "SERVER_ERROR";
/// That run id was used before; also what the second generation calls `RUN_ID_CONFLICT`.
pub const EXECUTION_ID_CONFLICT: &str = "EXECUTION_ID_CONFLICT";
/// The run may have been queued.
pub const ASYNC_ENQUEUE_AMBIGUOUS: &str = "ASYNC_ENQUEUE_AMBIGUOUS";

/// The server takes no more runs just now.
pub const SERVICE_OVERLOADED: &str = "SERVICE_OVERLOADED";
/// The operation takes another method.
pub const METHOD_NOT_ALLOWED: &str = "METHOD_NOT_ALLOWED";
/// The body is of a kind that the operation does not take.
pub const UNSUPPORTED_MEDIA_TYPE: &str = "UNSUPPORTED_MEDIA_TYPE";
/// Somebody else changes it just now.
pub const LOCKED: &str = "LOCKED";
/// The server took the caller for gone.
pub const CLIENT_CLOSED_REQUEST: &str = "CLIENT_CLOSED_REQUEST";
/// Refused with a status that has no word of its own.
pub const API_ERROR: &str = "API_ERROR";

pub(crate) const ADMISSION_GATE_CAPACITY: &str = "ADMISSION_GATE_CAPACITY";

/// How either generation says that it could not read the body as JSON.
const NO_JSON: [&str; 2] = ["Invalid JSON", "Request body must be valid JSON"];

/// The most characters of a server's text in a message.
const READABLE: usize = 300;

/// The word for a refusal: the status decides where programs match on its word, the server's code
/// where it says more, else the word for the status.
pub(crate) fn of(status: StatusCode, server: Option<&str>, message: &str) -> Cow<'static, str> {
    let fixed = match status.as_u16() {
        401 => UNAUTHORIZED,
        402 => USAGE_LIMIT_EXCEEDED,
        408 => TIMEOUT,
        429 => RATE_LIMIT_EXCEEDED,
        400 if NO_JSON.iter().any(|text| message.starts_with(text)) => INVALID_JSON,
        _ => match server {
            Some("RUN_ID_CONFLICT") => EXECUTION_ID_CONFLICT,
            Some(code) => return Cow::Owned(readable(code)),
            None => of_status(status),
        },
    };
    Cow::Borrowed(fixed)
}

fn of_status(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => BAD_REQUEST,
        403 => FORBIDDEN,
        404 => NOT_FOUND,
        405 => METHOD_NOT_ALLOWED,
        409 => CONFLICT,
        413 => PAYLOAD_TOO_LARGE,
        415 => UNSUPPORTED_MEDIA_TYPE,
        423 => LOCKED,
        499 => CLIENT_CLOSED_REQUEST,
        503 => SERVICE_UNAVAILABLE,
        500..=599 => SERVER_ERROR,
        _ => API_ERROR,
    }
}

/// Somebody else's text, fit for a message: one line, no control characters, cut.
pub(crate) fn readable(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(READABLE) {
        match c {
            c if !c.is_whitespace() && !c.is_control() => out.push(c),
            _ if out.is_empty() || out.ends_with(' ') => {}
            _ => out.push(' '),
        }
    }
    out.truncate(out.trim_end().len());
    if text.chars().nth(READABLE).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(status: u16, server: Option<&str>, message: &str) -> String {
        of(StatusCode::from_u16(status).expect("a status"), server, message).into_owned()
    }

    #[test]
    fn the_words_that_programs_match_on_come_from_the_status() {
        assert_eq!(word(401, Some("INVALID_API_KEY"), ""), "UNAUTHORIZED");
        assert_eq!(word(402, None, ""), "USAGE_LIMIT_EXCEEDED");
        assert_eq!(word(429, Some("ADMISSION_GATE_CAPACITY"), ""), "RATE_LIMIT_EXCEEDED");
        assert_eq!(word(400, None, "Invalid JSON in request body"), "INVALID_JSON");
        assert_eq!(word(400, None, "Invalid input"), "BAD_REQUEST");
        assert_eq!(
            word(400, Some("BAD_REQUEST"), "Request body must be valid JSON"),
            "INVALID_JSON"
        );
        assert_eq!(
            word(400, Some("INVALID_JSON_IN_REQUEST_BODY"), "Invalid JSON in …"),
            "INVALID_JSON"
        );
    }

    #[test]
    fn elsewhere_the_server_has_the_first_word() {
        assert_eq!(word(403, Some("USAGE_LIMIT_EXCEEDED"), ""), "USAGE_LIMIT_EXCEEDED");
        assert_eq!(word(404, Some("TASK_NOT_FOUND"), ""), "TASK_NOT_FOUND");
        assert_eq!(word(404, None, ""), "NOT_FOUND");
        assert_eq!(word(418, None, ""), "API_ERROR");
        assert_eq!(word(502, None, ""), "SERVER_ERROR");
    }

    #[test]
    fn text_of_a_server_becomes_one_short_line() {
        assert_eq!(readable("a\r\n\tb\u{1b}[31m c\0"), "a b [31m c");
        let long = readable(&"ä".repeat(1000));
        assert_eq!((long.chars().count(), long.ends_with('…')), (READABLE + 1, true));
        assert_eq!(readable(" \n "), "");
    }
}
