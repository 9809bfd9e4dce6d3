//! An exchange in a poll loop: its pauses, its attempts, and what became of it.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::task::Poll;
use std::time::{Duration, Instant};
use std::{mem, vec};

use bytes::Bytes;
use http::Response;
use http::response::Parts;
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use sim_core::transport::{
    BodyCollector, BodyPlan, Destination, Exchange, Outcome, Phase, Step, TransportError,
    TransportErrorKind as Kind, ready,
};
use sim_core::{CancelToken, Result};

use crate::blocking::{Clock, Lost, SLICE};
use crate::nonblocking::Connection;
use crate::task::{Next, Socket, Task};

/// An exchange, and what to do with its result and with the body of the last answer if that was left unread.
pub(crate) struct ExchangeTask<X, F> {
    exchange: X,
    done: Option<F>,
    started: Instant,
    state: State,
}

enum State {
    /// Waits for its next attempt.
    Pause(Instant),
    /// Waits for a connection, and has these addresses left to try.
    Connect(TcpStream, vec::IntoIter<SocketAddr>, Clock),
    /// Sends, and waits for the head of the answer.
    Head(Box<Socket>),
    /// Reads the body of the answer.
    Body(Box<(Socket, Parts)>, BodyCollector),
}

enum Stepped {
    On(State),
    Waits(State),
    Ended(Box<(Outcome, Option<Socket>)>),
}

impl<X: Exchange, F> ExchangeTask<X, F> {
    pub(crate) fn new(exchange: X, done: F) -> Self {
        let now = Instant::now();
        Self { exchange, done: Some(done), started: now, state: State::Pause(now) }
    }

    /// Goes on with an attempt until it waits or has an outcome.
    fn poll(&mut self, registry: &Registry, token: Token) -> Poll<(Outcome, Option<Socket>)> {
        loop {
            let state = mem::replace(&mut self.state, State::Pause(self.started));
            match self.step(state, registry, token) {
                Ok(Stepped::On(state)) => self.state = state,
                Ok(Stepped::Waits(state)) => {
                    self.state = state;
                    return Poll::Pending;
                }
                Ok(Stepped::Ended(ended)) => return Poll::Ready(*ended),
                Err(error) => return Poll::Ready((Err(error), None)),
            }
        }
    }

    fn step(&self, state: State, registry: &Registry, token: Token) -> Lost<Stepped> {
        Ok(match state {
            State::Pause(until) if until > Instant::now() && !self.is_cancelled() => {
                Stepped::Waits(state)
            }
            State::Pause(_) => Stepped::On(self.begin(registry, token)?),
            State::Connect(stream, others, clock) => match is_connected(&stream) {
                Ok(true) => {
                    let socket = Connection::new(stream, clock, ready(self.exchange.request())?);
                    Stepped::On(State::Head(Box::new(socket)))
                }
                Ok(false) => {
                    clock.left()?;
                    Stepped::Waits(State::Connect(stream, others, clock))
                }
                Err(error) => Stepped::On(connect(others, clock, error, registry, token)?),
            },
            State::Head(mut socket) => match socket.poll_head() {
                Poll::Pending => Stepped::Waits(State::Head(socket)),
                Poll::Ready(head) => {
                    let head = head?;
                    match self.exchange.plan(&head) {
                        BodyPlan::Read { limit } => {
                            let whole = BodyCollector::new(limit);
                            Stepped::On(State::Body(Box::new((*socket, head)), whole))
                        }
                        BodyPlan::HandOver => {
                            let answer = Response::from_parts(head, Bytes::new());
                            Stepped::Ended(Box::new((Ok(answer), Some(*socket))))
                        }
                    }
                }
            },
            State::Body(mut answer, mut whole) => match answer.0.poll_piece() {
                Poll::Pending => Stepped::Waits(State::Body(answer, whole)),
                Poll::Ready(piece) => match whole.read(piece) {
                    Ok(true) => Stepped::On(State::Body(answer, whole)),
                    Ok(false) => {
                        let answer = Response::from_parts(answer.1, whole.whole());
                        Stepped::Ended(Box::new((Ok(answer), None)))
                    }
                    Err(error) => return Err(error.with_head(answer.1)),
                },
            },
        })
    }

    /// Begins an attempt. A name is looked up on this thread; a loop for many servers would not wait for that.
    fn begin(&self, registry: &Registry, token: Token) -> Lost<State> {
        let clock = Clock::start(&self.exchange);
        clock.left()?;
        let failed = |kind| TransportError::new(kind, Phase::NotSent);
        let destination = Destination::of(&self.exchange.request());
        if destination.secure {
            return Err(failed(Kind::Tls));
        }
        let found = (&*destination.host, destination.port).to_socket_addrs();
        let found = found.map_err(|error| failed(Kind::Resolve).with_source(error))?;
        connect(found, clock, ErrorKind::NotFound.into(), registry, token)
    }

    fn is_cancelled(&self) -> bool {
        self.exchange.cancel_token().is_some_and(CancelToken::is_cancelled)
    }

    fn patience(&self) -> Duration {
        match &self.state {
            State::Pause(until) => {
                let left = until.saturating_duration_since(Instant::now());
                if self.exchange.cancel_token().is_some() { left.min(SLICE) } else { left }
            }
            State::Connect(_, _, clock) => clock.patience(),
            State::Head(socket) => socket.patience(),
            State::Body(answer, _) => answer.0.patience(),
        }
    }
}

impl<'t, X, F> Task<'t> for ExchangeTask<X, F>
where
    X: Exchange,
    F: FnOnce(Result<X::Output>, Option<Socket>) -> Next<'t>,
{
    fn advance(&mut self, registry: &Registry, token: Token) -> Next<'t> {
        loop {
            let Poll::Ready((outcome, socket)) = self.poll(registry, token) else {
                return Next::Wait(self.patience());
            };
            match self.exchange.receive(outcome, self.started.elapsed()) {
                Step::Again(delay) => self.state = State::Pause(Instant::now() + delay),
                Step::Done(result) => {
                    return self.done.take().map_or(Next::Over, |done| done(result, socket));
                }
            }
        }
    }
}

/// Begins to connect to the next address. `last` is why the one before failed.
fn connect(
    mut addresses: vec::IntoIter<SocketAddr>,
    clock: Clock,
    mut last: io::Error,
    registry: &Registry,
    token: Token,
) -> Lost<State> {
    for address in addresses.by_ref() {
        let connecting = TcpStream::connect(address).and_then(|mut stream| {
            registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
            Ok(stream)
        });
        match connecting {
            Ok(stream) => return Ok(State::Connect(stream, addresses, clock)),
            Err(error) => last = error,
        }
    }
    Err(TransportError::new(Kind::Connect, Phase::NotSent).with_source(last))
}

/// Whether a connection is made; an error if it failed.
fn is_connected(stream: &TcpStream) -> io::Result<bool> {
    if let Some(error) = stream.take_error()? {
        return Err(error);
    }
    match stream.peer_addr() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotConnected => Ok(false),
        Err(error) => Err(error),
    }
}
