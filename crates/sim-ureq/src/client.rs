//! The client: the loop that sends what a conversation asks for.

use std::fmt;
use std::time::Instant;

use bytes::Bytes;
use sim_core::transport::{
    BodyPlan, Exchange, Phase, RunEvents, Step, TransportError, TransportErrorKind, ready,
};
use sim_core::{Api, CancelToken, Endpoint, Result, StreamEndpoint, client_methods};
use ureq::Agent;

use crate::download::Download;
use crate::events::Events;
use crate::net::{self, BodyStream, CallContext, wait};

/// A blocking client of the Sim API. Clones are cheap and share connections.
///
/// A call runs on the thread that makes it. To make many calls at once, give each thread a clone.
///
/// ```no_run
/// # fn main() -> sim_core::Result<()> {
/// use sim_core::ExecuteWorkflow;
/// use sim_ureq::Client;
///
/// let client = Client::builder().api_key("sk-sim-...").build()?;
/// let mut events = client.stream(ExecuteWorkflow::new("my-workflow").stream())?;
/// while let Some(text) = events.next_text() {
///     print!("{}", text?);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) api: Api,
    pub(crate) agent: Agent,
}

impl Client {
    client_methods!();

    /// Makes a call and waits for its result.
    ///
    /// # Errors
    /// If there is no result that you can trust; [`ErrorKind`](sim_core::ErrorKind) lists the cases.
    pub fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output> {
        self.drive(self.api.call(endpoint)?)
    }

    /// Drives a conversation of the core to its end.
    ///
    /// # Errors
    /// The errors of the conversation.
    pub fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.drive_since(Instant::now(), exchange)
    }

    /// Starts a streamed run and returns its events.
    ///
    /// If you drop the events, the connection closes and the server cancels the run.
    ///
    /// # Errors
    /// If the stream did not start: the API's refusal, or any error that prevented it.
    pub fn stream<E: StreamEndpoint>(&self, endpoint: E) -> Result<Events> {
        self.open_stream(self.api.stream(endpoint)?)
    }

    /// Drives a conversation to the events that the body of its last answer holds.
    fn open_stream<X: Exchange<Output = RunEvents>>(&self, opening: X) -> Result<Events> {
        let (events, body) = self.drive_to_body(Instant::now(), opening)?;
        Ok(Events::new(events, body))
    }

    /// Makes a call whose endpoint leaves the body to the caller, such as a download, and returns the body unread.
    ///
    /// # Errors
    /// The errors of the call.
    pub fn open<E: Endpoint>(&self, endpoint: E) -> Result<(E::Output, Download)> {
        let (output, body) = self.drive_to_body(Instant::now(), self.api.call(endpoint)?)?;
        Ok((output, Download::new(body)))
    }

    /// Drives a conversation that has lasted since `started` to its end.
    pub(crate) fn drive_since<X: Exchange>(
        &self,
        started: Instant,
        exchange: X,
    ) -> Result<X::Output> {
        self.drive_to_body(started, exchange).map(|(output, _)| output)
    }

    /// Drives a conversation to its end. Also returns the body of the last answer if the caller reads it as a stream.
    fn drive_to_body<X: Exchange>(
        &self,
        started: Instant,
        mut exchange: X,
    ) -> Result<(X::Output, Option<BodyStream>)> {
        loop {
            let (outcome, body) = match self.attempt(&exchange) {
                Ok((response, body)) => (Ok(response), body),
                Err(error) => (Err(error), None),
            };
            match exchange.receive(outcome, started.elapsed()) {
                Step::Done(result) => return result.map(|output| (output, body)),
                Step::Again(delay) => wait(exchange.cancel_token(), delay),
            }
        }
    }

    fn attempt<X: Exchange>(&self, exchange: &X) -> Result<Answered, TransportError> {
        let token = exchange.cancel_token();
        let context = CallContext::new(exchange.timeouts(), token.cloned());
        if token.is_some_and(CancelToken::is_cancelled) {
            return Err(TransportError::new(TransportErrorKind::Cancelled, Phase::NotSent));
        }
        let (head, answer) = net::send(&self.agent, ready(exchange.request())?, context)?;
        match exchange.plan(&head) {
            BodyPlan::HandOver => {
                let body = Some(answer.hand_over());
                Ok((http::Response::from_parts(head, Bytes::new()), body))
            }
            BodyPlan::Read { limit } => match answer.read(limit) {
                Ok(body) => Ok((http::Response::from_parts(head, body), None)),
                Err(error) => Err(error.with_head(head)),
            },
        }
    }
}

/// An answer, with its body if the caller reads it as a stream.
type Answered = (http::Response<Bytes>, Option<BodyStream>);

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("api", &self.api).finish_non_exhaustive()
    }
}
