//! Streamed runs of v2, which differ from those of v1 only in the request.

use serde_json::json;
use sim_mock::{Agent, Pause, Sim, Workflow};

use crate::client::{Call, greet};

fn sim() -> Sim {
    let agent = Agent::new("a-1").named("Agent 1").thinks("Hm.").says("Hello ").says("Ann");
    Sim::builder()
        .workflow(greet().public())
        .workflow(Workflow::new("agent", move |_| agent.clone()))
        .workflow(Workflow::new("waits", |_| Pause::new().context_id("ctx")))
        .start()
        .expect("a free port")
}

#[test]
fn frames_are_those_of_v1() {
    let body = json!({ "stream": true, "selectedOutputs": ["agent1.content"] });
    let sim = sim();
    let answer = Call::execute_v2("agent", &body).header("x-run-id", "r").send(&sim);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert_eq!(answer.header("x-accel-buffering"), Some("no"));
    assert_eq!(answer.header("x-run-id"), None);
    assert!(answer.header("x-ratelimit-remaining").is_some());
    for frame in [
        r#"data: {"blockId":"a-1","chunk":"Hello "}"#,
        r#"data: {"blockId":"a-1","chunk":"Ann"}"#,
        r#"data: {"event":"final","data":{"success":true,"output":{}}}"#,
        r#"data: "[DONE]""#,
    ] {
        assert!(answer.body.contains(frame), "{frame} in {}", answer.body);
    }
    assert_eq!(sim.run("r").expect("it ran").workflow, "agent");
}

#[test]
fn thoughts_come_to_those_who_understand_them() {
    let body = json!({
        "stream": true, "includeThinking": true, "selectedOutputs": ["agent1.content"],
    });
    let call = Call::execute_v2("agent", &body).header("x-sim-stream-protocol", "agent-events-v1");
    let answer = call.send(&sim());
    assert_eq!(answer.header("x-sim-stream-protocol"), Some("agent-events-v1"));
    assert!(answer.body.contains(r#"{"blockId":"a-1","event":"thinking","data":"Hm."}"#));
}

#[test]
fn a_paused_run_says_so_at_the_end() {
    let answer = Call::execute_v2("waits", &json!({ "stream": true })).send(&sim());
    assert!(answer.body.contains(r#""status":"paused"}}"#), "{}", answer.body);
}

#[test]
fn a_public_workflow_streams_without_a_key() {
    let call = Call::execute_v2("greet", &json!({ "input": {}, "stream": true })).no_key();
    let answer = call.send(&sim());
    assert_eq!((answer.status, answer.header("x-ratelimit-limit")), (200, None));
    assert!(answer.body.contains("Hello "));
}
