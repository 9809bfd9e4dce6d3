//! The event that the decoder lends to its caller, and the error for an event that is too large.

use std::error::Error;
use std::fmt;

/// One event of a stream, borrowed from the decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Event<'a> {
    /// The values of the event's `data` lines, joined by line feeds. U+FFFD replaces bytes that are not UTF-8.
    pub data: &'a str,
    /// The value of the event's last `event` line; `message` if there is none or it is empty.
    pub event: &'a str,
    /// The last `id` of the stream up to this event; empty if there was none.
    pub id: &'a str,
}

/// The error for an event that is larger than the decoder's limit.
///
/// The decoder drops the event and skips the rest of it. Later events are not affected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TooLarge {
    /// The limit of the decoder, in bytes.
    pub limit: usize,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event of the stream is larger than {} bytes", self.limit)
    }
}

impl Error for TooLarge {}
