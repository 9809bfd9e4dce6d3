//! Streamed runs: what is asked for, what is told, and the one outcome.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sim_core::{
    Api, Error, ErrorKind, ExecuteWorkflow, Operation, Result, RunEvent, RunId, RunStatus,
    StreamEndpoint, StreamWorkflow, TimeoutKind, Timeouts, ToolStatus, WorkflowExecutionResult,
};

use crate::canned::Canned;
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{Proven as _, api, quick, times};

type Seen = Result<RunEvent<'static>>;

pub(super) const TEXT: &str = r#"{"blockId":"b","chunk":"Hello"}"#;
pub(super) const FINAL: &str = r#"{"event":"final","data":{"success":true,"output":{"n":1}}}"#;
const DONE: &str = "\"[DONE]\"";

fn own() -> RunId {
    RunId::from("run-own")
}

pub(super) fn stream() -> StreamWorkflow {
    ExecuteWorkflow::new("wf-1").run_id("run-own").input(json!({"q": 1})).stream()
}

/// The start of an answer that streams, and these frames.
pub(super) fn frames(frames: &[&str]) -> String {
    let body: String = frames.iter().flat_map(|frame| ["data: ", frame, "\n\n"]).collect();
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n{body}")
}

pub(super) fn open<S: Subject>(
    subject: &impl Fn(Api) -> S,
    url: &str,
    endpoint: impl StreamEndpoint,
) -> Result<Vec<Seen>> {
    subject(api(url).proven()).stream(endpoint, usize::MAX)
}

/// The events of a stream with these frames.
fn told<S: Subject>(subject: &impl Fn(Api) -> S, list: &[&str]) -> Vec<Seen> {
    let script = Script::new([Reply::close(frames(list))]);
    let events = open(subject, script.url(), stream()).expect("a stream");
    assert_eq!(script.seen().len(), 1, "requests on the wire");
    events
}

/// The last event: the result.
fn result(events: Vec<Seen>) -> WorkflowExecutionResult {
    match events.into_iter().next_back() {
        Some(Ok(RunEvent::Final(result) | RunEvent::Failure(result))) => *result,
        other => panic!("{other:?} is no outcome"),
    }
}

/// The last event: an error.
pub(super) fn error(events: Vec<Seen>) -> Error {
    match events.into_iter().next_back() {
        Some(Err(error)) => error,
        other => panic!("{other:?} is no error"),
    }
}

pub fn a_stream_is_asked_for_in_the_body<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::close(frames(&[FINAL, DONE]))]);
    let asked = stream().select(["agent1.content", "b.x"]);
    open(subject, script.url(), asked).expect("a stream");
    let seen = &script.seen()[0];
    let body: Value = serde_json::from_slice(&seen.body).expect("JSON");
    assert_eq!(body, json!({"stream": true, "selectedOutputs": ["agent1.content", "b.x"], "q": 1}));
    assert_eq!(seen.target(), "/api/workflows/wf-1/execute");
    assert_eq!(seen.header("accept"), Some("text/event-stream, application/json"));
    assert_eq!(seen.header("x-execution-id"), Some("run-own"));
    assert_eq!(seen.header("x-sim-stream-protocol"), None);
    let refused =
        open(subject, script.url(), stream().select([""])).expect_err("an empty selection");
    assert_eq!((refused.code(), script.seen().len()), ("INVALID_REQUEST", 1));
}

pub fn thinking_and_tools_set_the_protocol_header<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (asked, body) in [
        (stream().include_thinking(true), json!({"stream": true, "includeThinking": true, "q": 1})),
        (
            stream().include_tool_calls(true),
            json!({"stream": true, "includeToolCalls": true, "q": 1}),
        ),
    ] {
        let script = Script::new([Reply::close(frames(&[FINAL, DONE]))]);
        open(subject, script.url(), asked).expect("a stream");
        let seen = &script.seen()[0];
        assert_eq!(seen.header("x-sim-stream-protocol"), Some("agent-events-v1"));
        assert_eq!(serde_json::from_slice::<Value>(&seen.body).ok(), Some(body));
    }
}

