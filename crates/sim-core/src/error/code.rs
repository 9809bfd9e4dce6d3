//! The stable codes of errors, for programs to compare with [`Error::code`](crate::Error::code).
//!
//! The official SDKs document the first six. Servers rarely send them today, so the SDK derives them: from the status of
//! an answer, and from the code or the words in its body. Both generations have the same code for the same meaning. The
//! server's own words stay in [`Error::server_code`](crate::Error::server_code) and
//! [`Error::details`](crate::Error::details).

use http::StatusCode;

/// The API key is missing, wrong or expired.
pub const UNAUTHORIZED: &str = "UNAUTHORIZED";
/// A limit of the client or of the server passed.
pub const TIMEOUT: &str = "TIMEOUT";
/// The caller made too many calls, or has too many runs at once.
pub const RATE_LIMIT_EXCEEDED: &str = "RATE_LIMIT_EXCEEDED";
/// The account has reached its spending limit.
pub const USAGE_LIMIT_EXCEEDED: &str = "USAGE_LIMIT_EXCEEDED";
/// The run started and failed.
pub const EXECUTION_ERROR: &str = "EXECUTION_ERROR";
/// The server could not read the body as JSON.
pub const INVALID_JSON: &str = "INVALID_JSON";
/// The run or the call was cancelled.
pub const CANCELLED: &str = "CANCELLED";
/// The run waits for a person or a time.
pub const PAUSED: &str = "PAUSED";
/// The SDK rejected the request before it sent anything.
pub const INVALID_REQUEST: &str = "INVALID_REQUEST";
/// The answer is not one that the API documents.
pub const INVALID_RESPONSE: &str = "INVALID_RESPONSE";
/// The answer exceeds its size limit.
pub const RESPONSE_TOO_LARGE: &str = "RESPONSE_TOO_LARGE";
/// The stream was cut before its end.
pub const TRUNCATED: &str = "TRUNCATED";
/// The client got no connection, or lost it.
pub const CONNECTION_ERROR: &str = "CONNECTION_ERROR";
/// The body of the request could not be read from its source.
pub const SOURCE_ERROR: &str = "SOURCE_ERROR";
/// The program's provider of credentials failed, so the attempt was not sent.
pub const CREDENTIALS_UNAVAILABLE: &str = "CREDENTIALS_UNAVAILABLE";
/// An interceptor of the program refused the request, so the attempt was not sent.
pub const INTERCEPTED: &str = "INTERCEPTED";
/// The answer redirects to another URL.
pub const REDIRECT: &str = "REDIRECT";
/// The workflow does not exist, or this key may not see it.
pub const WORKFLOW_NOT_FOUND: &str = "WORKFLOW_NOT_FOUND";
/// The job does not exist, or does not exist yet.
pub const TASK_NOT_FOUND: &str = "TASK_NOT_FOUND";
/// This key may not do this. On an execute it can also mean that the workflow is not deployed.
pub const FORBIDDEN: &str = "FORBIDDEN";
/// The resource does not exist, or this key may not see it.
pub const NOT_FOUND: &str = "NOT_FOUND";
/// The server rejects the request as invalid.
pub const BAD_REQUEST: &str = "BAD_REQUEST";
/// The request conflicts with the current state of the resource.
pub const CONFLICT: &str = "CONFLICT";
/// The request is larger than the server accepts.
pub const PAYLOAD_TOO_LARGE: &str = "PAYLOAD_TOO_LARGE";
/// The server cannot take the request at the moment.
pub const SERVICE_UNAVAILABLE: &str = "SERVICE_UNAVAILABLE";
/// The server failed to handle the request.
pub const SERVER_ERROR: &str = "SERVER_ERROR";
/// The run id was used before. The second generation calls this `RUN_ID_CONFLICT`.
pub const EXECUTION_ID_CONFLICT: &str = "EXECUTION_ID_CONFLICT";
/// The run went on with another answer to its pause than the one that was sent.
pub const ANSWER_REPLACED: &str = "ANSWER_REPLACED";
/// The pause had this same answer before, so it was given by this caller or by somebody who decided alike.
pub const ANSWER_REPEATED: &str = "ANSWER_REPEATED";
/// The run may have been queued; the server does not know.
pub const ASYNC_ENQUEUE_AMBIGUOUS: &str = "ASYNC_ENQUEUE_AMBIGUOUS";

