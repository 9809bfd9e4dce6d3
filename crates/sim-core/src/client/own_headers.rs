//! The headers that the SDK sets itself, and that no caller may set.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName};

use crate::client::Credentials;
use crate::error::{Error, Result};

/// The headers that the SDK sets itself, or that only Sim's own servers may send.
const OWN_HEADERS: [&str; 23] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-api-key",
    "x-execution-id",
    "x-execution-mode",
    "x-execution-timeout-seconds",
    "x-run-id",
    "x-sim-execution-deadline-ms",
    "x-sim-request-private-tool-metadata",
    "x-sim-stream-protocol",
    "x-stream-response",
];

/// Returns whether only the SDK may set this header. A webhook may have its token in the header of an API key.
pub(crate) fn is_own_header(name: &HeaderName) -> bool {
    OWN_HEADERS.contains(&name.as_str()) && name.as_str() != "x-api-key"
}

/// Rejects headers that the SDK sets itself. With an access token `Authorization` is one of them; beside an API key it
/// is for a gateway in front of the server. A request may allow some of them.
pub(super) fn check_headers(
    headers: &HeaderMap,
    credentials: &Credentials,
    allowed: &[&str],
) -> Result<()> {
    let is_bearer = matches!(credentials, Credentials::Bearer(_));
    let own = |name: &&HeaderName| {
        let is_own = OWN_HEADERS.contains(&name.as_str()) && !allowed.contains(&name.as_str());
        is_own || (is_bearer && **name == AUTHORIZATION)
    };
    match headers.keys().find(own) {
        Some(name) => Err(Error::request(format!("the header {name} belongs to the SDK"))),
        None => Ok(()),
    }
}