pub fn every_kind_of_event_is_told<S: Subject>(subject: &impl Fn(Api) -> S) {
    let events = told(
        subject,
        &[
            r#"{"blockId":"b","event":"thinking","data":"hm"}"#,
            r#"{"blockId":"b","chunk":"Let \"me\" look"}"#,
            r#"{"blockId":"b","event":"tool","phase":"start","id":"c1","name":"weather"}"#,
            r#"{"blockId":"b","event":"chunk_reset"}"#,
            r#"{"blockId":"b","event":"tool","phase":"end","id":"c1","name":"weather","status":"error"}"#,
            r#"{"blockId":"b","event":"tool","phase":"end","id":"c2","name":"weather"}"#,
            r#"{"event":"stream_error","blockId":"b","error":"terminated"}"#,
            r#"{"blockId":"b","chunk":""}"#,
            FINAL,
            DONE,
        ],
    );
    let events: Vec<_> = events.into_iter().map(|event| event.expect("an event")).collect();
    assert_eq!(
        events[..8],
        [
            RunEvent::Thinking { block: "b".into(), text: "hm".into() },
            RunEvent::Text { block: "b".into(), chunk: "Let \"me\" look".into() },
            RunEvent::ToolStart { block: "b".into(), id: "c1".into(), name: "weather".into() },
            RunEvent::TextReset { block: "b".into() },
            RunEvent::ToolEnd {
                block: "b".into(),
                id: "c1".into(),
                name: "weather".into(),
                status: Some(ToolStatus::Error),
            },
            RunEvent::ToolEnd {
                block: "b".into(),
                id: "c2".into(),
                name: "weather".into(),
                status: None
            },
            RunEvent::BlockError { block: "b".into(), error: "terminated".into() },
            RunEvent::Text { block: "b".into(), chunk: "".into() },
        ]
    );
    let result = events[8].result().expect("the result");
    assert_eq!(
        (&result.status, &result.output, &result.run_id),
        (&RunStatus::Completed, &json!({"n": 1}), &Some(own()))
    );
    assert_eq!(events.len(), 9);
}

pub fn a_stream_has_exactly_one_outcome<S: Subject>(subject: &impl Fn(Api) -> S) {
    for list in [
        vec![TEXT, FINAL, DONE],
        vec![TEXT, FINAL, FINAL, DONE],
        vec![TEXT, FINAL, DONE, TEXT, FINAL],
        vec![TEXT, FINAL],
        vec![TEXT, FINAL, r#"{"event":"error","error":"late"}"#, DONE],
        vec![TEXT, FINAL, "not JSON"],
    ] {
        let events = told(subject, &list);
        assert_eq!(events.len(), 2, "{list:?}");
        assert_eq!(result(events).status, RunStatus::Completed);
    }
}

pub fn the_guides_spelling_of_the_end_is_read<S: Subject>(subject: &impl Fn(Api) -> S) {
    let done = r#"{"event":"done","success":true,"output":{"n":1},"metadata":{"duration":610}}"#;
    let result = result(told(subject, &[done, "[DONE]"]));
    assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &json!({"n": 1})));
    assert_eq!(result.duration(), Some(Duration::from_millis(610)));
    for mark in ["[DONE]", DONE] {
        let events = told(subject, &[TEXT, mark]);
        assert!(error(events).is_truncated(), "a mark alone says nothing of the run");
    }
}

