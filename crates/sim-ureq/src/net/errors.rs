//! The translation of ureq's errors into those of the core.

use std::io;

use sim_core::TimeoutKind;
use sim_core::transport::{Phase, TransportError, TransportErrorKind as Kind};
use sim_net::dial::DialError;
use sim_net::resolve::ResolveErrorKind;
use ureq::{Error, Timeout};

use super::call_context::Cancelled;

/// Why no server is reached over `https://`.
#[cfg(not(feature = "tls"))]
pub(crate) const NO_TLS: &str = "the server needs TLS, and this program was built without it: add the feature `ureq` \
                                 of simstudio, or `rustls` of sim-ureq";

/// Refuses a request over `https://` in a program without TLS. Otherwise the transport would say what it lacks, but not
/// how to add it.
#[cfg(not(feature = "tls"))]
pub(crate) fn check_tls(uri: &http::Uri) -> Result<(), TransportError> {
    match uri.scheme_str() {
        Some("https") => Err(TransportError::new(Kind::Tls, Phase::NotSent).with_source(NO_TLS)),
        _ => Ok(()),
    }
}

pub(super) fn cancelled(phase: Phase) -> TransportError {
    TransportError::new(Kind::Cancelled, phase)
}

pub(super) fn error(error: Error, phase: Phase) -> TransportError {
    let error = match error {
        Error::Io(error) => match own(error, phase) {
            Ok(own) => return own,
            // A read of a body that fails wraps the error once more.
            Err(io) => match io.downcast::<Error>() {
                Ok(wrapped) => return self::error(wrapped, phase),
                Err(io) => Error::Io(io),
            },
        },
        error => error,
    };
    let kind = match &error {
        Error::Timeout(which) => Kind::Timeout(limit(*which)),
        Error::Protocol(_) | Error::LargeResponseHeader(..) => Kind::Protocol,
        Error::BodyStalled => Kind::Closed,
        Error::Io(error) => Kind::of_io(error.kind()).unwrap_or(Kind::Other),
        _ => Kind::Other,
    };
    TransportError::new(kind, phase).with_source(error)
}

/// What this crate told ureq itself: a source that failed, a call that was cancelled, a connection that was not made.
fn own(error: io::Error, phase: Phase) -> Result<TransportError, io::Error> {
    let error = match error.downcast::<TransportError>() {
        Ok(source) => return Ok(source),
        Err(error) => error,
    };
    let error = match error.downcast::<Cancelled>() {
        Ok(Cancelled) => return Ok(cancelled(phase)),
        Err(error) => error,
    };
    let error = error.downcast::<DialError>()?;
    Ok(TransportError::new(dialing(&error), phase).with_source(error))
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
