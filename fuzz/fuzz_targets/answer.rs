//! Whatever a server answers, the call ends with a result or an error, and no error shows the key.
//!
//! The first byte of the input chooses the endpoint and the generation, the next two are the status. Header
//! lines follow up to an empty line, and the rest is the body. `\x01` stands for the key in both, so that the
//! target notices a server that sends the key back.

#![no_main]

use std::time::Duration;

use http::{HeaderName, HeaderValue, Response, StatusCode};
use libfuzzer_sys::fuzz_target;
use sim_core::{Api, CancelRun, Endpoint, Error, ExecuteWorkflow, Generation, GetRun, ResumeRun};
use sim_core::transport::{Exchange, Step};
use sim_core::v1::{GetJobStatus, GetUsageLimits, GetWorkflowStatus};

const KEY: &str = "sk-sim-FUZZED";

fn api(generation: Generation) -> Api {
    let builder = Api::builder([7; 32]).api_key(KEY).base_url("https://sim.example");
    let builder = builder.generation(generation);
    // An observer writes down the attempts that it sees.
    let builder = builder.on_attempt(|attempt| {
        let shown = format!("{attempt:?}");
        assert!(!shown.contains(&KEY[..8]), "what an observer is shown has the key in it: {shown}");
    });
    builder.build().expect("a client of the core")
}

fn check(what: &str, error: &Error) {
    let mut text = format!("{error} {error:?} {error:#?} {} {}", error.code(), error.message());
    text += error.server_code().unwrap_or_default();
    text += error.request_id().unwrap_or_default();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    // A long text may be cut within the key.
    assert!(!text.contains(&KEY[..8]), "{what} has the key in it: {text}");
}

fn run<E: Endpoint>(api: &Api, endpoint: E, answer: &Response<bytes::Bytes>) {
    let Ok(mut call) = api.call(endpoint) else { return };
    for attempt in 0..64 {
        let (head, ()) = answer.clone().map(drop).into_parts();
        let _ = call.plan(&head);
        let answer = Response::from_parts(head, answer.body().clone());
        match call.receive(Ok(answer), Duration::from_secs(attempt)) {
            Step::Done(Ok(_)) => return,
            Step::Done(Err(error)) => return check("the error", &error),
            Step::Again(_) => {}
        }
    }
    panic!("it never ends");
}

fuzz_target!(|input: &[u8]| {
    let [endpoint, high, low, rest @ ..] = input else { return };
    // A part of the key is a finding only if the whole key was there before.
    if [&b"-sim"[..], b"FUZ"].iter().any(|part| rest.windows(part.len()).any(|at| at == *part)) {
        return;
    }
    // From 100 to 599, as transports allow.
    let status = 100 + u16::from_be_bytes([*high, *low]) % 500;
    let key = |bytes: &[u8]| bytes.split(|b| *b == 1).collect::<Vec<_>>().join(KEY.as_bytes());
    let end = rest.windows(2).position(|end| end == b"\n\n");
    let (head, body) = end.map_or((&[][..], rest), |end| (&rest[..end], &rest[end + 2..]));
    let mut answer = Response::new(bytes::Bytes::from(key(body)));
    *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
    for line in head.split(|byte| *byte == b'\n').take(16) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = (&line[..colon], key(&line[colon + 1..]));
        let named = (HeaderName::from_bytes(name), HeaderValue::from_bytes(&value));
        if let (Ok(name), Ok(value)) = named {
            answer.headers_mut().append(name, value);
        }
    }
    // Ten answers of v1, then ten of v2, then those of a server whose generation is unknown.
    let generation = match endpoint / 10 % 3 {
        0 => Generation::V1,
        1 => Generation::V2,
        _ => Generation::Auto,
    };
    let api = api(generation);
    match endpoint % 10 {
        0 => run(&api, ExecuteWorkflow::new("wf-1"), &answer),
        1 => run(&api, ExecuteWorkflow::new("wf-1").queue(), &answer),
        2 => run(&api, GetJobStatus::new("job-1"), &answer),
        3 => run(&api, GetUsageLimits::new(), &answer),
        4 => run(&api, GetWorkflowStatus::new("wf-1"), &answer),
        5 => run(&api, GetRun::new("wf-1", "run-1"), &answer),
        6 => run(&api, GetRun::new("wf-1", "run-1").include_output(true), &answer),
        7 => run(&api, CancelRun::new("wf-1", "run-1"), &answer),
        8 => run(&api, ResumeRun::new("wf-1", "run-1", "c"), &answer),
        _ => run(&api, ExecuteWorkflow::new("wf-1").run_id("run-1"), &answer),
    }
});
