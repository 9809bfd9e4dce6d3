//! A connection as ureq uses it: within the limits of the call that it works for.

use std::fmt;
use std::io;
use std::mem;
use std::time::{Duration, Instant};

use http::Uri;
use sim_net::dial::Dialed;
use sim_net::stream::Stream;
use sim_net::{Limit, Stopped};
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};
use ureq::{Error, Timeout};

use super::buffers::InputOutput;
use super::call_context::{CallContext, Cancelled};
use super::hidden::hide;
use super::secrets;

/// How long a body waits to be taken before the connection looks whether an answer is there.
const SLICE: Duration = Duration::from_millis(20);

/// How much of a body is sent between two looks whether an answer is there, in bytes. A look costs up to three calls of
/// the system.
const BETWEEN_LOOKS: usize = 512 * 1024;

/// A connection that ureq keeps from call to call.
pub(crate) struct Connection {
    stream: Stream,
    buffers: InputOutput,
    /// What a request through a proxy of HTTP says more.
    proxied: Option<Proxied>,
    /// A head that leaves together with the beginning of its body: as one packet, and one call of the system. Empty if
    /// none waits.
    head: Vec<u8>,
    /// How many parts of the request left: its head, then those of its body.
    parts: usize,
    /// How much of the body left since it was last looked for an answer, in bytes.
    unseen: usize,
    /// The answer came before the whole request was sent: the rest is not, and ureq reads on.
    is_answered: bool,
}

/// The first line of a request to a proxy names the server ("absolute form").
struct Proxied {
    server: String,
    authorization: Option<String>,
}

impl Connection {
    pub(super) fn new(dialed: Dialed, uri: &Uri) -> Self {
        let proxied = dialed.proxy.map(|proxy| Proxied {
            server: uri.authority().map(|server| format!("http://{server}")).unwrap_or_default(),
            authorization: proxy.authorization(),
        });
        Self {
            stream: dialed.stream,
            buffers: InputOutput::default(),
            proxied,
            head: Vec::new(),
            parts: 0,
            unseen: 0,
            is_answered: false,
        }
    }

    /// Sends a part of the body, unless the answer is there before. The first `head` bytes are a head that waited.
    fn send_body(&mut self, head: usize, amount: usize, wait: &Wait) -> Result<(), Error> {
        let mut sent = 0;
        loop {
            // One part more than the first is a long body, which a server may not want to read.
            if self.parts > 2 && self.unseen >= BETWEEN_LOOKS {
                self.unseen = 0;
                if self.stream.has_input().unwrap_or(true) {
                    self.is_answered = true;
                    return Ok(());
                }
            }
            let now = Instant::now();
            let slice = now + SLICE;
            let done = wait.limited_to(slice, |limit| {
                let rest = &self.buffers.written(amount)[sent..];
                if rest.is_empty() {
                    return self.stream.flush(limit).map(|()| None);
                }
                self.stream.write(rest, limit).map(Some)
            });
            match done {
                Ok(None) => return Ok(()),
                Ok(Some(more)) => {
                    sent += more;
                    self.unseen += more;
                }
                Err(error) => match Stopped::find_in(&error) {
                    // A server that takes no more may have answered.
                    Some(Stopped::TimedOut) if !wait.is_over() => self.unseen = BETWEEN_LOOKS,
                    Some(stopped) => return Err(wait.error(stopped)),
                    None if sent < head => return Err(wait.io_error(error)),
                    // A server that closes may have answered.
                    None => {
                        self.is_answered = true;
                        return Ok(());
                    }
                },
            }
        }
    }

    fn send_head(&mut self, amount: usize, wait: &Wait) -> Result<(), Error> {
        let amount = self.completed(amount);
        let sent = wait.limited(|limit| {
            let mut rest = self.buffers.written(amount);
            while !rest.is_empty() {
                rest = &rest[self.stream.write(rest, limit)?..];
            }
            self.stream.flush(limit)
        });
        sent.map_err(|error| wait.io_error(error))
    }

