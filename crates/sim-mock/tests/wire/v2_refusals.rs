//! Execute requests through v2 that start nothing.

use serde_json::{Value, json};
use sim_mock::{Sim, Workflow};

use crate::client::{Call, assert_error, greet, greeter};

fn refused(call: &Call, status: u16, error: &Value) {
    let sim = Sim::builder()
        .workflow(greet())
        .workflow(Workflow::new("draft", |_| json!({})).not_deployed())
        .workflow(Workflow::new("theirs", |_| json!({})).foreign())
        .workflow(Workflow::new("public", |_| json!({})).public())
        .start()
        .expect("a free port");
    assert_error(&call.send(&sim), status, error);
    assert!(sim.runs().is_empty(), "a refused request starts nothing");
}

fn bad(body: &Value, message: &str) {
    let error = json!({ "code": "BAD_REQUEST", "message": message });
    refused(&Call::execute_v2("greet", body), 400, &error);
}

/// Asserts that this body has one problem, which is the message too.
fn invalid(body: &Value, issue: &Value) {
    let error = json!({ "code": "BAD_REQUEST", "message": issue["message"], "details": [issue] });
    refused(&Call::execute_v2("greet", body), 400, &error);
}

#[test]
fn a_body_must_be_json() {
    let error = json!({ "code": "BAD_REQUEST", "message": "Request body must be valid JSON" });
    for body in ["", "{\"input\": {"] {
        let call = Call::post("/api/v2/workflows/greet/execute").body(body);
        refused(&call, 400, &error);
    }
}

#[test]
fn json_that_is_no_object() {
    for (body, kind) in [(json!([1, 2]), "array"), (json!("hi"), "string")] {
        let message = format!("Invalid input: expected object, received {kind}");
        invalid(
            &body,
            &json!({ "expected": "object", "code": "invalid_type", "path": [], "message": message }),
        );
    }
}

#[test]
fn input_that_is_no_object() {
    for (input, kind) in [(json!([1, 2]), "array"), (json!("x"), "string"), (json!(null), "null")] {
        let message = format!("Invalid input: expected record, received {kind}");
        invalid(
            &json!({ "input": input }),
            &json!({
                "expected": "record", "code": "invalid_type", "path": ["input"],
                "message": message,
            }),
        );
    }
}

#[test]
fn unknown_keys() {
    invalid(
        &json!({ "name": "Ann", "count": 3 }),
        &json!({
            "code": "unrecognized_keys", "keys": ["count", "name"], "path": [],
            "message": "Unrecognized keys: \"count\", \"name\"",
        }),
    );
}

#[test]
fn numbers_out_of_range() {
    let small = |key, minimum, inclusive, message| {
        json!({
            "origin": "number", "code": "too_small", "minimum": minimum, "inclusive": inclusive,
            "path": [key], "message": message,
        })
    };
    invalid(
        &json!({ "async": true, "executionTimeoutSeconds": 0 }),
        &small("executionTimeoutSeconds", 1, true, "Too small: expected number to be >=1"),
    );
    invalid(
        &json!({ "base64MaxBytes": 0 }),
        &small("base64MaxBytes", 0, false, "Too small: expected number to be >0"),
    );
    invalid(
        &json!({ "async": true, "executionTimeoutSeconds": 604_801 }),
        &json!({
            "origin": "number", "code": "too_big", "maximum": 604_800, "inclusive": true,
            "path": ["executionTimeoutSeconds"],
            "message": "Too big: expected number to be <=604800",
        }),
    );
}

#[test]
fn more_than_100_selected_outputs() {
    invalid(
        &json!({ "stream": true, "selectedOutputs": vec!["a.b"; 101] }),
        &json!({
            "origin": "array", "code": "too_big", "maximum": 100, "inclusive": true,
            "path": ["selectedOutputs"], "message": "Too big: expected array to have <=100 items",
        }),
    );
}

#[test]
fn options_that_do_not_go_together() {
    bad(&json!({ "async": true, "stream": true }), "async and stream cannot be combined");
    bad(
        &json!({ "executionTimeoutSeconds": 5 }),
        "executionTimeoutSeconds is supported only for async execution",
    );
    bad(
        &json!({ "includeThinking": true }),
        "includeThinking and includeToolCalls require stream: true",
    );
    bad(
        &json!({ "stream": true, "includeThinking": true }),
        "includeThinking and includeToolCalls require the X-Sim-Stream-Protocol: agent-events-v1 \
         request header, which declares that the client understands agent-event frames.",
    );
}