pub fn how_a_run_ended_is_told_apart<S: Subject>(subject: &impl Fn(Api) -> S) {
    let paused = r#"{"event":"final","data":{"success":true,"status":"paused","output":{"data":{"_resume":{"contextId":"ask","executionId":"run-own"}}}}}"#;
    for (last, status, code) in [
        (r#"{"event":"error","error":"Boom"}"#, RunStatus::Failed, "EXECUTION_ERROR"),
        (
            r#"{"event":"error","error":"Execution timed out after 3 seconds"}"#,
            RunStatus::TimedOut,
            "TIMEOUT",
        ),
        (
            r#"{"event":"error","error":"Client cancelled request"}"#,
            RunStatus::Cancelled,
            "CANCELLED",
        ),
        (
            r#"{"event":"final","data":{"success":false,"output":{}}}"#,
            RunStatus::Cancelled,
            "CANCELLED",
        ),
        (
            r#"{"event":"final","data":{"success":false,"output":{},"error":"Boom"}}"#,
            RunStatus::Failed,
            "EXECUTION_ERROR",
        ),
        (paused, RunStatus::Paused, "PAUSED"),
    ] {
        let result = result(told(subject, &[TEXT, last, DONE]));
        assert_eq!((&result.status, &result.run_id), (&status, &Some(own())), "{last}");
        assert_eq!(result.pause.is_some(), status == RunStatus::Paused);
        assert_eq!(result.into_result().expect_err("not completed").code(), code);
    }
}

pub fn an_output_that_is_not_in_the_stream_is_not_the_end<S: Subject>(subject: &impl Fn(Api) -> S) {
    let large = r#"{"blockId":"big","event":"error","error":"too large to inline"}"#;
    let events = told(subject, &[large, TEXT, DONE]);
    assert_eq!(events.len(), 3);
    assert!(matches!(&events[0], Ok(RunEvent::OutputError { block, .. }) if block == "big"));
    assert!(matches!(&events[1], Ok(RunEvent::Text { .. })), "text goes on");
    let result = result(events);
    assert_eq!(
        (result.status, result.error.as_ref().map(|error| &*error.message)),
        (RunStatus::Unknown, Some("too large to inline"))
    );
    assert!(error(told(subject, &[large, TEXT])).is_truncated(), "without the mark it broke off");
}

pub fn bytes_that_end_early_are_no_outcome<S: Subject>(subject: &impl Fn(Api) -> S) {
    for list in [vec![], vec![TEXT], vec![TEXT, r#"{"blockId":"b","chu"#]] {
        let error = error(told(subject, &list));
        assert_eq!(
            error.kind(),
            &ErrorKind::Truncated { run_id: Some(own()), cause: None },
            "{list:?}"
        );
        assert_eq!((error.code(), error.run_id()), ("TRUNCATED", Some(&own())));
    }
    let whole = frames(&[TEXT, FINAL]);
    let script = Script::new([Reply::close(whole.trim_end())]);
    let events = open(subject, script.url(), stream()).expect("a stream");
    assert_eq!(result(events).status, RunStatus::Completed, "a last frame that is whole counts");
}

pub fn a_stream_lost_on_the_way_is_truncated<S: Subject>(subject: &impl Fn(Api) -> S) {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("data: {TEXT}\n\n");
    let begun = format!("{head}{:x}\r\n{chunk}\r\n", chunk.len());
    let limits = Timeouts::default().idle(Duration::from_millis(60));
    for (reply, cause) in [
        (Reply::close(format!("{begun}ff\r\ndata")), ErrorKind::Closed),
        (Reply::stall(&begun), ErrorKind::Timeout(TimeoutKind::Idle)),
    ] {
        let script = Script::new([reply]);
        let events = open(subject, script.url(), stream().timeouts(limits)).expect("a stream");
        assert_eq!(events.len(), 2, "nothing that came before is lost");
        let error = error(events);
        assert_eq!(
            error.kind(),
            &ErrorKind::Truncated { run_id: Some(own()), cause: Some(Box::new(cause)) },
            "{error:?}"
        );
        assert_eq!(script.seen().len(), 1, "it is never begun again");
    }
}

pub fn a_last_event_without_its_end_is_told_before_the_loss<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let cut = frames(&[TEXT, TEXT]);
    let script = Script::new([Reply::close(&cut[..cut.len() - 2])]);
    let events = open(subject, script.url(), stream()).expect("a stream");
    assert_eq!(events.len(), 3, "{events:?}");
    assert!(error(events).is_truncated());
}

pub fn a_stream_lost_before_its_first_event_leaves_the_run_unknown<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    let script = Script::new([Reply::close(format!("{head}ff\r\n"))]);
    let lost = error(open(subject, script.url(), stream()).expect("a stream"));
    let cause = Box::new(ErrorKind::Closed);
    assert_eq!(
        lost.kind(),
        &ErrorKind::Ambiguous { run_id: Some(own()), cause: cause.clone() },
        "{lost:?}"
    );
    let script = Script::new([Reply::close("")]);
    let lost = open(subject, script.url(), stream()).expect_err("no head");
    assert_eq!(lost.kind(), &ErrorKind::Ambiguous { run_id: Some(own()), cause });
    assert_eq!(script.seen().len(), 1);
}

