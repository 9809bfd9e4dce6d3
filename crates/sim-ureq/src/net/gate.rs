//! The gate before the first byte of a request: whether a part of it may leave. `tests/gate.rs` models this file between
//! threads.

/// What becomes of a part of a request that is about to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass<R> {
    /// It leaves, and it is the first: from now on the request counts as sent.
    First,
    /// It leaves after others.
    Later,
    /// It does not leave, because the caller cancelled the call.
    Cancelled,
    /// It does not leave, because this limit is used up.
    Over(R),
}

/// Decides about a part of a request. `connects` says that no part of it left before.
///
/// The caller's cancellation is looked at once. If it comes later, the part leaves, and the request counts as sent.
pub(crate) fn pass<R>(
    connects: bool,
    is_cancelled: impl FnOnce() -> bool,
    over: impl FnOnce() -> Option<R>,
) -> Pass<R> {
    if is_cancelled() {
        return Pass::Cancelled;
    }
    if !connects {
        return Pass::Later;
    }
    over().map_or(Pass::First, Pass::Over)
}
