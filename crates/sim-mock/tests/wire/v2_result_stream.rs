//! Results that come line by line.

use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Fault, Faults, Outcome, Release, Sim, Status, Workflow};

use crate::client::{Answer, Call, greet, poll_until};

const TYPE: &str = "application/x-ndjson";

fn execute(workflow: &str) -> Call {
    let call = Call::execute_v2(workflow, &json!({ "input": { "name": "Ann" } }));
    call.header("x-run-id", "r").header("accept", "application/x-ndjson, application/json")
}

/// Returns the lines of a chunked body.
fn lines(answer: &Answer) -> Vec<Value> {
    let lines = answer.body.lines().filter(|line| line.starts_with('{'));
    lines.map(|line| serde_json::from_str(line).expect("JSON in a line")).collect()
}

#[test]
fn signs_of_life_and_then_the_result() {
    let sim = Sim::builder().workflow(greet()).start().expect("a free port");
    let answer = execute("greet").send(&sim);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some(TYPE)));
    assert_eq!(answer.header("x-run-id"), Some("r"));
    assert!(answer.header("x-ratelimit-limit").is_some());
    let lines = lines(&answer);
    assert_eq!(lines[0], json!({ "type": "heartbeat" }));
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["type"], "final");
    assert_eq!(lines[1]["data"]["status"], "completed");
    assert_eq!(lines[1]["data"]["output"], json!({ "greeting": "Hello Ann" }));
}

#[test]
fn a_silent_run_gives_a_sign_of_life_again_and_again() {
    let workflow = Workflow::new("w", |_| json!({})).takes(Duration::from_millis(60));
    let sim = Sim::builder().workflow(workflow).heartbeat(Duration::from_millis(5));
    let sim = sim.start().expect("a free port");
    let lines = lines(&execute("w").send(&sim));
    assert!(lines.len() > 2, "{lines:?}");
    assert!(lines[..lines.len() - 1].iter().all(|line| line["type"] == "heartbeat"));
}

#[test]
fn a_failed_run_is_a_result_too() {
    let workflow = Workflow::new("w", |_| Outcome::failed("Boom"));
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    let last = lines(&execute("w").send(&sim)).pop().expect("a line");
    assert_eq!((&last["type"], &last["data"]["status"]), (&json!("final"), &json!("failed")));
}

#[test]
fn only_newer_servers_have_it_and_only_for_those_who_wait() {
    let old = Sim::builder().workflow(greet()).release(Release::V089).start().expect("a port");
    let answer = execute("greet").send(&old);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let sim = Sim::builder().workflow(greet()).start().expect("a free port");
    let plain = Call::execute_v2("greet", &json!({})).send(&sim);
    assert_eq!(plain.header("content-type"), Some("application/json"));
    let queued = Call::execute_v2("greet", &json!({ "async": true })).header("accept", TYPE);
    assert_eq!(queued.send(&sim).status, 202);
    let refused = Call::execute_v2("nowhere", &json!({})).header("accept", TYPE).send(&sim);
    assert_eq!(refused.header("content-type"), Some("application/json"));
    let v1 = Call::execute("greet", &json!({})).header("accept", TYPE).send(&sim);
    assert_eq!(v1.header("content-type"), Some("application/json"));
}

#[test]
fn a_caller_who_leaves_cancels_the_run() {
    let workflow = Workflow::new("w", |_| json!({})).takes(Duration::from_secs(3600));
    let sim = Sim::builder().workflow(workflow).disconnect_delay(Duration::ZERO);
    let sim = sim.start().expect("a free port");
    let caller = execute("w").open(&sim);
    poll_until(|| (sim.run("r")?.status == Status::Running).then_some(()));
    drop(caller);
    poll_until(|| (sim.run("r")?.status == Status::Cancelled).then_some(()));
}

#[test]
fn a_cut_loses_the_result() {
    let faults = Faults::script([Fault::CutBody]);
    let sim = Sim::builder().workflow(greet()).faults(faults).start().expect("a free port");
    let answer = execute("greet").send(&sim);
    assert_eq!(answer.status, 200);
    let is_json = |line: &&str| serde_json::from_str::<Value>(line).is_ok_and(|it| it.is_object());
    let whole: Vec<&str> = answer.body.lines().filter(is_json).collect();
    assert_eq!(whole, ["{\"type\":\"heartbeat\"}"]);
    poll_until(|| (sim.run("r")?.status == Status::Completed).then_some(()));
}
