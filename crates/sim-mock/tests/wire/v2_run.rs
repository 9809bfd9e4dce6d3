//! Reading and cancelling runs through v2, whichever generation started them.

use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Failure, Outcome, Pause, Sim, Status, Work, Workflow};

use crate::client::{Answer, Call, assert_error, assert_keys, greet, greeter, poll_until};

fn path(workflow: &str, run: &str) -> String {
    format!("/api/v2/workflows/{workflow}/runs/{run}")
}

fn get(sim: &Sim, query: &str) -> Value {
    let answer = Call::get(format!("{}{query}", path("w", "r"))).send(sim);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["data"].clone()
}

fn cancel(sim: &Sim) -> Answer {
    Call::post(format!("{}/cancel", path("w", "r"))).send(sim)
}

/// Starts a server on which the run `r` has ended this way.
fn after(work: impl Into<Work>) -> Sim {
    let work = work.into();
    let workflow = Workflow::new("w", move |_| work.clone()).block("b-1", "Last");
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    Call::execute_v2("w", &json!({})).header("x-run-id", "r").send(&sim);
    sim
}

#[test]
fn a_completed_run_shows_what_is_asked_for() {
    let sim = after(json!({ "a": { "b": 1 } }));
    let answer = Call::get(path("w", "r")).send(&sim);
    let text = answer.body.strip_prefix("{\"data\":").and_then(|text| text.strip_suffix('}'));
    let keys = [
        "runId",
        "workflowId",
        "status",
        "trigger",
        "startedAt",
        "endedAt",
        "durationMs",
        "paused",
        "cost",
        "error",
        "output",
        "blockOutputs",
    ];
    assert_keys(text.expect("data"), &keys);
    let run = get(&sim, "");
    assert_eq!((&run["status"], &run["trigger"]), (&json!("completed"), &json!("api")));
    assert_eq!(run["cost"], json!({ "total": 0.005 }));
    assert!(run["durationMs"].is_u64());
    for name in ["paused", "error", "output", "blockOutputs"] {
        assert_eq!(run[name], Value::Null, "{name}");
    }
    for query in ["?includeOutput=true", "?includeOutput=1"] {
        assert_eq!(get(&sim, query)["output"], json!({ "a": { "b": 1 } }));
    }
    let run = get(&sim, "?selectedOutputs=b-1.a.b%2Cb-1,Last.a");
    let outputs = json!({ "b-1.a.b": 1, "b-1": { "a": { "b": 1 } } });
    assert_eq!((&run["blockOutputs"], &run["output"]), (&outputs, &Value::Null));
}

#[test]
fn v1_shows_the_selected_outputs_too() {
    let sim = after(json!({ "a": 1 }));
    let call = Call::get("/api/workflows/w/executions/r?selectedOutputs=b-1.a");
    assert_eq!(call.send(&sim).json()["blockOutputs"], json!({ "b-1.a": 1 }));
}

#[test]
fn a_failed_run_names_the_block_in_the_text_alone() {
    let sim = after(Failure::new("it broke").of_block("b-9", "Boom", "function"));
    let run = get(&sim, "?includeOutput=true");
    assert_eq!((&run["status"], &run["output"]), (&json!("failed"), &Value::Null));
    let error = json!({ "message": "Boom: it broke", "code": "EXECUTION_FAILED" });
    assert_eq!(run["error"], error);
    let error = get(&after(Outcome::timed_out(Duration::from_secs(2))), "")["error"].clone();
    let expected = json!({ "message": "Execution timed out after 2 seconds", "code": "TIMEOUT" });
    assert_eq!(error, expected);
}

#[test]
fn a_paused_run_shows_where_it_waits_and_has_an_end_all_the_same() {
    let run = get(&after(Pause::new().context_id("ctx")), "?includeOutput=true");
    assert_eq!((&run["status"], &run["output"]), (&json!("paused"), &Value::Null));
    assert!(run["endedAt"].is_string() && run["durationMs"].is_u64());
    assert_eq!(run["paused"]["contextId"], "ctx");
    assert_eq!(run["paused"]["pauseKind"], "human");
    assert_eq!(run["paused"]["pausePointCount"], 1);
}

#[test]
fn a_queued_run_is_there_before_it_begins() {
    let sim = Sim::builder().workflow(Workflow::new("w", |_| json!({}))).start().expect("a port");
    sim.hold_queue();
    Call::execute_v2("w", &json!({ "async": true })).header("x-run-id", "r").send(&sim);
    let run = get(&sim, "?includeOutput=true");
    assert_eq!(run["status"], "queued");
    assert!(run["startedAt"].is_string());
    for name in ["endedAt", "durationMs", "cost", "output"] {
        assert_eq!(run[name], Value::Null, "{name}");
    }
    assert_eq!(cancel(&sim).json()["data"]["reason"], "recorded");
    let run = get(&sim, "");
    assert_eq!((&run["status"], &run["cost"]), (&json!("cancelled"), &Value::Null));
    assert!(run["endedAt"].is_string());
}

