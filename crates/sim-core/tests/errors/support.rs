//! A client whose calls end as a test says.

use std::time::Duration;

use bytes::Bytes;
use sim_core::transport::{
    Exchange, Outcome, Phase, Step, TransportError, TransportErrorKind as Kind,
};
use sim_core::{Api, Endpoint, Error, ExecuteWorkflow, Generation};

pub(crate) const REFUSAL: &str =
    r#"{"error":{"code":"CONFLICT","message":"It is locked","details":{"by":"Ada"}}}"#;

#[expect(clippy::unnecessary_wraps, reason = "it stands beside outcomes that are errors")]
pub(crate) fn answer(status: u16, body: &str) -> Outcome {
    let response = http::Response::builder().status(status).header("x-request-id", "9a5fafba");
    let response = response.header("x-ratelimit-remaining", "7").header("retry-after", "3");
    Ok(response.body(Bytes::copy_from_slice(body.as_bytes())).expect("an answer"))
}

pub(crate) fn closed(phase: Phase) -> Outcome {
    let error = TransportError::new(Kind::Closed, phase);
    Err(error.with_source(std::io::Error::other("connection reset")))
}

pub(crate) fn core() -> Api {
    let api = Api::builder([1; 32])
        .credentials(sim_core::Credentials::None)
        .base_url("http://localhost")
        .generation(Generation::V2);
    api.build().expect("a core")
}

/// The error of a call whose every attempt ends so.
pub(crate) fn ended<E: Endpoint>(endpoint: E, outcome: impl Fn() -> Outcome) -> Error {
    let mut call = core().call(endpoint).expect("a call");
    loop {
        match call.receive(outcome(), Duration::ZERO) {
            Step::Done(result) => return result.map(drop).expect_err("no result"),
            Step::Again(_) => {}
        }
    }
}

pub(crate) fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf").run_id("run-1")
}