/// The server takes no more runs at the moment.
pub const SERVICE_OVERLOADED: &str = "SERVICE_OVERLOADED";
/// The operation does not support this HTTP method.
pub const METHOD_NOT_ALLOWED: &str = "METHOD_NOT_ALLOWED";
/// The operation does not accept this content type.
pub const UNSUPPORTED_MEDIA_TYPE: &str = "UNSUPPORTED_MEDIA_TYPE";
/// Somebody else is changing the resource.
pub const LOCKED: &str = "LOCKED";
/// The server took the caller for disconnected.
pub const CLIENT_CLOSED_REQUEST: &str = "CLIENT_CLOSED_REQUEST";
/// The API refused the request with a status that has no code of its own.
pub const API_ERROR: &str = "API_ERROR";

/// The workflow is not deployed.
pub const WORKFLOW_NOT_DEPLOYED: &str = "WORKFLOW_NOT_DEPLOYED";
/// The workspace does not accept personal API keys.
pub const PERSONAL_API_KEYS_DISABLED: &str = "PERSONAL_API_KEYS_DISABLED";
/// Workflows call each other too many times in a row.
pub const CALL_CHAIN_DEPTH_EXCEEDED: &str = "CALL_CHAIN_DEPTH_EXCEEDED";
/// The role of the caller in the workspace is too low.
pub const INSUFFICIENT_WORKSPACE_ROLE: &str = "INSUFFICIENT_WORKSPACE_ROLE";
/// Keys of a workspace may not do this.
pub const WORKSPACE_KEY_OPERATION_NOT_PERMITTED: &str = "WORKSPACE_KEY_OPERATION_NOT_PERMITTED";
/// This kind of key may not do this.
pub const PRINCIPAL_KIND_NOT_PERMITTED: &str = "PRINCIPAL_KIND_NOT_PERMITTED";
/// Only members of the organisation may do this.
pub const ORGANIZATION_MEMBERSHIP_REQUIRED: &str = "ORGANIZATION_MEMBERSHIP_REQUIRED";
/// Only admins and owners of the organisation may do this.
pub const ORGANIZATION_ADMIN_REQUIRED: &str = "ORGANIZATION_ADMIN_REQUIRED";
/// Only the enterprise plan includes this.
pub const ENTERPRISE_PLAN_REQUIRED: &str = "ENTERPRISE_PLAN_REQUIRED";
/// Only plans for organisations include this.
pub const ORGANIZATION_PLAN_REQUIRED: &str = "ORGANIZATION_PLAN_REQUIRED";
/// The server keeps no audit logs.
pub const AUDIT_LOGS_DISABLED: &str = "AUDIT_LOGS_DISABLED";
/// Only editors of the skill may do this.
pub const SKILL_EDITOR_ACCESS_REQUIRED: &str = "SKILL_EDITOR_ACCESS_REQUIRED";
/// Only admins of the secret may do this.
pub const SECRET_ADMIN_ACCESS_REQUIRED: &str = "SECRET_ADMIN_ACCESS_REQUIRED";
/// Only admins of the credential may do this.
pub const CREDENTIAL_ADMIN_ACCESS_REQUIRED: &str = "CREDENTIAL_ADMIN_ACCESS_REQUIRED";
/// The plan allows no more resources of this kind.
pub const WORKSPACE_RESOURCE_LIMIT_REACHED: &str = "WORKSPACE_RESOURCE_LIMIT_REACHED";
/// A policy forbids public links.
pub const PUBLIC_SHARING_NOT_ALLOWED: &str = "PUBLIC_SHARING_NOT_ALLOWED";
/// The server does not allow this URL of an MCP server.
pub const MCP_SERVER_URL_NOT_ALLOWED: &str = "MCP_SERVER_URL_NOT_ALLOWED";
/// The rows of the query do not fit in one answer.
pub const TABLE_QUERY_RESULT_TOO_LARGE: &str = "TABLE_QUERY_RESULT_TOO_LARGE";
/// The cursor is not one of this list.
pub const INVALID_CURSOR: &str = "INVALID_CURSOR";
/// The cursor belongs to another order.
pub const CURSOR_SORT_CONFLICT: &str = "CURSOR_SORT_CONFLICT";
/// The cursor belongs to another filter.
pub const CURSOR_FILTER_CONFLICT: &str = "CURSOR_FILTER_CONFLICT";
/// The filter is not valid.
pub const INVALID_FILTER: &str = "INVALID_FILTER";
/// The order is not valid.
pub const INVALID_ORDER: &str = "INVALID_ORDER";