    /// Gives the head of a request what ureq does not know: secrets, and what a proxy needs. Returns its length.
    fn completed(&mut self, mut amount: usize) -> usize {
        let head = self.buffers.written(amount);
        let end_of = |byte: u8| head.iter().position(|found| *found == byte).map(|at| at + 1);
        let (target, line) = (end_of(b' ').unwrap_or(0), end_of(b'\n').unwrap_or(amount));
        amount = secrets::with(|secrets| self.buffers.insert(line, secrets, amount));
        if let Some(Proxied { server, authorization }) = &self.proxied {
            if let Some(user) = authorization {
                let header = format!("Proxy-Authorization: {user}\r\n");
                amount = self.buffers.insert(line, header.as_bytes(), amount);
            }
            amount = self.buffers.insert(target, server.as_bytes(), amount);
        }
        amount
    }
}

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, given: NextTimeout) -> Result<(), Error> {
        if self.head.is_empty() && CallContext::keeps_head() {
            let amount = self.completed(amount);
            self.head.extend_from_slice(self.buffers.written(amount));
            return Ok(());
        }
        let is_first = CallContext::leaves(given)?;
        let wait = Wait::new(given);
        if is_first {
            (self.parts, self.is_answered) = (0, false);
            self.unseen = BETWEEN_LOOKS;
        }
        self.parts += 1;
        if self.is_answered {
            return Ok(());
        }
        match (self.parts, self.head.is_empty()) {
            (1, true) => self.send_head(amount, &wait),
            (1, false) => {
                self.parts = 2;
                let head = mem::take(&mut self.head);
                let amount = self.buffers.insert(0, &head, amount);
                self.send_body(head.len(), amount, &wait)
            }
            _ => self.send_body(0, amount, &wait),
        }
    }

    fn await_input(&mut self, given: NextTimeout) -> Result<bool, Error> {
        let wait = Wait::new(given);
        if wait.is_over() && !wait.call.looks_late() {
            return Err(wait.error(Stopped::TimedOut));
        }
        let waits_for_head = wait.call.waits_for_the_head();
        if waits_for_head {
            self.buffers.make_room()?;
        }
        let room = self.buffers.input_append_buf();
        let read = wait.limited(|limit| self.stream.read(room, limit));
        let amount = read.map_err(|error| wait.io_error(error))?;
        self.buffers.input_appended(amount);
        if waits_for_head {
            hide(self.buffers.input_mut());
        }
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        let is_used_up = self.is_answered || !self.head.is_empty();
        !is_used_up && matches!(self.stream.has_input(), Ok(false))
    }

    fn is_tls(&self) -> bool {
        self.stream.is_tls()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("is_tls", &self.is_tls()).finish_non_exhaustive()
    }
}

/// A wait of the call that this thread makes.
struct Wait {
    call: CallContext,
    deadline: Option<Instant>,
    reason: Timeout,
}

impl Wait {
    fn new(given: NextTimeout) -> Self {
        let call = CallContext::current();
        let (deadline, reason) = call.deadline(given);
        Self { call, deadline, reason }
    }

