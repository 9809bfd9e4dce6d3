//! Old mistakes, made again: a client that is told a lie, or a program around it that does what it must not.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::server::{Millis, Reply};
use crate::story::Kind;

/// An old mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mistake {
    /// Claims are taken for granted, whatever the server is.
    ClaimsAssumed,
    /// A proof that came after a start is taken to hold for that start.
    ProofAfterStart,
    /// A wait has no bound.
    WaitUnbounded,
    /// What the server made of an answer is not compared with what was given.
    ResumeUnchecked,
    /// The row of a start that was refused is taken for a run that failed.
    BurnedIsResult,
    /// The first generation is used after a start of the second may have left.
    FallbackAfterStart,
}

impl Mistake {
    /// All mistakes.
    pub const ALL: [Self; 6] = [
        Self::ClaimsAssumed,
        Self::ProofAfterStart,
        Self::WaitUnbounded,
        Self::ResumeUnchecked,
        Self::BurnedIsResult,
        Self::FallbackAfterStart,
    ];

    /// Returns the name of the mistake.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClaimsAssumed => "claims-assumed",
            Self::ProofAfterStart => "proof-after-start",
            Self::WaitUnbounded => "wait-unbounded",
            Self::ResumeUnchecked => "resume-unchecked",
            Self::BurnedIsResult => "burned-is-result",
            Self::FallbackAfterStart => "fallback-after-start",
        }
    }

    /// Returns what the client is told in place of an answer.
    pub(super) fn twist(self, request: &http::Request<Bytes>, kind: Kind, reply: &mut Reply) {
        match self {
            Self::ClaimsAssumed if kind == Kind::Probe && reply.status == 404 => {
                let details = json!([{"path": "X-Execution-Id", "message": "bad"}]);
                let body = json!({"error": "Invalid execution ID header", "details": details});
                *reply = Reply::json(400, &body, reply.at);
            }
            Self::ResumeUnchecked if kind == Kind::Detail => {
                // The comparison finds what was given, whatever the server made of it.
                change(reply, |body| fill(body, "resumeInput", &json!({"by": "mine"})));
            }
            Self::BurnedIsResult if kind.reads() && request.uri().path().contains("/logs") => {
                change(reply, |body| fill(body, "deploymentVersionId", &json!("a version")));
            }
            Self::BurnedIsResult if kind.reads() => {
                change(reply, |body| fill(body, "total", &json!(0.005)));
            }
            _ => {}
        }
    }

    /// Returns the time that the client believes to have passed.
    pub(super) fn elapsed(self, elapsed: Millis) -> Millis {
        if self == Self::WaitUnbounded { elapsed.min(1000) } else { elapsed }
    }
}

fn change(reply: &mut Reply, change: impl Fn(&mut Value)) {
    if let Ok(mut body) = serde_json::from_str(&reply.body) {
        change(&mut body);
        reply.body = body.to_string();
    }
}

fn fill(body: &mut Value, field: &str, with: &Value) {
    match body {
        Value::Object(fields) => {
            if let Some(value) = fields.get_mut(field) {
                *value = with.clone();
            }
            fields.values_mut().for_each(|value| fill(value, field, with));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| fill(value, field, with)),
        _ => {}
    }
}
