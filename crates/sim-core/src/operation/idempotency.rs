//! What sending a request twice may do.

use http::Method;

/// What sending a request twice may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Idempotency {
    /// Nothing: it only reads.
    Safe,
    /// Nothing more than once: cancel, replace.
    Idempotent,
    /// A second thing, or a refusal of what was done: create, deploy, move, delete. It is treated like an execute.
    NonIdempotent,
    /// A second run.
    StartsRun,
}

impl Idempotency {
    /// What a method promises by itself.
    pub(crate) fn of(method: &Method) -> Self {
        match *method {
            Method::GET | Method::HEAD => Self::Safe,
            Method::POST => Self::StartsRun,
            Method::DELETE => Self::NonIdempotent,
            _ => Self::Idempotent,
        }
    }
}
