//! Connects to the first of several addresses that answers.
//!
//! The attempts are staggered as RFC 8305 ("Happy Eyeballs") describes: both families by turns, each attempt 250 ms
//! after the one before or as soon as that failed. All of it happens on the caller's thread.

mod error;
mod race;

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use mio::net::TcpStream as Attempt;
use mio::{Events, Interest, Poll, Token};

pub use error::{ConnectError, ConnectErrorKind};
use race::{Race, Turn};

use crate::{Limit, Stopped};

/// How long one attempt goes on alone: the "Connection Attempt Delay" of RFC 8305.
pub const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Connects to the first address that answers. The other attempts are closed.
///
/// ```
/// use std::net::{SocketAddr, TcpListener};
/// use std::time::{Duration, Instant};
///
/// use sim_net::Limit;
/// use sim_net::connect::connect;
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let limit = Limit::until(Instant::now() + Duration::from_secs(10));
/// let stream = connect(&[listener.local_addr()?], &limit)?;
/// assert_eq!(stream.peer_addr()?, listener.local_addr()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If no address answers before the limit ends the wait, or all of them fail. Nothing was sent then.
pub fn connect(addresses: &[SocketAddr], limit: &Limit<'_>) -> Result<TcpStream, ConnectError> {
    let order = race::by_turns(addresses);
    let mut race = Race::new(order.len(), ATTEMPT_DELAY);
    let mut attempts = Attempts::new(order)?;
    loop {
        let now = Instant::now();
        if let Err(stopped) = limit.check_at(now) {
            // A process that was stopped past its deadline may find an answer.
            return match (stopped, attempts.winner(&mut race, Some(Duration::ZERO))?) {
                (Stopped::TimedOut, Some(index)) => attempts.take(index),
                _ => Err(attempts.failed(stopped.into())),
            };
        }
        match race.turn(now) {
            Turn::Start(index) => {
                if let Err(error) = attempts.start(index) {
                    attempts.fails(index, error);
                    race.one_failed();
                }
            }
            Turn::Wait(next) => {
                let next = next.map(|at| at.saturating_duration_since(now));
                let timeout = [next, limit.next_check(now)].into_iter().flatten().min();
                if let Some(index) = attempts.winner(&mut race, timeout)? {
                    return attempts.take(index);
                }
            }
            Turn::Over => return Err(attempts.failed(ConnectErrorKind::Failed)),
        }
    }
}

/// The attempts: one for each address at most.
struct Attempts {
    poll: Poll,
    events: Events,
    order: Vec<SocketAddr>,
    /// Those under way, each at the place of its address.
    running: Vec<Option<Attempt>>,
    failures: Vec<(SocketAddr, io::Error)>,
}

impl Attempts {
    fn new(order: Vec<SocketAddr>) -> Result<Self, ConnectError> {
        let poll = Poll::new().map_err(ConnectError::system)?;
        let running = order.iter().map(|_| None).collect();
        let events = Events::with_capacity(order.len().max(1));
        Ok(Self { poll, events, order, running, failures: Vec::new() })
    }

    fn start(&mut self, index: usize) -> io::Result<()> {
        let mut attempt = Attempt::connect(self.order[index])?;
        self.poll.registry().register(&mut attempt, Token(index), Interest::WRITABLE)?;
        self.running[index] = Some(attempt);
        Ok(())
    }

    /// Waits for news of the attempts. Returns the one that is connected, if any.
    fn winner(
        &mut self,
        race: &mut Race,
        timeout: Option<Duration>,
    ) -> Result<Option<usize>, ConnectError> {
        match self.poll.poll(&mut self.events, timeout) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                return Err(ConnectError::system(error));
            }
            _ => {}
        }
        let news: Vec<_> = self.events.iter().map(|event| event.token().0).collect();
        for index in news {
            match self.outcome(index) {
                Some(Ok(())) => return Ok(Some(index)),
                Some(Err(error)) => {
                    self.fails(index, error);
                    race.one_failed();
                }
                None => {}
            }
        }
        Ok(None)
    }

    /// What became of an attempt, or `None` while it is under way.
    fn outcome(&self, index: usize) -> Option<io::Result<()>> {
        let attempt = self.running.get(index)?.as_ref()?;
        match attempt.take_error() {
            Ok(None) => {}
            Ok(Some(error)) | Err(error) => return Some(Err(error)),
        }
        match attempt.peer_addr() {
            Ok(_) => Some(Ok(())),
            // The event was about something else.
            Err(error) if error.kind() == io::ErrorKind::NotConnected => None,
            Err(error) => Some(Err(error)),
        }
    }

    fn fails(&mut self, index: usize, error: io::Error) {
        self.running[index] = None;
        self.failures.push((self.order[index], error));
    }

    /// Takes the attempt that won, as a stream that blocks. The others close.
    fn take(mut self, index: usize) -> Result<TcpStream, ConnectError> {
        let Some(mut attempt) = self.running[index].take() else {
            return Err(self.failed(ConnectErrorKind::Failed));
        };
        let given = self.poll.registry().deregister(&mut attempt).and_then(|()| {
            let stream = TcpStream::from(attempt);
            stream.set_nonblocking(false)?;
            Ok(stream)
        });
        given.map_err(ConnectError::system)
    }

    fn failed(self, kind: ConnectErrorKind) -> ConnectError {
        let silent = self.order.iter().zip(&self.running);
        let silent = silent.filter(|(_, attempt)| attempt.is_some()).map(|(address, _)| *address);
        ConnectError::new(kind, self.failures, silent.collect())
    }
}