pub fn a_refusal_before_the_stream_is_the_ordinary_error<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (status, body, code) in [
        (401, json!({"error": "Invalid API key"}), "UNAUTHORIZED"),
        (402, json!({"error": "Usage limit exceeded"}), "USAGE_LIMIT_EXCEEDED"),
        (403, json!({"error": "Workflow is not deployed"}), "WORKFLOW_NOT_DEPLOYED"),
        (404, json!({"error": "Workflow not found"}), "WORKFLOW_NOT_FOUND"),
        (
            409,
            json!({"error": "used", "code": "EXECUTION_ID_CONFLICT", "executionId": "run-own"}),
            "EXECUTION_ID_CONFLICT",
        ),
        (
            429,
            json!({"error": "Rate limit exceeded. Please try again later."}),
            "RATE_LIMIT_EXCEEDED",
        ),
    ] {
        let server = Canned::json(status, &body);
        let error = open(subject, &server.url(), stream()).expect_err("a refusal");
        assert_eq!((error.kind(), error.code()), (&ErrorKind::Api, code));
        assert_eq!(server.requests().len(), 1);
    }
}

pub fn a_refused_start_is_repeated_and_a_started_stream_never<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let refusal = r#"{"error":"Too many requests","code":"ADMISSION_GATE_CAPACITY"}"#;
    let script = Script::new([Reply::json(429, refusal), Reply::close(frames(&[TEXT]))]);
    let events = open(subject, script.url(), stream().retry(quick(3))).expect("a stream");
    assert!(error(events).is_truncated());
    assert_eq!(script.seen().len(), 2, "refused once, begun once");
}

pub fn json_instead_of_a_stream_is_the_result<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = Canned::json(
        200,
        &json!({"success": true, "executionId": "run-own", "output": {"n": 1}, "metadata": times()}),
    );
    let events = open(subject, &server.url(), stream()).expect("a result");
    assert_eq!(events.len(), 1);
    let result = result(events);
    assert_eq!(
        (result.status, result.run_id),
        (RunStatus::Completed, Some(RunId::from("run-own")))
    );
}

pub fn frames_of_a_later_server_are_kept<S: Subject>(subject: &impl Fn(Api) -> S) {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    for (frame, value) in [
        (r#"{"event":"later","x":1}"#, json!({"event": "later", "x": 1})),
        (r#"{"blockId":"b","chunk":7}"#, json!({"blockId": "b", "chunk": 7})),
        (r#"{"blockId":"b"}"#, json!({"blockId": "b"})),
        ("{}", json!({})),
        ("null", json!(null)),
        ("7", json!(7)),
        ("not JSON", json!("not JSON")),
        ("{\"a\":", json!("{\"a\":")),
        (&deep, json!(deep)),
    ] {
        let events = told(subject, &[frame, TEXT, FINAL, DONE]);
        assert_eq!(events.len(), 3, "{frame:.40}");
        assert_eq!(events[0].as_ref().ok(), Some(&RunEvent::Other(value)));
    }
}

/// Waits until the client has left, for a minute at the most.
fn assert_left(script: &Script) {
    let started = Instant::now();
    while script.left() == 0 {
        assert!(started.elapsed() < Duration::from_secs(60), "the connection is still open");
        std::thread::yield_now();
    }
}

pub fn dropping_a_stream_closes_its_connection<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::stall(frames(&[TEXT, TEXT]))]);
    let subject = subject(api(script.url()).proven());
    let events = subject.stream(stream(), 2).expect("a stream");
    assert!(events.iter().all(Result::is_ok));
    assert_left(&script);
}

pub fn the_outcome_closes_the_connection<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::stall(frames(&[TEXT, FINAL]))]);
    let subject = subject(api(script.url()).proven());
    let events = subject.stream(stream(), usize::MAX).expect("a stream");
    assert_eq!(
        result(events).status,
        RunStatus::Completed,
        "the server never ends it, and nobody waits"
    );
    assert_left(&script);
}

pub fn a_silent_stream_is_not_cut<S: Subject>(_: &impl Fn(Api) -> S) {
    let limits = Operation::timeouts(&stream());
    let hour = Some(Duration::from_secs(3600));
    assert_eq!((limits.first_byte, limits.idle, limits.total), (hour, hour, None));
}