    fn limited<T>(&self, work: impl FnOnce(&Limit<'_>) -> T) -> T {
        self.until(self.deadline, work)
    }

    fn limited_to<T>(&self, end: Instant, work: impl FnOnce(&Limit<'_>) -> T) -> T {
        self.until(Some(self.deadline.map_or(end, |deadline| deadline.min(end))), work)
    }

    fn until<T>(&self, end: Option<Instant>, work: impl FnOnce(&Limit<'_>) -> T) -> T {
        let is_cancelled = || self.call.is_cancelled();
        let limit = end.map_or(Limit::none(), Limit::until);
        let can_be = self.call.can_be_cancelled();
        work(&if can_be { limit.unless(&is_cancelled) } else { limit })
    }

    fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= Instant::now())
    }

    fn error(&self, stopped: Stopped) -> Error {
        match stopped {
            Stopped::TimedOut => Error::Timeout(self.reason),
            Stopped::Cancelled => Cancelled.into(),
        }
    }

    fn io_error(&self, error: io::Error) -> Error {
        Stopped::find_in(&error).map_or_else(|| Error::Io(error), |stopped| self.error(stopped))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::net::{TcpListener, TcpStream};

    use sim_core::transport::Phase;
    use sim_core::{CancelToken, Timeouts};

    use super::*;

    const HEAD: &[u8] = b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n";

    fn pair() -> (Connection, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
        let ours = TcpStream::connect(listener.local_addr().expect("an address")).expect("one end");
        let dialed = Dialed { stream: Stream::new(ours), proxy: None };
        let (theirs, _) = listener.accept().expect("the other end");
        (Connection::new(dialed, &Uri::from_static("http://localhost")), theirs)
    }

    fn transmit(connection: &mut Connection, part: &[u8]) {
        connection.buffers().output()[..part.len()].copy_from_slice(part);
        connection.transmit_output(part.len(), NextTimeout::default()).expect("it may leave");
    }

    /// Reads what is expected at the other end, which has nothing more.
    fn came(mut theirs: &TcpStream, expected: &[u8]) {
        let mut all = vec![0; expected.len()];
        theirs.set_nonblocking(false).expect("it waits");
        theirs.read_exact(&mut all).expect("it comes");
        assert_eq!(all, expected);
        theirs.set_nonblocking(true).expect("it does not wait");
        let more = theirs.read(&mut [0]).expect_err("there is nothing more");
        assert_eq!(more.kind(), io::ErrorKind::WouldBlock);
    }

    #[test]
    fn a_head_leaves_together_with_the_body_that_is_there() {
        for has_body in [true, false] {
            let (mut connection, theirs) = pair();
            let mut call = CallContext::new(Timeouts::default(), None);
            if has_body {
                call.announce_body();
            }
            call.enter(|| {
                transmit(&mut connection, HEAD);
                came(&theirs, if has_body { b"" } else { HEAD });
                assert_eq!(connection.is_open(), !has_body, "what waits is for no other call");
                transmit(&mut connection, b"{}");
                assert!(connection.is_open());
            });
            came(&theirs, &[if has_body { HEAD } else { b"" }, b"{}"].concat());
        }
    }

    /// Where the break shows in the write itself: before the head left, nobody can have answered.
    // Elsewhere a close may send no reset, and a write that breaks does not tell how much left.
    #[cfg(unix)]
    #[test]
    fn a_server_that_closes_may_have_answered_only_once_it_has_the_head() {
        let announced = || {
            let mut call = CallContext::new(Timeouts::default(), None);
            call.announce_body();
            call
        };
        let (mut connection, theirs) = pair();
        connection.stream.write(b"never read", &Limit::none()).expect("it leaves");
        drop(theirs);
        // What was not read makes a reset of the close.
        connection.stream.read(&mut [0], &Limit::none()).expect_err("it is reset");
        announced().enter(|| {
            transmit(&mut connection, HEAD);
            let failed = connection.transmit_output(2, NextTimeout::default());
            assert!(matches!(failed, Err(Error::Io(_))), "{failed:?}");
        });

        let (mut connection, theirs) = pair();
        announced().enter(|| {
            transmit(&mut connection, HEAD);
            // More than the sockets take before the other end reads.
            let amount = connection.buffers.insert(0, &vec![b'x'; 32 << 20], 0);
            let closed = std::thread::spawn(move || {
                theirs.peek(&mut [0]).expect("it comes");
                drop(theirs);
            });
            // An error would fail the call, and nobody would read the answer.
            connection.transmit_output(amount, NextTimeout::default()).expect("it may have left");
            closed.join().expect("no panic");
            assert!(connection.is_answered && !connection.is_open());
        });
    }

    #[test]
    fn nothing_of_a_call_leaves_that_is_cancelled_while_its_head_waits() {
        let (mut connection, theirs) = pair();
        let token = CancelToken::new();
        let mut call = CallContext::new(Timeouts::default(), Some(token.clone()));
        call.announce_body();
        call.enter(|| {
            transmit(&mut connection, HEAD);
            token.cancel();
            let refused = connection.transmit_output(2, NextTimeout::default());
            assert!(refused.is_err());
        });
        assert_eq!(call.phase(), Phase::NotSent);
        came(&theirs, b"");
    }
}
