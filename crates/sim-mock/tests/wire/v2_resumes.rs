//! Resuming through v2.

use serde_json::{Value, json};
use sim_mock::{Mode, Sim};

use crate::client::{Answer, Call, assert_error, poll_until};
use crate::waiting::{CONTEXT, held, told, waiting};

fn resume(sim: &Sim, body: &Value) -> Answer {
    Call::post("/api/v2/workflows/w/runs/r/resume").body(body.to_string()).send(sim)
}

fn attempt(sim: &Sim, run: &str) -> Answer {
    Call::get(format!("/api/v2/workflows/w/runs/{run}?includeOutput=true")).send(sim)
}

fn gone(sim: &Sim, run: &str) {
    let error = json!({ "code": "NOT_FOUND", "message": "Run not found" });
    assert_error(&attempt(sim, run), 404, &error);
}

#[test]
fn a_synchronous_run_is_resumed_and_its_attempt_is_gone() {
    let sim = waiting(Mode::Sync);
    let body = json!({ "contextId": CONTEXT, "input": { "approved": true } });
    let answer = resume(&sim, &body);
    assert_eq!(answer.status, 200);
    let data = &answer.json()["data"];
    let run = data["runId"].as_str().expect("an id");
    assert_eq!(answer.header("x-run-id"), Some(run));
    assert_ne!(run, "r");
    assert_eq!((&data["status"], &data["error"]), (&json!("completed"), &Value::Null));
    assert_eq!(data["output"], json!({ "approved": true }));
    assert!(data["durationMs"].is_f64());
    gone(&sim, run);
    let run = told(&sim);
    assert_eq!((&run["status"], &run["trigger"]), (&json!("completed"), &json!("api")));
    assert_eq!((&run["output"], &run["paused"]), (&json!({ "approved": true }), &Value::Null));
}

#[test]
fn the_input_may_be_missing() {
    let sim = waiting(Mode::Sync);
    let data = resume(&sim, &json!({ "contextId": CONTEXT })).json()["data"].clone();
    assert_eq!(data["status"], "completed");
}

#[test]
fn an_attempt_of_a_queued_or_streamed_run_can_be_watched_until_it_ends() {
    for mode in [Mode::Queued, Mode::Stream] {
        let (sim, open) = held(mode);
        let answer = resume(&sim, &json!({ "contextId": "one", "input": { "a": 1 } }));
        assert_eq!(answer.status, 202);
        let run = answer.json()["data"]["runId"].as_str().expect("an id").to_owned();
        let url = format!("https://sim.example/api/v2/workflows/w/runs/{run}");
        assert_eq!(answer.json()["data"], json!({ "runId": run, "statusUrl": url }));
        assert_eq!(answer.header("x-run-id"), Some(run.as_str()));
        let data = attempt(&sim, &run).json()["data"].clone();
        assert_eq!((&data["status"], &data["trigger"]), (&json!("running"), &json!("resume")));
        let paused = told(&sim);
        assert_eq!(
            (&paused["status"], &paused["paused"]["pausePointCount"]),
            (&json!("paused"), &json!(1))
        );
        assert_eq!(paused["paused"]["contextId"], Value::Null);
        open.send(()).expect("the attempt waits");
        poll_until(|| (told(&sim)["status"] == "completed").then_some(()));
        assert_eq!(told(&sim)["output"], json!({ "a": 1 }));
        gone(&sim, &run);
        let list = Call::get("/api/v2/workflows/w/runs").send(&sim).json();
        assert_eq!(list["data"].as_array().map(Vec::len), Some(1), "attempts are not listed");
    }
}

#[test]
fn a_second_time_is_a_409() {
    let sim = waiting(Mode::Sync);
    let body = json!({ "contextId": CONTEXT, "input": { "approved": false } });
    assert_eq!(resume(&sim, &body).status, 200);
    let error = json!({ "code": "CONFLICT", "message": "Paused execution is not resumable" });
    assert_error(&resume(&sim, &body), 409, &error);
}

#[test]
fn what_is_not_there_is_a_404() {
    let sim = waiting(Mode::Sync);
    assert_eq!(resume(&sim, &json!({ "contextId": "none" })).status, 404);
    let call = Call::post("/api/v2/workflows/w/runs/none/resume").body(r#"{"contextId":"c"}"#);
    let error = json!({ "code": "NOT_FOUND", "message": "Run not found" });
    assert_error(&call.send(&sim), 404, &error);
}

#[test]
fn the_body_is_strict() {
    let sim = waiting(Mode::Sync);
    let bodies = [
        json!({}),
        json!({ "contextId": "" }),
        json!({ "contextId": 1 }),
        json!({ "contextId": CONTEXT, "approved": true }),
        json!([]),
    ];
    for body in bodies {
        assert_eq!(resume(&sim, &body).status, 400, "{body}");
    }
    assert_eq!(told(&sim)["status"], "paused");
}

#[test]
fn a_run_that_was_cancelled_is_not_resumed() {
    let sim = waiting(Mode::Sync);
    let answer = Call::post("/api/v2/workflows/w/runs/r/cancel").send(&sim).json();
    assert_eq!(answer["data"]["pausedCancelled"], true);
    assert_eq!(resume(&sim, &json!({ "contextId": CONTEXT })).status, 409);
}
