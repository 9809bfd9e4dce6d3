//! Receipts, jobs, deployments and usage: each in every shape that servers have given them.

use std::time::Duration;

use serde_json::{Value, json};
use sim_core::v1::{
    GetJobStatus, GetUsageLimits, GetWorkflowStatus, JobState, JobStatus, ValidateWorkflow,
};
use sim_core::{Api, Endpoint, ErrorKind, ExecuteWorkflow, JobId, Result, RunId};

use super::call;
use crate::canned::Canned;
use crate::subject::Subject;
use crate::tools::times;

fn answered<S: Subject, E: Endpoint>(
    subject: &impl Fn(Api) -> S,
    endpoint: E,
    status: u16,
    body: &Value,
) -> Result<E::Output>
where
    E::Output: std::fmt::Debug,
{
    call(subject, &Canned::json(status, body).url(), endpoint)
}

pub fn a_receipt_in_each_of_its_shapes<S: Subject>(subject: &impl Fn(Api) -> S) {
    let queued = || ExecuteWorkflow::new("wf-1").queue();
    let first = json!({
        "success": true, "taskId": "task-1", "status": "queued", "createdAt": "2025-10-01T12:00:00.000Z",
        "links": {"status": "/api/jobs/task-1"},
    });
    let receipt = answered(subject, queued(), 202, &first).expect("a receipt");
    assert_eq!((receipt.success, &receipt.task_id), (true, &Some(JobId::from("task-1"))));
    assert_eq!((receipt.status.as_str(), &receipt.run_id), ("queued", &receipt.sent_id));
    assert_eq!(receipt.created_at, "2025-10-01T12:00:00Z".parse().ok());
    assert_eq!(receipt.links.status.as_deref(), Some("/api/jobs/task-1"));

    let url = "https://elsewhere.example/api/jobs/run_1";
    let second =
        json!({"success": true, "async": true, "jobId": "run_1", "message": "m", "statusUrl": url});
    let receipt = answered(subject, queued(), 202, &second).expect("a receipt");
    assert_eq!((receipt.task_id, receipt.status.as_str()), (Some(JobId::from("run_1")), "queued"));
    assert_eq!(
        (receipt.links.status.as_deref(), receipt.message.as_deref()),
        (Some(url), Some("m"))
    );

    let third = json!({"success": true, "async": true, "jobId": "workflow-execution:e", "executionId": "e"});
    let receipt = answered(subject, queued(), 202, &third).expect("a receipt");
    assert_eq!(receipt.task_id, Some(JobId::from("workflow-execution:e")));
    assert_eq!(receipt.run_id, Some(RunId::from("e")));
}

pub fn a_queued_run_without_a_receipt_is_unknown<S: Subject>(subject: &impl Fn(Api) -> S) {
    let queued = || ExecuteWorkflow::new("wf-1").run_id("run-own").queue();
    for (status, body, cause) in [
        (202, json!({"success": true}), ErrorKind::Decode),
        (200, json!({"success": true, "output": {}, "metadata": times()}), ErrorKind::Decode),
        (
            503,
            json!({"error": "m", "code": "ASYNC_ENQUEUE_AMBIGUOUS", "executionId": "e"}),
            ErrorKind::Api,
        ),
    ] {
        let error = answered(subject, queued(), status, &body).expect_err("no receipt");
        let ambiguous =
            ErrorKind::Ambiguous { run_id: Some(RunId::from("run-own")), cause: Box::new(cause) };
        assert_eq!(error.kind(), &ambiguous, "{status} {body}");
    }
    let error =
        answered(subject, queued(), 500, &json!({"error": "Failed to queue async execution"}));
    assert_eq!(error.expect_err("no receipt").kind(), &ErrorKind::Api, "that one started nothing");
}

pub fn a_job_in_each_of_its_shapes<S: Subject>(subject: &impl Fn(Api) -> S) {
    let job = |body: Value| -> JobStatus {
        answered(subject, GetJobStatus::new("job-1"), 200, &body)
            .unwrap_or_else(|error| panic!("{error}"))
    };
    let new = job(json!({
        "success": true, "taskId": "workflow-execution:e", "status": "completed",
        "metadata": {"workflowId": "wf-1", "correlation": {"executionId": "e"}},
        "output": {"output": {"n": 1}, "success": false, "executedAt": "t", "workflowId": "wf-1", "executionId": "e"},
    }));
    assert_eq!((new.status, new.output), (JobState::Completed, Some(json!({"n": 1}))));
    assert_eq!((new.run_id, new.run_success), (Some(RunId::from("e")), Some(false)));
    assert_eq!(new.task_id, Some(JobId::from("workflow-execution:e")));
    assert_eq!(new.metadata.fields["workflowId"], "wf-1");

    let old = job(json!({
        "success": true, "taskId": "task-1", "status": "failed",
        "metadata": {"startedAt": "2025-10-01T12:00:00Z", "completedAt": "2025-10-01T12:00:01Z", "duration": 1000},
        "output": {"n": 1}, "error": {"message": "m"}, "estimatedDuration": 180_000,
    }));
    assert_eq!((old.status, old.error), (JobState::Failed, Some(json!({"message": "m"}))));
    assert_eq!(old.output, Some(json!({"n": 1})), "not wrapped, so nothing is unwrapped");
    assert_eq!(old.metadata.started_at, "2025-10-01T12:00:00Z".parse().ok());
    assert_eq!(old.metadata.completed_at, "2025-10-01T12:00:01Z".parse().ok());
    assert_eq!(old.metadata.duration, Some(Duration::from_secs(1)));
    assert_eq!(old.estimated_duration, Some(Duration::from_secs(180)));

    for (word, state, terminal) in [
        ("queued", JobState::Pending, false),
        ("pending", JobState::Pending, false),
        ("processing", JobState::Processing, false),
        ("cancelled", JobState::Cancelled, true),
        ("resting", JobState::Other("resting".into()), false),
    ] {
        let found = job(json!({"status": word, "output": null, "error": null, "metadata": null}));
        assert_eq!((&found.status, found.status.is_terminal()), (&state, terminal));
        assert_eq!((found.output, found.error), (None, None));
    }
    let error = answered(subject, GetJobStatus::new("job-1"), 200, &json!({"taskId": "job-1"}));
    assert_eq!(error.expect_err("no status").kind(), &ErrorKind::Decode);
}

