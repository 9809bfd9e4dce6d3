//! Stream requests that start nothing: the answer is ordinary JSON, before any frame.

use serde_json::json;
use sim_mock::{Bucket, Limits, Sim, Usage};

use crate::client::{Answer, Call, greet, greeter};

fn refused(sim: &Sim, call: &Call, status: u16) -> Answer {
    let answer = call.send(sim);
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(answer.json()["error"].is_string());
    answer
}

fn stream(workflow: &str) -> Call {
    Call::execute(workflow, &json!({ "stream": true }))
}

#[test]
fn a_wrong_key_an_unknown_workflow_and_a_draft() {
    let sim = greeter();
    refused(&sim, &stream("greet").key("bad"), 401).assert(401, r#"{"error":"Invalid API key"}"#);
    refused(&sim, &stream("none"), 404);
    sim.set_deployed("greet", false);
    refused(&sim, &stream("greet"), 403).assert(403, r#"{"error":"Workflow is not deployed"}"#);
    assert!(sim.runs().is_empty());
}

#[test]
fn a_used_id() {
    let sim = greeter();
    let call = stream("greet").header("x-execution-id", "r");
    assert_eq!(call.send(&sim).status, 200);
    assert_eq!(refused(&sim, &call, 409).json()["code"], "EXECUTION_ID_CONFLICT");
}

#[test]
fn money_and_rate() {
    let sim = Sim::builder().workflow(greet()).usage(Usage::new(1.0, 1.0)).start();
    refused(&sim.expect("a free port"), &stream("greet"), 402);
    let limits = Limits::unlimited().sync(Bucket::per_minute(1).burst(1));
    let sim = Sim::builder().workflow(greet()).limits(limits).start().expect("a free port");
    assert_eq!(stream("greet").send(&sim).status, 200);
    let error = r#"{"error":"Rate limit exceeded. Please try again later."}"#;
    refused(&sim, &stream("greet"), 429).assert(429, error);
}

#[test]
fn thinking_and_tool_calls_need_the_protocol_header_and_use_up_no_id() {
    let sim = greeter();
    let error = "{\"error\":\"includeThinking and includeToolCalls require the \
        X-Sim-Stream-Protocol: agent-events-v1 request header, which declares that the client \
        understands agent-event frames.\"}";
    for flag in ["includeThinking", "includeToolCalls"] {
        let call = Call::execute("greet", &json!({ "stream": true, flag: true }));
        let call = call.header("x-execution-id", "r");
        refused(&sim, &call, 400).assert(400, error);
        refused(&sim, &call.header("x-sim-stream-protocol", "other"), 400);
    }
    assert!(sim.runs().is_empty());
    assert_eq!(stream("greet").header("x-execution-id", "r").send(&sim).status, 200);
}

#[test]
fn a_queued_run_is_not_streamed() {
    let answer = stream("greet").header("x-execution-mode", "async").send(&greeter());
    assert_eq!(answer.status, 202);
    assert_eq!(answer.json()["async"], true);
}
