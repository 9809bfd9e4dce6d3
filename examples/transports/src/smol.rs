//! An async transport on smol instead of tokio. It speaks no TLS.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::task::Poll;
use std::time::Instant;

use bytes::Bytes;
use http::Response;
use sim_core::transport::{
    BodyCollector, BodyPlan, Destination, EventBuffer, Exchange, Outcome, Phase, Step,
    TransportError, TransportErrorKind as Kind, ready_async,
};
use sim_core::{Api, Result, RunEvent, StreamEndpoint};
use smol::future::or;
use smol::{Async, Timer};

use crate::blocking::{Clock, Lost};
use crate::nonblocking::Connection;

/// The body of an answer, if there is one to read.
type Body = Option<Connection<Socket>>;

/// An async client. Dropping the future of a call closes its connection.
#[derive(Debug, Clone)]
pub struct Client {
    api: Api,
}

impl Client {
    /// A client of a core.
    pub fn new(api: Api) -> Self {
        Self { api }
    }

    /// Drives an exchange to its end.
    ///
    /// # Errors
    /// The errors of the exchange.
    pub async fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        drive_to_body(exchange, &mut None).await
    }

    /// Starts a streamed run and shows its events, until the last or until `show` says no.
    ///
    /// # Errors
    /// If the stream did not start.
    pub async fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        mut show: impl FnMut(Result<RunEvent<'_>>) -> bool,
    ) -> Result<()> {
        let mut body = None;
        let events = drive_to_body(self.api.stream(endpoint)?, &mut body).await?;
        let mut buffer = EventBuffer::new(events, Vec::new());
        while buffer.read(piece(&mut body).await, &mut show) {}
        Ok(())
    }
}

async fn drive_to_body<X: Exchange>(mut exchange: X, body: &mut Body) -> Result<X::Output> {
    let started = Instant::now();
    loop {
        let outcome = send(&exchange, body).await;
        let delay = match exchange.receive(outcome, started.elapsed()) {
            Step::Done(result) => return result,
            Step::Again(delay) => delay,
        };
        let pause = async {
            Timer::after(delay).await;
        };
        match exchange.cancel_token() {
            Some(token) => or(pause, token.cancelled()).await,
            None => pause.await,
        }
    }
}

/// Sends the request of an exchange. The body of the answer is left to be read if that is the plan.
async fn send<X: Exchange>(exchange: &X, body: &mut Body) -> Outcome {
    let clock = Clock::start(exchange);
    let request = ready_async(exchange.request()).await?;
    let socket = connect(Destination::of(&request), &clock).await?;
    let mut connection = Connection::new(socket, clock, request);
    let head = loop {
        match connection.poll_head() {
            Poll::Ready(head) => break head?,
            Poll::Pending => ready(&connection).await,
        }
    };
    let plan = exchange.plan(&head);
    *body = Some(connection);
    let BodyPlan::Read { limit } = plan else {
        return Ok(Response::from_parts(head, Bytes::new()));
    };
    let mut whole = BodyCollector::new(limit);
    while whole.read(piece(body).await).map_err(|error| error.with_head(head.clone()))? {}
    Ok(Response::from_parts(head, whole.whole()))
}

/// The next piece of a body; `None` at its end.
async fn piece(body: &mut Body) -> Lost<Option<Vec<u8>>> {
    let Some(connection) = body else { return Ok(None) };
    loop {
        match connection.poll_piece() {
            Poll::Ready(piece) => return piece,
            Poll::Pending => ready(connection).await,
        }
    }
}

/// Waits until more can be sent or read, or until somebody has to look at the clock.
async fn ready(connection: &Connection<Socket>) {
    let socket = &connection.stream.0;
    let readable = async {
        let _ = socket.readable().await;
    };
    let writable = async {
        if !connection.is_sending() || socket.writable().await.is_err() {
            smol::future::pending::<()>().await;
        }
    };
    let look = async {
        Timer::after(connection.patience()).await;
    };
    or(or(readable, writable), look).await;
}

/// Connects to the first address that answers.
async fn connect(destination: Destination, clock: &Clock) -> Lost<Socket> {
    let failed = |kind| TransportError::new(kind, Phase::NotSent);
    if destination.secure {
        return Err(failed(Kind::Tls));
    }
    let Destination { host, port, .. } = destination;
    let found = smol::unblock(move || (&*host, port).to_socket_addrs().map(Vec::from_iter));
    let found = within(clock, found).await?;
    let found = found.map_err(|error| failed(Kind::Resolve).with_source(error))?;
    let mut last = failed(Kind::Resolve);
    for address in found {
        match within(clock, Async::<TcpStream>::connect::<SocketAddr>(address)).await? {
            Ok(stream) => return Ok(Socket(stream)),
            Err(error) => last = failed(Kind::Connect).with_source(error),
        }
    }
    Err(last)
}

/// Waits for `work`, for as long as that may last and nobody cancels.
async fn within<T>(clock: &Clock, work: impl Future<Output = T>) -> Lost<T> {
    let limit = async {
        loop {
            Timer::after(clock.left()?.min(clock.patience())).await;
        }
    };
    or(async { Ok(work.await) }, limit).await
}

/// A socket of smol, read and written without waiting.
#[derive(Debug)]
struct Socket(Async<TcpStream>);

impl Read for Socket {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.get_ref().read(into)
    }
}

impl Write for Socket {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.0.get_ref().write(from)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