pub fn the_status_of_a_workflow<S: Subject>(subject: &impl Fn(Api) -> S) {
    let status = |body| answered(subject, GetWorkflowStatus::new("wf-1"), 200, &body);
    let deployed = json!({"isDeployed": true, "deployedAt": "2026-11-23T18:07:37.485Z", "needsRedeployment": true});
    let found = status(deployed).expect("a status");
    assert_eq!((found.is_deployed, found.needs_redeployment), (true, true));
    assert_eq!(found.deployed_at, "2026-11-23T18:07:37.485Z".parse().ok());
    let found = status(json!({"isDeployed": false, "deployedAt": "odd", "isPublished": true}))
        .expect("a status");
    assert_eq!(
        (found.is_deployed, found.needs_redeployment, found.deployed_at),
        (false, false, None)
    );
    assert_eq!(status(json!({})).expect_err("says nothing").kind(), &ErrorKind::Decode);
}

pub fn validation_says_no_only_for_two_reasons<S: Subject>(subject: &impl Fn(Api) -> S) {
    let validate = |status, body| answered(subject, ValidateWorkflow::new("wf-1"), status, &body);
    assert_eq!(validate(200, json!({"isDeployed": true})).ok(), Some(true));
    assert_eq!(validate(200, json!({"isDeployed": false})).ok(), Some(false));
    let unknown = json!({"error": "Workflow not found", "code": "WORKFLOW_NOT_FOUND"});
    assert_eq!(validate(404, unknown).ok(), Some(false));
    assert_eq!(
        validate(401, json!({"error": "Unauthorized"})).expect_err("a bad key").code(),
        "UNAUTHORIZED"
    );
    assert_eq!(
        validate(403, json!({"error": "Access denied"})).expect_err("not allowed").code(),
        "FORBIDDEN"
    );
    let server = Canned::answer(404, &[("content-type", "text/html")], "<html>no such page</html>");
    let error = call(subject, &server.url(), ValidateWorkflow::new("wf-1"));
    assert!(error.is_err(), "a web page knows nothing of workflows");
}

pub fn usage_in_each_of_its_shapes<S: Subject>(subject: &impl Fn(Api) -> S) {
    let usage = |body| answered(subject, GetUsageLimits::new(), 200, &body).expect("usage");
    let reset = "2026-08-20T09:16:00.000Z";
    let bucket = json!({"isLimited": true, "requestsPerMinute": 150, "maxBurst": 300, "remaining": 0, "resetAt": reset});
    let today = usage(json!({
        "success": true, "rateLimit": {"sync": bucket, "async": bucket, "authType": "api"},
        "usage": {"currentPeriodCost": 16, "limit": 20, "plan": "pro"},
        "storage": {"usedBytes": 1_048_576, "limitBytes": 5_368_709_120_u64, "percentUsed": 0.0195},
    }));
    let limits = today.rate_limit.expect("limits");
    assert_eq!(
        (limits.sync.is_limited, limits.sync.limit, limits.sync.max_burst),
        (true, Some(150), Some(300))
    );
    assert_eq!((limits.queued.remaining, limits.queued.reset_at), (Some(0), reset.parse().ok()));
    assert_eq!(limits.auth_type.as_deref(), Some("api"));
    assert_eq!((today.usage.spent(), today.usage.plan.as_deref()), (Some(0.8), Some("pro")));
    assert_eq!(today.storage.and_then(|storage| storage.limit_bytes), Some(5_368_709_120));

    let bucket =
        json!({"isLimited": false, "limit": 10, "remaining": 10, "resetAt": 1_795_458_384});
    let seed = usage(json!({
        "success": true, "rateLimit": {"sync": bucket, "async": bucket, "authType": "api"},
        "usage": {"currentPeriodCost": 1.25, "limit": 0, "plan": "free"},
    }));
    let limits = seed.rate_limit.expect("limits");
    assert_eq!((limits.sync.limit, limits.sync.max_burst), (Some(10), None));
    assert_eq!(limits.sync.reset_at.map(jiff::Timestamp::as_second), Some(1_795_458_384));
    assert_eq!((seed.usage.spent(), seed.storage), (None, None));

    let published = usage(
        json!({"success": true, "usage": {"currentPeriodCost": 0, "limit": 1, "plan": "free"}}),
    );
    assert_eq!(published.rate_limit, None);
}

pub fn a_read_that_is_not_json_points_at_the_base_url<S: Subject>(subject: &impl Fn(Api) -> S) {
    for body in ["<html>", "", "{\"isDeployed\":", "{\"isDeployed\":true}x"] {
        let server = Canned::answer(200, &[("content-type", "text/html")], body);
        let error =
            call(subject, &server.url(), GetWorkflowStatus::new("wf-1")).expect_err("not JSON");
        assert_eq!((error.kind(), error.body()), (&ErrorKind::Decode, body.as_bytes()));
        assert_eq!(error.message().contains("base URL"), body.starts_with('<'), "{error}");
        assert_eq!(server.requests().len(), 1, "asking again would change nothing");
    }
}
