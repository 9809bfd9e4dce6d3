//! What a program makes in its own tests: results, runs, receipts, pauses, errors. All results survive being stored.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Debug;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sim_core::logs::{ListLogs, Log};
use sim_core::testing::{Scripted, ScriptedAsync};
use sim_core::transport::Exchange as _;
use sim_core::transport::{Phase, TransportErrorKind};
use sim_core::v1::{JobStatus, PausedRunDetail, UsageLimits};
use sim_core::{
    AsyncExecutionResult, Blocks, Collected, Error, ErrorKind, ExecuteWorkflow, GetRun, Pause,
    PausePoint, Run, RunError, RunErrorCode, RunEvent, RunHandle, RunStatus, Texts,
    WorkflowExecutionResult, WorkflowId, code,
};

fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let stored = serde_json::to_string(value).expect("JSON");
    assert_eq!(&serde_json::from_str::<T>(&stored).expect(&stored), value);
    let tree = serde_json::to_value(value).expect("JSON");
    assert_eq!(&serde_json::from_value::<T>(tree).expect(&stored), value);
}

fn whole() -> WorkflowExecutionResult {
    let mut result = WorkflowExecutionResult::new(RunStatus::Failed, json!({"n": 1.5, "x": null}));
    let mut error = RunError::new("Boom");
    error.code = Some(RunErrorCode::BlockExecutionFailed);
    error.block_name = Some("Fetch".to_owned());
    result.error = Some(error);
    result.logs = Some(vec![json!({"a": 1})]);
    result.total_duration = Some(Duration::from_micros(1500));
    result.run_id = Some("run-1".into());
    result.sent_id = Some("run-0".into());
    result.workflow_id = Some("wf-1".into());
    result.block_outputs = json!({"agent.content": "text"}).as_object().cloned();
    let mut point = PausePoint::new("ctx");
    point.run_id = Some("run-1".into());
    result.pause = Some(Pause::new([point]));
    result.http_status = Some(StatusCode::IM_A_TEAPOT);
    result.headers.append("x-a", HeaderValue::from_static("1"));
    result.headers.append("x-a", HeaderValue::from_bytes(b"\xff\xe9 2").expect("a value"));
    result
}

#[test]
fn every_result_survives_being_stored() {
    survives(&WorkflowExecutionResult::new(RunStatus::Completed, ()));
    survives(&whole());
    let texts: Texts = [("b1", "Hello"), ("b2", "World")].into_iter().collect();
    assert_eq!(texts.to_string(), "Hello\n\nWorld");
    assert_eq!(texts.iter().collect::<Vec<_>>(), [("b1", "Hello"), ("b2", "World")]);
    survives(&Collected::new(whole(), texts));
    survives(&AsyncExecutionResult::new("run-1"));
    let mut run = Run::new("wf", "run-1", RunStatus::Running);
    survives(&run);
    run.duration = Some(Duration::from_millis(1234));
    run.error = whole().error;
    run.output = Some(json!({"n": 1}));
    survives(&run);
}

