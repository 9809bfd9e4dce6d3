//! A transport on hyper: async, on tokio, with a small pool of its own. It speaks no TLS.

use std::{error::Error as _, io, sync::Mutex, time::Duration};

use bytes::Bytes;
use http::Response;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use sim_core::transport::TransportErrorKind as Kind;
use sim_core::transport::{
    BodyCollector, BodyPlan, Destination, EventBuffer, Exchange, Outcome, Phase,
};
use sim_core::transport::{Step, TransportError};
use sim_core::{Api, Result};
use sim_core::{RunEvent, StreamEndpoint, Timeouts};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, sleep, timeout};

type Lost<T> = std::result::Result<T, TransportError>;
type Sender = SendRequest<Full<Bytes>>;
/// The body of an answer, if there is one to read, and the limits of its attempt.
type Body = Option<(Incoming, Clock)>;

/// An async client. Dropping the future of a call closes its connection.
#[derive(Debug)]
pub struct Client {
    api: Api,
    /// Connections without a request.
    idle: Mutex<Vec<(Destination, Sender)>>,
}

impl Client {
    /// A client of a core.
    pub fn new(api: Api) -> Self {
        Self { api, idle: Mutex::default() }
    }

    /// Drives an exchange to its end.
    pub async fn run<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.drive(exchange, &mut None).await
    }

    /// Starts a streamed run and shows its events, until the last or until `show` says no.
    pub async fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        mut show: impl FnMut(Result<RunEvent<'_>>) -> bool,
    ) -> Result<()> {
        let mut body = None;
        let events = self.drive(self.api.stream(endpoint)?, &mut body).await?;
        let mut buffer = EventBuffer::new(events, Bytes::new());
        while buffer.read(piece(&mut body).await, &mut show) {}
        Ok(())
    }

    async fn drive<X: Exchange>(&self, mut exchange: X, body: &mut Body) -> Result<X::Output> {
        let started = Instant::now();
        loop {
            let outcome = self.send(&exchange, body).await;
            match exchange.receive(outcome, started.elapsed()) {
                Step::Done(result) => return result,
                Step::Again(delay) => sleep(delay).await,
            }
        }
    }

    /// Sends the request of an exchange. The body of the answer is left to be read if that is the plan.
    async fn send<X: Exchange>(&self, exchange: &X, body: &mut Body) -> Outcome {
        let clock = Clock(exchange.timeouts(), Instant::now());
        let request = exchange.request();
        let peer = Destination::of(&request);
        let mut sender = clock.within(Phase::NotSent, self.sender(&peer)).await??;
        let request = Destination::origin_form(request).map(Full::new);
        let sent = clock.within(Phase::Sent, sender.try_send_request(request)).await?;
        let response = sent.map_err(|mut error| {
            // What hyper gives back was never written.
            let phase = if error.take_message().is_some() { Phase::NotSent } else { Phase::Sent };
            lost(phase)(error.into_error())
        });
        let (head, incoming) = response?.into_parts();
        *body = Some((incoming, clock));
        let BodyPlan::Read { limit } = exchange.plan(&head) else {
            return Ok(Response::from_parts(head, Bytes::new()));
        };
        let whole = gather(body, limit).await;
        let whole = whole.map_err(|error| error.with_head(head.clone()))?;
        self.idle.lock().expect("nothing panics under it").push((peer, sender));
        Ok(Response::from_parts(head, whole))
    }

    /// A connection that is still open, or a new one.
    async fn sender(&self, peer: &Destination) -> Lost<Sender> {
        let take = || {
            let mut idle = self.idle.lock().expect("nothing panics under it");
            idle.iter().rposition(|(of, _)| of == peer).map(|at| idle.swap_remove(at).1)
        };
        while let Some(mut sender) = take() {
            if sender.ready().await.is_ok() {
                return Ok(sender);
            }
        }
        let fault = |kind| TransportError::new(kind, Phase::NotSent);
        let found = lookup_host((&*peer.host, peer.port)).await;
        let found = found.map_err(|error| fault(Kind::Resolve).with_source(error))?;
        if peer.secure {
            return Err(fault(Kind::Tls));
        }
        let stream = TcpStream::connect(&*found.collect::<Vec<_>>()).await;
        let stream = stream.map_err(|error| fault(Kind::Connect).with_source(error))?;
        let made = handshake(TokioIo::new(stream)).await;
        let (sender, connection) = made.map_err(lost(Phase::NotSent))?;
        tokio::spawn(connection);
        Ok(sender)
    }
}

/// The next piece of a body; `None` at its end.
async fn piece(body: &mut Body) -> Lost<Option<Bytes>> {
    let Some((incoming, clock)) = body else { return Ok(None) };
    let frame = clock.within(Phase::Body, incoming.frame()).await?;
    // Trailers are a frame too, the last.
    Ok(frame.transpose().map_err(lost(Phase::Body))?.and_then(|frame| frame.into_data().ok()))
}

/// A whole body.
async fn gather(body: &mut Body, limit: usize) -> Lost<Bytes> {
    let mut gather = BodyCollector::new(limit);
    while gather.read(piece(body).await)? {}
    Ok(gather.whole())
}

/// The limits of an attempt, and when it began.
struct Clock(Timeouts, Instant);
impl Clock {
    async fn within<T>(&self, phase: Phase, wait: impl Future<Output = T>) -> Lost<T> {
        let left = self.0.left(phase, Duration::ZERO, self.1.elapsed());
        let Some((left, kind)) = left else { return Ok(wait.await) };
        // What is there already `timeout` gives also where nothing is left.
        let done = if left.is_zero() { None } else { timeout(left, wait).await.ok() };
        done.ok_or_else(|| TransportError::new(Kind::Timeout(kind), phase))
    }
}

fn lost(phase: Phase) -> impl Fn(hyper::Error) -> TransportError {
    move |error| {
        let io = error.source().and_then(|source| source.downcast_ref()).map(io::Error::kind);
        let odd = matches!(io, Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput));
        let kind = if odd || error.is_parse() { Kind::Protocol } else { Kind::Closed };
        TransportError::new(kind, phase).with_source(error)
    }
}
