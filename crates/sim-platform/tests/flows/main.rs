//! Conversations of several requests, driven by hand in simulated time. The answers are those of the protocol; the
//! numbers are those of the server: 1000 rows a request, 100 addresses of parts at once, `Retry-After` in seconds.

use std::collections::VecDeque;
use std::io::Read as _;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::operation::RequestBody;
use sim_core::transport::{
    BodyPlan, Exchange, Outcome, Phase, Step, TransportError, TransportErrorKind,
};
use sim_core::{Api, CancelToken, Generation, Result};

mod chats;
mod deployments;
mod downloads;
mod index;
mod relayed;
mod rows_and_jobs;
mod upload_ends;
mod upload_parts;
mod uploads;

/// What reached the server, and when.
struct Sent {
    line: String,
    headers: Vec<String>,
    body: Bytes,
    at: Duration,
}

fn api() -> Api {
    let builder = Api::builder([1; 32]).base_url("https://sim.example").api_key("sk-key");
    builder.generation(Generation::V2).build().expect("a core")
}

/// Drives an exchange to its end; each answer takes `takes`.
fn drive<X: Exchange>(
    mut exchange: X,
    takes: Duration,
    mut answer: impl FnMut(&Sent) -> Outcome,
) -> (Result<X::Output>, Vec<Sent>) {
    let (mut sent, mut now) = (Vec::new(), Duration::ZERO);
    loop {
        let request = exchange.request();
        if exchange.cancel_token().is_some_and(CancelToken::is_cancelled) {
            let cancelled = TransportError::new(TransportErrorKind::Cancelled, Phase::NotSent);
            match exchange.receive(Err(cancelled), now) {
                Step::Done(result) => return (result, sent),
                Step::Again(_) => continue,
            }
        }
        let mut one = Sent {
            line: format!("{} {}", request.method(), request.uri()),
            headers: request.headers().keys().map(|name| name.as_str().to_owned()).collect(),
            body: Bytes::new(),
            at: now,
        };
        let outcome = whole(request.into_body()).and_then(|body| {
            one.body = body;
            answer(&one)
        });
        if let Ok(response) = &outcome {
            let (head, ()) = http::Response::builder()
                .status(response.status())
                .body(())
                .expect("a head")
                .into_parts();
            assert!(matches!(exchange.plan(&head), BodyPlan::Read { .. }));
        }
        sent.push(one);
        assert!(sent.len() < 1000, "it never ends");
        now += takes;
        match exchange.receive(outcome, now) {
            Step::Done(result) => return (result, sent),
            Step::Again(delay) => now += delay,
        }
    }
}

#[allow(clippy::unnecessary_wraps)]
fn reply(status: u16, body: &Value) -> Outcome {
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    Ok(http::Response::builder().status(status).body(body).expect("a response"))
}

fn refusal(status: u16, code: &str) -> Outcome {
    reply(status, &json!({"error": {"code": code, "message": "No."}}))
}

fn lost() -> Outcome {
    Err(TransportError::new(TransportErrorKind::Closed, Phase::Sent))
}

fn script(answers: Vec<Outcome>) -> impl FnMut(&Sent) -> Outcome {
    let mut answers = VecDeque::from(answers);
    move |sent| answers.pop_front().unwrap_or_else(|| panic!("not expected: {}", sent.line))
}

fn lines(sent: &[Sent]) -> Vec<&str> {
    sent.iter().map(|sent| &*sent.line).collect()
}

/// Reads a body as a transport does; what cannot be read is not sent.
fn whole(body: RequestBody) -> Result<Bytes, TransportError> {
    let mut bytes = Vec::new();
    match body.into_reader().read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes.into()),
        Err(error) => Err(error.downcast().expect("an error of the source")),
    }
}