/// The forms are those of the API (`runs-and-jobs.md` 4, `v2-resources.md`, `errors-and-limits.md` 7).
#[test]
fn what_was_read_of_a_server_survives_being_stored_too() {
    fn read<T: Serialize + DeserializeOwned + PartialEq + Debug>(json: serde_json::Value) -> T {
        let value = serde_json::from_value(json).expect("an answer");
        survives(&value);
        value
    }
    let job: JobStatus = read(json!({
        "success": true, "taskId": "j", "status": "completed",
        "metadata": {"executionId": "r", "startedAt": "2026-11-23T18:00:00Z", "duration": 12.5},
        "output": {"success": true, "workflowId": "wf", "executionId": "r", "output": {"n": 1}},
    }));
    assert_eq!((job.run_success, job.output), (Some(true), Some(json!({"n": 1}))));
    let waiting: JobStatus =
        read(json!({"taskId": "j", "status": "queued", "estimatedDuration": 180_000}));
    assert_eq!(waiting.estimated_duration, Some(Duration::from_secs(180)));
    let limits: UsageLimits = read(json!({
        "rateLimit": {"sync": {"isLimited": false, "remaining": 9, "requestsPerMinute": 10, "maxBurst": 20}},
        "usage": {"currentPeriodCost": 1.25, "limit": 20, "plan": "pro"},
    }));
    assert_eq!(limits.usage.current_period_cost, Some(1.25));
    let detail: PausedRunDetail = read(json!({
        "id": "p", "workflowId": "wf", "executionId": "r", "status": "paused", "triggerIds": ["t"],
        "executionSnapshot": {"n": 1}, "queue": [{"id": "q", "contextId": "c", "resumeInput": {"a": 1}}],
        "pausePoints": [{"contextId": "c", "resumeStatus": "paused", "snapshotReady": true}],
    }));
    assert_eq!((detail.run.pause_points.len(), detail.queue.len()), (1, 1));
    let log: Log = read(json!({
        "runId": "r", "workflowId": "wf", "status": "failed", "totalDurationMs": 2667, "cost": {"total": 0.005},
        "workflowState": {"blocks": {"b1": {"name": "Agent 1"}, "b2": {"name": "Boom"}}},
        "traceSpans": [{
            "id": "workflow-execution", "name": "Workflow Execution", "type": "workflow", "status": "error",
            "duration": 2656, "tokens": 30,
            "children": [
                {"id": "1", "name": "Agent 1", "type": "agent", "status": "success", "blockId": "b1",
                 "tokens": {"input": 10, "output": 5, "total": 15}, "cost": {"total": 0.1}, "executionOrder": 1,
                 "toolCalls": [{"name": "search", "duration": 3.5, "odd": true}], "children": []},
                {"id": "2", "name": "Agent 1", "type": "agent", "status": "success", "blockId": "b1", "tokens": 15},
                {"id": "3", "name": "Boom", "type": "function", "status": "error", "blockId": "b2",
                 "output": {"error": "Line 1: it broke"}},
            ],
        }],
    }));
    let failed = log.failed_blocks();
    let failed: Vec<_> = failed.iter().map(|span| (span.name.as_deref(), span.failure())).collect();
    assert_eq!(failed, [(Some("Boom"), Some("Line 1: it broke"))]);
    let tokens = log.tokens().expect("tokens");
    assert_eq!((tokens.total, tokens.input, tokens.output), (Some(30), Some(10), Some(5)));
    assert_eq!(log.blocks().expect("blocks").id("agent1"), Some("b1"));
    assert_eq!(log.cost.and_then(|cost| cost.total), Some(0.005));
}

/// Ids are words: a program compares them with text, reads them from its arguments, and keys its maps by them.
#[test]
fn ids_are_as_handy_as_text() {
    let id: WorkflowId = "wf-1".parse().expect("any text is one");
    assert_eq!(id, "wf-1");
    assert_eq!("wf-1", id);
    assert_eq!(id, *"wf-1");
    assert_ne!(id, "wf-2");
    assert_eq!(String::from(id.clone()), "wf-1");
    let of: HashMap<WorkflowId, u8> = [(id, 1)].into_iter().collect();
    assert_eq!(of.get("wf-1"), Some(&1));
    let handles: HashSet<RunHandle> = [RunHandle::new("wf", "r"), RunHandle::new("wf", "r")].into();
    assert_eq!(handles.len(), 1);
    assert_eq!("timed_out".parse::<RunStatus>(), Ok(RunStatus::TimedOut));
}

#[test]
fn lists_are_taken_in_any_form() {
    let core = || sim_core::Api::builder([1; 32]).api_key("sk-sim-1").build().expect("a core");
    let owned = vec![String::from("a"), String::from("b")];
    let set: BTreeSet<&str> = ["a", "b"].into();
    for logs in [
        ListLogs::new("ws").workflows(["a", "b"]),
        ListLogs::new("ws").workflows(&owned),
        ListLogs::new("ws").workflows(owned.iter().map(WorkflowId::new)),
        ListLogs::new("ws").workflows(set),
    ] {
        let call = core().call(logs).expect("a call");
        assert_eq!(call.request().uri().query(), Some("workspaceId=ws&workflowIds=a%2Cb"));
    }
}

#[test]
fn the_events_of_a_stream_are_matched_by_the_name_of_their_block() {
    let blocks = Blocks::new([("b1", "Agent 1"), ("b2", "Other")]);
    let text = RunEvent::Text { block: "b1".into(), chunk: "Hello".into() };
    for block in ["b1", "agent1", "Agent 1"] {
        assert!(text.is_of(block, &blocks), "{block}");
    }
    assert!(!text.is_of("other", &blocks) && !text.is_of("nobody", &blocks));
    let last = RunEvent::Final(Box::new(WorkflowExecutionResult::new(RunStatus::Completed, ())));
    assert!(last.block().is_none() && !last.is_of("b1", &blocks));
    let texts: Texts = [("b1", "Hello")].into_iter().collect();
    assert_eq!(blocks.id("agent1").map(|block| texts.of(block)), Some("Hello"));
}

