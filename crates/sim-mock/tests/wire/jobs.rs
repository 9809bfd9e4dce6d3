//! Queued runs and their jobs.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Mode, Outcome, Pause, ResponseBlock, Sim, Status, Workflow};

use crate::client::{Call, assert_keys, greet, greeter, poll_until};

fn job(sim: &Sim, id: &str) -> Value {
    let answer = Call::get(format!("/api/jobs/{id}")).send(sim);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Queues a run, and returns the id of its job.
fn queue(sim: &Sim, workflow: &str) -> String {
    let receipt = Call::queue(workflow, &json!({ "name": "q" })).send(sim);
    assert_eq!(receipt.status, 202, "{}", receipt.body);
    receipt.json()["jobId"].as_str().expect("an id").to_owned()
}

fn ended(sim: &Sim, id: &str) -> Value {
    poll_until(|| {
        let job = job(sim, id);
        (job["status"] != "pending" && job["status"] != "processing").then_some(job)
    })
}

#[test]
fn the_receipt_names_job_run_and_address() {
    let sim = greeter();
    let answer = Call::queue("greet", &json!({})).send(&sim);
    assert_eq!(answer.status, 202);
    let id = sim.runs()[0].id.clone();
    let url = sim.url();
    let body = format!(
        "{{\"success\":true,\"async\":true,\"jobId\":\"workflow-execution:{id}\",\
         \"executionId\":\"{id}\",\"message\":\"Workflow execution queued\",\
         \"statusUrl\":\"{url}/api/jobs/workflow-execution:{id}\"}}"
    );
    answer.assert(202, &body);
    assert_eq!(sim.runs()[0].mode, Mode::Queued);
}

#[test]
fn addresses_are_made_from_the_configured_origin() {
    let sim = Sim::builder().workflow(greet()).app_url("https://sim.example.com");
    let sim = sim.start().expect("a free port");
    let receipt = Call::queue("greet", &json!({})).send(&sim).json();
    let url = receipt["statusUrl"].as_str().expect("an address");
    assert!(url.starts_with("https://sim.example.com/api/jobs/workflow-execution:"), "{url}");
}

#[test]
fn a_job_is_pending_while_the_queue_is_held() {
    let sim = greeter();
    sim.hold_queue();
    let id = queue(&sim, "greet");
    let answer = Call::get(format!("/api/jobs/{id}")).send(&sim);
    assert_keys(&answer.body, &["success", "taskId", "status", "metadata", "output"]);
    let body = answer.json();
    assert_eq!(body["success"], true);
    assert_eq!(body["taskId"], id);
    assert_eq!(body["status"], "pending");
    assert_eq!(body["output"], json!(null));
    sim.release_queue();
    assert_eq!(ended(&sim, &id)["status"], "completed");
}

#[test]
fn the_metadata_of_a_job() {
    let sim = greeter();
    let call = Call::queue("greet", &json!({})).header("x-execution-timeout-seconds", "2");
    let receipt = call.send(&sim);
    let request = receipt.header("x-request-id").expect("every answer has one");
    let run = sim.runs()[0].id.clone();
    let metadata = job(&sim, &format!("workflow-execution:{run}"))["metadata"].clone();
    assert_eq!(
        metadata["correlation"],
        json!({
            "source": "workflow", "requestId": request, "workflowId": "greet",
            "executionId": run, "triggerType": "api",
        })
    );
    assert_eq!(metadata["workflowId"], "greet");
    assert_eq!(metadata["maxDurationSeconds"], 302);
    assert!(metadata["userId"].is_string() && metadata["workspaceId"].is_string());
}

#[test]
fn a_job_is_processing_while_its_run_works_and_then_completed() {
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let workflow = Workflow::new("w", move |_| {
        let opened = gate.lock().map(|gate| gate.recv().is_ok());
        json!({ "opened": opened.unwrap_or_default() })
    });
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    let id = queue(&sim, "w");
    let working = poll_until(|| {
        let job = job(&sim, &id);
        (job["status"] != "pending").then_some(job)
    });
    assert_eq!(working["status"], "processing");
    assert_eq!(working["output"], json!(null));
    open.send(()).expect("the run waits");
    let done = ended(&sim, &id);
    let run = sim.runs()[0].id.clone();
    assert_eq!(done["status"], "completed");
    assert_eq!(done["output"]["output"], json!({ "opened": true }));
    assert_eq!(done["output"]["success"], true);
    assert_eq!(done["output"]["workflowId"], "w");
    assert_eq!(done["output"]["executionId"], run);
    assert_eq!(done["output"]["executedAt"].as_str().map(str::len), Some(24));
    assert_eq!(done.get("error"), None);
}

#[test]
fn a_failed_run_is_a_failed_job_without_output() {
    let workflow = Workflow::new("w", |_| Outcome::failed("Boom: it broke"));
    let sim = Sim::builder().workflow(workflow).start().expect("a free port");
    let done = ended(&sim, &queue(&sim, "w"));
    assert_eq!(done["status"], "failed");
    assert_eq!(done["output"], json!(null));
    assert_eq!(done["error"], "Boom: it broke");
}

#[test]
fn a_queued_run_over_its_time_is_a_failed_job() {
    let workflow = Workflow::new("w", |_| json!({})).takes(Duration::from_secs(3600));
    let sim = Sim::builder().workflow(workflow).time_limit(Duration::from_millis(10));
    let sim = sim.start().expect("a free port");
    let done = ended(&sim, &queue(&sim, "w"));
    assert_eq!(done["status"], "failed");
    assert_eq!(done["error"], "Execution timed out after 0 seconds");
}

#[test]
fn a_cancelled_run_is_a_cancelled_job() {
    let sim = greeter();
    sim.hold_queue();
    let id = queue(&sim, "greet");
    let run = sim.runs()[0].id.clone();
    let cancel = Call::post(format!("/api/workflows/greet/executions/{run}/cancel"));
    assert_eq!(cancel.send(&sim).status, 200);
    let done = job(&sim, &id);
    assert_eq!(done["status"], "cancelled");
    assert_eq!(done["output"], json!(null));
    assert_eq!(done["error"], "Cancelled");
    sim.release_queue();
    assert_eq!(job(&sim, &id)["status"], "cancelled");
}

#[test]
fn a_paused_run_and_a_response_block_are_completed_jobs() {
    let sim = Sim::builder()
        .workflow(Workflow::new("pause", |_| Pause::new().context_id("ctx")))
        .workflow(Workflow::new("response", |_| ResponseBlock::new(json!(1)).status(201)))
        .start()
        .expect("a free port");
    let paused = ended(&sim, &queue(&sim, "pause"));
    assert_eq!(paused["status"], "completed");
    assert_eq!(paused["output"]["output"]["data"]["_resume"]["contextId"], "ctx");
    assert_eq!(sim.runs()[0].status, Status::Paused);
    let response = ended(&sim, &queue(&sim, "response"));
    assert_eq!(response["output"]["output"]["data"], 1);
    assert_eq!(response["output"]["output"]["status"], 201);
}

#[test]
fn an_encoded_id_is_the_same_job() {
    let sim = greeter();
    let id = queue(&sim, "greet");
    assert_eq!(job(&sim, &id.replace(':', "%3A"))["taskId"], id);
}

#[test]
fn other_ids_are_no_jobs() {
    let sim = greeter();
    let sync = Call::execute("greet", &json!({})).send(&sim).json();
    let sync = sync["executionId"].as_str().expect("an id");
    let id = queue(&sim, "greet");
    let bare = id.strip_prefix("workflow-execution:").expect("the prefix of jobs");
    for id in ["none", bare, &format!("workflow-execution:{sync}")] {
        let answer = Call::get(format!("/api/jobs/{id}")).send(&sim);
        answer.assert(404, r#"{"error":"Task not found","code":"TASK_NOT_FOUND"}"#);
    }
}

#[test]
fn the_job_of_another_key_is_a_403() {
    let sim = Sim::builder().key("one").key("two").workflow(greet()).start().expect("a port");
    let receipt = Call::queue("greet", &json!({})).key("one").send(&sim).json();
    let call = Call::get(format!("/api/jobs/{}", receipt["jobId"].as_str().expect("an id")));
    let denied = r#"{"error":"Access denied","code":"ACCESS_DENIED"}"#;
    call.clone().key("two").send(&sim).assert(403, denied);
    assert_eq!(call.clone().key("one").send(&sim).status, 200);
    let wrong = r#"{"error":"Invalid API key","code":"INVALID_API_KEY"}"#;
    call.key("bad").send(&sim).assert(401, wrong);
}

#[test]
fn a_queue_delay_keeps_a_job_pending() {
    let sim = Sim::builder().workflow(greet()).queue_delay(Duration::from_secs(3600));
    let sim = sim.start().expect("a free port");
    let id = queue(&sim, "greet");
    assert_eq!(job(&sim, &id)["status"], "pending");
}
