//! The way in which an execute delivers its result.

/// The way in which the caller wants the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The answer holds the result.
    Sync,
    /// The answer is a stream of frames.
    Stream,
    /// The answer is a receipt, and the result comes later.
    Queued,
}
