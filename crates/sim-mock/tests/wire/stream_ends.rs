//! The last frames of streamed runs, and selected outputs.

use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Outcome, Pause, ResponseBlock, Sim, Status, Workflow};

use crate::client::Call;
use crate::events::{CANCELLED, DONE, EMPTY_FINAL, frames, serve, watch};

/// Returns the frames of a run that ends this way.
fn end(outcome: impl Into<Outcome>) -> (Sim, Vec<String>) {
    let outcome = outcome.into();
    let sim = serve(Workflow::new("w", move |_| outcome.clone()));
    let frames = frames(&sim, &watch(&[]));
    (sim, frames)
}

fn function() -> Workflow {
    let output = |input: Value| {
        let greeting = format!("Hello {}", input["name"].as_str().unwrap_or_default());
        json!({ "result": { "greeting": greeting, "list": [1, 2] }, "stdout": "out" })
    };
    Workflow::new("w", output).block("f1", "Greet It")
}

#[test]
fn a_completed_run_ends_with_its_output() {
    let whole = r#"{"event":"final","data":{"success":true,"output":{"n":1}}}"#;
    assert_eq!(end(json!({ "n": 1 })).1, [whole, DONE]);
    let sim = serve(Workflow::new("w", |_| json!({ "n": 1 })));
    let call = Call::execute("w", &json!({ "name": "Z" })).header("x-stream-response", "true");
    assert_eq!(frames(&sim, &call), [whole, DONE]);
}

#[test]
fn a_failed_run_ends_with_an_error() {
    let (sim, frames) = end(Outcome::failed("Boom: it broke"));
    assert_eq!(frames, [r#"{"event":"error","error":"Boom: it broke"}"#, DONE]);
    assert_eq!(sim.runs()[0].status, Status::Failed);
}

#[test]
fn a_timeout_is_an_error() {
    let error = r#"{"event":"error","error":"Execution timed out after 3 seconds"}"#;
    assert_eq!(end(Outcome::timed_out(Duration::from_secs(3))).1, [error, DONE]);
}

#[test]
fn the_time_limit_ends_a_stream_that_is_held() {
    let sim = Sim::builder().workflow(function()).time_limit(Duration::from_millis(20));
    let sim = sim.start().expect("a free port");
    sim.hold_streams();
    let error = r#"{"event":"error","error":"Execution timed out after 0 seconds"}"#;
    assert_eq!(frames(&sim, &watch(&[])), [error, DONE]);
}

#[test]
fn a_cancelled_run_ends_without_success() {
    assert_eq!(end(Outcome::cancelled()).1, [CANCELLED, DONE]);
}

#[test]
fn a_paused_run_says_how_to_resume_whatever_was_selected() {
    let pause = || Pause::new().context_id("ctx");
    let sim = serve(Workflow::new("w", move |_| pause()).block("f1", "F"));
    for (number, selected) in [&[][..], &["f.x"]].into_iter().enumerate() {
        let call = Call::execute("w", &json!({ "stream": true, "selectedOutputs": selected }));
        let frames = frames(&sim, &call);
        assert_eq!(frames.len(), 2);
        assert!(frames[0].starts_with(r#"{"event":"final","data":{"success":true,"output":{"#));
        assert!(frames[0].ends_with(r#","status":"paused"}}"#));
        let last: Value = serde_json::from_str(&frames[0]).expect("JSON");
        let run = &sim.runs()[number];
        assert_eq!(last["data"]["output"]["data"]["_resume"]["executionId"], run.id);
        assert_eq!(run.status, Status::Paused);
    }
}

#[test]
fn a_response_block_stays_inside_the_output() {
    let (_sim, frames) = end(ResponseBlock::new(json!({ "ok": true })).status(201));
    let last: Value = serde_json::from_str(&frames[0]).expect("JSON");
    assert_eq!(last["data"]["output"]["status"], 201);
    assert_eq!(last["data"]["output"]["data"], json!({ "ok": true }));
}

#[test]
fn selected_outputs_stand_under_the_id_of_their_block() {
    let sim = serve(function());
    let body = json!({
        "name": "Z", "stream": true,
        "selectedOutputs": ["greetit.result.greeting", "Greet It.stdout", "f1_result.list.1"],
    });
    let last = r#"{"event":"final","data":{"success":true,"output":{"f1":{"result.greeting":"Hello Z","result.list.1":2,"stdout":"out"}}}}"#;
    assert_eq!(frames(&sim, &Call::execute("w", &body)), [last, DONE]);
}

#[test]
fn selections_that_name_nothing_are_ignored() {
    for selected in ["none.content", "greetit", "f1.none", "greetit.result.none.deep"] {
        assert_eq!(frames(&serve(function()), &watch(&[selected])), [EMPTY_FINAL, DONE]);
    }
    let unnamed = serve(Workflow::new("w", |_| json!({ "a": 1 })));
    assert_eq!(frames(&unnamed, &watch(&["w.a"])), [EMPTY_FINAL, DONE]);
}

#[test]
fn a_panic_in_the_closure_ends_the_stream() {
    let workflow =
        Workflow::new("w", |input: Value| json!(input["no"].as_array().expect("one").len()));
    let frames = frames(&serve(workflow), &watch(&[]));
    assert_eq!(frames[0], r#"{"event":"error","error":"The closure of the workflow panicked"}"#);
}
