//! How the caller of an execute gets the result.

/// How the caller wants the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// In the answer.
    Sync,
    /// In the answer, piece by piece.
    Stream,
    /// Later: the answer is a receipt.
    Queued,
}
