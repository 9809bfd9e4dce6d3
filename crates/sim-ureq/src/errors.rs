//! The translation of ureq's errors into those of the core.

use std::io;

use sim_core::TimeoutKind;
use sim_core::transport::{Phase, TransportError, TransportErrorKind as Kind};
use sim_net::dial::DialError;
use sim_net::resolve::ResolveErrorKind;
use ureq::{Error, Timeout};

use crate::net::Cancelled;

pub(crate) fn cancelled(phase: Phase) -> TransportError {
    TransportError::new(Kind::Cancelled, phase)
}

pub(crate) fn error(error: Error, phase: Phase) -> TransportError {
    let error = match error {
        Error::Io(error) => match error.downcast::<TransportError>() {
            Ok(source) => return source,
            // A read of a body that fails wraps the error once more.
            Err(error) => error.downcast().unwrap_or_else(Error::Io),
        },
        error => error,
    };
    let kind = match &error {
        Error::Other(other) if other.is::<Cancelled>() => return cancelled(phase),
        Error::Other(other) if other.is::<DialError>() => {
            let kind = other.downcast_ref().map_or(Kind::Other, dialing);
            let Error::Other(dialing) = error else { return TransportError::new(kind, phase) };
            return TransportError::new(kind, phase).with_source(dialing);
        }
        Error::Timeout(which) => Kind::Timeout(limit(*which)),
        Error::Protocol(_) | Error::LargeResponseHeader(..) => Kind::Protocol,
        Error::BodyStalled => Kind::Closed,
        Error::Io(error) => Kind::of_io(error.kind()).unwrap_or(Kind::Other),
        _ => Kind::Other,
    };
    TransportError::new(kind, phase).with_source(error)
}

fn dialing(error: &DialError) -> Kind {
    match error {
        DialError::Resolve(error) if error.kind() != ResolveErrorKind::NoThread => Kind::Resolve,
        DialError::NoTls => Kind::Tls,
        // So rustls says that the peer's certificate or protocol is at fault.
        DialError::Tls { error, .. } if error.kind() == io::ErrorKind::InvalidData => Kind::Tls,
        _ => Kind::Connect,
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
