//! Synchronous runs of v2.

use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Failure, Outcome, Pause, Release, ResponseBlock, Sim, Status, Work, Workflow};

use crate::client::{Answer, Call, assert_keys, greet, greeter, poll_until, read};

fn with(work: impl Into<Work>) -> Sim {
    let work = work.into();
    let workflow = Workflow::new("w", move |_| work.clone()).block("b-1", "Last");
    Sim::builder().workflow(workflow).start().expect("a free port")
}

fn run(sim: &Sim) -> Answer {
    Call::execute_v2("w", &json!({})).header("x-run-id", "r").send(sim)
}

/// Returns the text of `data`.
fn data(answer: &Answer) -> &str {
    answer.body.strip_prefix("{\"data\":").and_then(|body| body.strip_suffix('}')).expect("data")
}

const KEYS: [&str; 8] =
    ["runId", "workflowId", "status", "output", "error", "startedAt", "endedAt", "durationMs"];

#[test]
fn a_completed_run_is_answered_with_its_output() {
    let sim = greeter();
    let answer = Call::execute_v2("greet", &json!({ "input": { "name": "Ann" } })).send(&sim);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    assert_keys(data(&answer), &KEYS);
    let data = &answer.json()["data"];
    assert_eq!(data["status"], "completed");
    assert_eq!(data["workflowId"], "greet");
    assert_eq!(data["output"], json!({ "greeting": "Hello Ann" }));
    assert_eq!(data["error"], Value::Null);
    assert!(data["durationMs"].is_f64());
    for time in ["startedAt", "endedAt"] {
        assert_eq!(data[time].as_str().map(str::len), Some(24), "{time}");
    }
    let runs = sim.runs();
    assert_eq!(answer.header("x-run-id"), Some(runs[0].id.as_str()));
    assert_eq!(data["runId"], runs[0].id);
    assert_eq!(runs[0].input, json!({ "name": "Ann" }));
}

#[test]
fn a_failed_run_is_a_200_that_names_the_block() {
    let sim = with(Failure::new("it broke").of_block("b-9", "Boom", "function"));
    let answer = run(&sim);
    assert_eq!((answer.status, answer.header("x-run-id")), (200, Some("r")));
    let data = &answer.json()["data"];
    assert_eq!((&data["status"], &data["output"]), (&json!("failed"), &json!({})));
    let error = json!({
        "message": "it broke", "code": "BLOCK_EXECUTION_FAILED",
        "blockId": "b-9", "blockName": "Boom", "blockType": "function",
    });
    assert_eq!(data["error"], error);
}

#[test]
fn v1_names_the_block_in_the_text() {
    let sim = with(Failure::new("it broke").of_block("b-9", "Boom", "function"));
    let answer = Call::execute("w", &json!({})).send(&sim);
    assert_eq!((answer.status, answer.json()["error"].clone()), (500, json!("Boom: it broke")));
}

#[test]
fn a_failure_of_no_block_has_a_code_of_its_own() {
    let error = run(&with(Outcome::failed("No credits"))).json()["data"]["error"].clone();
    assert_eq!(error, json!({ "message": "No credits", "code": "EXECUTION_FAILED" }));
}

#[test]
fn a_run_past_its_limit_is_a_timeout() {
    let data = run(&with(Outcome::timed_out(Duration::from_secs(3)))).json()["data"].clone();
    assert_eq!((&data["status"], &data["output"]), (&json!("failed"), &json!({})));
    let error = json!({ "message": "Execution timed out after 3 seconds", "code": "TIMEOUT" });
    assert_eq!(data["error"], error);
}

#[test]
fn a_response_block_is_output_like_any_other() {
    let block = ResponseBlock::new(json!({ "ok": true })).status(201).header("X-Custom", "abc");
    let answer = run(&with(block));
    assert_eq!((answer.status, answer.header("x-custom")), (200, None));
    let output = json!({
        "data": { "ok": true }, "status": 201,
        "headers": { "Content-Type": "application/json", "X-Custom": "abc" },
    });
    assert_eq!(answer.json()["data"]["output"], output);
}

