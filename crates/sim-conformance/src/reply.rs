//! What a scripted server does with one request.

use std::io::{self, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// What happens to one request once it was read.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    parts: Vec<Part>,
    pub(crate) end: End,
    /// It does not wait for the body of the request.
    pub(crate) early: bool,
}

#[derive(Debug, Clone)]
enum Part {
    Bytes(Vec<u8>),
    /// Each byte is written by itself.
    Slowly(Vec<u8>),
    Pause(Duration),
    /// Again and again, until the client goes.
    Endless(Vec<u8>),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum End {
    #[default]
    Close,
    Reset,
    KeepOpen,
    Stall,
    Ignore,
}

impl Reply {
    fn ending(end: End, bytes: impl AsRef<[u8]>) -> Self {
        Self { parts: vec![Part::Bytes(bytes.as_ref().to_vec())], end, early: false }
    }

    /// Sends these bytes, then closes the connection. Without bytes the request was read for nothing.
    pub fn close(bytes: impl AsRef<[u8]>) -> Self {
        Self::ending(End::Close, bytes)
    }

    /// Sends these bytes, then resets the connection.
    pub fn reset(bytes: impl AsRef<[u8]>) -> Self {
        Self::ending(End::Reset, bytes)
    }

    /// Sends these bytes, then waits for the next request on the same connection.
    pub fn keep_open(bytes: impl AsRef<[u8]>) -> Self {
        Self::ending(End::KeepOpen, bytes)
    }

    /// Sends these bytes, then nothing more until the client closes the connection.
    pub fn stall(bytes: impl AsRef<[u8]>) -> Self {
        Self::ending(End::Stall, bytes)
    }

    /// Sends these bytes when the head of the request is here, then reads nothing more and keeps the connection.
    pub fn ignore(bytes: impl AsRef<[u8]>) -> Self {
        Self::ending(End::Ignore, bytes).early()
    }

    /// Sends these bytes, then `piece` again and again until the client closes the connection.
    pub fn endless(bytes: impl AsRef<[u8]>, piece: impl AsRef<[u8]>) -> Self {
        let mut reply = Self::close(bytes);
        reply.parts.push(Part::Endless(piece.as_ref().to_vec()));
        reply
    }

    /// A whole answer with a JSON body, on a connection that stays open.
    pub fn json(status: u16, body: &str) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}"
        );
        Self::keep_open(format!("{head}\r\n\r\n{body}"))
    }

    /// Sends every byte in a segment of its own.
    #[must_use]
    pub fn slowly(mut self) -> Self {
        for part in &mut self.parts {
            if let Part::Bytes(bytes) = part {
                *part = Part::Slowly(std::mem::take(bytes));
            }
        }
        self
    }

    /// Is silent for that long, and then sends these bytes too.
    #[must_use]
    pub fn after(mut self, pause: Duration, bytes: impl AsRef<[u8]>) -> Self {
        self.parts.extend([Part::Pause(pause), Part::Bytes(bytes.as_ref().to_vec())]);
        self
    }

    /// Answers when the head of the request is here. What comes of its body is read afterwards, unless the
    /// connection is reset.
    #[must_use]
    pub fn early(mut self) -> Self {
        self.early = true;
        self
    }

    /// Puts it on the wire; fails when the client is gone.
    pub(crate) fn send(&self, mut stream: &TcpStream, sent: &AtomicU64) -> io::Result<()> {
        let mut write = |bytes: &[u8]| -> io::Result<()> {
            stream.write_all(bytes)?;
            sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
            Ok(())
        };
        for part in &self.parts {
            match part {
                Part::Bytes(bytes) => write(bytes)?,
                Part::Slowly(bytes) => bytes.chunks(1).try_for_each(&mut write)?,
                Part::Pause(pause) => thread::sleep(*pause),
                Part::Endless(piece) => loop {
                    write(piece)?;
                },
            }
        }
        Ok(())
    }
}
