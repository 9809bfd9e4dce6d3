//! Reading and cancelling runs by their ids.

use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Outcome, Pause, Sim, Status, Workflow};

use crate::client::{Answer, Call, assert_keys, greet, greeter, poll_until, read};

const KEYS: [&str; 13] = [
    "executionId",
    "workflowId",
    "status",
    "trigger",
    "level",
    "startedAt",
    "endedAt",
    "totalDurationMs",
    "paused",
    "cost",
    "error",
    "finalOutput",
    "blockOutputs",
];

fn path(workflow: &str, run: &str) -> String {
    format!("/api/workflows/{workflow}/executions/{run}")
}

fn execution(sim: &Sim, workflow: &str, run: &str) -> Answer {
    Call::get(path(workflow, run)).send(sim)
}

fn cancel(sim: &Sim, workflow: &str, run: &str) -> Answer {
    Call::post(format!("{}/cancel", path(workflow, run))).send(sim)
}

fn run(sim: &Sim, workflow: &str) {
    let call = Call::execute(workflow, &json!({ "name": "a" })).header("x-execution-id", "r");
    call.send(sim);
}

fn with(outcome: impl Into<Outcome>) -> Sim {
    let outcome = outcome.into();
    let workflow = Workflow::new("w", move |_| outcome.clone());
    Sim::builder().workflow(workflow).start().expect("a free port")
}

#[test]
fn a_completed_run_shows_its_output_when_asked() {
    let sim = greeter();
    run(&sim, "greet");
    let answer = execution(&sim, "greet", "r");
    assert_keys(&answer.body, &KEYS);
    let body = answer.json();
    assert_eq!(body["status"], "completed");
    assert_eq!((&body["trigger"], &body["level"]), (&json!("api"), &json!("info")));
    assert!(body["totalDurationMs"].is_u64());
    assert_eq!(body["cost"], json!({ "total": 0.005 }));
    for name in ["paused", "error", "finalOutput", "blockOutputs"] {
        assert_eq!(body[name], json!(null), "{name}");
    }
    let answer = Call::get(format!("{}?includeOutput=true", path("greet", "r"))).send(&sim);
    assert_eq!(answer.json()["finalOutput"], json!({ "greeting": "Hello a" }));
}

#[test]
fn a_failed_run_shows_its_error_as_text() {
    let sim = with(Outcome::failed("Boom: it broke"));
    run(&sim, "w");
    let body = execution(&sim, "w", "r").json();
    assert_eq!((&body["status"], &body["level"]), (&json!("failed"), &json!("error")));
    assert_eq!(body["error"], "Boom: it broke");
    assert_eq!(body["finalOutput"], json!(null));
}

#[test]
fn a_paused_run_shows_where_it_waits() {
    let sim = with(Pause::new().context_id("ctx"));
    run(&sim, "w");
    let body = execution(&sim, "w", "r").json();
    assert_eq!(body["status"], "paused");
    assert_eq!(body["paused"]["contextId"], "ctx");
    assert_eq!(body["paused"]["blockedOnBlockId"], "ctx");
    assert_eq!(body["paused"]["pauseKind"], "human");
    assert_eq!(body["paused"]["pausePointCount"], 1);
    assert_eq!(body["paused"]["resumeAt"], json!(null));
}

#[test]
fn a_queued_run_has_no_end() {
    let sim = greeter();
    sim.hold_queue();
    Call::queue("greet", &json!({})).header("x-execution-id", "r").send(&sim);
    let body = execution(&sim, "greet", "r").json();
    assert_eq!(body["status"], "queued");
    assert!(body["startedAt"].is_string());
    assert_eq!((&body["endedAt"], &body["cost"]), (&Value::Null, &Value::Null));
}

#[test]
fn unknown_runs_and_those_of_other_workflows_are_404() {
    let sim = Sim::builder().workflow(greet()).workflow(Workflow::new("w", |_| json!({})));
    let sim = sim.start().expect("a free port");
    run(&sim, "greet");
    let error = r#"{"error":"Execution not found"}"#;
    execution(&sim, "greet", "none").assert(404, error);
    execution(&sim, "w", "r").assert(404, error);
    cancel(&sim, "greet", "none").assert(404, error);
}

#[test]
fn reading_and_cancelling_need_a_key() {
    let sim = greeter();
    let error = r#"{"error":"Invalid API key"}"#;
    Call::get(path("greet", "r")).key("bad").send(&sim).assert(401, error);
    Call::post(format!("{}/cancel", path("greet", "r"))).key("bad").send(&sim).assert(401, error);
}

fn cancelled(id: &str, recorded: bool, paused: bool, reason: &str) -> String {
    format!(
        "{{\"success\":true,\"executionId\":\"{id}\",\"redisAvailable\":true,\
         \"durablyRecorded\":{recorded},\"locallyAborted\":false,\
         \"pausedCancelled\":{paused},\"reason\":\"{reason}\"}}"
    )
}

#[test]
fn a_running_run_is_cancelled_and_its_caller_told() {
    let workflow = Workflow::new("w", |_| json!({})).takes(Duration::from_secs(3600));
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    let caller = Call::execute("w", &json!({})).header("x-execution-id", "r").open(&sim);
    poll_until(|| (sim.run("r")?.status == Status::Running).then_some(()));
    cancel(&sim, "w", "r").assert(200, &cancelled("r", true, false, "recorded"));
    let answer = read(caller);
    assert_eq!((answer.status, answer.json()["success"].clone()), (200, json!(false)));
    assert_eq!(execution(&sim, "w", "r").json()["status"], "cancelled");
    cancel(&sim, "w", "r").assert(200, &cancelled("r", false, false, "already_cancelled"));
}

#[test]
fn a_paused_run_is_cancelled() {
    let sim = with(Pause::new());
    run(&sim, "w");
    cancel(&sim, "w", "r").assert(200, &cancelled("r", true, true, "recorded"));
    assert_eq!(execution(&sim, "w", "r").json()["status"], "cancelled");
}

#[test]
fn a_run_that_has_ended_cannot_be_cancelled() {
    let sim = greeter();
    run(&sim, "greet");
    let error = r#"{"error":"Execution cannot be cancelled while completed"}"#;
    cancel(&sim, "greet", "r").assert(409, error);
    let sim = with(Outcome::failed("Boom"));
    run(&sim, "w");
    let error = r#"{"error":"Execution cannot be cancelled while failed"}"#;
    cancel(&sim, "w", "r").assert(409, error);
}
