//! The kinds of requests that faults distinguish.

use http::Method;
use http::request::Parts;
use serde_json::Value;

/// The kinds of requests that faults distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A synchronous or streamed execute.
    Execute,
    /// An execute that queues its run.
    Queue,
    /// Any request with GET.
    Read,
    /// A resume of v1.
    Resume,
    /// The bytes of an upload or of a download.
    Bytes,
    /// A request of any other kind.
    Other,
}

/// Returns whether a request carries the bytes of an upload or asks for those of a file.
fn carries_bytes(method: &Method, path: &str) -> bool {
    if method == Method::PUT {
        return path.starts_with("/api/v2/uploads/");
    }
    let file = path.strip_prefix("/api/v2/files/").filter(|_| method == Method::GET);
    file.is_some_and(|file| !file.contains('/') && file != "folders")
}

impl Kind {
    /// Returns the kind that the head of a request shows, or `None` for an execute of v2, whose body decides.
    pub(crate) fn of(request: &Parts) -> Option<Self> {
        let path = request.uri.path();
        if carries_bytes(&request.method, path) {
            return Some(Self::Bytes);
        }
        if request.method == Method::GET {
            return Some(Self::Read);
        }
        if request.method == Method::POST && path.starts_with("/api/resume/") {
            return Some(Self::Resume);
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

    /// Returns the kind that the body of an execute of v2 shows.
    pub(crate) fn of_body(body: &[u8]) -> Self {
        let body: Option<Value> = serde_json::from_slice(body).ok();
        let queued = body.is_some_and(|body| body["async"] == true);
        if queued { Self::Queue } else { Self::Execute }
    }
}
