//! Reading and cancelling runs.

use serde_json::json;
use sim_mock::{Mode, Outcome, Pause, Release, Sim, Status, Usage, Workflow};

use super::server;
use crate::client::{Answer, Call, greet, poll_until};

fn read(sim: &Sim, run: &str) -> Answer {
    Call::get(format!("/api/workflows/greet/executions/{run}")).send(sim)
}

fn is_page(answer: &Answer) -> bool {
    let kind = answer.header("content-type").unwrap_or_default();
    (answer.status, answer.header("x-request-id")) == (404, None) && kind.starts_with("text/html")
}

#[test]
fn a_run_is_read_by_the_servers_id_and_v2_is_there_from_0_8_on() {
    for release in Release::ALL {
        let sim = server(release, greet());
        let told = Call::execute("greet", &json!({})).send(&sim).json()["executionId"].clone();
        let run = told.as_str().expect("an id");
        assert_eq!(is_page(&read(&sim, run)), release == Release::V0680, "{release}");
        assert_eq!(is_page(&read(&sim, "unknown")), release == Release::V0680, "{release}");
        let v2 = Call::get(format!("/api/v2/workflows/greet/runs/{run}")).send(&sim);
        assert_eq!(is_page(&v2), release < Release::V089, "{release}");
        if release >= Release::V0731 {
            assert_eq!(read(&sim, run).json()["status"], "completed", "{release}");
            read(&sim, "unknown").assert(404, r#"{"error":"Execution not found"}"#);
            let none = Call::get("/api/workflows/none/executions/r").send(&sim);
            none.assert(404, r#"{"error":"Workflow not found"}"#);
        }
    }
}

#[test]
fn a_run_in_the_queue_is_read_from_0_8_on() {
    for release in Release::ALL.into_iter().skip(1) {
        let sim = server(release, greet());
        sim.hold_queue();
        let receipt = Call::queue("greet", &json!({})).send(&sim).json();
        let run = receipt["executionId"].as_str().expect("an id");
        let status = if release >= Release::V089 { 200 } else { 404 };
        assert_eq!(read(&sim, run).status, status, "{release}");
        sim.release_queue();
        poll_until(|| (read(&sim, run).status == 200).then_some(()));
    }
}

#[test]
fn a_run_that_has_just_ended_may_read_as_running() {
    let lag = std::time::Duration::from_secs(3600);
    let sim = Sim::builder().workflow(greet()).read_lag(lag).start().expect("a free port");
    let start = Call::execute("greet", &json!({})).header("x-execution-id", "r");
    assert_eq!(start.send(&sim).status, 200);
    let run = read(&sim, "r").json();
    assert_eq!((&run["status"], &run["endedAt"]), (&json!("running"), &json!(null)));
    let v2 = Call::get("/api/v2/workflows/greet/runs/r").send(&sim).json();
    assert_eq!(v2["data"]["status"], "running");
}

#[test]
fn a_cancel_looks_at_the_run_from_0_7_59_on() {
    for release in Release::ALL {
        let sim = server(release, greet());
        let cancel = |run: &str| {
            let call = Call::post(format!("/api/workflows/greet/executions/{run}/cancel"));
            call.send(&sim)
        };
        let told = Call::execute("greet", &json!({})).send(&sim).json()["executionId"].clone();
        let ended = cancel(told.as_str().expect("an id"));
        let unknown = cancel("unknown");
        if release >= Release::V0759 {
            assert_eq!((ended.status, unknown.status), (409, 404), "{release}");
        } else {
            for answer in [&ended, &unknown] {
                assert_eq!(answer.status, 200, "{release}");
                assert_eq!(answer.json()["reason"], "recorded", "{release}");
                assert_eq!(answer.json()["success"], true, "{release}");
            }
        }
        assert_eq!(sim.runs()[0].status, Status::Completed, "{release}: it stays as it was");
    }
}

#[test]
fn an_id_that_is_cancelled_first_ends_the_later_run_on_0_7_32() {
    for release in Release::ALL {
        let sim = server(release, greet());
        Call::post("/api/workflows/greet/executions/mine/cancel").send(&sim);
        let start = Call::execute("greet", &json!({})).header("x-execution-id", "mine");
        let success = start.send(&sim).json()["success"].clone();
        assert_eq!(success, json!(release != Release::V0732), "{release}");
    }
}

#[test]
fn a_job_of_a_cancelled_run_is_done_without_an_error_before_0_8() {
    for release in Release::ALL {
        let workflow = Workflow::new("greet", |_| Outcome::cancelled());
        let sim = server(release, workflow);
        let receipt = Call::queue("greet", &json!({})).send(&sim).json();
        let job = receipt["jobId"].as_str().expect("an id").to_owned();
        let job = move |sim: &Sim| Call::get(format!("/api/jobs/{job}")).send(sim).json();
        poll_until(|| (sim.runs()[0].status == Status::Cancelled).then_some(()));
        let job = job(&sim);
        if release >= Release::V089 {
            assert_eq!(job["status"], "cancelled", "{release}");
        } else {
            assert_eq!((&job["status"], &job["error"]), (&json!("completed"), &json!(null)));
            assert_eq!(job["output"]["success"], false, "{release}");
        }
    }
}

#[test]
fn a_burned_id_reads_as_a_failed_run_that_cost_nothing() {
    for release in [Release::V0732, Release::V0759, Release::V089, Release::Hosted] {
        let sim = server(release, greet());
        sim.set_usage(Usage::new(2.0, 1.0));
        let start = Call::execute("greet", &json!({})).header("x-execution-id", "burned");
        assert_eq!((start.send(&sim).status, start.send(&sim).status), (402, 409), "{release}");
        let run = read(&sim, "burned").json();
        assert_eq!((&run["status"], &run["cost"]), (&json!("failed"), &json!({ "total": 0.0 })));
        assert_eq!((&run["totalDurationMs"], &run["finalOutput"]), (&json!(1), &json!(null)));
        if release >= Release::V089 {
            let log = Call::get("/api/v2/logs/burned").send(&sim).json()["data"].clone();
            assert_eq!(log["deploymentVersionId"], json!(null), "{release}");
            assert_eq!(log["traceSpans"][0]["id"], "workflow-error-root", "{release}");
            assert_eq!(log["finalOutput"]["error"], run["error"], "{release}");
        }
        assert!(sim.runs().is_empty(), "{release}: nothing started");
    }
}

#[test]
fn the_read_names_the_point_from_0_8_on() {
    for release in Release::ALL.into_iter().skip(1) {
        let sim = server(release, Workflow::new("greet", |_| Pause::new().context_id("one")));
        let told = Call::execute("greet", &json!({})).send(&sim).json()["executionId"].clone();
        let paused = read(&sim, told.as_str().expect("an id")).json()["paused"].clone();
        let named = release >= Release::V089;
        assert_eq!(paused.get("contextId"), named.then(|| json!("one")).as_ref(), "{release}");
        assert_eq!(paused["blockedOnBlockId"], "one", "{release}");
        let reason = paused.get("automaticResumeWaitingReason");
        assert_eq!(reason.is_some(), release >= Release::V0732, "{release}");
        assert_eq!(sim.runs()[0].mode, Mode::Sync);
    }
}