pub(crate) const ADMISSION_GATE_CAPACITY: &str = "ADMISSION_GATE_CAPACITY";

/// The codes of servers that are codes of the SDK too. A server may send others; then the status gives the code.
const KNOWN: [&str; 29] = [
    USAGE_LIMIT_EXCEEDED,
    EXECUTION_ERROR,
    WORKFLOW_NOT_FOUND,
    TASK_NOT_FOUND,
    EXECUTION_ID_CONFLICT,
    ASYNC_ENQUEUE_AMBIGUOUS,
    WORKFLOW_NOT_DEPLOYED,
    PERSONAL_API_KEYS_DISABLED,
    CALL_CHAIN_DEPTH_EXCEEDED,
    INSUFFICIENT_WORKSPACE_ROLE,
    WORKSPACE_KEY_OPERATION_NOT_PERMITTED,
    PRINCIPAL_KIND_NOT_PERMITTED,
    ORGANIZATION_MEMBERSHIP_REQUIRED,
    ORGANIZATION_ADMIN_REQUIRED,
    ENTERPRISE_PLAN_REQUIRED,
    ORGANIZATION_PLAN_REQUIRED,
    AUDIT_LOGS_DISABLED,
    SKILL_EDITOR_ACCESS_REQUIRED,
    SECRET_ADMIN_ACCESS_REQUIRED,
    CREDENTIAL_ADMIN_ACCESS_REQUIRED,
    WORKSPACE_RESOURCE_LIMIT_REACHED,
    PUBLIC_SHARING_NOT_ALLOWED,
    MCP_SERVER_URL_NOT_ALLOWED,
    TABLE_QUERY_RESULT_TOO_LARGE,
    INVALID_CURSOR,
    CURSOR_SORT_CONFLICT,
    CURSOR_FILTER_CONFLICT,
    INVALID_FILTER,
    INVALID_ORDER,
];

/// What servers call by other names, or say only in words.
const SAME: [(u16, &str, &str); 4] = [
    (409, "RUN_ID_CONFLICT", EXECUTION_ID_CONFLICT),
    (403, "Workflow is not deployed", WORKFLOW_NOT_DEPLOYED),
    (403, "Personal API keys are not allowed for this workspace", PERSONAL_API_KEYS_DISABLED),
    (404, "Workflow not found", WORKFLOW_NOT_FOUND),
];

/// The messages by which the two generations reject a body that is not JSON.
const NO_JSON: [&str; 2] = ["Invalid JSON", "Request body must be valid JSON"];

/// The largest number of characters of a server's text in a message.
const READABLE: usize = 300;

