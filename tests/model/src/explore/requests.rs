//! What requests and answers say, as far as the explorer needs to know.

use bytes::Bytes;

use crate::server::{Mode, Reply, Workflow};
use crate::story::Kind;

/// Returns what a request asks for.
pub(super) fn kind_of(request: &http::Request<Bytes>) -> Kind {
    let path = request.uri().path();
    let known = path.split('/').any(|part| Workflow::of(part).is_some());
    Kind::of(request.method(), path, known)
}

/// Returns how a request starts a run.
pub(super) fn mode_of(request: &http::Request<Bytes>) -> Mode {
    let queued = request.headers().get("x-execution-mode").is_some();
    let body = std::str::from_utf8(request.body()).unwrap_or_default();
    let streamed = request.headers().get("x-stream-response").is_some();
    if queued || body.contains("\"async\":true") {
        Mode::Queued
    } else if streamed || body.contains("\"stream\":true") {
        Mode::Stream
    } else {
        Mode::Sync
    }
}

/// Returns a number for what an answer says, times aside.
pub(super) fn seen_as(reply: &Reply) -> u64 {
    let digitless = |text: &str| {
        let mut sum: u64 = u64::from(reply.status);
        for byte in text.bytes().filter(|byte| !byte.is_ascii_digit()) {
            sum = sum.wrapping_mul(31).wrapping_add(u64::from(byte));
        }
        sum
    };
    digitless(&reply.body)
}
