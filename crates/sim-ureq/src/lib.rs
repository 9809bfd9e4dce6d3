//! The blocking client of the Sim SDK, on [ureq].
//!
//! It drives the exchanges of `sim-core` and holds no rule of Sim. Programs usually take it as
//! `simstudio::ureq`.
//!
//! ```no_run
//! # fn main() -> sim_core::Result<()> {
//! use serde_json::json;
//!
//! let client = sim_ureq::Client::from_env()?;
//! let result = client.execute_workflow("my-workflow", json!({"city": "Oslo"}))?;
//! println!("{}", result.output);
//! # Ok(())
//! # }
//! ```
//!
//! At the log level `trace`, `ureq_proto` writes whole requests, the key among them: filter it with
//! `ureq_proto=debug`.

mod cancel;
mod connector;
mod environment;
mod events;
mod fault;
mod leave;
mod lists;
mod spill;
mod watch;
mod wire;

use std::fmt;
use std::io::Read as _;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

use bytes::Bytes;
use http::request::Parts;
use sim_core::{
    Api, BodyPlan, ClientBuilder, Endpoint, Exchange, Peer, Phase, Result, Step, StreamEndpoint,
    TransportError, TransportErrorKind, client_methods, lists_methods,
};
use ureq::{Agent, AsSendBody, Body, BodyReader, Proxy};

pub use cancel::Cancel;
pub use connector::Ureq;
pub use events::{Events, Text};
use leave::Leave;
pub use lists::{Items, Pages};
// Its settings are taken by `Ureq::new`.
#[doc(no_inline)]
pub use ureq;
use watch::Watch;

/// A blocking client of the Sim API. Clones are cheap and share connections.
///
/// A call runs on the thread that makes it. For many at once, give each thread a clone.
#[derive(Clone)]
pub struct Client {
    api: Api,
    agent: Agent,
    cancel: Option<Cancel>,
}

impl Client {
    client_methods!();
    lists_methods!();

    /// Settings for a client; by default the hosted service without credentials.
    pub fn builder() -> ClientBuilder<Ureq> {
        ClientBuilder::new(Ureq::default())
    }

    /// A client of a core that was built by itself, with the default connection.
    ///
    /// # Errors
    /// If the system's certificates cannot be used.
    pub fn with_api(api: Api) -> Result<Self> {
        Ok(Self::of(api, Ureq::default().agent(&sim_core::Connection::default())?))
    }

    fn of(api: Api, agent: Agent) -> Self {
        Self { api, agent, cancel: None }
    }

    /// Makes a call and waits for its result.
    ///
    /// # Errors
    /// Whatever leaves no result that can be trusted; [`ErrorKind`](sim_core::ErrorKind) lists it.
    pub fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
        self.run(self.api.call(endpoint)?)
    }

    /// Drives a conversation of the core to its end.
    ///
    /// # Errors
    /// As the conversation decides.
    pub fn run<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.drive(exchange).map(|(output, _)| output)
    }

    /// Starts a streamed run and gives its events.
    ///
    /// Dropping the events closes the connection, and that cancels the run.
    ///
    /// # Errors
    /// If the stream did not start: the API's refusal, or whatever prevented it.
    pub fn stream<E: StreamEndpoint>(&self, endpoint: E) -> Result<Events> {
        let (events, flow) = self.drive(self.api.stream(endpoint)?)?;
        Ok(Events::new(events, flow))
    }

    /// This client, with calls that end when `cancel` says so.
    #[must_use]
    pub fn until(&self, cancel: &Cancel) -> Self {
        Self { cancel: Some(cancel.clone()), ..self.clone() }
    }

    /// Drives a conversation to its end; gives the body of the last answer if it was handed over.
    fn drive<X: Exchange>(&self, mut exchange: X) -> Result<(X::Output, Option<Flow>)> {
        let started = Instant::now();
        loop {
            let (outcome, flow) = match self.send(&exchange) {
                Ok((response, flow)) => (Ok(response), flow),
                Err(error) => (Err(error), None),
            };
            match exchange.receive(outcome, started.elapsed()) {
                Step::Done(result) => return result.map(|output| (output, flow)),
                Step::Again(delay) => match &self.cancel {
                    Some(cancel) => cancel.wait(delay),
                    None => thread::sleep(delay),
                },
            }
        }
    }

    fn send<X: Exchange>(&self, exchange: &X) -> Result<Answered, TransportError> {
        let (head, body) = exchange.request().into_parts();
        let mut watch = Watch::new(exchange.timeouts(), self.cancel.clone());
        if self.cancel.as_ref().is_some_and(Cancel::is_cancelled) {
            return Err(fault::cancelled(Phase::NotSent));
        }
        let sent = match &self.cancel {
            None => watch.over(|| run(&self.agent, head, &body)),
            Some(cancel) => beside(cancel, &self.agent, head, body, &mut watch)?,
        };
        let (head, body) = sent.map_err(|error| fault::error(error, watch.phase()))?.into_parts();
        watch.head_is_here();
        match exchange.plan(&head) {
            BodyPlan::HandOver => {
                let flow = Some((body.into_reader(), watch));
                Ok((http::Response::from_parts(head, Bytes::new()), flow))
            }
            BodyPlan::Read { limit } => match watch.over(|| read(body, limit)) {
                Ok(body) => Ok((http::Response::from_parts(head, body), None)),
                Err(error) => Err(error.with_head(head)),
            },
        }
    }
}

