//! One attempt over a socket that never blocks. It does what it can and says when it waits, so whoever knows when the
//! socket is ready can drive it: a loop over many sockets, or an async runtime.

use std::io::{self, ErrorKind, Read, Write};
use std::task::Poll;
use std::time::Duration;

use http::Request;
use http::response::Parts;
use sim_core::transport::{BodyReader, Destination, Phase, RequestBody};

use crate::blocking::{Clock, Lost};
use crate::http1::{self, Framing};
use crate::wire::transport_error;

/// The number of bytes to read or write at a time.
const PIECE: usize = 16 * 1024;

/// The most that is read ahead, in bytes. It is more than a whole head, so what is read can always be taken.
const AHEAD: usize = 256 * 1024;

/// The connection of an attempt: what is left to send, and what has come and was not taken yet.
#[derive(Debug)]
pub(crate) struct Connection<S> {
    pub(crate) stream: S,
    clock: Clock,
    out: Vec<u8>,
    body: BodyReader,
    input: Vec<u8>,
    /// The server has ended its side.
    ended: bool,
    framing: Framing,
}

impl<S: Read + Write> Connection<S> {
    /// Takes a connected socket.
    pub(crate) fn new(stream: S, clock: Clock, request: Request<RequestBody>) -> Self {
        let request = Destination::origin_form(request);
        let out = http1::request_head(&request);
        let body = request.into_body().into_reader();
        let framing = Framing::UntilClose;
        Self { stream, clock, out, body, input: Vec::new(), ended: false, framing }
    }

    /// Sends, and returns the head of the answer once it is there. A server may answer before it has read everything.
    pub(crate) fn poll_head(&mut self) -> Poll<Lost<Parts>> {
        let sent = self.send();
        let read = self.read();
        let mut rest = &self.input[..];
        match http1::head(&mut rest).and_then(|head| Ok((Framing::of(&head)?, head))) {
            Ok((framing, head)) => {
                let taken = self.input.len() - rest.len();
                self.take(taken, framing);
                Poll::Ready(Ok(head))
            }
            Err(error) if error.kind() == ErrorKind::UnexpectedEof && !self.ended => {
                self.waits(sent.and(read))
            }
            Err(error) => Poll::Ready(Err(transport_error(error, Phase::Sent))),
        }
    }

    /// Returns the next piece of the body of the answer; `None` at its end.
    pub(crate) fn poll_piece(&mut self) -> Poll<Lost<Option<Vec<u8>>>> {
        let read = self.read();
        let (mut rest, mut framing) = (&self.input[..], self.framing);
        match framing.piece(&mut rest) {
            Ok(None) if framing == Framing::UntilClose && !self.ended => self.waits(read),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof && !self.ended => {
                self.waits(read)
            }
            Ok(piece) => {
                let taken = self.input.len() - rest.len();
                self.take(taken, framing);
                // One that always has a piece is never silent, but its time ends all the same.
                Poll::Ready(self.clock.left().map(|_| piece))
            }
            Err(error) => Poll::Ready(Err(transport_error(error, Phase::Body))),
        }
    }

    /// How long the current wait may last before somebody has to look again.
    pub(crate) fn patience(&self) -> Duration {
        self.clock.patience()
    }

    /// Whether a part of the request is left to send.
    pub(crate) fn is_sending(&self) -> bool {
        !self.out.is_empty()
    }

    fn take(&mut self, bytes: usize, framing: Framing) {
        self.input.drain(..bytes);
        self.framing = framing;
        self.clock.enter(Phase::Body);
    }

    /// Nothing more can be done now. What is there was looked at, so a limit that has passed counts.
    fn waits<T>(&self, done: io::Result<()>) -> Poll<Lost<T>> {
        match done.map_err(|error| transport_error(error, self.clock.phase())) {
            Err(error) => Poll::Ready(Err(error)),
            Ok(()) => match self.clock.left() {
                Err(error) => Poll::Ready(Err(error)),
                Ok(_) => Poll::Pending,
            },
        }
    }

    fn send(&mut self) -> io::Result<()> {
        loop {
            if self.out.is_empty() {
                let mut piece = [0; PIECE];
                let read = self.body.read(&mut piece)?;
                self.out.extend_from_slice(&piece[..read]);
                if read == 0 {
                    return Ok(());
                }
            }
            match self.stream.write(&self.out) {
                Ok(written) => {
                    self.out.drain(..written);
                    self.clock.enter(Phase::Sent);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn read(&mut self) -> io::Result<()> {
        let mut piece = [0; PIECE];
        while !self.ended && self.input.len() < AHEAD {
            match self.stream.read(&mut piece) {
                Ok(0) => self.ended = true,
                Ok(read) => self.input.extend_from_slice(&piece[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