#[test]
fn options_that_a_queued_run_cannot_have() {
    let options = [
        json!({ "async": true, "selectedOutputs": ["a.b"] }),
        json!({ "async": true, "includeToolCalls": true }),
        json!({ "async": true, "includeFileBase64": false }),
        json!({ "async": true, "base64MaxBytes": 1 }),
    ];
    for body in options {
        bad(
            &body,
            "async execution does not support selectedOutputs, includeThinking, \
             includeToolCalls, includeFileBase64, or base64MaxBytes",
        );
    }
    let sim = greeter();
    let call = Call::execute_v2("greet", &json!({ "async": true, "selectedOutputs": [] }));
    assert_eq!(call.send(&sim).status, 202);
}

#[test]
fn a_run_id_with_other_characters() {
    let message =
        "Run ID can only contain letters, numbers, dots, underscores, colons, and hyphens";
    let issue = json!({
        "origin": "string", "code": "invalid_format", "format": "regex",
        "pattern": "/^[A-Za-z0-9._:-]+$/", "path": ["x-run-id"], "message": message,
    });
    let error = json!({ "code": "BAD_REQUEST", "message": message, "details": [issue] });
    let call = Call::execute_v2("greet", &json!({}));
    refused(&call.clone().header("x-run-id", "bad id!"), 400, &error);
    assert_eq!(call.header("x-run-id", &"a".repeat(129)).send(&greeter()).status, 400);
}

#[test]
fn a_body_over_10_mib() {
    let body = json!({ "input": { "name": "x".repeat(10 * 1024 * 1024) } });
    let error = json!({ "code": "PAYLOAD_TOO_LARGE", "message": "Request body is too large" });
    refused(&Call::execute_v2("greet", &body), 413, &error);
}

#[test]
fn keys_that_are_wrong_missing_or_in_the_wrong_header() {
    let call = Call::execute_v2("greet", &json!({}));
    let wrong = json!({ "code": "UNAUTHORIZED", "message": "Invalid API key" });
    refused(&call.clone().key("bad"), 401, &wrong);
    let missing = json!({ "code": "UNAUTHORIZED", "message": "Unauthorized" });
    let call = call.no_key().header("authorization", &format!("Bearer {}", sim_mock::KEY));
    refused(&call, 401, &missing);
    let answer = call.send(&greeter());
    assert!(answer.header("www-authenticate").is_some());
    assert_eq!(answer.header("x-ratelimit-limit"), None);
}

#[test]
fn workflows_that_are_not_there_or_not_deployed() {
    let missing = json!({ "code": "NOT_FOUND", "message": "Workflow not found" });
    refused(&Call::execute_v2("nowhere", &json!({})), 404, &missing);
    refused(&Call::execute_v2("theirs", &json!({})), 404, &missing);
    let draft = json!({
        "code": "FORBIDDEN", "message": "Workflow is not deployed",
        "details": { "code": "WORKFLOW_NOT_DEPLOYED" },
    });
    refused(&Call::execute_v2("draft", &json!({})), 403, &draft);
}

#[test]
fn a_public_workflow_is_not_queued_without_a_key() {
    let error = json!({ "code": "BAD_REQUEST", "message": "Async execution requires an API key" });
    refused(&Call::execute_v2("public", &json!({ "async": true })).no_key(), 400, &error);
}

#[test]
fn a_chain_of_calls_has_an_end() {
    let message = "Maximum workflow call chain depth (25) exceeded.";
    let call = |callers| {
        let chain = vec!["a"; callers].join(",");
        Call::execute_v2("greet", &json!({})).header("x-sim-via", &chain)
    };
    let details = json!({ "code": "CALL_CHAIN_DEPTH_EXCEEDED" });
    let error = json!({ "code": "CONFLICT", "message": message, "details": details });
    refused(&call(25), 409, &error);
    // The server notices the last link later, and refuses it without a code.
    refused(&call(24), 409, &json!({ "code": "CONFLICT", "message": message }));
    assert_eq!(call(23).send(&greeter()).status, 200);
}

#[test]
fn the_second_use_of_a_run_id_is_a_409_in_whatever_form() {
    let sim = greeter();
    let call = |body: &Value| Call::execute_v2("greet", body).header("x-run-id", "r");
    assert_eq!(call(&json!({})).send(&sim).status, 200);
    let details = json!({ "code": "RUN_ID_CONFLICT", "runId": "r" });
    let message = "Run ID has already been used";
    let error = json!({ "code": "CONFLICT", "message": message, "details": details });
    for body in [json!({}), json!({ "async": true }), json!({ "stream": true })] {
        let answer = call(&body).send(&sim);
        assert_error(&answer, 409, &error);
        assert_eq!(answer.header("x-run-id"), Some("r"));
        assert!(answer.header("x-ratelimit-limit").is_some());
    }
    let v1 = Call::execute("greet", &json!({})).header("x-execution-id", "r");
    assert_eq!(v1.send(&sim).status, 409, "both generations share the used ids");
    assert_eq!(sim.runs().len(), 1);
}
