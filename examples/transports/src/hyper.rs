//! A transport on hyper: async, on tokio, with a small pool of its own. It speaks no TLS.

use std::{error::Error as _, io, sync::Mutex};

use bytes::Bytes;
use http::Response;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use sim_core::transport::{
    BodyCollector, BodyPlan, Destination, EventBuffer, Exchange, Outcome, Phase, ready_async,
};
use sim_core::transport::{Step, TransportError, TransportErrorKind as Kind};
use sim_core::{Api, Result, RunEvent, StreamEndpoint};
use tokio::net::{TcpStream, lookup_host};
use tokio::select;
use tokio::time::{Instant, sleep};

use crate::body::SentBody;
use crate::clock::{Clock, Lost, cancelled};

type Sender = SendRequest<SentBody>;
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
    ///
    /// # Errors
    /// The errors of the exchange.
    pub async fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.drive_to_body(exchange, &mut None).await
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
        let events = self.drive_to_body(self.api.stream(endpoint)?, &mut body).await?;
        let mut buffer = EventBuffer::new(events, Bytes::new());
        while buffer.read(piece(&mut body).await, &mut show) {}
        Ok(())
    }

    async fn drive_to_body<X: Exchange>(
        &self,
        mut exchange: X,
        body: &mut Body,
    ) -> Result<X::Output> {
        let started = Instant::now();
        loop {
            let outcome = self.send(&exchange, body).await;
            let delay = match exchange.receive(outcome, started.elapsed()) {
                Step::Done(result) => return result,
                Step::Again(delay) => delay,
            };
            select! {
                () = cancelled(exchange.cancel_token()) => {}
                () = sleep(delay) => {}
            }
        }
    }

    /// Sends the request of an exchange. The body of the answer is left to be read if that is the plan.
    async fn send<X: Exchange>(&self, exchange: &X, body: &mut Body) -> Outcome {
        let clock = Clock::start(exchange);
        let request = ready_async(exchange.request()).await?;
        let destination = Destination::of(&request);
        let mut sender = clock.within(Phase::NotSent, self.sender(&destination)).await??;
        let request = Destination::origin_form(request).map(SentBody::new);
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
        let whole = collect(body, limit).await;
        let whole = whole.map_err(|error| error.with_head(head.clone()))?;
        self.idle.lock().expect("nothing panics under it").push((destination, sender));
        Ok(Response::from_parts(head, whole))
    }

    /// A connection that is still open, or a new one.
    async fn sender(&self, destination: &Destination) -> Lost<Sender> {
        let take = || {
            let mut idle = self.idle.lock().expect("nothing panics under it");
            idle.iter().rposition(|(of, _)| of == destination).map(|at| idle.swap_remove(at).1)
        };
        while let Some(mut sender) = take() {
            if sender.ready().await.is_ok() {
                return Ok(sender);
            }
        }
        let failed = |kind| TransportError::new(kind, Phase::NotSent);
        let found = lookup_host((&*destination.host, destination.port)).await;
        let found = found.map_err(|error| failed(Kind::Resolve).with_source(error))?;
        if destination.secure {
            return Err(failed(Kind::Tls));
        }
        let stream = TcpStream::connect(&*found.collect::<Vec<_>>()).await;
        let stream = stream.map_err(|error| failed(Kind::Connect).with_source(error))?;
        let made = Builder::new()
            .allow_obsolete_multiline_headers_in_responses(true)
            .allow_spaces_after_header_name_in_responses(true)
            .handshake(TokioIo::new(stream))
            .await;
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
async fn collect(body: &mut Body, limit: usize) -> Lost<Bytes> {
    let mut whole = BodyCollector::new(limit);
    while whole.read(piece(body).await)? {}
    Ok(whole.whole())
}

/// Says what an error of hyper means.
fn lost(phase: Phase) -> impl Fn(hyper::Error) -> TransportError {
    move |error| {
        let source = error.source();
        let unreadable = source.and_then(|source| source.downcast_ref::<TransportError>());
        let io = source.and_then(|source| source.downcast_ref()).map(io::Error::kind);
        let odd = matches!(io, Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput));
        let kind = match unreadable {
            Some(unreadable) => unreadable.kind(),
            None if odd || error.is_parse() => Kind::Protocol,
            None => Kind::Closed,
        };
        TransportError::new(kind, phase).with_source(error)
    }
}
