//! Synchronous runs that do not complete.

use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Failure, Outcome, Pause, ResponseBlock, Sim, Status, Workflow};

use crate::client::{Answer, Call, assert_keys};

fn end(outcome: impl Into<Outcome>) -> (Sim, Answer) {
    let outcome = outcome.into();
    let workflow = Workflow::new("w", move |_| outcome.clone());
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    let answer = Call::execute("w", &json!({})).send(&sim);
    (sim, answer)
}

fn status(sim: &Sim) -> Status {
    sim.runs()[0].status
}

#[test]
fn a_failed_run_is_a_500_without_its_id() {
    let (sim, answer) = end(Outcome::failed("Boom: it broke"));
    assert_eq!((answer.status, status(&sim)), (500, Status::Failed));
    assert_keys(&answer.body, &["success", "output", "error", "metadata"]);
    let body = answer.json();
    assert_eq!(body["success"], false);
    assert_eq!(body["output"], json!({}));
    assert_eq!(body["error"], "Boom: it broke");
}

#[test]
fn an_err_fails_the_run() {
    let (_sim, answer) = end(Err::<Value, _>("Boom".to_owned()));
    assert_eq!((answer.status, answer.json()["error"].clone()), (500, json!("Boom")));
}

#[test]
fn a_failing_block_may_choose_status_and_output() {
    let failure = Failure::new("Limit: slow down").status(429).output(json!({ "n": 1 }));
    let (_sim, answer) = end(failure);
    assert_eq!(answer.status, 429);
    assert_eq!(answer.json()["output"], json!({ "n": 1 }));
}

#[test]
fn a_panic_in_the_closure_fails_the_run() {
    let workflow =
        Workflow::new("w", |input: Value| json!(input["list"].as_array().expect("a list").len()));
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    assert_eq!(Call::execute("w", &json!({})).send(&sim).status, 500);
    assert_eq!(status(&sim), Status::Failed);
}

#[test]
fn a_response_block_writes_the_answer() {
    let block = ResponseBlock::new(json!({ "ok": true }))
        .status(201)
        .header("X-Custom", "abc")
        .header("X-Another", "1");
    let (sim, answer) = end(block);
    answer.assert(201, "{\"ok\":true}");
    assert_eq!(answer.header("x-custom"), Some("abc"));
    assert_eq!(answer.header("x-another"), Some("1"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(status(&sim), Status::Completed);
}

#[test]
fn a_response_block_may_answer_any_json() {
    end(ResponseBlock::new(json!([1, "a"]))).1.assert(200, "[1,\"a\"]");
    end(ResponseBlock::new("text").status(429)).1.assert(429, "\"text\"");
}

#[test]
fn a_paused_run_looks_like_success_and_says_how_to_resume() {
    let (sim, answer) = end(Pause::new().context_id("ctx").show("amount", 7).ask("ok", "boolean"));
    assert_eq!((answer.status, status(&sim)), (200, Status::Paused));
    assert_keys(&answer.body, &["success", "executionId", "output", "metadata"]);
    let body = answer.json();
    let id = body["executionId"].as_str().expect("an id");
    let url = sim.url();
    assert_eq!(body["success"], true);
    assert_eq!(
        body["output"]["data"]["_resume"],
        json!({
            "apiUrl": format!("{url}/api/resume/w/{id}/ctx"),
            "uiUrl": format!("{url}/resume/w/{id}"),
            "contextId": "ctx",
            "executionId": id,
            "workflowId": "w",
        })
    );
    assert_eq!(body["output"]["data"]["operation"], "human");
    assert_eq!(
        body["output"]["data"]["responseStructure"],
        json!([{ "name": "amount", "type": "number", "value": 7 }])
    );
    assert_eq!(body["output"]["data"]["inputFormat"][0]["label"], "ok");
    assert_eq!(body["output"]["data"]["submission"], json!(null));
    assert_eq!(body["output"]["status"], 200);
    assert_eq!(body["output"]["headers"], json!({ "Content-Type": "application/json" }));
}

#[test]
fn a_timed_out_run_is_a_408() {
    let (sim, answer) = end(Outcome::timed_out(Duration::from_secs(3)));
    assert_eq!((answer.status, status(&sim)), (408, Status::Failed));
    assert_keys(&answer.body, &["success", "output", "error", "metadata"]);
    assert_eq!(answer.json()["error"], "Execution timed out after 3 seconds");
}

#[test]
fn the_time_limit_of_the_server_ends_a_run() {
    let workflow = Workflow::new("w", |_| json!({})).takes(Duration::from_secs(3600));
    let sim = Sim::builder().workflow(workflow).time_limit(Duration::from_millis(20));
    let sim = sim.start().expect("a free port");
    let answer = Call::execute("w", &json!({})).send(&sim);
    assert_eq!((answer.status, status(&sim)), (408, Status::Failed));
}

#[test]
fn a_cancelled_run_is_a_200_without_success() {
    let (sim, answer) = end(Outcome::cancelled());
    assert_eq!((answer.status, status(&sim)), (200, Status::Cancelled));
    assert_keys(&answer.body, &["success", "executionId", "output", "metadata"]);
    assert_eq!(answer.json()["success"], false);
}
