//! Who chooses the id of a run, and what proves it.

use std::time::Duration;

use serde_json::json;
use sim_mock::{Fault, Faults, Release, Sim, Status, Workflow};

use super::server;
use crate::client::{Call, greet, poll_until};

const ID: &str = "x-execution-id";

#[test]
fn a_key_chooses_the_id_from_0_7_32_on() {
    for release in Release::ALL {
        let sim = server(release, greet());
        let honoured = release >= Release::V0732;
        let start = Call::execute("greet", &json!({ "name": "a" })).header(ID, "mine");
        let told = start.send(&sim).json()["executionId"].clone();
        assert_eq!(told == "mine", honoured, "{release}: {told}");
        let again = start.send(&sim).status;
        assert_eq!(again, if honoured { 409 } else { 200 }, "{release}");
        assert_eq!(sim.runs().len(), if honoured { 1 } else { 2 }, "{release}");
        let in_body = Call::execute("greet", &json!({ "executionId": "body" })).send(&sim);
        assert_eq!(in_body.json()["executionId"] == "body", honoured, "{release}");
    }
}

#[test]
fn a_caller_without_a_key_never_chooses() {
    for release in Release::ALL {
        let sim = server(release, greet().public());
        let start = Call::execute("greet", &json!({})).header(ID, "mine").no_key();
        assert_eq!((start.send(&sim).status, start.send(&sim).status), (200, 200), "{release}");
        assert!(sim.run("mine").is_none(), "{release}");
    }
}

/// The probe of a client that wants to know whether ids are honoured, before anything is at stake.
#[test]
fn a_probe_tells_and_starts_nothing() {
    for release in Release::ALL {
        let sim = server(release, greet());
        let probe = Call::execute("00000000-0000-4000-8000-000000000000", &json!({ "name": "x" }));
        let answer = probe.header(ID, "not allowed!").send(&sim);
        if release >= Release::V0732 {
            assert_eq!(answer.status, 400, "{release}");
            assert_eq!(answer.json()["error"], "Invalid execution ID header");
            assert_eq!(answer.json()["details"][0]["path"], "X-Execution-Id");
        } else {
            answer.assert(404, r#"{"error":"Workflow not found"}"#);
        }
        assert!(sim.runs().is_empty(), "{release}");
    }
}

#[test]
fn a_receipt_names_the_run_in_its_job_from_0_7_32_on() {
    for release in Release::ALL {
        let sim = server(release, greet());
        let receipt = Call::queue("greet", &json!({})).header(ID, "mine").send(&sim).json();
        let (run, job) = (receipt["executionId"].clone(), receipt["jobId"].clone());
        let (run, job) = (run.as_str().expect("an id"), job.as_str().expect("an id"));
        if release >= Release::V0732 {
            assert_eq!((run, job), ("mine", "workflow-execution:mine"), "{release}");
        } else {
            assert!(
                run != "mine" && job.starts_with("run_") && job.len() == 24,
                "{release}: {job}"
            );
            let unknown = Call::get("/api/jobs/workflow-execution:mine").send(&sim);
            assert_eq!(unknown.json()["code"], "TASK_NOT_FOUND", "{release}");
        }
        let job = Call::get(format!("/api/jobs/{job}")).send(&sim).json();
        assert_eq!(job["metadata"]["correlation"]["executionId"], run, "{release}");
    }
}

#[test]
fn an_id_without_a_claim_is_free_and_one_without_a_queue_is_spent() {
    for release in Release::ALL {
        let claims = release >= Release::V0732;
        let faults = Faults::script([Fault::ClaimOutage]);
        let sim = Sim::builder().release(release).workflow(greet()).faults(faults);
        let sim = sim.start().expect("a free port");
        let start = Call::execute("greet", &json!({})).header(ID, "mine");
        let refused = start.send(&sim);
        if claims {
            let error = "Workflow execution identity is temporarily unavailable";
            refused.assert(503, &json!({ "error": error }).to_string());
            assert_eq!((refused.header("retry-after"), sim.runs().len()), (None, 0), "{release}");
        }
        assert_eq!(start.send(&sim).status, 200, "{release}");

        sim.set_faults(Faults::script([Fault::AmbiguousEnqueueLost]));
        let queue = Call::queue("greet", &json!({})).header(ID, "queued");
        let (lost, again) = (queue.send(&sim), queue.send(&sim));
        let wanted = if claims { (503, 409) } else { (500, 202) };
        assert_eq!((lost.status, again.status), wanted, "{release}");
        assert!(sim.run("queued").is_none(), "{release}");
    }
}

#[test]
fn a_server_that_is_upgraded_honours_ids_from_then_on() {
    let sim = server(Release::V0731, greet());
    let start = |id| Call::execute("greet", &json!({})).header(ID, id).send(&sim).json();
    assert_ne!(start("before")["executionId"], "before");
    sim.set_release(Release::V0732);
    assert_eq!(start("after")["executionId"], "after");
    assert_eq!(start("before")["executionId"], "before", "no run took it");
}

#[test]
fn a_run_whose_caller_left_goes_on_before_0_8() {
    for (release, takes, end) in
        [(Release::V0732, 1300, Status::Completed), (Release::V089, 60_000, Status::Cancelled)]
    {
        let takes = Duration::from_millis(takes);
        let sim = server(release, Workflow::new("w", |_| json!({})).takes(takes));
        let caller = Call::execute("w", &json!({})).open(&sim);
        let status = || sim.runs().first().map(|run| run.status);
        poll_until(status);
        drop(caller);
        let ended = poll_until(|| status().filter(|status| *status != Status::Running));
        assert_eq!(ended, end, "{release}");
    }
}