fn run(agent: &Agent, head: Parts, body: &Bytes) -> Result<http::Response<Body>, ureq::Error> {
    // An empty body has a length as well, where one is usual: without, it would go in chunks.
    if Peer::has_length(&head.method, body) {
        send(agent, http::Request::from_parts(head, &body[..]))
    } else {
        send(agent, http::Request::from_parts(head, ()))
    }
}

fn send(
    agent: &Agent,
    mut request: http::Request<impl AsSendBody>,
) -> Result<http::Response<Body>, ureq::Error> {
    // ureq takes one proxy of the environment for all URLs.
    if agent.config().proxy().is_some_and(Proxy::is_from_env) {
        let proxy = environment::proxy(&Peer::of(&request));
        request = agent.configure_request(request).proxy(proxy).build();
    }
    agent.run(request)
}

/// Runs a request on a thread of its own, so that it can be left alone while it resolves and connects.
fn beside(
    cancel: &Cancel,
    agent: &Agent,
    head: Parts,
    body: Bytes,
    watch: &mut Watch,
) -> Result<Result<http::Response<Body>, ureq::Error>, TransportError> {
    let (done, end) = channel();
    let leave = Leave::default();
    let (agent, mut theirs) = (agent.clone(), watch.clone());
    theirs.leave = Some(leave.clone());
    thread::spawn(move || {
        let sent = theirs.over(|| run(&agent, head, &body));
        // Nobody listens to a call that was cancelled; its connection closes here.
        let _ = done.send((sent, theirs));
    });
    loop {
        match end.recv_timeout(wire::SLICE) {
            Ok((sent, theirs)) => {
                *watch = theirs;
                watch.leave = None;
                return Ok(sent);
            }
            Err(_) if cancel.is_cancelled() => return Err(fault::cancelled(leave.give_up())),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(TransportError::new(TransportErrorKind::Other, Phase::Sent));
            }
        }
    }
}

/// A body that is handed over, and what watches over the attempt that it belongs to.
type Flow = (BodyReader<'static>, Watch);

/// An answer, and its body if that is handed over.
type Answered = (http::Response<Bytes>, Option<Flow>);

/// The most that is reserved for a body because its head says so, in bytes.
const AHEAD: usize = 64 * 1024;

/// Reads a body to its end.
fn read(mut body: Body, limit: usize) -> Result<Bytes, TransportError> {
    let length = body.content_length().and_then(|length| usize::try_from(length).ok());
    let mut bytes = Vec::with_capacity(length.unwrap_or(0).min(limit).min(AHEAD));
    match body.as_reader().take(limit as u64 + 1).read_to_end(&mut bytes) {
        Ok(length) if length <= limit => Ok(bytes.into()),
        Ok(_) => Err(TransportError::new(TransportErrorKind::TooLarge, Phase::Body)),
        Err(error) => Err(fault::error(error.into(), Phase::Body)),
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("api", &self.api).finish_non_exhaustive()
    }
}
