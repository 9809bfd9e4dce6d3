//! Why a name has no addresses.

use std::fmt;

use crate::Stopped;

/// A name that could not be looked up, and why, in the words of the resolver.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot look up {host}: {reason}")]
pub struct ResolveError {
    host: String,
    kind: ResolveErrorKind,
    reason: String,
}

/// What kept a name from being looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolveErrorKind {
    /// No host has that name, or it has no address.
    NotFound,
    /// The resolver cannot tell at the moment, for example because no name server answers.
    Temporary,
    /// No thread could be started for the lookup. Nothing was asked.
    NoThread,
    /// The deadline passed before the resolver answered.
    TimedOut,
    /// The caller no longer wanted the result.
    Cancelled,
    /// The resolver failed in another way.
    Other,
}

impl ResolveError {
    /// Makes an error for a host, with the resolver's words.
    pub fn new(host: &str, kind: ResolveErrorKind, words: impl fmt::Display) -> Self {
        let reason = match kind {
            ResolveErrorKind::Temporary => format!("{words}; this may pass"),
            ResolveErrorKind::NoThread => format!("no thread can be started: {words}"),
            _ => words.to_string(),
        };
        Self { host: host.to_owned(), kind, reason }
    }

    pub(super) fn stopped(host: &str, stopped: Stopped) -> Self {
        let kind = match stopped {
            Stopped::TimedOut => ResolveErrorKind::TimedOut,
            Stopped::Cancelled => ResolveErrorKind::Cancelled,
        };
        Self::new(host, kind, stopped)
    }

    /// Returns the name that was looked up: the server's or that of a proxy.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns what kept the name from being looked up.
    pub fn kind(&self) -> ResolveErrorKind {
        self.kind
    }
}
