//! What a failure says about the request: whether it left, and what became of its run id.

use http::StatusCode;

/// What is known of a request that led to no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureClass {
    /// It never left, and might at a second try.
    NeverSent,
    /// It left, and its answer was lost on the way.
    Lost,
    /// An answer proves that nothing started.
    Refused(RunIdState),
    /// An answer that proves nothing of the kind.
    Answered(StatusCode),
    /// Trying again would change nothing.
    Final,
}

/// What a refusal left of the run id that it was sent with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunIdState {
    /// The id may be sent again.
    Free,
    /// The id belongs to a failed log row now.
    Spent,
}
