//! What the decoder lends, and why it may refuse to.

use std::error::Error;
use std::fmt;

/// One event of a stream, lent by the decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Event<'a> {
    /// The values of the event's `data` lines, joined by line feeds. Bytes that are not UTF-8 are U+FFFD.
    pub data: &'a str,
    /// The value of its last `event` line; `message` if it has none or that one is empty.
    pub event: &'a str,
    /// The last `id` of the stream up to this event; empty if there was none.
    pub id: &'a str,
}

/// An event is larger than the decoder's limit.
///
/// It is given up: nothing of it is kept, and what remains of it is skipped. The events after it are read as
/// if it had not been there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TooLarge {
    /// The limit, in bytes.
    pub limit: usize,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event of the stream is larger than {} bytes", self.limit)
    }
}

impl Error for TooLarge {}
