//! Synchronous runs that complete, and how the input reaches them.

use serde_json::{Value, json};
use sim_mock::{Mode, Sim, Status, Workflow};

use crate::client::{Call, assert_keys, greeter};

#[test]
fn a_completed_run_is_answered_with_its_output() {
    let sim = greeter();
    let answer = Call::execute("greet", &json!({ "name": "Ann" })).send(&sim);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let id = answer.header("x-request-id").expect("every answer has one");
    assert!(id.len() == 8 && id.chars().all(|c| c.is_ascii_hexdigit()), "{id}");
    assert_keys(&answer.body, &["success", "executionId", "output", "metadata"]);
    let body = answer.json();
    assert_eq!(body["success"], true);
    assert_eq!(body["output"], json!({ "greeting": "Hello Ann" }));
    assert_eq!(body["executionId"].as_str().map(str::len), Some(36));
    assert!(body["metadata"]["duration"].is_f64());
    for time in ["startTime", "endTime"] {
        let time = body["metadata"][time].as_str().expect("a time");
        assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
    }
}

#[test]
fn rate_headers_and_the_execution_id_header_are_never_sent() {
    let sim = greeter();
    let answer = Call::execute("greet", &json!({})).send(&sim);
    for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "retry-after", "x-execution-id"] {
        assert_eq!(answer.header(name), None, "{name}");
    }
}

#[test]
fn a_run_is_on_record() {
    let sim = greeter();
    let answer = Call::execute("greet", &json!({ "name": "Ann" })).send(&sim);
    let runs = sim.runs();
    assert_eq!(runs.len(), 1);
    assert_eq!(answer.json()["executionId"], runs[0].id);
    assert_eq!(runs[0].workflow, "greet");
    assert_eq!(runs[0].input, json!({ "name": "Ann" }));
    assert_eq!((runs[0].mode, runs[0].status), (Mode::Sync, Status::Completed));
}

fn echo() -> Sim {
    Sim::builder().workflow(Workflow::new("echo", |input: Value| input)).start().expect("a port")
}

#[test]
fn spread_and_nested_input_are_the_same_to_the_workflow() {
    let sim = echo();
    for body in [json!({ "name": "x" }), json!({ "input": { "name": "x" } })] {
        let answer = Call::execute("echo", &body).send(&sim);
        assert_eq!(answer.json()["output"], json!({ "name": "x" }));
    }
}

#[test]
fn input_that_is_no_object_is_the_field_input() {
    let sim = echo();
    for input in [json!("hello"), json!([1, 2]), json!(null), json!(3)] {
        let answer = Call::execute("echo", &json!({ "input": input })).send(&sim);
        assert_eq!(answer.json()["output"], json!({ "input": input }));
    }
}

#[test]
fn an_empty_body_is_an_empty_input() {
    let sim = echo();
    let answer = Call::post("/api/workflows/echo/execute").send(&sim);
    assert_eq!((answer.status, answer.json()["output"].clone()), (200, json!({})));
}

#[test]
fn async_in_the_body_is_input() {
    let sim = echo();
    let answer = Call::execute("echo", &json!({ "async": true })).send(&sim);
    assert_eq!((answer.status, answer.json()["output"].clone()), (200, json!({ "async": true })));
}

#[test]
fn control_keys_are_kept_from_the_input() {
    let sim = echo();
    let body = json!({
        "stream": false, "selectedOutputs": ["a.b"], "triggerType": "api", "workflowId": "w",
        "triggerBlockId": "t", "stopAfterBlockId": "s", "includeFileBase64": true,
        "base64MaxBytes": 1, "useDraftState": false, "a": 1,
    });
    let answer = Call::execute("echo", &body).send(&sim);
    assert_eq!(answer.json()["output"], json!({ "a": 1 }));
}

#[test]
fn some_control_keys_leak_into_the_input() {
    let sim = echo();
    let body = json!({ "includeThinking": true, "includeToolCalls": false, "startBlockId": "b" });
    let answer = Call::execute("echo", &body).send(&sim);
    assert_eq!(answer.json()["output"], body);
}

#[test]
fn the_content_type_of_a_request_does_not_matter() {
    let sim = echo();
    let call = Call::execute("echo", &json!({ "a": 1 })).header("content-type", "text/plain");
    assert_eq!(call.send(&sim).json()["output"], json!({ "a": 1 }));
}

#[test]
fn bad_utf8_is_replaced() {
    let sim = echo();
    let body = [b"{\"a\":\"".as_slice(), &[0xff], b"\"}"].concat();
    let answer = Call::post("/api/workflows/echo/execute").body(body).send(&sim);
    assert_eq!(answer.json()["output"], json!({ "a": "\u{fffd}" }));
}
