//! An exchange of the SDK as a conversation that is driven: outcomes in, requests and the ending out.

use std::time::Duration;

use bytes::Bytes;
use sim_core::transport::{
    Exchange, Outcome, Phase, RequestBody, Step, TransportError, TransportErrorKind,
};
use sim_core::{Error, ErrorKind, Result, TimeoutKind, WorkflowExecutionResult};

use super::network::Seen;
use crate::server::{Millis, Reply};
use crate::story::Ending;

/// What follows an outcome.
#[derive(Debug)]
pub(super) enum Next {
    /// The same conversation goes on after a pause.
    Again(Millis),
    /// It ended.
    Ended(Ending),
}

/// A conversation that is driven.
pub(super) trait Talk {
    /// Returns the request to send.
    fn request(&self) -> http::Request<Bytes>;
    /// Returns the longest time for the next attempt.
    fn limit(&self) -> Option<Millis>;
    /// Takes what became of the request.
    fn receive(&mut self, seen: Seen, elapsed: Millis) -> Next;
    /// Ends the conversation because its caller no longer wants it.
    fn cancel(&mut self, elapsed: Millis) -> Ending;
}

struct Talking<X, F> {
    exchange: X,
    told: F,
}

impl<X, F> Talk for Talking<X, F>
where
    X: Exchange,
    F: Fn(Result<X::Output>) -> Ending,
{
    fn request(&self) -> http::Request<Bytes> {
        self.exchange.request().map(bytes_of)
    }

    fn limit(&self) -> Option<Millis> {
        self.exchange.timeouts().total.map(millis)
    }

    fn receive(&mut self, seen: Seen, elapsed: Millis) -> Next {
        match self.exchange.receive(outcome(seen), Duration::from_millis(elapsed)) {
            Step::Again(delay) => Next::Again(millis(delay)),
            Step::Done(result) => Next::Ended((self.told)(result)),
        }
    }

    fn cancel(&mut self, elapsed: Millis) -> Ending {
        (self.told)(self.exchange.cancel(Duration::from_millis(elapsed)))
    }
}

pub(super) fn bytes_of(body: RequestBody) -> Bytes {
    match body {
        RequestBody::Bytes(bytes) => bytes,
        _ => Bytes::new(),
    }
}

pub(super) fn millis(time: Duration) -> Millis {
    Millis::try_from(time.as_micros().div_ceil(1000)).unwrap_or(Millis::MAX)
}

pub(super) fn outcome(seen: Seen) -> Outcome {
    let lost = |kind, phase| Err(TransportError::new(kind, phase));
    match seen {
        Seen::Answer(reply) => Ok(response(reply)),
        Seen::NotSent => lost(TransportErrorKind::Connect, Phase::NotSent),
        Seen::Closed => lost(TransportErrorKind::Closed, Phase::Sent),
        Seen::Timeout => lost(TransportErrorKind::Timeout(TimeoutKind::Total), Phase::Sent),
        Seen::Body(reply) => {
            let (head, _) = response(reply).into_parts();
            Err(TransportError::new(TransportErrorKind::Closed, Phase::Body).with_head(head))
        }
    }
}

pub(super) fn response(reply: Reply) -> http::Response<Bytes> {
    let mut response = http::Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    response.body(Bytes::from(reply.body)).expect("a response")
}

pub(super) fn talking<X, F>(exchange: X, told: F) -> Box<dyn Talk>
where
    X: Exchange + 'static,
    F: Fn(Result<X::Output>) -> Ending + 'static,
{
    Box::new(Talking { exchange, told })
}

pub(super) fn ended(result: Result<WorkflowExecutionResult>) -> Ending {
    match result {
        Ok(result) => Ending::Result {
            status: result.status.as_str().to_owned(),
            output: result.output,
            run: result.run_id.map(|id| id.as_str().to_owned()),
        },
        Err(error) => failed(&error),
    }
}

pub(super) fn failed(error: &Error) -> Ending {
    let text_of = |id: &sim_core::RunId| id.as_str().to_owned();
    let (run, sent) = (error.run_id().map(text_of), error.sent_id().map(text_of));
    let may_have_started = match error.kind() {
        ErrorKind::Interrupted { .. } => true,
        ErrorKind::Cancelled => run.is_some() || sent.is_some(),
        _ => error.may_have_started(),
    };
    Ending::Error { text: format!("{:?}: {error}", error.kind()), may_have_started, run, sent }
}
