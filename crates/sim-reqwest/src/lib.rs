//! The async client of the Sim SDK, on [reqwest] and tokio.
//!
//! It drives the exchanges of `sim-core` and holds no rule of Sim. Programs usually take it as
//! `simstudio::reqwest`.
//!
//! ```no_run
//! # async fn run() -> sim_core::Result<()> {
//! use serde_json::json;
//!
//! let client = sim_reqwest::Client::from_env()?;
//! let result = client.execute_workflow("my-workflow", json!({"city": "Oslo"})).await?;
//! println!("{}", result.output);
//! # Ok(())
//! # }
//! ```
//!
//! Dropping the future of a call closes its connection, and that cancels a run that it waits for.

mod connector;
mod events;
mod fault;
mod flow;
mod lists;
mod wire;

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;

use bytes::Bytes;
use sim_core::{
    Api, BodyPlan, ClientBuilder, Endpoint, Exchange, Gather, Outcome, Result, Step,
    StreamEndpoint, TransportError, client_methods, lists_methods,
};
use tokio::time::{Instant, sleep};

pub use connector::Reqwest;
pub use events::{Events, Text};
use flow::Flow;
pub use lists::{Items, Pages};
// Its builder is taken by `Reqwest::new`.
#[doc(no_inline)]
pub use reqwest;
use wire::{Clock, LastUrl, Progress};

/// An async client of the Sim API. Clones are cheap and share connections.
///
/// It needs a tokio runtime with time and I/O enabled.
#[derive(Clone)]
pub struct Client {
    api: Api,
    http: reqwest::Client,
    last: Arc<LastUrl>,
}

impl Client {
    client_methods!(async await);
    lists_methods!();

    /// Settings for a client; by default the hosted service without credentials.
    pub fn builder() -> ClientBuilder<Reqwest> {
        ClientBuilder::new(Reqwest::default())
    }

    /// A client of a core that was built by itself, with the default connection.
    ///
    /// # Errors
    /// If the system's certificates cannot be used.
    pub fn with_api(api: Api) -> Result<Self> {
        Reqwest::default().connected(api, &sim_core::Connection::default())
    }

    /// Makes a call and waits for its result.
    ///
    /// # Errors
    /// Whatever leaves no result that can be trusted; [`ErrorKind`](sim_core::ErrorKind) lists it.
    pub async fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
        self.drive(&mut self.api.call(endpoint)?, &mut None).await
    }

    /// Drives a conversation of the core to its end.
    ///
    /// # Errors
    /// As the conversation decides.
    pub async fn run<X: Exchange>(&self, mut exchange: X) -> Result<X::Output> {
        self.drive(&mut exchange, &mut None).await
    }

    /// Starts a streamed run and gives its events.
    ///
    /// Dropping the events closes the connection, and that cancels the run.
    ///
    /// # Errors
    /// If the stream did not start: the API's refusal, or whatever prevented it.
    pub async fn stream<E: StreamEndpoint>(&self, endpoint: E) -> Result<Events> {
        let mut flow = None;
        let events = self.drive(&mut self.api.stream(endpoint)?, &mut flow).await?;
        Ok(Events::new(events, flow))
    }

    /// Drives a conversation to its end; `flow` is the body of the last answer if it was handed over.
    async fn drive<X: Exchange>(
        &self,
        exchange: &mut X,
        flow: &mut Option<Flow>,
    ) -> Result<X::Output> {
        let started = Instant::now();
        loop {
            *flow = None;
            let outcome = self.send(exchange, flow).await;
            match exchange.receive(outcome, started.elapsed()) {
                Step::Done(result) => return result,
                Step::Again(delay) => sleep(delay).await,
            }
        }
    }

    async fn send<X: Exchange>(&self, exchange: &X, flow: &mut Option<Flow>) -> Outcome {
        let clock = Clock::start(exchange.timeouts());
        let progress = Arc::new(Progress::default());
        let request = wire::request(exchange.request(), &progress, &self.last)?;
        let sent = clock.head(&progress, self.http.execute(request)).await?;
        let mut response = sent.map_err(|error| fault::error(error, progress.phase()))?;
        let mut head = http::Response::new(());
        (*head.status_mut(), *head.version_mut()) = (response.status(), response.version());
        *head.headers_mut() = std::mem::take(response.headers_mut());
        let (head, ()) = head.into_parts();
        let mut body = Flow::new(response, clock);
        let read = match exchange.plan(&head) {
            BodyPlan::Read { limit } => read(&mut body, limit).await,
            BodyPlan::HandOver => {
                *flow = Some(body);
                Ok(Bytes::new())
            }
        };
        match read {
            Ok(body) => Ok(http::Response::from_parts(head, body)),
            Err(error) => Err(error.with_head(head)),
        }
    }
}

/// Reads a body to its end. One that came in one piece is not copied.
async fn read(flow: &mut Flow, limit: usize) -> Result<Bytes, TransportError> {
    let (mut gather, mut piece) = (Gather::new(limit), Bytes::new());
    loop {
        let more = poll_fn(|cx| flow.poll_piece(cx, &mut piece)).await;
        let came = more.map(|more| more.then(|| std::mem::take(&mut piece)));
        if !gather.read(came)? {
            return Ok(gather.whole());
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("api", &self.api).finish_non_exhaustive()
    }
}
