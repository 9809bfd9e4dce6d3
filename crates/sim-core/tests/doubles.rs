//! What a program makes in its own tests: results, runs, receipts, pauses, errors. All results survive being stored.

use std::fmt::Debug;
use std::time::Duration;

use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sim_core::testing::Scripted;
use sim_core::transport::{Phase, TransportErrorKind};
use sim_core::{
    AsyncExecutionResult, Collected, Error, ErrorKind, ExecuteWorkflow, GetRun, Pause, PausePoint,
    Run, RunError, RunErrorCode, RunEvent, RunHandle, RunStatus, Texts, WorkflowExecutionResult,
    code,
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
    survives(&Collected::new(whole(), texts));
    survives(&AsyncExecutionResult::new("run-1"));
    let mut run = Run::new("wf", "run-1", RunStatus::Running);
    survives(&run);
    run.duration = Some(Duration::from_millis(1234));
    run.error = whole().error;
    run.output = Some(json!({"n": 1}));
    survives(&run);
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
    assert!(error.to_string().contains(told), "{error}");
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
