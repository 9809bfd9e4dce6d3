//! Whatever the body of a refusal is, its error has a code and one line of text, and claims no more than the
//! answer proves.
//!
//! The first byte of the input chooses the status; the rest is the body.

#![no_main]

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use libfuzzer_sys::fuzz_target;
use sim_core::{Api, Endpoint, Error, ErrorKind, ExecuteWorkflow, Generation, Result, RetryPolicy};
use sim_core::transport::{Exchange, Step};
use sim_core::v1::GetUsageLimits;

const STATUSES: [u16; 16] =
    [400, 401, 402, 403, 404, 405, 408, 409, 413, 423, 429, 499, 500, 502, 503, 504];

fn ask<E: Endpoint>(
    generation: Generation,
    endpoint: E,
    status: StatusCode,
    body: &[u8],
) -> Result<E::Output> {
    let api = Api::builder([7; 32]).api_key("sk-sim-FUZZED").base_url("https://sim.example");
    let api = api.generation(generation).build().expect("a client of the core");
    let call = api.call(endpoint).expect("a call");
    let mut call = call.with_retry(RetryPolicy::NEVER);
    let mut answer = Response::new(Bytes::copy_from_slice(body));
    *answer.status_mut() = status;
    match call.receive(Ok(answer), Duration::ZERO) {
        Step::Done(result) => result,
        Step::Again(_) => panic!("it was to be sent once"),
    }
}

fn check(error: &Error, status: StatusCode, body: &[u8]) {
    assert_eq!(error.status(), Some(status));
    assert_eq!(error.attempts(), 1);
    assert_eq!(error.body(), &body[..body.len().min(64 * 1024)]);
    for text in [error.code(), error.message()] {
        assert!(!text.trim().is_empty(), "{error:?}");
        assert!(text.chars().count() <= 301 && !text.chars().any(char::is_control), "{error:?}");
    }
    assert!(!error.to_string().chars().any(char::is_control), "{error}");
}

fuzz_target!(|input: &[u8]| {
    let [status, body @ ..] = input else { return };
    let status = STATUSES[usize::from(*status) % STATUSES.len()];
    let status = StatusCode::from_u16(status).expect("a status");
    let read = ask(Generation::V2, GetUsageLimits::new(), status, body);
    let read = read.expect_err("a read is refused by any answer without success");
    assert_eq!(read.kind(), &ErrorKind::Api);
    check(&read, status, body);
    for generation in [Generation::V1, Generation::V2] {
        let execute = || ExecuteWorkflow::new("wf-1").run_id("run-1");
        let queued = ask(generation, execute().queue(), status, body).map(drop);
        let executed = ask(generation, execute(), status, body).map(drop);
        // The reader skips unknown fields, so they may hold invalid UTF-8 and numbers out of range.
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
        assert!(executed.is_err() || is_json, "a result out of no JSON");
        assert!(queued.is_err(), "a receipt out of a refusal");
        for error in [queued, executed].into_iter().filter_map(Result::err) {
            let kind = match error.kind() {
                ErrorKind::Ambiguous { cause, run_id } => {
                    assert!(run_id.is_some());
                    cause
                }
                kind => kind,
            };
            assert_eq!(kind, &ErrorKind::Api);
            assert_eq!(error.run_id().map(sim_core::RunId::as_str), Some("run-1"));
            // The error of a read and the error of a run must say the same.
            assert_eq!((error.code(), error.message()), (read.code(), read.message()));
            check(&error, status, body);
        }
    }
});
