//! The client: the loop that sends what a conversation asks for.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sim_core::transport::{BodyPlan, Exchange, Outcome, RunEvents, Step, ready_async};
use sim_core::{Api, Endpoint, Result, StreamEndpoint, client_methods};
use tokio::time::{Instant, sleep};

use crate::download::Download;
use crate::events::Events;
use crate::net::{self, BodyStream, Progress, Servers, before, give_up, until_cancelled};

/// An async client of the Sim API. Clones are cheap and share connections.
///
/// It needs a tokio runtime with time and I/O enabled. Use a client in one runtime: a connection belongs to the runtime
/// that made it, and while nobody drives that one, a call of another that takes this connection waits for its connect
/// limit before it makes a fresh one.
///
/// ```no_run
/// # async fn example() -> sim_core::Result<()> {
/// use sim_core::ExecuteWorkflow;
/// use sim_reqwest::Client;
///
/// let client = Client::builder().api_key("sk-sim-...").build()?;
/// let mut events = client.stream(ExecuteWorkflow::new("my-workflow").stream()).await?;
/// while let Some(text) = events.next_text().await {
///     print!("{}", text?);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) api: Api,
    pub(crate) http: reqwest::Client,
    pub(crate) servers: Arc<Servers>,
}

impl Client {
    client_methods!(async await);

    /// Makes a call and waits for its result.
    ///
    /// # Errors
    /// If there is no result that you can trust; [`ErrorKind`](sim_core::ErrorKind) lists the cases.
    pub async fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
        let mut call = self.api.call(endpoint)?;
        self.drive_to_body(Instant::now(), &mut call, &mut None).await
    }

    /// Drives a conversation of the core to its end.
    ///
    /// # Errors
    /// The errors of the conversation.
    pub fn drive<X: Exchange>(
        &self,
        exchange: X,
    ) -> impl Future<Output = Result<X::Output>> + use<'_, X> {
        // A conversation has the size of all its steps; the future of a call must stay small.
        let mut exchange = Box::new(exchange);
        async move { self.drive_to_body(Instant::now(), &mut *exchange, &mut None).await }
    }

    /// Starts a streamed run and returns its events.
    ///
    /// If you drop the events, the connection closes and the server cancels the run.
    ///
    /// # Errors
    /// If the stream did not start: the API's refusal, or any error that prevented it.
    pub fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
    ) -> impl Future<Output = Result<Events>> + use<'_, E> {
        // In a box, because a task keeps room for its largest future, and the events live much longer than their
        // opening.
        Box::pin(async move { self.open_stream(self.api.stream(endpoint)?).await })
    }

    /// Drives a conversation to the events that the body of its last answer holds.
    async fn open_stream<X: Exchange<Output = RunEvents>>(&self, mut opening: X) -> Result<Events> {
        let mut body = None;
        let events = self.drive_to_body(Instant::now(), &mut opening, &mut body).await?;
        Ok(Events::new(events, body))
    }

    /// Makes a call whose endpoint leaves the body to the caller, such as a download, and returns the body unread.
    ///
    /// # Errors
    /// The errors of the call.
    pub async fn open<E: Endpoint>(&self, endpoint: E) -> Result<(E::Output, Download)> {
        let (mut call, mut body) = (self.api.call(endpoint)?, None);
        let output = self.drive_to_body(Instant::now(), &mut call, &mut body).await?;
        Ok((output, Download::new(body)))
    }

    /// Drives a conversation that has lasted since `started` to its end, after `delay`.
    pub(crate) async fn drive_since<X: Exchange>(
        &self,
        started: Instant,
        delay: Duration,
        exchange: &mut X,
    ) -> Result<X::Output> {
        let token = exchange.cancel_token().cloned();
        until_cancelled(token.as_ref(), sleep(delay)).await;
        self.drive_to_body(started, exchange, &mut None).await
    }

    /// Drives a conversation to its end. Stores the body of the last answer in `body` if the caller reads it as a
    /// stream.
    async fn drive_to_body<X: Exchange>(
        &self,
        started: Instant,
        exchange: &mut X,
        body: &mut Option<BodyStream>,
    ) -> Result<X::Output> {
        loop {
            *body = None;
            let progress = Arc::new(Progress::default());
            let token = exchange.cancel_token().cloned();
            // Pinned here, because a future that takes another by value has room for it twice.
            let sent =
                until_cancelled(token.as_ref(), pin!(self.attempt(exchange, body, &progress)))
                    .await;
            let outcome = sent.unwrap_or_else(|| Err(give_up(&progress)));
            match exchange.receive(outcome, started.elapsed()) {
                Step::Done(result) => return result,
                // If the caller cancels during the wait, the next attempt ends at once.
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
        let mut limits = exchange.timeouts();
        let request = before(&mut limits, pin!(ready_async(exchange.request()))).await?;
        let sent = net::send(&self.http, request, limits, progress, &self.servers);
        let (head, mut body) = sent.await?;
        let read = match exchange.plan(&head) {
            BodyPlan::Read { limit } => body.read_whole(limit).await,
            BodyPlan::HandOver => {
                *stream = Some(body.with_cancel(exchange.cancel_token()));
                Ok(Bytes::new())
            }
        };
        match read {
            Ok(body) => Ok(http::Response::from_parts(head, body)),
            Err(error) => Err(error.with_head(head)),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("api", &self.api).finish_non_exhaustive()
    }
}
