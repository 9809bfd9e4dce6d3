//! Execute requests that start nothing.

use serde_json::{Value, json};
use sim_mock::Sim;

use crate::client::{Call, greet, greeter};

fn refused(sim: &Sim, call: &Call, status: u16, body: &str) {
    call.send(sim).assert(status, body);
    assert!(sim.runs().is_empty(), "a refused request starts nothing");
}

fn invalid(body: &Value, detail: &str) {
    let expected = format!("{{\"error\":\"Invalid request body\",\"details\":[{detail}]}}");
    refused(&greeter(), &Call::execute("greet", body), 400, &expected);
}

#[test]
fn bad_json() {
    let call = Call::post("/api/workflows/greet/execute").body("{\"input\": {");
    refused(&greeter(), &call, 400, r#"{"error":"Invalid JSON in request body"}"#);
}

#[test]
fn json_that_is_no_object() {
    let kinds = [
        (json!([1, 2]), "array"),
        (json!("hi"), "string"),
        (json!(1), "number"),
        (json!(true), "boolean"),
        (json!(null), "null"),
    ];
    for (body, kind) in kinds {
        let message = format!("Invalid input: expected object, received {kind}");
        invalid(&body, &format!("{{\"path\":\"\",\"message\":\"{message}\"}}"));
    }
}

#[test]
fn control_keys_of_a_wrong_type() {
    invalid(
        &json!({ "stream": "yes" }),
        r#"{"path":"stream","message":"Invalid input: expected boolean, received string"}"#,
    );
    invalid(
        &json!({ "selectedOutputs": ["a", 1] }),
        r#"{"path":"selectedOutputs.1","message":"Invalid input: expected string, received number"}"#,
    );
    invalid(
        &json!({ "base64MaxBytes": 0 }),
        r#"{"path":"base64MaxBytes","message":"Too small: expected number to be >0"}"#,
    );
}

#[test]
fn a_body_over_10_mib() {
    let body = format!("{{\"name\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
    let call = Call::post("/api/workflows/greet/execute").body(body);
    let error = r#"{"error":"Workflow execution request body exceeds maximum size"}"#;
    refused(&greeter(), &call, 413, error);
}

#[test]
fn a_body_just_under_10_mib_is_taken() {
    let body = json!({ "name": "x".repeat(10 * 1024 * 1024 - 11) }).to_string();
    assert_eq!(body.len(), 10 * 1024 * 1024);
    let sim = greeter();
    assert_eq!(Call::post("/api/workflows/greet/execute").body(body).send(&sim).status, 200);
}

#[test]
fn keys_that_are_wrong_missing_or_in_the_wrong_header() {
    let sim = greeter();
    let call = Call::execute("greet", &json!({}));
    refused(&sim, &call.clone().key("bad"), 401, r#"{"error":"Invalid API key"}"#);
    refused(&sim, &call.clone().no_key(), 401, r#"{"error":"Unauthorized"}"#);
    let bearer = call.no_key().header("authorization", &format!("Bearer {}", sim_mock::KEY));
    refused(&sim, &bearer, 401, r#"{"error":"Unauthorized"}"#);
}

#[test]
fn a_public_workflow_needs_no_key_but_no_wrong_one() {
    let sim = Sim::builder().workflow(greet().public()).start().expect("a free port");
    let call = Call::execute("greet", &json!({}));
    refused(&sim, &call.clone().key("bad"), 401, r#"{"error":"Invalid API key"}"#);
    assert_eq!(call.no_key().send(&sim).status, 200);
    assert_eq!(Call::get("/api/workflows/greet/status").no_key().send(&sim).status, 401);
}

#[test]
fn a_workflow_that_is_not_deployed() {
    let sim = Sim::builder().workflow(greet().not_deployed()).start().expect("a free port");
    let error = r#"{"error":"Workflow is not deployed"}"#;
    refused(&sim, &Call::execute("greet", &json!({})), 403, error);
    refused(&sim, &Call::queue("greet", &json!({})), 403, error);
}

#[test]
fn a_workflow_of_another_workspace() {
    let sim = Sim::builder().workflow(greet().foreign()).start().expect("a free port");
    let error = r#"{"error":"Unauthorized: Access denied to read this workflow"}"#;
    refused(&sim, &Call::execute("greet", &json!({})), 403, error);
}

#[test]
fn a_workflow_that_does_not_exist() {
    let error = r#"{"error":"Workflow not found"}"#;
    refused(&greeter(), &Call::execute("none", &json!({})), 404, error);
}

#[test]
fn options_of_the_editor() {
    let sim = greeter();
    let bodies = [
        (400, json!({ "useDraftState": true })),
        (400, json!({ "isClientSession": true })),
        (400, json!({ "workflowStateOverride": {} })),
        (400, json!({ "runFromBlock": { "startBlockId": "b" } })),
        (400, json!({ "deploymentVersionId": "v" })),
        (400, json!({ "copilotToolCallId": "c" })),
        (400, json!({ "triggerType": "manual" })),
        (400, json!({ "triggerType": "nonsense" })),
        (403, json!({ "inputFromExecutionId": "e" })),
        (403, json!({ "parentWorkspaceId": "p" })),
    ];
    for (status, body) in bodies {
        let answer = Call::execute("greet", &body).send(&sim);
        assert_eq!(answer.status, status, "{body}");
        assert!(answer.json()["error"].is_string(), "{body}");
    }
    assert!(sim.runs().is_empty());
}

#[test]
fn options_that_a_queued_run_cannot_have() {
    let error =
        r#"{"error":"Async execution does not support draft or override execution controls"}"#;
    for body in [
        json!({ "useDraftState": false }),
        json!({ "stopAfterBlockId": "b" }),
        json!({ "selectedOutputs": ["a.b"] }),
        json!({ "includeFileBase64": false }),
        json!({ "base64MaxBytes": 1 }),
    ] {
        refused(&greeter(), &Call::queue("greet", &body), 400, error);
    }
    let sim = greeter();
    assert_eq!(Call::queue("greet", &json!({ "selectedOutputs": [] })).send(&sim).status, 202);
}

#[test]
fn a_time_limit_without_a_queue_or_out_of_range() {
    let sim = greeter();
    let header = "x-execution-timeout-seconds";
    assert_eq!(Call::execute("greet", &json!({})).header(header, "5").send(&sim).status, 400);
    for value in ["0", "604801", "1.5", "soon"] {
        let call = Call::queue("greet", &json!({})).header(header, value);
        assert_eq!(call.send(&sim).status, 400, "{value}");
    }
    assert!(sim.runs().is_empty());
}

#[test]
fn a_long_chain_of_calls() {
    let sim = greeter();
    let chain = vec!["w"; 25].join(",");
    let call = Call::execute("greet", &json!({})).header("x-sim-via", &chain);
    refused(&sim, &call, 409, r#"{"error":"Maximum workflow call chain depth (25) exceeded."}"#);
    let call = Call::execute("greet", &json!({})).header("x-sim-via", &chain[2..]);
    assert_eq!(call.send(&sim).status, 200);
}
