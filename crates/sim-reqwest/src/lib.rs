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

mod body_stream;
mod clock;
mod connector;
mod errors;
mod events;
mod net;
mod pagination;
mod request;

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use sim_core::transport::{
    BodyCollector, BodyPlan, Exchange, Outcome, Step, TransportError, TransportErrorKind,
};
use sim_core::{
    Api, CancelToken, ClientBuilder, Endpoint, Result, StreamEndpoint, client_methods,
    lists_methods,
};
use sim_net::variable::{self, VariableError};
use tokio::time::{Instant, sleep};

use body_stream::BodyStream;
use clock::Clock;
pub use connector::Reqwest;
pub use events::{Events, Text};
pub use pagination::{Items, Pages};
use request::{Progress, Servers};
// Its builder is taken by `Reqwest::new`.
#[doc(no_inline)]
pub use reqwest;
// What `Reqwest::with_tls` and `with_resolver` take.
#[doc(no_inline)]
pub use sim_net;

/// An async client of the Sim API. Clones are cheap and share connections.
///
/// It needs a tokio runtime with time and I/O enabled.
#[derive(Clone)]
pub struct Client {
    api: Api,
    http: reqwest::Client,
    servers: Arc<Servers>,
}

impl Client {
    client_methods!(async await);
    lists_methods!();

    /// Settings for a client; by default the hosted service without credentials.
    pub fn builder() -> ClientBuilder<Reqwest> {
        ClientBuilder::new(Reqwest::default())
    }

    /// Reads a variable of the environment.
    fn variable(name: &str) -> Result<Option<String>, VariableError> {
        variable::read(name, variable::of_process)
    }

    /// A client of a core that was built by itself, with the default connection.
    ///
    /// # Errors
    /// If the system's certificates or a setting of the environment cannot be used.
    pub fn with_api(api: Api) -> Result<Self> {
        Reqwest::default().connected(api, sim_core::transport::Connection::default())
    }

    /// Makes a call and waits for its result.
    ///
    /// # Errors
    /// Whatever leaves no result that can be trusted; [`ErrorKind`](sim_core::ErrorKind) lists it.
    pub async fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
        self.drive_to_body(&mut self.api.call(endpoint)?, &mut None).await
    }

    /// Drives a conversation of the core to its end.
    ///
    /// # Errors
    /// As the conversation decides.
    pub async fn drive<X: Exchange>(&self, mut exchange: X) -> Result<X::Output> {
        self.drive_to_body(&mut exchange, &mut None).await
    }

    /// Starts a streamed run and returns its events.
    ///
    /// Dropping the events closes the connection, and that cancels the run.
    ///
    /// # Errors
    /// If the stream did not start: the API's refusal, or whatever prevented it.
    pub async fn stream<E: StreamEndpoint>(&self, endpoint: E) -> Result<Events> {
        let mut body = None;
        let events = self.drive_to_body(&mut self.api.stream(endpoint)?, &mut body).await?;
        Ok(Events::new(events, body))
    }

    /// Drives a conversation to its end; `body` is that of the last answer if it was handed over.
    async fn drive_to_body<X: Exchange>(
        &self,
        exchange: &mut X,
        body: &mut Option<BodyStream>,
    ) -> Result<X::Output> {
        let started = Instant::now();
        loop {
            *body = None;
            let progress = Arc::new(Progress::default());
            let token = exchange.cancel_token().cloned();
            let attempt = self.attempt(exchange, body, &progress);
            let outcome = until_cancelled(token.as_ref(), attempt).await.unwrap_or_else(|| {
                progress.give_up();
                Err(TransportError::new(TransportErrorKind::Cancelled, progress.phase()))
            });
            match exchange.receive(outcome, started.elapsed()) {
                Step::Done(result) => return result,
                // Cancelled while it waits, the next attempt ends at once.
                Step::Again(delay) => drop(until_cancelled(token.as_ref(), sleep(delay)).await),
            }
        }
    }

    async fn attempt<X: Exchange>(
        &self,
        exchange: &mut X,
        stream: &mut Option<BodyStream>,
        progress: &Arc<Progress>,
    ) -> Outcome {
        let clock = Clock::start(exchange.timeouts());
        let request = request::request(exchange.request(), progress, &self.servers)?;
        let sent = clock.head(progress, self.http.execute(request)).await?;
        let mut response = sent.map_err(|error| errors::error(error, progress.phase()))?;
        let mut head = http::Response::new(());
        (*head.status_mut(), *head.version_mut()) = (response.status(), response.version());
        *head.headers_mut() = std::mem::take(response.headers_mut());
        let (head, ()) = head.into_parts();
        let mut body = BodyStream::new(response, clock);
        let read = match exchange.plan(&head) {
            BodyPlan::Read { limit } => read(&mut body, limit).await,
            BodyPlan::HandOver => {
                *stream = Some(body.until(exchange.cancel_token()));
                Ok(Bytes::new())
            }
        };
        match read {
            Ok(body) => Ok(http::Response::from_parts(head, body)),
            Err(error) => Err(error.with_head(head)),
        }
    }
}

/// Waits for `work`; `None` if the token was cancelled before.
async fn until_cancelled<T>(
    token: Option<&CancelToken>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut cancelled = token.map(CancelToken::cancelled);
    let mut work = pin!(work);
    poll_fn(|cx| {
        if let Some(cancelled) = &mut cancelled
            && Pin::new(cancelled).poll(cx).is_ready()
        {
            return Poll::Ready(None);
        }
        work.as_mut().poll(cx).map(Some)
    })
    .await
}

/// Reads a body to its end. One that came in one piece is not copied.
async fn read(stream: &mut BodyStream, limit: usize) -> Result<Bytes, TransportError> {
    let (mut body, mut piece) = (BodyCollector::new(limit), Bytes::new());
    loop {
        let more = poll_fn(|cx| stream.poll_piece(cx, &mut piece)).await;
        let came = more.map(|more| more.then(|| std::mem::take(&mut piece)));
        if !body.read(came)? {
            return Ok(body.whole());
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("api", &self.api).finish_non_exhaustive()
    }
}
