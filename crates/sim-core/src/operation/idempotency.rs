//! The effect of sending a request twice.

use http::Method;

/// The effect of sending a request twice, in the terms of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Idempotency {
    /// No effect: the request only reads.
    Safe,
    /// The same effect as sending it once: cancel, replace.
    Idempotent,
    /// A second effect, or a refusal because the first request took effect: create, deploy, move, delete. The client
    /// treats it like an execute.
    NonIdempotent,
    /// The server may start a second run.
    StartsRun,
    /// The server starts one run, however often the request arrives, because the request carries a key.
    StartsRunOnce,
}

impl Idempotency {
    /// Returns the idempotency of an HTTP method.
    pub(crate) fn of(method: &Method) -> Self {
        match *method {
            Method::GET | Method::HEAD => Self::Safe,
            Method::POST => Self::StartsRun,
            Method::DELETE => Self::NonIdempotent,
            _ => Self::Idempotent,
        }
    }
}
