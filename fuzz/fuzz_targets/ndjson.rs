//! Whatever a result stream holds, the call ends with a result or an error, and blank lines and heartbeats
//! change nothing.
//!
//! The input is the body of a synchronous execute of v2.

#![no_main]

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use libfuzzer_sys::fuzz_target;
use sim_core::{Api, ExecuteWorkflow, Generation, Result, WorkflowExecutionResult};
use sim_core::transport::{Exchange, Step};

fn read(body: Vec<u8>) -> Result<WorkflowExecutionResult> {
    let api = Api::builder([7; 32]).api_key("sk-sim-FUZZED").base_url("https://sim.example");
    let api = api.generation(Generation::V2).build().expect("a client of the core");
    let mut call = api.call(ExecuteWorkflow::new("wf-1").run_id("run-1")).expect("a call");
    let mut answer = Response::new(Bytes::from(body));
    let kind = HeaderValue::from_static("application/x-ndjson");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    match call.receive(Ok(answer), Duration::ZERO) {
        Step::Done(result) => result,
        Step::Again(_) => panic!("an execute is sent once"),
    }
}

fuzz_target!(|body: &[u8]| {
    let told = |result: Result<WorkflowExecutionResult>| {
        result.map_err(|error| {
            assert_eq!(error.run_id().map(sim_core::RunId::as_str), Some("run-1"));
            (error.kind().clone(), error.code().to_owned())
        })
    };
    let plain = told(read(body.to_vec()));
    let is_final = body.windows(5).any(|part| part == b"final") || body.contains(&b'\\');
    assert!(plain.is_err() || is_final, "a result out of nothing");
    let lines = body.split(|byte| *byte == b'\n');
    let alive = lines.flat_map(|line| [&b"{\"type\":\"heartbeat\"}\r\n \n"[..], line, b"\n"]);
    assert_eq!(told(read(alive.collect::<Vec<_>>().concat())), plain);
});
