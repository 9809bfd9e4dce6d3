//! Resuming through v1: the attempt, and the run that it resumes.

use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Mode, Outcome, Pause, Sim, Status, Usage, Workflow};

use crate::client::{Answer, Call, assert_keys, poll_until, read};
use crate::waiting::{CONTEXT_IN_PATH, held, start, told, twofold, waiting};

fn resume(context: &str, body: &str) -> Call {
    Call::post(format!("/api/resume/w/r/{context}")).body(body)
}

fn execution(sim: &Sim, run: &str) -> Answer {
    Call::get(format!("/api/workflows/w/executions/{run}?includeOutput=true")).send(sim)
}

const APPROVED: &str = r#"{"input":{"approved":true}}"#;

#[test]
fn a_synchronous_run_is_resumed_and_its_attempt_is_gone() {
    let sim = waiting(Mode::Sync);
    let answer = resume(CONTEXT_IN_PATH, APPROVED).send(&sim);
    assert_eq!(answer.status, 200);
    assert_keys(&answer.body, &["success", "status", "executionId", "output", "metadata"]);
    let body = answer.json();
    assert_eq!((&body["success"], &body["status"]), (&json!(true), &json!("completed")));
    assert_eq!(body["output"], json!({ "approved": true }));
    let attempt = body["executionId"].as_str().expect("an id");
    assert_ne!(attempt, "r");
    execution(&sim, attempt).assert(404, r#"{"error":"Execution not found"}"#);
    let run = execution(&sim, "r").json();
    assert_eq!((&run["status"], &run["paused"]), (&json!("completed"), &Value::Null));
    assert_eq!(run["finalOutput"], json!({ "approved": true }));
    assert_eq!(sim.runs().len(), 1, "an attempt is no run of its own");
}

#[test]
fn the_body_is_the_input_when_it_has_none() {
    for (body, approved) in [(r#"{"approved":true}"#, json!(true)), ("", Value::Null)] {
        let sim = waiting(Mode::Sync);
        let answer = resume(CONTEXT_IN_PATH, body).send(&sim);
        assert_eq!(answer.json()["output"], json!({ "approved": approved }));
    }
}

#[test]
fn a_second_time_is_a_409_and_an_unknown_place_a_404() {
    let sim = waiting(Mode::Sync);
    let missing = r#"{"error":"Pause point not found for execution"}"#;
    resume("none", APPROVED).send(&sim).assert(404, missing);
    let call = Call::post("/api/resume/w/none/x");
    call.send(&sim).assert(404, r#"{"error":"Paused execution not found"}"#);
    let wrong = resume(CONTEXT_IN_PATH, APPROVED).key("bad").send(&sim);
    wrong.assert(401, r#"{"error":"Invalid API key"}"#);
    assert_eq!(resume(CONTEXT_IN_PATH, APPROVED).send(&sim).status, 200);
    let again = resume(CONTEXT_IN_PATH, APPROVED).send(&sim);
    again.assert(409, r#"{"error":"Paused execution is not resumable"}"#);
}

#[test]
fn a_run_outlives_its_workflow() {
    for mode in [Mode::Sync, Mode::Stream] {
        let sim = waiting(mode);
        assert_eq!(Call::delete("/api/v2/workflows/w").send(&sim).status, 200);
        let answer = resume(CONTEXT_IN_PATH, APPROVED).send(&sim);
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains(r#""output":{"approved":true}"#), "{}", answer.body);
        let ended = sim.run("r").map(|run| run.status);
        assert_eq!(ended, Some(Status::Completed), "{mode:?}");
    }
}

#[test]
fn a_streamed_run_is_resumed_as_a_stream_that_names_the_attempt() {
    let sim = waiting(Mode::Stream);
    let answer = resume(CONTEXT_IN_PATH, APPROVED).send(&sim);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")));
    let attempt = answer.header("x-execution-id").expect("an id");
    assert_eq!(execution(&sim, attempt).status, 404);
    let last = r#"data: {"event":"final","data":{"success":true,"output":{"approved":true}}}"#;
    assert!(answer.body.contains(last), "{}", answer.body);
    assert!(answer.body.contains("data: \"[DONE]\""));
    assert_eq!(execution(&sim, "r").json()["status"], "completed");
}

#[test]
fn a_queued_run_is_resumed_with_a_receipt() {
    let sim = waiting(Mode::Queued);
    let answer = resume(CONTEXT_IN_PATH, APPROVED).send(&sim);
    assert_eq!(answer.status, 202);
    let keys = ["success", "async", "jobId", "executionId", "message", "statusUrl"];
    assert_keys(&answer.body, &keys);
    let body = answer.json();
    assert_eq!(body["message"], "Resume execution queued");
    let job = body["jobId"].as_str().expect("an id");
    assert_eq!(body["statusUrl"], format!("https://sim.example/api/jobs/{job}"));
    poll_until(|| (told(&sim)["status"] == "completed").then_some(()));
    assert_eq!(told(&sim)["output"], json!({ "approved": true }));
    let job = Call::get(format!("/api/jobs/{job}")).send(&sim).json();
    assert_eq!(job["status"], "completed");
    assert_eq!(job["output"]["output"], json!({ "approved": true }));
}

#[test]
fn a_failed_attempt_is_a_400_and_the_run_waits_for_ever() {
    let workflow = Workflow::new("w", |_| {
        Pause::new().context_id("one").then(|_| Outcome::failed("Done: it broke"))
    });
    let sim = start(workflow, Mode::Sync);
    let answer = resume("one", "").send(&sim);
    answer.assert(400, r#"{"error":"Done: it broke"}"#);
    let run = execution(&sim, "r").json();
    assert_eq!((&run["status"], &run["level"]), (&json!("paused"), &json!("error")));
    assert_eq!((&run["paused"]["contextId"], &run["error"]), (&Value::Null, &Value::Null));
    let detail = Call::get("/api/workflows/w/paused/r").send(&sim).json();
    let point = &detail["pausePoints"][0];
    assert_eq!((&detail["status"], &point["resumeStatus"]), (&json!("paused"), &json!("failed")));
    assert_eq!(point["latestResumeEntry"]["failureReason"], "Done: it broke");
    let log = Call::get("/api/v2/logs/r").send(&sim).json()["data"].clone();
    assert_eq!(log["status"], "failed");
    assert_eq!(log["finalOutput"], json!({ "error": "Done: it broke" }));
}

#[test]
fn a_run_that_waits_again_is_resumed_no_more() {
    let workflow = Workflow::new("w", |_| {
        Pause::new().context_id("one").then(|_| {
            Pause::new().context_id("two").then(|input| json!({ "second": input["answer"] }))
        })
    });
    let sim = start(workflow, Mode::Sync);
    let body = resume("one", "{}").send(&sim).json();
    assert_eq!(body["status"], "paused");
    let link = &body["output"]["data"]["_resume"];
    let attempt = body["executionId"].as_str().expect("an id");
    assert_eq!((&link["contextId"], &link["executionId"]), (&json!("two"), &json!(attempt)));
    let paused = told(&sim)["paused"].clone();
    assert_eq!((&paused["contextId"], &paused["pausePointCount"]), (&Value::Null, &json!(1)));
    assert_eq!(paused["resumedCount"], 0);
    let point = &Call::get("/api/workflows/w/paused/r").send(&sim).json()["pausePoints"][0];
    assert_eq!(point["resumeStatus"], "resuming");
    assert_eq!(point["latestResumeEntry"]["status"], "completed");
    let filed = Call::get(format!("/api/workflows/w/paused/{attempt}")).send(&sim).json();
    assert_eq!(filed["pausePoints"][0]["contextId"], "two");
    let missing = r#"{"error":"Pause point not found for execution"}"#;
    resume("two", "{}").send(&sim).assert(404, missing);
    let by_attempt = Call::post(format!("/api/resume/w/{attempt}/two"));
    by_attempt.send(&sim).assert(409, r#"{"error":"Execution can no longer be resumed"}"#);
    let filed = Call::get(format!("/api/workflows/w/paused/{attempt}")).send(&sim).json();
    let point = &filed["pausePoints"][0];
    assert_eq!(point["resumeStatus"], "paused");
    assert_eq!(point["latestResumeEntry"]["failureReason"], "Execution can no longer be resumed");
}

#[test]
fn a_run_with_several_places_goes_on_after_the_last() {
    let sim = twofold();
    let body = resume("two", r#"{"n":2}"#).send(&sim).json();
    assert_eq!(body["status"], "completed", "the answer tells the attempt, not the run");
    assert_eq!(body["output"], json!({ "last": "two", "in": { "n": 2 } }));
    let detail = Call::get("/api/workflows/w/paused/r").send(&sim).json();
    assert_eq!(
        (&detail["status"], &detail["resumedCount"]),
        (&json!("partially_resumed"), &json!(1))
    );
    assert_eq!(told(&sim)["paused"]["contextId"], "one");
    let body = resume("one", r#"{"n":1}"#).send(&sim).json();
    assert_eq!(body["output"], json!({ "last": "one", "in": { "n": 1 } }));
    assert_eq!(told(&sim)["status"], "completed");
}

#[test]
fn a_pause_of_some_time_ends_by_itself() {
    let workflow = Workflow::new("w", |_| {
        Pause::time(Duration::from_millis(20)).then(|_| json!({ "slept": true }))
    });
    let sim = start(workflow, Mode::Sync);
    poll_until(|| (told(&sim)["status"] == "completed").then_some(()));
    assert_eq!(told(&sim)["output"], json!({ "slept": true }));
}

#[test]
fn nobody_resumes_a_pause_of_some_time() {
    let workflow =
        Workflow::new("w", |_| Pause::time(Duration::from_secs(3600)).context_id("clock"));
    let sim = start(workflow, Mode::Sync);
    assert_eq!(resume("clock", "{}").send(&sim).status, 400);
    let call = Call::post("/api/v2/workflows/w/runs/r/resume").body(r#"{"contextId":"clock"}"#);
    assert_eq!(call.send(&sim).status, 400);
    assert_eq!(told(&sim)["status"], "paused");
}

#[test]
fn one_attempt_waits_for_another() {
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Arc::new(std::sync::Mutex::new(gate));
    let workflow = Workflow::new("w", move |_| {
        let gate = std::sync::Arc::clone(&gate);
        let one = Pause::new().context_id("one").then(move |input| {
            let _ = gate.lock().map(|gate| gate.recv());
            input
        });
        one.beside(Pause::new().context_id("two"))
    });
    let sim = start(workflow, Mode::Queued);
    assert_eq!(resume("one", "{}").send(&sim).status, 202);
    let answer = resume("two", "{}").send(&sim);
    assert_eq!(answer.status, 200);
    assert_keys(&answer.body, &["status", "executionId", "queuePosition", "message"]);
    assert_eq!(
        (&answer.json()["status"], &answer.json()["queuePosition"]),
        (&json!("queued"), &json!(1))
    );
    let attempt = answer.json()["executionId"].as_str().expect("an id").to_owned();
    assert_eq!(execution(&sim, &attempt).json()["status"], "queued");
    let detail = Call::get("/api/resume/w/r/two").send(&sim).json();
    assert_eq!(detail["pausePoint"]["resumeStatus"], "queued");
    assert_eq!(detail["pausePoint"]["queuePosition"], 1);
    open.send(()).expect("the first attempt waits");
    poll_until(|| (told(&sim)["status"] == "completed").then_some(()));
}

#[test]
fn cancelling_ends_an_attempt_at_work() {
    let (sim, _open) = held(Mode::Sync);
    let caller = resume("one", "{}").open(&sim);
    poll_until(|| (told(&sim)["paused"]["contextId"] == Value::Null).then_some(()));
    let answer = Call::post("/api/workflows/w/executions/r/cancel").send(&sim).json();
    assert_eq!(answer["pausedCancelled"], true);
    let body = read(caller).json();
    assert_eq!((&body["success"], &body["status"]), (&json!(false), &json!("cancelled")));
    assert_eq!(sim.run("r").map(|run| run.status), Some(Status::Cancelled));
    let detail = Call::get("/api/workflows/w/paused/r").send(&sim).json();
    assert_eq!(detail["status"], "cancelled");
    assert_eq!(resume("one", "{}").send(&sim).status, 409);
}

#[test]
fn a_spent_account_resumes_nothing() {
    let sim = waiting(Mode::Sync);
    sim.set_usage(Usage::new(2.0, 1.0));
    assert_eq!(resume(CONTEXT_IN_PATH, APPROVED).send(&sim).status, 402);
    assert_eq!(told(&sim)["status"], "paused");
}
