//! Answers to runs that wait.

use serde_json::{Value, json};
use sim_mock::{Fault, Faults, Outcome, Pause, Release, Sim, Status, Workflow};

use super::server;
use crate::client::{Answer, Call, poll_until};

fn start(sim: &Sim, queued: bool) -> String {
    let body = json!({});
    let call = if queued { Call::queue("w", &body) } else { Call::execute("w", &body) };
    let told = call.send(sim).json()["executionId"].clone();
    poll_until(|| (sim.runs()[0].status == Status::Paused).then_some(()));
    told.as_str().expect("an id").to_owned()
}

fn resume(sim: &Sim, run: &str, context: &str) -> Answer {
    Call::post(format!("/api/resume/w/{run}/{context}")).body(r#"{"input":{"a":1}}"#).send(sim)
}

fn detail(sim: &Sim, run: &str) -> Value {
    Call::get(format!("/api/workflows/w/paused/{run}")).send(sim).json()
}

fn asks() -> Workflow {
    Workflow::new("w", |_| Pause::new().context_id("one"))
}

#[test]
fn a_run_keeps_its_id_and_every_refusal_is_400_before_0_8() {
    for release in Release::ALL {
        let sim = server(release, asks());
        let run = start(&sim, false);
        let old = release < Release::V089;
        let context = resume(&sim, &run, "none");
        assert_eq!(context.status, if old { 400 } else { 404 }, "{release}");
        let unknown = resume(&sim, "none", "one").status;
        assert_eq!(unknown, if release < Release::V0732 { 400 } else { 404 }, "{release}");
        let answer = resume(&sim, &run, "one").json();
        assert_eq!(
            (&answer["status"], &answer["output"]),
            (&json!("completed"), &json!({ "a": 1 }))
        );
        assert_eq!(answer["executionId"] == run, old, "{release}");
        let entry = detail(&sim, &run)["pausePoints"][0]["latestResumeEntry"].clone();
        assert_eq!(entry["newExecutionId"], answer["executionId"], "{release}");
        let again = resume(&sim, &run, "one");
        let error = r#"{"error":"Paused execution is not resumable"}"#;
        again.assert(if old { 400 } else { 409 }, error);
    }
}

#[test]
fn a_queued_run_goes_on_after_its_answer_from_0_7_59_on() {
    for release in Release::ALL {
        let sim = server(release, asks());
        let run = start(&sim, true);
        let receipt = resume(&sim, &run, "one");
        assert_eq!(receipt.status, 202, "{release}");
        let job = receipt.json()["jobId"].as_str().expect("an id").to_owned();
        assert!(job.starts_with("run_"), "{release}: {job}");
        if release >= Release::V0759 {
            poll_until(|| (sim.runs()[0].status == Status::Completed).then_some(()));
            continue;
        }
        let job = Call::get(format!("/api/jobs/{job}")).send(&sim).json();
        assert_eq!(
            (&job["status"], &job["output"]),
            (&json!("pending"), &Value::Null),
            "{release}"
        );
        let point = detail(&sim, &run)["pausePoints"][0].clone();
        assert_eq!(point["resumeStatus"], "resuming", "{release}");
        assert_eq!(point["latestResumeEntry"]["status"], "claimed", "{release}");
        assert_eq!(point["latestResumeEntry"]["resumeInput"], json!({ "a": 1 }), "{release}");
        let again = resume(&sim, &run, "one");
        again.assert(400, r#"{"error":"Pause point already resumed or in progress"}"#);
        let cancel = Call::post(format!("/api/workflows/w/executions/{run}/cancel")).send(&sim);
        assert_eq!(cancel.json()["pausedCancelled"], false, "{release}");
        assert_eq!(detail(&sim, &run)["status"], "cancelling", "{release}");
        assert_eq!(sim.runs()[0].status, Status::Paused, "{release}: it never ends");
    }
}

#[test]
fn a_second_human_can_answer_before_0_8() {
    for release in Release::ALL {
        let workflow = Workflow::new("w", |_| {
            let second = Pause::new().context_id("two").then(|input| json!({ "second": input }));
            Pause::new().context_id("one").then(move |_| second.clone())
        });
        let sim = server(release, workflow);
        let run = start(&sim, false);
        let first = resume(&sim, &run, "one").json();
        assert_eq!(first["status"], "paused", "{release}");
        let filed = first["output"]["data"]["_resume"]["executionId"].as_str().expect("an id");
        let second = resume(&sim, &run, "two");
        if release < Release::V089 {
            assert_eq!(filed, run, "{release}");
            assert_eq!(second.json()["output"], json!({ "second": { "a": 1 } }), "{release}");
            assert_eq!(sim.runs()[0].status, Status::Completed, "{release}");
        } else {
            assert_eq!((filed == run, second.status), (false, 404), "{release}");
            let by_attempt = resume(&sim, filed, "two");
            by_attempt.assert(409, r#"{"error":"Execution can no longer be resumed"}"#);
            assert_eq!(sim.runs()[0].status, Status::Paused, "{release}: for ever");
        }
    }
}

#[test]
fn a_failure_after_an_answer_leaves_the_run_waiting_on_every_release() {
    for release in Release::ALL {
        let workflow = Workflow::new("w", |_| {
            Pause::new().context_id("one").then(|_| Outcome::failed("Boom: after approval"))
        });
        let sim = server(release, workflow);
        let run = start(&sim, false);
        resume(&sim, &run, "one").assert(400, r#"{"error":"Boom: after approval"}"#);
        assert_eq!(sim.runs()[0].status, Status::Paused, "{release}");
        let point = detail(&sim, &run)["pausePoints"][0].clone();
        assert_eq!(point["resumeStatus"], "failed", "{release}");
        assert_eq!(point["latestResumeEntry"]["failureReason"], "Boom: after approval");
    }
    let workflow = Workflow::new("w", |_| Pause::new().then(|_| Outcome::failed("Boom: it broke")));
    let sim = server(Release::V089, workflow);
    let run = start(&sim, false);
    let context = detail(&sim, &run)["pausePoints"][0]["contextId"].clone();
    let call = Call::post(format!("/api/v2/workflows/w/runs/{run}/resume"));
    let answer = call.json(&json!({ "contextId": context })).send(&sim);
    let error = json!({ "code": "INTERNAL_ERROR", "message": "Internal server error" });
    assert_eq!((answer.status, answer.json()), (500, json!({ "error": error })));
}

#[test]
fn a_timed_pause_is_no_pause_for_humans() {
    for release in Release::ALL {
        let workflow = Workflow::new("w", |_| {
            Pause::time(std::time::Duration::from_secs(3600)).context_id("clock")
        });
        let sim = server(release, workflow);
        let run = start(&sim, false);
        let status = match release {
            Release::V0732 | Release::V0759 => 404,
            _ => 400,
        };
        assert_eq!(resume(&sim, &run, "clock").status, status, "{release}");
        assert_eq!(detail(&sim, &run), json!({ "error": "Paused execution not found" }));
    }
}

/// What a server that node runs does with a caller who leaves at once.
#[test]
fn an_answer_may_be_replaced_by_an_empty_one() {
    for release in Release::ALL {
        let sim = server(release, asks());
        let run = start(&sim, false);
        sim.set_faults(Faults::script([Fault::CloseEmptied]));
        let mut lost =
            Call::post(format!("/api/resume/w/{run}/one")).body(r#"{"input":{"a":1}}"#).open(&sim);
        let mut bytes = Vec::new();
        assert_eq!(std::io::Read::read_to_end(&mut lost, &mut bytes).unwrap_or_default(), 0);
        let point = detail(&sim, &run)["pausePoints"][0].clone();
        assert_eq!(point["latestResumeEntry"]["resumeInput"], json!({}), "{release}");
        assert_eq!(sim.runs()[0].status, Status::Completed, "{release}");
        let again = resume(&sim, &run, "one").status;
        assert_eq!(again, if release < Release::V089 { 400 } else { 409 }, "{release}");
    }
}
