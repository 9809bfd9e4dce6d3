//! Answers that the API did not write: those of a workflow's own Response block, and those of servers that are
//! no Sim.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use sim_core::transport::{Exchange, Outcome, Step};
use sim_core::{Api, ErrorKind, ExecuteWorkflow, Generation, GetRun, RetryPolicy, RunStatus};

fn api(generation: Generation) -> Api {
    let builder = Api::builder([1; 32])
        .credentials(sim_core::Credentials::None)
        .generation(generation)
        .base_url("http://localhost");
    builder.build().expect("a core")
}

#[expect(clippy::unnecessary_wraps, reason = "it is an outcome")]
fn answer(status: u16, body: &str) -> Outcome {
    let response = http::Response::builder().status(status);
    Ok(response.body(Bytes::copy_from_slice(body.as_bytes())).expect("a response"))
}

/// The paths that are asked, and the end, if these answers lead to one.
fn play<X: Exchange>(
    mut exchange: X,
    answers: impl IntoIterator<Item = Outcome>,
) -> (Vec<String>, Option<sim_core::Result<X::Output>>) {
    let mut paths = Vec::new();
    for answer in answers {
        paths.push(exchange.request().uri().path().to_owned());
        if let Step::Done(end) = exchange.receive(answer, Duration::ZERO) {
            return (paths, Some(end));
        }
    }
    (paths, None)
}

const FIRST: &str = "/api/workflows/wf/execute";
const SECOND: &str = "/api/v2/workflows/wf/execute";

#[test]
fn a_404_in_json_that_is_not_sims_is_a_refusal_and_no_old_server() {
    for body in [
        r#"{"detail":"Not Found"}"#,
        r#"{"message":"no Route matched with those values"}"#,
        r#"{"error":{"code":404}}"#,
        r#""Not Found""#,
        "[]",
        "{}",
        "null",
    ] {
        let api = api(Generation::Auto);
        let call = api.call(ExecuteWorkflow::new("wf")).expect("a call");
        let (paths, end) = play(call, [answer(404, body), answer(404, body)]);
        let error = end.expect("an end").expect_err("it is not Sim");
        assert_eq!((paths, error.code()), (vec![SECOND.to_owned()], "INVALID_RESPONSE"), "{body}");
        assert_eq!((error.kind(), error.body()), (&ErrorKind::Decode, body.as_bytes()));
        let stream = api.stream(ExecuteWorkflow::new("wf").stream()).expect("a call");
        let (paths, end) = play(stream, [answer(404, body), answer(404, body)]);
        assert!(
            end.expect("an end").is_err_and(|error| *error.kind() == ErrorKind::Decode),
            "{body}"
        );
        assert_eq!(paths, [SECOND], "nothing was learnt of it: {body}");
        let look = api.call(GetRun::new("wf", "r")).expect("a call");
        let (paths, end) = play(look, [answer(404, body), answer(404, body)]);
        assert!(
            end.expect("an end").is_err_and(|error| *error.kind() == ErrorKind::Decode),
            "{body}"
        );
        assert_eq!(paths, ["/api/v2/workflows/wf/runs/r"], "{body}");
    }
}

#[test]
fn a_workflow_on_an_old_server_may_answer_404() {
    let body = r#"{"detail":"Not Found"}"#;
    let row = r#"{"executionId":"r","workflowId":"wf","status":"completed","finalOutput":{"data":{"detail":"Not Found"},"status":404,"headers":{}}}"#;
    let core = || {
        let builder = Api::builder([1; 32]).base_url("http://localhost");
        builder.api_key("sk-sim-test").build().expect("a core")
    };
    for old in ["<!DOCTYPE html>", ""] {
        let call = core().call(ExecuteWorkflow::new("wf").run_id("r")).expect("a call");
        let (paths, end) = play(call, [answer(404, old), answer(404, body), answer(200, row)]);
        let result = end.expect("an end").expect("a result");
        assert_eq!(
            (result.status, &result.output),
            (RunStatus::Completed, &json!({"detail": "Not Found"}))
        );
        assert_eq!(result.http_status.map(|status| status.as_u16()), Some(404));
        assert_eq!(paths, [SECOND, FIRST, "/api/workflows/wf/executions/r"]);
    }
    // No Response block ever sets the status of a stream.
    let stream = core().stream(ExecuteWorkflow::new("wf").stream());
    let (paths, end) = play(stream.expect("a call"), [answer(404, ""), answer(404, body)]);
    assert!(end.expect("an end").is_err_and(|error| error.is_ambiguous()));
    assert_eq!(paths, [SECOND, FIRST]);
}

