//! The translation of reqwest's and hyper's errors into those of the core.

use std::error::Error;
use std::fmt;
use std::io;
use std::iter::successors;

use sim_core::TimeoutKind;
use sim_core::transport::{Phase, TransportError, TransportErrorKind as Kind};
use sim_net::resolve::{ResolveError, ResolveErrorKind};

use super::request::Servers;

/// Why no server is reached over `https://`.
#[cfg(not(feature = "tls"))]
pub(crate) const NO_TLS: &str = "the server needs TLS, and this program was built without it: add the feature `reqwest` \
                                 of simstudio, or `rustls` of sim-reqwest";

/// Refuses a request over `https://` in a program without TLS. Otherwise the transport would say what it lacks, but not
/// how to add it.
#[cfg(not(feature = "tls"))]
pub(crate) fn check_tls(uri: &http::Uri) -> Result<(), TransportError> {
    match uri.scheme_str() {
        Some("https") => Err(TransportError::new(Kind::Tls, Phase::NotSent).with_source(NO_TLS)),
        _ => Ok(()),
    }
}

pub(crate) fn error(error: reqwest::Error, phase: Phase) -> TransportError {
    told(error, phase, None)
}

/// As [`error`], for an attempt of which no answer came. A proxy that gave no connection to the server is asked once
/// more, for its reason: hyper-util tells the status 407 alone.
pub(crate) async fn explained(
    error: reqwest::Error,
    phase: Phase,
    servers: &Servers,
) -> TransportError {
    let is_known = refusal(&error).is_none_or(|words| !words.contains("unsuccessful"));
    let server = error.url().filter(|_| phase == Phase::NotSent && !is_known).cloned();
    let words = match server {
        Some(server) => servers.refusal(server).await,
        None => None,
    };
    told(error, phase, words)
}

/// The error, with the words of a proxy that refused where they are known.
fn told(error: reqwest::Error, phase: Phase, words: Option<String>) -> TransportError {
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
        _ if looked_up(&error).is_some_and(|kind| kind != ResolveErrorKind::NoThread) => {
            Kind::Resolve
        }
        Phase::NotSent => connecting(&error),
        Phase::Sent | Phase::Body => talking(&error),
    };
    let words = words.or_else(|| refusal(&error).filter(|_| phase == Phase::NotSent));
    match words {
        Some(words) => TransportError::new(kind, phase).with_source(Refused { words, error }),
        None => TransportError::new(kind, phase).with_source(error),
    }
}

/// A proxy that gives no connection to the server.
#[derive(Debug)]
struct Refused {
    words: String,
    error: reqwest::Error,
}

/// What hyper-util says of a proxy that gave no connection. It keeps the type of its error to itself.
fn refusal(error: &reqwest::Error) -> Option<String> {
    let is_about_it =
        |words: &String| words.starts_with("tunnel error") || words.starts_with("SOCKS error");
    let words = causes(error).map(ToString::to_string).find(is_about_it)?;
    Some(words.replace("proxy authorization required", "it answered 407"))
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy gives no connection to the server: {}", self.words)
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

/// What kept a name from being looked up, if that is what failed.
fn looked_up(error: &reqwest::Error) -> Option<ResolveErrorKind> {
    causes(error).find_map(|cause| cause.downcast_ref().map(ResolveError::kind))
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
