//! How a run that is read by its id stands, and what it is as the result of its execute.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use sim_core::transport::{Exchange, Step};
use sim_core::{
    Api, ExecuteWorkflow, Generation, GetRun, PauseKind, Run, RunHandle, RunId, RunStatus,
    WaitPolicy, WorkflowExecutionResult, WorkflowId,
};

fn api(generation: Generation) -> Api {
    let builder = Api::builder([1; 32])
        .credentials(sim_core::Credentials::None)
        .generation(generation)
        .base_url("http://localhost");
    builder.build().expect("a core")
}

fn answer(status: u16, body: &Value) -> http::Response<Bytes> {
    let response = http::Response::builder().status(status).body(Bytes::from(body.to_string()));
    response.expect("a response")
}

fn ends<X: Exchange>(
    mut exchange: X,
    answer: http::Response<Bytes>,
) -> sim_core::Result<X::Output> {
    match exchange.receive(Ok(answer), Duration::ZERO) {
        Step::Done(result) => result,
        Step::Again(wait) => panic!("it goes on after {wait:?}"),
    }
}

/// The run in the form of the second generation, which has all that there is.
fn whole(status: &str) -> Value {
    json!({
        "runId": "r", "workflowId": "wf", "status": status, "trigger": "api",
        "startedAt": "2026-11-23T18:26:24Z", "endedAt": "2026-11-23T18:26:26Z", "durationMs": 1500,
        "output": {"n": 1}, "blockOutputs": {"agent.content": "x"}, "cost": {"total": 0.5},
        "error": if status == "failed" { json!("it broke") } else { Value::Null },
    })
}

fn get(run: &Value) -> Run {
    let call = api(Generation::V2).call(GetRun::new("wf", "r")).expect("a call");
    ends(call, answer(200, &json!({"data": run}))).expect("a run")
}

#[test]
fn a_run_that_ended_is_what_its_execute_would_have_told() {
    for (status, success) in [("completed", true), ("failed", false), ("cancelled", false)] {
        let result = WorkflowExecutionResult::from(get(&whole(status)));
        assert_eq!((result.status.as_str(), result.success), (status, success));
        assert_eq!(result.output, json!({"n": 1}));
        assert_eq!(result.run_id, Some(RunId::from("r")));
        assert_eq!(result.workflow_id.as_ref().map(WorkflowId::as_str), Some("wf"));
        assert_eq!(result.block_outputs.map(Value::Object), Some(json!({"agent.content": "x"})));
        assert_eq!(
            result.error.map(|error| error.message).as_deref(),
            (status == "failed").then_some("it broke")
        );
        let metadata = result.metadata.expect("metadata");
        assert_eq!(metadata.duration, Some(Duration::from_millis(1500)));
        assert_eq!(metadata.start_time.map(jiff::Timestamp::as_second), Some(1_795_458_384));
        assert_eq!(metadata.end_time.map(jiff::Timestamp::as_second), Some(1_795_458_386));
        assert_eq!((result.pause, result.http_status), (None, None));
    }
}

#[test]
fn a_run_that_waits_says_where_and_for_what() {
    let mut run = whole("paused");
    run["paused"] =
        json!({"contextId": "c", "pauseKind": "time", "resumeAt": "2026-11-23T19:00:00Z"});
    let run = get(&run);
    let point = run.pause_point().expect("a place");
    assert_eq!((point.context_id.as_str(), point.kind), ("c", Some(PauseKind::Time)));
    assert_eq!(point.workflow_id.as_ref().map(WorkflowId::as_str), Some("wf"));
    assert_eq!(point.run_id, Some(RunId::from("r")));
    assert_eq!(point.resume_at.map(jiff::Timestamp::as_second), Some(1_795_460_400));
    let result = WorkflowExecutionResult::from(run);
    assert_eq!((result.status, result.success), (RunStatus::Paused, true));
    assert_eq!(result.pause.map(|pause| pause.points.len()), Some(1));
}

/// The path of a request that asks what a paused run does; `None` for a poll of the run.
fn inquired(wait: &impl Exchange) -> Option<String> {
    let path = wait.request().uri().path().to_owned();
    (path.contains("/paused/") || path.contains("/logs/")).then_some(path)
}

#[test]
fn a_wait_ends_where_a_human_is_asked_and_nowhere_else() {
    let asks = |paused: Value| {
        let handle = RunHandle::new("wf", "r");
        let mut wait = api(Generation::V2).wait(handle, WaitPolicy::new()).expect("an exchange");
        let mut run = whole("paused");
        run["paused"] = paused;
        run["output"] = Value::Null;
        let mut step = wait.receive(Ok(answer(200, &json!({"data": run}))), Duration::ZERO);
        // The server has no detail of the pause and no log, so the run alone decides.
        while let Some(path) = inquired(&wait).filter(|_| matches!(step, Step::Again(_))) {
            let error = json!({"error": {"code": "NOT_FOUND", "message": path}});
            step = wait.receive(Ok(answer(404, &error)), Duration::ZERO);
        }
        matches!(step, Step::Done(Ok(_)))
    };
    for (paused, human) in [
        (json!({"contextId": "c", "pauseKind": "human"}), true),
        (json!({"pauseKind": "human"}), true),
        (json!({"contextId": "c"}), true),
        (json!({"contextId": "c", "pauseKind": "time"}), false),
        (json!({}), false),
        (json!({"pausePointCount": 1}), false),
        (json!({"pausePointCount": 2}), true),
        (json!({"pausePointCount": 3, "resumedCount": 2}), false),
        (json!({"pausePointCount": 3, "resumedCount": 1}), true),
    ] {
        assert_eq!(asks(paused.clone()), human, "{paused}");
    }
}

