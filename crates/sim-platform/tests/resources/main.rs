//! The resources around running workflows: how their answers are read, and how lists are walked.

mod billing;
mod deployments;
mod inputs;
mod pages;
mod workflows;

use bytes::Bytes;
use serde_json::Value;
use sim_core::operation::{Answer, RequestBody};
use sim_core::{Endpoint, Result};

/// What an endpoint makes of an answer.
fn read<E: Endpoint>(endpoint: &E, status: u16, body: &Value) -> Result<E::Output> {
    let response = http::Response::builder().status(status).body(Bytes::from(body.to_string()));
    endpoint.decode(&Answer::new(response.expect("a response"), None))
}

/// The body of a request that is in memory.
fn bytes(body: RequestBody) -> Bytes {
    match body {
        RequestBody::Empty => Bytes::new(),
        RequestBody::Bytes(bytes) => bytes,
        RequestBody::Slices(_) => panic!("it is not in memory"),
    }
}
