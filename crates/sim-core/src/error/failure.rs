//! The class of a failure: whether the request was sent, and whether its run id can be used again.

use http::StatusCode;

/// The knowledge about a request that led to no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureClass {
    /// The request was never sent; a second attempt may succeed.
    NeverSent,
    /// The request was sent, and its answer was lost.
    Lost,
    /// An answer proves that nothing started.
    Refused(RunIdState),
    /// An answer that does not prove that nothing started.
    Answered(StatusCode),
    /// Another attempt would change nothing.
    Final,
}

/// The state of the run id after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunIdState {
    /// The id may be sent again.
    Free,
    /// The id now belongs to a failed log entry.
    Spent,
}
