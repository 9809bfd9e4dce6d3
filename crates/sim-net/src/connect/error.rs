//! Why no address could be connected to.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;

use crate::Stopped;

/// No address could be connected to. It tells what became of each attempt.
#[derive(Debug)]
pub struct ConnectError {
    kind: ConnectErrorKind,
    failures: Vec<(SocketAddr, io::Error)>,
    silent: Vec<SocketAddr>,
    system: Option<io::Error>,
}

/// What kept a connection from being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectErrorKind {
    /// Every address failed, or there was none.
    Failed,
    /// The deadline passed before an address answered.
    TimedOut,
    /// The caller no longer wanted the connection.
    Cancelled,
    /// This machine cannot make connections, for example because the process has too many files open.
    System,
}

impl ConnectError {
    pub(super) fn new(
        kind: ConnectErrorKind,
        failures: Vec<(SocketAddr, io::Error)>,
        silent: Vec<SocketAddr>,
    ) -> Self {
        Self { kind, failures, silent, system: None }
    }

    pub(super) fn system(error: io::Error) -> Self {
        let kind = ConnectErrorKind::System;
        Self { kind, failures: Vec::new(), silent: Vec::new(), system: Some(error) }
    }

    /// Returns what kept the connection from being made.
    pub fn kind(&self) -> ConnectErrorKind {
        self.kind
    }

    /// Returns the addresses that failed, in the order in which they did, each with its error.
    pub fn failures(&self) -> &[(SocketAddr, io::Error)] {
        &self.failures
    }

    /// Returns the addresses that had not answered when the wait ended.
    pub fn silent(&self) -> &[SocketAddr] {
        &self.silent
    }

    /// Returns the system's error that tells the most: that of an address which refused, or else the first.
    pub fn cause(&self) -> Option<&io::Error> {
        let errors = || self.failures.iter().map(|(_, error)| error);
        let refused = errors().find(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        self.system.as_ref().or(refused).or_else(|| errors().next())
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ConnectErrorKind::Failed => "cannot connect",
            ConnectErrorKind::TimedOut => "cannot connect within the time limit",
            ConnectErrorKind::Cancelled => "connecting was cancelled",
            ConnectErrorKind::System => "cannot make a connection",
        })?;
        let silent = self.silent.iter().map(|address| format!("{address} does not answer"));
        let failed = self.failures.iter().map(|(address, error)| format!("{address}: {error}"));
        let system = self.system.iter().map(ToString::to_string);
        let mut told: Vec<_> = failed.chain(silent).chain(system).collect();
        if told.is_empty() && self.kind == ConnectErrorKind::Failed {
            told.push("there is no address".to_owned());
        }
        let mark = if told.is_empty() { "" } else { ": " };
        write!(f, "{mark}{}", told.join("; "))
    }
}

impl Error for ConnectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause().map(|error| error as _)
    }
}

impl From<ConnectError> for io::Error {
    /// Keeps the kind of the error that tells the most, and the whole error inside.
    fn from(error: ConnectError) -> Self {
        let kind = match error.kind {
            ConnectErrorKind::TimedOut => io::ErrorKind::TimedOut,
            ConnectErrorKind::Cancelled => io::ErrorKind::ConnectionAborted,
            ConnectErrorKind::Failed | ConnectErrorKind::System => {
                error.cause().map_or(io::ErrorKind::AddrNotAvailable, io::Error::kind)
            }
        };
        Self::new(kind, error)
    }
}

impl From<Stopped> for ConnectErrorKind {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::TimedOut => Self::TimedOut,
            Stopped::Cancelled => Self::Cancelled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_a_refusal_before_a_network_that_is_not_there() {
        let address = |text: &str| text.parse().expect("an address");
        let failures = vec![
            (address("[fd00::1]:1"), io::ErrorKind::NetworkUnreachable.into()),
            (address("10.0.0.1:1"), io::ErrorKind::ConnectionRefused.into()),
        ];
        let error = ConnectError::new(ConnectErrorKind::Failed, failures, Vec::new());
        assert_eq!(error.cause().map(io::Error::kind), Some(io::ErrorKind::ConnectionRefused));
        assert_eq!(io::Error::from(error).kind(), io::ErrorKind::ConnectionRefused);
    }
}