#[test]
fn a_refused_look_names_the_run() {
    let call = api(Generation::V2).call(GetRun::new("wf", "r")).expect("a call");
    let refused = answer(404, &json!({"error": {"code": "NOT_FOUND", "message": "Run not found"}}));
    let error = ends(call, refused).expect_err("a refusal");
    assert_eq!((error.run_id(), error.is_not_found()), (Some(&RunId::from("r")), true));
}

#[test]
fn how_a_failed_run_ended_is_told_by_its_status() {
    for (status, ended) in [
        (500, RunStatus::Failed),
        (408, RunStatus::TimedOut),
        (499, RunStatus::Cancelled),
        (200, RunStatus::Failed),
    ] {
        let execute = ExecuteWorkflow::new("wf").run_id("r");
        let call = api(Generation::V1).call(execute).expect("a call");
        let at = "2026-11-23T18:00:00Z";
        let metadata = json!({"duration": 1, "startTime": at, "endTime": at});
        let body =
            json!({"success": false, "output": {}, "error": "it broke", "metadata": metadata});
        let result = ends(call, answer(status, &body)).expect("a result");
        assert_eq!((result.status, result.run_id), (ended, None), "{status}: it names no run");
        assert_eq!(result.sent_id, Some(RunId::from("r")));
        let usual = matches!(status, 500 | 408 | 499);
        let told = StatusCode::from_u16(status).ok().filter(|_| !usual);
        assert_eq!(result.http_status, told, "{status}");
    }
}

/// What is waited for by its job, at the first look.
fn worked(job: &Value) -> sim_core::Result<WorkflowExecutionResult> {
    let mut handle = RunHandle::new("wf", "j");
    handle.job_id = Some("j".into());
    let wait = api(Generation::V1).wait(handle, WaitPolicy::new()).expect("an exchange");
    ends(wait, answer(200, job))
}

#[test]
fn a_job_that_completed_may_be_that_of_a_run_that_paused() -> sim_core::Result<()> {
    let asks = |context: &str| {
        let resume = json!({"contextId": context, "executionId": "r", "workflowId": "wf"});
        json!({"operation": "human", "inputFormat": [{"name": "approved"}], "_resume": resume})
    };
    let job = |output: Value| {
        let output =
            json!({"success": true, "executionId": "r", "workflowId": "wf", "output": output});
        json!({"success": true, "taskId": "j", "status": "completed", "output": output})
    };
    for (output, contexts) in [
        (json!({"data": asks("a"), "status": 200, "headers": {}}), &["a"][..]),
        (json!({"pausedBlocks": [asks("a"), asks("b")], "pauseCount": 2}), &["a", "b"]),
    ] {
        let paused = worked(&job(output.clone()))?;
        assert_eq!((paused.status, paused.success), (RunStatus::Paused, true));
        assert_eq!((paused.output, paused.run_id), (output, Some(RunId::from("r"))));
        let points = paused.pause.expect("a pause").points;
        let found: Vec<_> = points.iter().map(|point| point.context_id.as_str()).collect();
        assert_eq!((found, &*points[0].form[0].name), (contexts.to_vec(), "approved"));
    }
    let completed = worked(&job(json!({"data": {"n": 1}, "status": 200})))?;
    assert_eq!((completed.status, completed.pause), (RunStatus::Completed, None));
    Ok(())
}

#[test]
fn a_job_that_failed_may_be_that_of_a_run_past_its_limit() -> sim_core::Result<()> {
    for (error, status) in
        [("Execution timed out after 3 seconds", RunStatus::TimedOut), ("Boom", RunStatus::Failed)]
    {
        let failed = worked(&json!({"taskId": "j", "status": "failed", "error": error}))?;
        assert_eq!((failed.status, failed.success), (status, false));
        assert_eq!(failed.error.map(|why| why.message).as_deref(), Some(error));
    }
    let cancelled = worked(&json!({"taskId": "j", "status": "cancelled"}))?;
    assert_eq!(cancelled.status, RunStatus::Cancelled);
    Ok(())
}

#[test]
fn a_server_that_ignores_ids_is_asked_for_a_paused_run_by_its_own() {
    let api = Api::builder([1; 32]).generation(Generation::V1).base_url("http://localhost");
    let api = api.api_key("sk-sim-test").build().expect("a core");
    let mut call = api.call(ExecuteWorkflow::new("wf").run_id("mine")).expect("a call");
    let told = |body: Value| {
        let answer = http::Response::builder().header("x-request-id", "0a1b2c3d");
        Ok(answer.body(Bytes::from(body.to_string())).expect("a response"))
    };
    let output = json!({"waitDuration": 60000, "resumeAt": "2026-11-23T18:01:00.000Z"});
    let metadata = json!({"duration": 1, "startTime": "2026-11-23T18:00:00.000Z", "endTime": "2026-11-23T18:00:00.001Z"});
    let answer =
        json!({"success": true, "executionId": "theirs", "output": output, "metadata": metadata});
    assert!(matches!(call.receive(told(answer), Duration::ZERO), Step::Again(_)));
    assert_eq!(call.request().uri().path(), "/api/workflows/wf/executions/theirs");
    let paused = json!({"pauseKind": "time", "resumeAt": "2026-11-23T18:01:00.000Z"});
    let row =
        json!({"executionId": "theirs", "workflowId": "wf", "status": "paused", "paused": paused});
    let Step::Done(Ok(result)) = call.receive(told(row), Duration::ZERO) else {
        panic!("the row decides");
    };
    let ids = [&result.run_id, &result.sent_id].map(|id| id.as_ref().map(RunId::as_str));
    assert_eq!((result.status, ids), (RunStatus::Paused, [Some("theirs"), Some("mine")]));
}
