//! A socket whose waits are within the limits of an attempt.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

use sim_core::transport::{Phase, TransportError, TransportErrorKind as Kind};

use crate::blocking::{Clock, SLICE};

/// The connection of an attempt.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) stream: TcpStream,
    pub(crate) clock: Clock,
}

impl Wire {
    /// Does something on the connection that waits, for as long as that may last. It must be a single step: what
    /// waited in vain is done again from its beginning.
    fn patiently<T>(
        &mut self,
        mut wait: impl FnMut(&mut TcpStream) -> io::Result<T>,
    ) -> io::Result<T> {
        loop {
            let slice = self.clock.left().map_err(io::Error::other)?.min(SLICE);
            self.stream.set_read_timeout(Some(slice))?;
            self.stream.set_write_timeout(Some(slice))?;
            match wait(&mut self.stream) {
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                done => return done,
            }
        }
    }
}

impl Read for Wire {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.patiently(|stream| stream.read(into))?;
        if self.clock.phase() == Phase::Body {
            self.clock.enter(Phase::Body);
        }
        Ok(read)
    }
}

impl Write for Wire {
    /// What has left is not written again: the next write begins behind it.
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        let written = self.patiently(|stream| stream.write(from))?;
        self.clock.enter(Phase::Sent);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Says what an error means. What the clock or the source of a body says passes through; the rest is the connection's
/// or the server's doing.
pub(crate) fn transport_error(error: io::Error, phase: Phase) -> TransportError {
    error.downcast().unwrap_or_else(|error: io::Error| {
        let odd = error.kind() == ErrorKind::InvalidData;
        let kind = if odd { Kind::Protocol } else { Kind::Closed };
        TransportError::new(kind, phase).with_source(error)
    })
}
