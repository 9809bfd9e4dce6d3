//! The translation of reqwest's and hyper's errors into those of the core.

use std::error::Error;
use std::fmt;
use std::io;
use std::iter::successors;

use sim_core::TimeoutKind;
use sim_core::transport::{Phase, TransportError, TransportErrorKind as Kind};
use sim_net::resolve::{ResolveError, ResolveErrorKind};

pub(crate) fn error(error: reqwest::Error, phase: Phase) -> TransportError {
    // reqwest's message holds the URL, including the query.
    let error = error.without_url();
    // reqwest reports a peer that the system declares dead like a timeout of its own.
    let is_dead = causes(&error).any(|cause| io_kind(cause) == Some(io::ErrorKind::TimedOut));
    let is_source = |cause: &(dyn Error + 'static)| {
        let cause = cause.downcast_ref::<TransportError>();
        cause.is_some_and(|cause| cause.kind() == Kind::Source)
    };
    let kind = match phase {
        _ if causes(&error).any(is_source) => Kind::Source,
        _ if error.is_timeout() && !is_dead => Kind::Timeout(TimeoutKind::Total),
        _ if error.is_dns() => looking_up(&error),
        Phase::NotSent => connecting(&error),
        Phase::Sent | Phase::Body => talking(&error),
    };
    if phase == Phase::NotSent && causes(&error).any(is_tunnel) {
        return TransportError::new(kind, phase).with_source(Refused(error));
    }
    TransportError::new(kind, phase).with_source(error)
}

/// A proxy that gives no connection to the server. hyper-util keeps the type of its error to itself, and the status of
/// the answer but for 407: its words are all there is.
#[derive(Debug)]
struct Refused(reqwest::Error);

fn is_tunnel(cause: &(dyn Error + 'static)) -> bool {
    let words = cause.to_string();
    words.starts_with("tunnel error") || words.starts_with("SOCKS error")
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = causes(&self.0).find(|cause| is_tunnel(*cause)).map(ToString::to_string);
        let words = words.unwrap_or_default();
        let status = if words.contains("authorization required") { " (407)" } else { "" };
        write!(f, "the proxy gives no connection to the server: {words}{status}")
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

fn looking_up(error: &reqwest::Error) -> Kind {
    let found = causes(error).find_map(|cause| cause.downcast_ref().map(ResolveError::kind));
    if found == Some(ResolveErrorKind::NoThread) { Kind::Connect } else { Kind::Resolve }
}

fn connecting(error: &reqwest::Error) -> Kind {
    // rustls reports a rejected certificate or protocol of the peer in this way.
    let refused = causes(error).any(|cause| io_kind(cause) == Some(io::ErrorKind::InvalidData));
    if refused { Kind::Tls } else { Kind::Connect }
}

fn talking(error: &reqwest::Error) -> Kind {
    let found = causes(error).find_map(|cause| {
        if let Some(hyper) = cause.downcast_ref::<hyper::Error>() {
            let gone = hyper.is_incomplete_message() || hyper.is_closed() || hyper.is_canceled();
            return match () {
                () if hyper.is_parse() => Some(Kind::Protocol),
                () if gone || hyper.is_body_write_aborted() => Some(Kind::Closed),
                () => None,
            };
        }
        io_kind(cause).and_then(Kind::of_io)
    });
    found.unwrap_or(Kind::Other)
}

/// Iterates over the error and the errors that it wraps, down to the first cause.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    successors(Some(error as &(dyn Error + 'static)), |&error| {
        // The source of an I/O error is not the error that it wraps, but that error's source.
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|wrapped| wrapped as _).or_else(|| error.source())
    })
}

fn io_kind(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    error.downcast_ref::<io::Error>().map(io::Error::kind)
}
