//! Run ids that callers choose, which work only once.

use serde_json::json;
use sim_mock::{Bucket, Limits, Sim, Usage};

use crate::client::{Call, greet, greeter};

fn with_id(id: &str) -> Call {
    Call::execute("greet", &json!({})).header("x-execution-id", id)
}

fn conflict(id: &str) -> String {
    format!(
        "{{\"error\":\"Execution ID has already been used\",\
         \"code\":\"EXECUTION_ID_CONFLICT\",\"executionId\":\"{id}\"}}"
    )
}

#[test]
fn the_second_use_of_an_id_is_a_409_and_no_run() {
    let sim = greeter();
    assert_eq!(with_id("order-1").send(&sim).json()["executionId"], "order-1");
    with_id("order-1").send(&sim).assert(409, &conflict("order-1"));
    let queued = Call::queue("greet", &json!({})).header("x-execution-id", "order-1");
    queued.send(&sim).assert(409, &conflict("order-1"));
    assert_eq!(sim.runs().len(), 1);
}

#[test]
fn an_id_with_other_characters_is_a_400() {
    with_id("bad id!").send(&greeter()).assert(
        400,
        r#"{"error":"Invalid execution ID header","details":[{"path":"X-Execution-Id","message":"Execution ID can only contain letters, numbers, dots, underscores, colons, and hyphens"}]}"#,
    );
}

#[test]
fn an_id_has_up_to_128_characters() {
    let sim = greeter();
    assert_eq!(with_id(&"a".repeat(128)).send(&sim).status, 200);
    assert_eq!(with_id(&"a".repeat(129)).send(&sim).status, 400);
    assert_eq!(with_id("").send(&sim).status, 400);
}

#[test]
fn the_body_is_the_older_place_for_an_id() {
    let sim = greeter();
    let call = Call::execute("greet", &json!({ "executionId": "e1" }));
    assert_eq!(call.send(&sim).json()["executionId"], "e1");
    assert_eq!(call.header("x-execution-id", "e2").send(&sim).json()["executionId"], "e2");
}

#[test]
fn early_refusals_leave_the_id_free() {
    let draft = Sim::builder()
        .workflow(greet())
        .workflow(sim_mock::Workflow::new("draft", |_| json!({})).not_deployed());
    let sim = draft.start().expect("a free port");
    assert_eq!(with_id("a").key("bad").send(&sim).status, 401);
    assert_eq!(with_id("a").body("{").send(&sim).status, 400);
    let elsewhere = |workflow| Call::execute(workflow, &json!({})).header("x-execution-id", "a");
    assert_eq!(elsewhere("none").send(&sim).status, 404);
    assert_eq!(elsewhere("draft").send(&sim).status, 403);
    assert_eq!(with_id("a").send(&sim).status, 200);
}

#[test]
fn a_rate_refusal_uses_up_the_id() {
    let limits = Limits::unlimited().sync(Bucket::per_minute(1).burst(0));
    let sim = Sim::builder().workflow(greet()).limits(limits).start().expect("a free port");
    assert_eq!(with_id("a").send(&sim).status, 429);
    with_id("a").send(&sim).assert(409, &conflict("a"));
    let read = Call::get("/api/workflows/greet/executions/a").send(&sim);
    assert_eq!(read.json()["status"], "failed");
    assert!(sim.runs().is_empty());
}

#[test]
fn a_usage_refusal_uses_up_the_id() {
    let sim = Sim::builder().workflow(greet()).usage(Usage::new(2.0, 1.0));
    let sim = sim.start().expect("a free port");
    assert_eq!(with_id("a").send(&sim).status, 402);
    sim.set_usage(Usage::default());
    with_id("a").send(&sim).assert(409, &conflict("a"));
}

#[test]
fn a_failed_run_uses_up_its_id() {
    let fails = sim_mock::Workflow::new("greet", |_| sim_mock::Outcome::failed("Boom"));
    let sim = Sim::builder().workflow(fails).start().expect("a free port");
    assert_eq!(with_id("a").send(&sim).status, 500);
    with_id("a").send(&sim).assert(409, &conflict("a"));
}
