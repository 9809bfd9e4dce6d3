//! The loop that drives an exchange of the core over scripted answers, in simulated time.

use std::time::Duration;

use bytes::Bytes;
use sim_core::transport::{
    BodyPlan, Exchange, Outcome, Phase, RequestBody, Step, TransportError, TransportErrorKind,
};

/// A request that reached the server.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The method.
    pub method: http::Method,
    /// The path and the query.
    pub target: String,
    /// The id that a start claims, or `None` for any other request.
    pub id: Option<String>,
}

/// A server whose answers a program scripts. It is given the request and how many came before it.
pub type Server<'a> = dyn Fn(&Sent, usize) -> Outcome + 'a;

/// The most requests of one call. A call that sends more does not end.
const MOST: usize = 1000;

/// The end of an exchange, the body that was left to the caller, and what reached the server. `None` if it did not
/// end.
pub(crate) type Driven<T> = (Option<sim_core::Result<T>>, Bytes, Vec<Sent>);

pub(crate) fn drive<X: Exchange>(mut exchange: X, server: &Server<'_>) -> Driven<X::Output> {
    let (mut sent, mut now) = (Vec::new(), Duration::ZERO);
    while sent.len() < MOST {
        let request = of(&exchange.request());
        let outcome = server(&request, sent.len());
        sent.push(request);
        let (outcome, left) = planned(&exchange, outcome);
        match exchange.receive(outcome, now) {
            Step::Done(result) => return (Some(result), left, sent),
            Step::Again(delay) => now += delay,
        }
    }
    (None, Bytes::new(), sent)
}

fn of(request: &http::Request<RequestBody>) -> Sent {
    let headers = request.headers();
    let id = headers.get("x-execution-id").or(headers.get("x-run-id"));
    Sent {
        method: request.method().clone(),
        target: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
        id: id.and_then(|id| id.to_str().ok()).map(str::to_owned),
    }
}

/// Treats the body of an answer as the exchange wants it.
fn planned(exchange: &impl Exchange, outcome: Outcome) -> (Outcome, Bytes) {
    let Ok(answer) = outcome else { return (outcome, Bytes::new()) };
    let (head, body) = answer.into_parts();
    match exchange.plan(&head) {
        BodyPlan::HandOver => (Ok(http::Response::from_parts(head, Bytes::new())), body),
        BodyPlan::Read { .. } => (Ok(http::Response::from_parts(head, body)), Bytes::new()),
    }
}

/// Returns an answer.
///
/// # Errors
/// Never: it is an outcome, which may be an error.
///
/// # Panics
/// If the status or a header is not valid.
pub fn answer(status: u16, headers: &[(String, String)], body: impl Into<Bytes>) -> Outcome {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    Ok(response.body(body.into()).expect("a status and headers that were recorded"))
}

/// Returns the loss of an answer after its request was sent.
///
/// # Errors
/// Always.
pub fn lost() -> Outcome {
    Err(TransportError::new(TransportErrorKind::Closed, Phase::Sent))
}