#[test]
fn each_generation_reads_what_the_other_started() {
    let sim = greeter();
    let input = json!({ "name": "Ann" });
    Call::execute("greet", &input).header("x-execution-id", "one").send(&sim);
    Call::execute_v2("greet", &json!({ "input": input })).header("x-run-id", "two").send(&sim);
    let run = Call::get(format!("{}?includeOutput=true", path("greet", "one"))).send(&sim).json();
    assert_eq!(run["data"]["output"], json!({ "greeting": "Hello Ann" }));
    let call = Call::get("/api/workflows/greet/executions/two?includeOutput=true");
    assert_eq!(call.send(&sim).json()["finalOutput"], json!({ "greeting": "Hello Ann" }));
    // The same run has another name as a job.
    let body = json!({ "async": true });
    Call::execute_v2("greet", &body).header("x-run-id", "three").send(&sim);
    let job = Call::get("/api/jobs/three").send(&sim);
    job.assert(404, r#"{"error":"Task not found","code":"TASK_NOT_FOUND"}"#);
}

#[test]
fn unknown_runs_and_those_of_other_workflows_are_404() {
    let sim = Sim::builder().workflow(greet()).workflow(Workflow::new("w", |_| json!({})));
    let sim = sim.start().expect("a free port");
    Call::execute_v2("greet", &json!({})).header("x-run-id", "r").send(&sim);
    let error = json!({ "code": "NOT_FOUND", "message": "Run not found" });
    assert_error(&Call::get(path("greet", "none")).send(&sim), 404, &error);
    assert_error(&Call::get(path("w", "r")).send(&sim), 404, &error);
    assert_error(&cancel(&sim), 404, &error);
}

#[test]
fn a_query_is_strict_and_the_key_is_needed() {
    let sim = after(json!({}));
    let issue = json!({
        "code": "unrecognized_keys", "keys": ["bogus"], "path": [],
        "message": "Unrecognized key: \"bogus\"",
    });
    let error = json!({ "code": "BAD_REQUEST", "message": issue["message"], "details": [issue] });
    assert_error(&Call::get(format!("{}?bogus=1", path("w", "r"))).send(&sim), 400, &error);
    for query in ["?includeOutput=maybe", "?selectedOutputs=", "?includeOutput=1&includeOutput=1"] {
        let answer = Call::get(format!("{}{query}", path("w", "r"))).send(&sim);
        assert_eq!(answer.status, 400, "{query}");
    }
    let error = json!({ "code": "UNAUTHORIZED", "message": "Invalid API key" });
    assert_error(&Call::get(path("w", "r")).key("bad").send(&sim), 401, &error);
}

fn cancelled(recorded: bool, paused: bool, reason: &str) -> String {
    format!(
        "{{\"data\":{{\"success\":true,\"runId\":\"r\",\"redisAvailable\":true,\
         \"durablyRecorded\":{recorded},\"locallyAborted\":false,\
         \"pausedCancelled\":{paused},\"reason\":\"{reason}\"}}}}"
    )
}

#[test]
fn a_running_run_is_cancelled_once() {
    let workflow = Workflow::new("w", |_| json!({})).takes(Duration::from_secs(3600));
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    let body = json!({ "async": true });
    Call::execute_v2("w", &body).header("x-run-id", "r").send(&sim);
    poll_until(|| (sim.run("r")?.status == Status::Running).then_some(()));
    assert_eq!(get(&sim, "")["status"], "running");
    cancel(&sim).assert(200, &cancelled(true, false, "recorded"));
    assert_eq!(get(&sim, "")["status"], "cancelled");
    cancel(&sim).assert(200, &cancelled(false, false, "already_cancelled"));
}

#[test]
fn cancelling_what_has_ended_is_no_error() {
    let sim = after(json!({}));
    cancel(&sim).assert(200, &cancelled(false, false, "already_completed"));
    let sim = after(Outcome::failed("Boom"));
    cancel(&sim).assert(200, &cancelled(false, false, "already_failed"));
    let sim = after(Pause::new());
    cancel(&sim).assert(200, &cancelled(true, true, "recorded"));
    assert_eq!(get(&sim, "")["paused"], Value::Null);
}
