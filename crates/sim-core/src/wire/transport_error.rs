//! The error of a request that got no complete answer, as an adapter reports it.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use bytes::Bytes;
use http::response::Parts;

/// The outcome of sending a request: a complete answer, or the reason why there is none.
pub type Outcome = std::result::Result<http::Response<Bytes>, TransportError>;

/// The error of a request that got no complete answer: its cause, and how far the request got.
#[derive(Debug)]
pub struct TransportError {
    pub(crate) kind: TransportErrorKind,
    pub(crate) phase: Phase,
    pub(crate) head: Option<Box<Parts>>,
    pub(crate) body: Bytes,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The phase that a request reached. This alone decides between "nothing was sent" and "it may have run".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// No byte of the request was sent.
    NotSent,
    /// The request was sent, at least in part; no complete head came back.
    Sent,
    /// The head of the answer arrived; its body is not complete.
    Body,
}

/// The cause of a failure on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The addresses of the host name cannot be found: it has none, or the resolver does not answer.
    #[error("the host name cannot be resolved")]
    Resolve,
    /// No connection was made: it was refused, unreachable or cut.
    #[error("no connection to the server")]
    Connect,
    /// The client rejects the server's certificate or TLS version, or the server does not speak TLS.
    #[error("no trusted TLS connection to the server")]
    Tls,
    /// A limit of [`Timeouts`](crate::Timeouts) passed.
    #[error("{0}")]
    Timeout(TimeoutKind),
    /// The connection closed or was reset before the answer was complete.
    #[error("the connection closed before the answer was complete")]
    Closed,
    /// The answer is not HTTP, or exceeds a bound of it.
    #[error("the answer is not valid HTTP")]
    Protocol,
    /// The body of the answer is larger than its limit.
    #[error("the answer is larger than its limit")]
    TooLarge,
    /// A slice of the request's body could not be read.
    #[error("the body of the request could not be read")]
    Source,
    /// The provider of credentials gave none.
    #[error("the provider of credentials failed")]
    Credentials,
    /// An interceptor of the program refused the request.
    #[error("an interceptor refused the request")]
    Interceptor,
    /// The caller cancelled the call.
    #[error("cancelled by the caller")]
    Cancelled,
    /// Any failure that no other kind describes.
    #[error("the transport failed")]
    Other,
}

/// The limit of [`Timeouts`](crate::Timeouts) that passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TimeoutKind {
    /// The limit [`Timeouts::connect`](crate::Timeouts::connect) passed.
    #[error("connecting took longer than its limit")]
    Connect,
    /// The limit [`Timeouts::first_byte`](crate::Timeouts::first_byte) passed.
    #[error("the answer did not begin within its limit")]
    FirstByte,
    /// The limit [`Timeouts::idle`](crate::Timeouts::idle) passed.
    #[error("the answer was silent for longer than its limit")]
    Idle,
    /// The limit [`Timeouts::total`](crate::Timeouts::total) passed.
    #[error("the call took longer than its limit")]
    Total,
}

impl TransportErrorKind {
    /// Returns the kind of an I/O error on an open connection, or `None` if the error does not tell.
    pub const fn of_io(kind: io::ErrorKind) -> Option<Self> {
        match kind {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected
            // The operating system gave up, not a limit of ours: the peer is dead.
            | io::ErrorKind::TimedOut => Some(Self::Closed),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Some(Self::Protocol),
            _ => None,
        }
    }
}

impl TransportError {
    /// Creates an error of this kind in this phase.
    pub const fn new(kind: TransportErrorKind, phase: Phase) -> Self {
        Self { kind, phase, head: None, body: Bytes::new(), source: None }
    }

    /// Adds the transport's own error as the source. Its text must not hold the URL, which may carry a query.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds the head of an answer whose body did not arrive, so that its ids and its status are not lost.
    #[must_use]
    pub fn with_head(mut self, head: Parts) -> Self {
        self.head = Some(Box::new(head));
        self
    }

    /// Adds the part of an answer's body that arrived. A connection without an end mark may have closed behind a body
    /// that is whole.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Returns the cause of the failure.
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns how far the request got.
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