/// What a workflow could answer with, in words close to those of the server.
const AUTHORS: [(u16, &str); 9] = [
    (429, r#"{"error":"Rate limit exceeded for customer 7"}"#),
    (429, r#"{"error":"Rate limit exceeded","message":"my own limit"}"#),
    (429, r#"{"error":"Rate limit exceeded. Please try again later.","message":"mine"}"#),
    (429, r#"{"error":"Too many concurrent executions of mine"}"#),
    (429, r#"{"error":"mine","code":"RATE_LIMIT_EXCEEDED","details":{"mine":1}}"#),
    (429, r#"{"error":"mine","details":{"code":"RATE_LIMIT_EXCEEDED"}}"#),
    (429, r#"{"error":{"code":"RATE_LIMIT_EXCEEDED","message":"slow down"}}"#),
    (429, r#"{"error":"mine","code":"ADMISSION_GATE_CAPACITY"}"#),
    (503, r#"{"error":"mine","code":"SERVICE_OVERLOADED","message":"more"}"#),
];

#[test]
fn nothing_but_the_servers_own_words_starts_a_run_again() {
    for (status, body) in AUTHORS {
        let answers = || [answer(status, body), answer(200, r#"{"made":2}"#)];
        let execute = ExecuteWorkflow::new("wf").retry(RetryPolicy::new());
        let (paths, end) = play(api(Generation::V1).call(execute).expect("a call"), answers());
        assert_eq!((paths.len(), end.is_some()), (1, true), "{body}");
        let once = api(Generation::V1).once(ExecuteWorkflow::new("wf").once().sync());
        let (paths, end) = play(once.expect("an exchange"), answers());
        assert_eq!((paths.len(), end.is_some()), (1, true), "once: {body}");
        let stream = ExecuteWorkflow::new("wf").stream().retry(RetryPolicy::new());
        let (paths, end) = play(api(Generation::V1).stream(stream).expect("a call"), answers());
        assert_eq!((paths.len(), end.is_some()), (1, true), "a stream: {body}");
    }
}

#[test]
fn the_servers_own_words_are_known_in_either_generation() {
    let no_claim = r#"{"error":"Workflow execution identity is temporarily unavailable"}"#;
    let limit = r#"{"error":"Rate limit exceeded. Please try again later."}"#;
    let nested =
        |details: &str| format!(r#"{{"error":{{"code":"RATE_LIMITED","message":"m"{details}}}}}"#);
    let burnt = nested(r#","details":{"code":"RATE_LIMIT_EXCEEDED"}"#);
    for (generation, status, body) in [
        (Generation::V1, 429, limit),
        (Generation::V1, 429, r#"{"error":"m","code":"RATE_LIMIT_EXCEEDED"}"#),
        (Generation::V1, 503, r#"{"error":"m","code":"SERVICE_OVERLOADED"}"#),
        (Generation::V1, 503, no_claim),
        (Generation::V2, 429, &nested("")),
        (Generation::V2, 429, &burnt),
        (Generation::V2, 503, r#"{"error":{"code":"SERVICE_UNAVAILABLE","message":"m"}}"#),
    ] {
        let refused = || [answer(status, body), answer(status, body)];
        let queue = ExecuteWorkflow::new("wf").queue().retry(RetryPolicy::new());
        let (paths, end) = play(api(generation).call(queue).expect("a call"), refused());
        assert_eq!((paths.len(), end.is_some()), (2, false), "it goes on: {body}");
        let execute = ExecuteWorkflow::new("wf").retry(RetryPolicy::new());
        let (paths, end) = play(api(generation).call(execute).expect("a call"), refused());
        // A Response block can write the words of the first generation.
        let sent = if generation == Generation::V1 { 1 } else { 2 };
        assert_eq!((paths.len(), end.is_some()), (sent, sent == 1), "{body}");
    }
}