/// Returns the code of a refusal. The status decides where it has one meaning; otherwise the server's code or words, if
/// they are known, and else the status again.
pub(crate) fn of(status: StatusCode, server: Option<&str>, message: &str) -> &'static str {
    match status.as_u16() {
        400 if NO_JSON.iter().any(|text| message.starts_with(text)) => return INVALID_JSON,
        401 | 402 | 408 | 413 | 415 | 423 | 429 | 499 => return of_status(status),
        503 if server == Some(SERVICE_OVERLOADED) => return SERVICE_OVERLOADED,
        _ => {}
    }
    let same = SAME.iter().find(|(of, words, _)| {
        *of == status.as_u16() && (server == Some(*words) || message == *words)
    });
    let known = || KNOWN.iter().find(|code| server == Some(**code)).copied();
    same.map(|(.., code)| *code).or_else(known).unwrap_or_else(|| of_status(status))
}

fn of_status(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => BAD_REQUEST,
        401 => UNAUTHORIZED,
        402 => USAGE_LIMIT_EXCEEDED,
        403 => FORBIDDEN,
        404 => NOT_FOUND,
        405 => METHOD_NOT_ALLOWED,
        408 => TIMEOUT,
        409 => CONFLICT,
        413 => PAYLOAD_TOO_LARGE,
        415 => UNSUPPORTED_MEDIA_TYPE,
        423 => LOCKED,
        429 => RATE_LIMIT_EXCEEDED,
        499 => CLIENT_CLOSED_REQUEST,
        503 => SERVICE_UNAVAILABLE,
        500..=599 => SERVER_ERROR,
        _ => API_ERROR,
    }
}

/// Makes a foreign text fit for a message: one line, no control characters, a limited length.
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
        of(StatusCode::from_u16(status).expect("a status"), server, message).to_owned()
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
    fn the_same_meaning_has_one_code_in_both_generations() {
        for (status, first, second, code) in [
            (
                403,
                (None, "Workflow is not deployed"),
                "WORKFLOW_NOT_DEPLOYED",
                "WORKFLOW_NOT_DEPLOYED",
            ),
            (
                403,
                (None, "Personal API keys are not allowed for this workspace"),
                "PERSONAL_API_KEYS_DISABLED",
                "PERSONAL_API_KEYS_DISABLED",
            ),
            (403, (Some("ACCESS_DENIED"), "Access denied"), "FORBIDDEN", "FORBIDDEN"),
            (
                409,
                (Some("EXECUTION_ID_CONFLICT"), "used"),
                "RUN_ID_CONFLICT",
                "EXECUTION_ID_CONFLICT",
            ),
            (413, (None, "too large"), "PAYLOAD_TOO_LARGE", "PAYLOAD_TOO_LARGE"),
            (500, (Some("FAILED_TO_GET_STATUS"), "m"), "INTERNAL_ERROR", "SERVER_ERROR"),
            (503, (None, "m"), "SERVICE_UNAVAILABLE", "SERVICE_UNAVAILABLE"),
            (503, (Some("SERVICE_OVERLOADED"), "m"), "SERVICE_OVERLOADED", "SERVICE_OVERLOADED"),
        ] {
            assert_eq!(word(status, first.0, first.1), code);
            assert_eq!(word(status, Some(second), "m"), code);
        }
        assert_eq!(word(404, Some("NOT_FOUND"), "Workflow not found"), "WORKFLOW_NOT_FOUND");
        assert_eq!(word(404, None, "Workflow not found"), "WORKFLOW_NOT_FOUND");
        assert_eq!(
            word(403, Some("INVENTED_TODAY"), "m"),
            "FORBIDDEN",
            "no word of a server's own"
        );
    }

    #[test]
    fn elsewhere_the_server_has_the_first_word() {
        assert_eq!(word(403, Some("USAGE_LIMIT_EXCEEDED"), ""), "USAGE_LIMIT_EXCEEDED");
        assert_eq!(word(403, Some("ENTERPRISE_PLAN_REQUIRED"), ""), "ENTERPRISE_PLAN_REQUIRED");
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