#[test]
fn a_paused_run_says_so_and_how_to_resume_it() {
    let data = run(&with(Pause::new().context_id("ctx"))).json()["data"].clone();
    assert_eq!((&data["status"], &data["error"]), (&json!("paused"), &Value::Null));
    assert_eq!(data["output"]["data"]["_resume"]["contextId"], "ctx");
    assert_eq!(data["output"]["data"]["_resume"]["executionId"], "r");
}

#[test]
fn a_cancelled_run_has_no_error() {
    let workflow = Workflow::new("w", |_| json!({})).takes(Duration::from_secs(3600));
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    let caller = Call::execute_v2("w", &json!({})).header("x-run-id", "r").open(&sim);
    poll_until(|| (sim.run("r")?.status == Status::Running).then_some(()));
    assert_eq!(Call::post("/api/v2/workflows/w/runs/r/cancel").send(&sim).status, 200);
    let answer = read(caller);
    assert_eq!(answer.status, 200);
    let data = &answer.json()["data"];
    assert_eq!((&data["status"], &data["error"]), (&json!("cancelled"), &Value::Null));
}

#[test]
fn newer_servers_add_the_selected_outputs() {
    let body = json!({ "selectedOutputs": ["last.a", "b-1.n", "other.a"] });
    let sim = with(json!({ "a": 1, "n": 2 }));
    let data = Call::execute_v2("w", &body).send(&sim).json()["data"].clone();
    assert_eq!(data["output"], json!({ "a": 1, "n": 2 }));
    assert_eq!(data["blockOutputs"], json!({ "last.a": 1, "b-1.n": 2 }));

    let sim = Sim::builder().workflow(greet()).release(Release::V089).start().expect("a port");
    let answer = Call::execute_v2("greet", &body).send(&sim);
    assert_keys(self::data(&answer), &KEYS);
}

#[test]
fn the_callers_of_a_chain_are_heard_even_with_a_bad_type() {
    let call = Call::execute_v2("greet", &json!({ "input": {} })).header("x-sim-via", "a,b");
    let call = call.header("content-type", "text/plain");
    assert_eq!(call.send(&greeter()).status, 200);
}

#[test]
fn a_queued_run_is_a_receipt() {
    let sim = Sim::builder().workflow(greet()).app_url("https://sim.example").start();
    let sim = sim.expect("a free port");
    let body = json!({ "input": { "name": "Ann" }, "async": true });
    let answer = Call::execute_v2("greet", &body).header("x-run-id", "r").send(&sim);
    answer.assert(
        202,
        "{\"data\":{\"runId\":\"r\",\
         \"statusUrl\":\"https://sim.example/api/v2/workflows/greet/runs/r\"}}",
    );
    assert_eq!(answer.header("x-run-id"), Some("r"));
    poll_until(|| (sim.run("r")?.status == Status::Completed).then_some(()));
    assert_eq!(sim.run("r").expect("it ran").input, json!({ "name": "Ann" }));
}

#[test]
fn a_queued_run_may_have_a_limit() {
    let workflow = Workflow::new("w", |_| json!({})).takes(Duration::from_secs(3600));
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    let body = json!({ "async": true, "executionTimeoutSeconds": 1 });
    assert_eq!(Call::execute_v2("w", &body).header("x-run-id", "r").send(&sim).status, 202);
    poll_until(|| (sim.run("r")?.status == Status::Failed).then_some(()));
}

#[test]
fn a_public_workflow_needs_no_key_and_ignores_the_run_id() {
    let sim = Sim::builder().workflow(greet().public()).start().expect("a free port");
    let call = Call::execute_v2("greet", &json!({ "input": {} })).no_key();
    let answer = call.header("x-run-id", "r").send(&sim);
    assert_eq!((answer.status, answer.header("x-ratelimit-limit")), (200, None));
    assert_ne!(answer.header("x-run-id"), Some("r"));
}
