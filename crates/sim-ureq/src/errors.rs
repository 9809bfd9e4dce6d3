//! The translation of ureq's errors into those of the core.

use std::fmt;
use std::io;

use sim_core::TimeoutKind;
use sim_core::transport::{Phase, TransportError, TransportErrorKind as Kind};
use ureq::{Error, Timeout};

/// The error that ends a cancelled wait.
#[derive(Debug)]
pub(crate) struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cancelled")
    }
}

impl std::error::Error for Cancelled {}

pub(crate) fn cancelled(phase: Phase) -> TransportError {
    TransportError::new(Kind::Cancelled, phase)
}

pub(crate) fn error(error: Error, phase: Phase) -> TransportError {
    let error = match error {
        Error::Io(error) => match error.downcast::<TransportError>() {
            Ok(source) => return source,
            Err(error) => Error::Io(error),
        },
        error => error,
    };
    let kind = match &error {
        Error::Other(other) if other.is::<Cancelled>() => return cancelled(phase),
        Error::Timeout(which) => Kind::Timeout(limit(*which)),
        Error::HostNotFound => Kind::Resolve,
        Error::Tls(_) | Error::TlsRequired => Kind::Tls,
        #[cfg(feature = "rustls")]
        Error::Rustls(_) | Error::Pem(_) => Kind::Tls,
        Error::Protocol(_) | Error::LargeResponseHeader(..) => Kind::Protocol,
        Error::BodyStalled => Kind::Closed,
        Error::Io(error) => io(error.kind(), phase),
        _ if phase == Phase::NotSent => Kind::Connect,
        _ => Kind::Other,
    };
    TransportError::new(kind, phase).with_source(error)
}

fn io(kind: io::ErrorKind, phase: Phase) -> Kind {
    match (kind, phase) {
        // rustls reports a rejected certificate or protocol of the peer in this way.
        (io::ErrorKind::InvalidData, Phase::NotSent) => Kind::Tls,
        (_, Phase::NotSent) => Kind::Connect,
        (kind, _) => Kind::of_io(kind).unwrap_or(Kind::Other),
    }
}

fn limit(which: Timeout) -> TimeoutKind {
    match which {
        Timeout::Resolve | Timeout::Connect => TimeoutKind::Connect,
        Timeout::RecvResponse => TimeoutKind::FirstByte,
        Timeout::Global | Timeout::PerCall => TimeoutKind::Total,
        _ => TimeoutKind::Idle,
    }
}
