//! Why a request got no answer, in the words of an adapter.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use bytes::Bytes;
use http::response::Parts;

/// What sending a request led to: a complete answer, or why there is none.
pub type Outcome = std::result::Result<http::Response<Bytes>, TransportError>;

/// A request that led to no complete answer: what went wrong, and how far it got.
#[derive(Debug)]
pub struct TransportError {
    pub(crate) kind: TransportErrorKind,
    pub(crate) phase: Phase,
    pub(crate) head: Option<Box<Parts>>,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

/// How far a request got. Whether "nothing was sent" or "it may have run" is decided by this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// No byte of it left.
    NotSent,
    /// It left, at least in part; no complete head came back.
    Sent,
    /// The head of an answer is here, its body is not complete.
    Body,
}

/// What went wrong on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The name of the host has no address.
    #[error("the host name has no address")]
    Resolve,
    /// No connection: refused, unreachable, or cut while it was made.
    #[error("no connection to the server")]
    Connect,
    /// The peer's certificate or its TLS is refused, or it speaks none.
    #[error("no trusted TLS connection to the server")]
    Tls,
    /// A limit of `Timeouts` passed.
    #[error("{0}")]
    Timeout(TimeoutKind),
    /// The connection closed or was reset before the answer was complete.
    #[error("the connection closed before the answer was complete")]
    Closed,
    /// What came is not HTTP, or breaks a bound of it.
    #[error("the answer is not valid HTTP")]
    Protocol,
    /// The body is larger than the adapter was told to read.
    #[error("the answer is larger than its limit")]
    TooLarge,
    /// A slice of the request's body could not be read.
    #[error("the body of the request could not be read")]
    Source,
    /// The caller cancelled.
    #[error("cancelled by the caller")]
    Cancelled,
    /// Anything else.
    #[error("the transport failed")]
    Other,
}

/// Which limit of `Timeouts` passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TimeoutKind {
    /// [`Timeouts::connect`](crate::Timeouts::connect).
    #[error("connecting took longer than its limit")]
    Connect,
    /// [`Timeouts::first_byte`](crate::Timeouts::first_byte).
    #[error("the answer did not begin within its limit")]
    FirstByte,
    /// [`Timeouts::idle`](crate::Timeouts::idle).
    #[error("the answer was silent for longer than its limit")]
    Idle,
    /// [`Timeouts::total`](crate::Timeouts::total).
    #[error("the call took longer than its limit")]
    Total,
}

impl TransportErrorKind {
    /// What an I/O error on an open connection is; `None` if that tells nothing.
    pub const fn of_io(kind: io::ErrorKind) -> Option<Self> {
        match kind {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected
            // Of the system, not of a limit: the peer is dead.
            | io::ErrorKind::TimedOut => Some(Self::Closed),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Some(Self::Protocol),
            _ => None,
        }
    }
}

impl TransportError {
    /// An error of that kind at that point.
    pub const fn new(kind: TransportErrorKind, phase: Phase) -> Self {
        Self { kind, phase, head: None, source: None }
    }

    /// Takes the error of a [`BodyReader`](super::BodyReader) out of what wraps it; `None` if there is none.
    pub fn of_reader(error: io::Error) -> Option<Self> {
        error.into_inner()?.downcast().ok().map(|error| *error)
    }

    /// Adds what the transport itself said. Its text must not hold the URL: that may carry a query.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds the head of the answer whose body did not arrive: its ids and its status are not lost.
    #[must_use]
    pub fn with_head(mut self, head: Parts) -> Self {
        self.head = Some(Box::new(head));
        self
    }

    /// What went wrong.
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// How far the request got.
    pub const fn phase(&self) -> Phase {
        self.phase
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