/// A plan can be kept and used again; its watcher is told by each use.
#[test]
fn a_plan_can_be_cloned_with_its_watcher() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let plan = ExecuteWorkflow::new("wf")
        .once()
        .on_change(move |status| told.lock().expect("a list").push(status.clone()));
    let done = json!({"data": {"runId": "r", "workflowId": "wf", "status": "completed", "output": 1, "cost": {"total": 0.5}}});
    for plan in [plan.clone(), plan] {
        let client = Scripted::new();
        client
            .answer(202, json!({"data": {"runId": "r", "jobId": "j"}}))
            .answer(200, done.clone())
            .answer(200, done.clone());
        let result = client.drive(client.api().once(plan).expect("a plan")).expect("a result");
        assert_eq!((result.output, result.cost.and_then(|cost| cost.total)), (json!(1), Some(0.5)));
    }
    assert_eq!(*seen.lock().expect("a list"), [RunStatus::Completed, RunStatus::Completed]);
}

#[test]
fn an_error_is_made_of_any_parts() {
    let error = Error::builder(ErrorKind::Api).code(code::RATE_LIMIT_EXCEEDED).status(429);
    let error = error.retry_after(Duration::from_secs(7)).message("slow down").attempts(3).build();
    assert!(error.is_rate_limited() && !error.may_have_started());
    assert_eq!((error.status(), error.attempts()), (Some(StatusCode::TOO_MANY_REQUESTS), 3));
    assert_eq!(error.to_string(), "slow down (RATE_LIMIT_EXCEEDED, HTTP 429, 3 attempts)");

    let cause = Box::new(ErrorKind::Closed);
    let lost = Error::builder(ErrorKind::Ambiguous { run_id: Some("r".into()), cause });
    let lost = lost.handle(RunHandle::new("wf", "r")).source("reset").build();
    assert!(lost.is_ambiguous() && lost.may_have_started() && lost.handle().is_some());
    assert_eq!(lost.run_id().map(sim_core::RunId::as_str), Some("r"));
    assert!(std::error::Error::source(&lost).is_some());

    let run = Error::builder(ErrorKind::Run(Box::new(whole()))).build();
    assert_eq!(run.code(), whole().into_result().expect_err("it failed").code());
}

#[test]
fn a_scripted_client_follows_the_rules_of_a_real_one_in_no_time() {
    let client = Scripted::new();
    client.fail(TransportErrorKind::Closed, Phase::Sent);
    client.answer(200, json!({"data": {"runId": "r", "workflowId": "wf", "status": "running"}}));
    let run = client.call(GetRun::new("wf", "r")).expect("a read is repeated");
    assert_eq!((run.status, client.left()), (RunStatus::Running, 0));
    assert!(client.elapsed() > Duration::ZERO && client.requests().len() == 2);

    client.fail(TransportErrorKind::Closed, Phase::Sent);
    let lost = client.call(ExecuteWorkflow::new("wf").input(json!({"n": 1})));
    assert!(lost.expect_err("a start is not repeated").is_ambiguous());
    let sent = client.requests().pop().expect("a request");
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(sent.body()).expect("JSON")["input"]["n"],
        1
    );

    let error = client.call(GetRun::new("wf", "r")).expect_err("the script is over");
    let told = "the script has no answer for GET /api/v2/workflows/wf/runs/r";
    assert!(format!("{error:#}").contains(told), "{error:#}");
}

#[test]
fn a_scripted_stream_has_its_events_and_its_outcome() {
    let client = Scripted::new();
    let text = json!({"blockId": "b", "chunk": "Hello"});
    let last = json!({"event": "final", "data": {"success": true, "output": {}}});
    let stream = || ExecuteWorkflow::new("wf").stream();
    let events = client.stream_of([text.clone(), last]).stream(stream()).expect("a stream");
    assert!(
        matches!(&events[..], [Ok(RunEvent::Text { .. }), Ok(RunEvent::Final(_))]),
        "{events:?}"
    );
    let cut = client.stream_of([text]).stream(stream()).expect("a stream");
    assert!(cut[1].as_ref().is_err_and(Error::is_truncated), "{cut:?}");
}

#[test]
fn an_async_scripted_client_does_the_same_and_waits_for_nothing() {
    let client = ScriptedAsync::new();
    client.fail(TransportErrorKind::Closed, Phase::Sent);
    client.answer(200, json!({"data": {"runId": "r", "workflowId": "wf", "status": "running"}}));
    let run = now(client.call(GetRun::new("wf", "r"))).expect("a read is repeated");
    assert_eq!((run.status, client.left()), (RunStatus::Running, 0));
    assert!(client.elapsed() > Duration::ZERO && client.requests().len() == 2);
    let last = json!({"event": "final", "data": {"success": true, "output": {}}});
    client.stream_of([last]);
    let events = now(client.stream(ExecuteWorkflow::new("wf").stream())).expect("a stream");
    assert!(matches!(&events[..], [Ok(RunEvent::Final(_))]), "{events:?}");
}

/// Polls a future once; it needs nothing else to end.
fn now<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}
