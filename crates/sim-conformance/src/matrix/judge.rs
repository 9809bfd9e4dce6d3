//! Compares what came of a cell with what must, and each request with what it must be.

use serde_json::{Value, json};

use super::cell::{Expected, Observed};
use super::kind::{Kind, RUN};
use crate::KEY;
use crate::script::Seen;

pub(super) fn judge(expected: &Expected, observed: &Observed) -> Result<(), String> {
    let Expected { outcome, tries, requests, ids } = expected;
    let mut wrong = observed.faults.clone();
    if !outcome.split(" | ").any(|one| one == observed.outcome) {
        wrong.push(format!("{}, not {outcome}", observed.outcome));
    }
    if observed.requests != *requests {
        wrong.push(format!("{} requests, not {requests}", observed.requests));
    }
    if let Some(tries) = tries.filter(|tries| *tries != observed.tries) {
        wrong.push(format!("{} attempts, not {tries}", observed.tries));
    }
    let same = "a".repeat(observed.ids.len());
    let ids = ids.unwrap_or(&same);
    if observed.ids != ids {
        wrong.push(format!("the run ids are {}, not {ids}", observed.ids));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

/// A letter for each id, the same for the same.
pub(super) fn ids(starts: &[&str]) -> String {
    let mut known = Vec::new();
    let letter = |id| {
        let place = known.iter().position(|known| *known == id).unwrap_or_else(|| {
            known.push(id);
            known.len() - 1
        });
        char::from(b'a' + u8::try_from(place % 26).unwrap_or(0))
    };
    starts.iter().map(letter).collect()
}

/// Says in what a request is not the one that its kind sends, whatever the attempt.
pub(super) fn request_faults(kind: Kind, seen: &Seen, input: Option<usize>) -> Result<(), String> {
    let run = format!("/api/workflows/wf-1/executions/{RUN}");
    let output = format!("{run}?includeOutput=true");
    let start = "/api/workflows/wf-1/execute";
    let is = |method, target| seen.method() == method && seen.target() == target;
    let looks = is("GET", &*run) || is("GET", &output);
    let known = match kind {
        Kind::Read => is("GET", "/api/users/me/usage-limits"),
        Kind::Cancel => is("POST", &format!("{run}/cancel")),
        // What a paused run does is in the detail of its pause.
        Kind::Wait => looks || is("GET", &format!("/api/workflows/wf-1/paused/{RUN}")),
        Kind::Once => looks || is("POST", start),
        Kind::Sync | Kind::Queue | Kind::Stream | Kind::Retry => is("POST", start),
    };
    let mut wrong = Vec::new();
    let mut must = |holds: bool, what: &str| {
        if !holds {
            wrong.push(what.to_owned());
        }
    };
    must(known, "the target");
    must(seen.headers("x-api-key") == [KEY], "the key");
    must(seen.head.matches(KEY).count() == 1, "where the key is");
    must(seen.header("accept-encoding") == Some("identity"), "the encoding");
    must(seen.headers("host").len() == 1, "the host");
    let starts = seen.target() == start;
    let queued = matches!(kind, Kind::Queue | Kind::Once);
    must(seen.headers("x-execution-id").len() == usize::from(starts), "the run id");
    let mode = (starts && queued).then_some("async");
    must(seen.header("x-execution-mode") == mode, "the mode");
    let accept = if kind == Kind::Stream {
        "text/event-stream, application/json"
    } else {
        "application/json"
    };
    must(seen.header("accept") == Some(accept), "what is accepted");
    let n = input.map_or(json!(1), |size| json!("x".repeat(size)));
    let body = match kind {
        _ if !starts => Value::Null,
        Kind::Stream => json!({"stream": true, "selectedOutputs": ["b.content"], "n": n}),
        _ => json!({"n": n}),
    };
    let sent: Value = serde_json::from_slice(&seen.body).unwrap_or_default();
    let early = input.is_some() && seen.body.is_empty();
    must(early || sent == body, "the body");
    let length = seen.header("content-length").and_then(|length| length.parse().ok());
    must(early || length.unwrap_or(0) == seen.body.len(), "the length");
    if wrong.is_empty() { Ok(()) } else { Err(format!("{} of {}", wrong.join(", "), seen.head)) }
}
