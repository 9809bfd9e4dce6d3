//! The client: the loop that sends what a conversation asks for.

use std::fmt;
use std::io::Read as _;
use std::time::Instant;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use sim_core::transport::{
    BodyPlan, Destination, Exchange, Phase, RequestBody, RunEvents, Step, TransportError,
    TransportErrorKind, ready,
};
use sim_core::{Api, CancelToken, Endpoint, Result, StreamEndpoint, client_methods};
use ureq::{Agent, Body, SendBody};

use crate::cancel;
use crate::download::Download;
use crate::events::Events;
use crate::net::{self, BodyStream, CallContext, Held, errors};

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
                Step::Again(delay) => cancel::wait(exchange.cancel_token(), delay),
            }
        }
    }

    fn attempt<X: Exchange>(&self, exchange: &X) -> Result<Answered, TransportError> {
        let token = exchange.cancel_token();
        let mut context = CallContext::new(exchange.timeouts(), token.cloned());
        if token.is_some_and(CancelToken::is_cancelled) {
            return Err(errors::cancelled(Phase::NotSent));
        }
        let (head, body) = ready(exchange.request())?.into_parts();
        let sent = context.enter(|| send(&self.agent, head, body));
        let (head, body) =
            sent.map_err(|error| errors::error(error, context.phase()))?.into_parts();
        context.head_is_here();
        match exchange.plan(&head) {
            BodyPlan::HandOver => {
                context.hand_over();
                let body = Some((body.into_reader(), context));
                Ok((http::Response::from_parts(head, Bytes::new()), body))
            }
            BodyPlan::Read { limit } => match context.enter(|| read(body, limit)) {
                Ok(body) => Ok((http::Response::from_parts(head, body), None)),
                Err(error) => Err(error.with_head(head)),
            },
        }
    }
}

fn send(
    agent: &Agent,
    mut head: Parts,
    body: RequestBody,
) -> Result<http::Response<Body>, ureq::Error> {
    // An empty body has a length too, where the method usually has one. Without a length, ureq would send it in
    // chunks.
    let has_length = Destination::has_length(&head.method, body.len());
    let _held = Held::take(&mut head.headers);
    let mut answer = match body {
        RequestBody::Bytes(bytes) if has_length => {
            agent.run(http::Request::from_parts(head, &bytes[..]))
        }
        RequestBody::Slices(_) if has_length => {
            head.headers.insert(CONTENT_LENGTH, body.len().into());
            let body = SendBody::from_owned_reader(body.into_reader());
            agent.run(http::Request::from_parts(head, body))
        }
        _ if has_length => agent.run(http::Request::from_parts(head, &[][..])),
        _ => agent.run(http::Request::from_parts(head, ())),
    }?;
    net::reveal(answer.headers_mut());
    Ok(answer)
}

/// An answer, with its body if the caller reads it as a stream.
type Answered = (http::Response<Bytes>, Option<BodyStream>);

/// The largest capacity to reserve for a body because of its `Content-Length`, in bytes.
const AHEAD: usize = 64 * 1024;

/// Reads a body to its end.
fn read(mut body: Body, limit: usize) -> Result<Bytes, TransportError> {
    let length = body.content_length().and_then(|length| usize::try_from(length).ok());
    let mut bytes = Vec::with_capacity(length.unwrap_or(0).min(limit).min(AHEAD));
    match body.as_reader().take(limit as u64 + 1).read_to_end(&mut bytes) {
        Ok(length) if length <= limit => Ok(bytes.into()),
        Ok(_) => Err(TransportError::new(TransportErrorKind::TooLarge, Phase::Body)),
        Err(error) => Err(errors::error(error.into(), Phase::Body).with_body(bytes)),
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("api", &self.api).finish_non_exhaustive()
    }
}
