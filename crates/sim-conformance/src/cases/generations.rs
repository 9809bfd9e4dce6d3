//! The two generations of the API: the same calls and the same results in either, and the way from the second
//! to the first where a server lacks it.

use std::time::Duration;

use serde_json::{Value, json};
use sim_core::{
    Api, CancelReason, CancelRun, Endpoint, ErrorKind, ExecuteWorkflow, Generation, GetRun, Result,
    RetryPolicy, RunErrorCode, RunId, RunStatus, WorkflowExecutionResult,
};

use super::run;
use crate::canned::Canned;
use crate::subject::Subject;
use crate::tools::{Proven as _, api, quick, times};

const GATE: &str = r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#;

fn speaking(generation: Generation, server: &Canned) -> Api {
    api(&server.url()).generation(generation).proven()
}

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").run_id("mine").input(json!({"city": "Oslo"}))
}

fn data(body: &Value) -> Value {
    json!({"data": body})
}

fn ended() -> Value {
    data(&json!({
        "runId": "mine", "workflowId": "wf-1", "status": "completed", "output": {"n": 42}, "error": null,
        "startedAt": "2026-11-23T18:18:12.387Z", "endedAt": "2026-11-23T18:18:12.399Z", "durationMs": 11.5,
    }))
}

/// Executes in the second generation against one answer.
fn answered<S: Subject>(
    subject: &impl Fn(Api) -> S,
    server: &Canned,
) -> Result<WorkflowExecutionResult> {
    run(subject, &speaking(Generation::V2, server), execute())
}

fn body_of<S: Subject, E: Endpoint>(
    subject: &impl Fn(Api) -> S,
    endpoint: E,
    answer: &Value,
) -> Value
where
    E::Output: std::fmt::Debug,
{
    let server = Canned::json(200, answer);
    run(subject, &speaking(Generation::V2, &server), endpoint).expect("an answer");
    serde_json::from_slice(&server.request().body).expect("a JSON body")
}

pub fn the_second_generation_has_a_place_for_the_input<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = Canned::json(200, &ended());
    answered(subject, &server).expect("a result");
    let request = server.request();
    let target = (request.method.as_str(), request.url.path(), request.url.query());
    assert_eq!(target, ("POST", "/api/v2/workflows/wf-1/execute", None));
    assert_eq!(request.body, br#"{"input":{"city":"Oslo"}}"#);
    assert_eq!(request.headers["x-run-id"], "mine");
    assert_eq!(request.headers["accept"], "application/x-ndjson, application/json");
    assert!(!request.headers.contains_key("x-execution-id"));
    let plain = || ExecuteWorkflow::new("wf-1");
    for (execute, body) in [
        (plain(), json!({})),
        (plain().input("hello"), json!({"input": {"input": "hello"}})),
        (plain().input(json!({"stream": 7})), json!({"input": {"stream": 7}})),
        (
            plain().include_file_base64(false).base64_max_bytes(9),
            json!({"includeFileBase64": false, "base64MaxBytes": 9}),
        ),
    ] {
        assert_eq!(body_of(subject, execute, &ended()), body);
    }
}

pub fn the_second_generation_has_its_modes_in_the_body<S: Subject>(subject: &impl Fn(Api) -> S) {
    let receipt = data(&json!({"runId": "mine", "statusUrl": "https://elsewhere.test/runs/mine"}));
    let queued = execute().queue().execution_timeout(Duration::from_secs(60));
    let body = body_of(subject, queued.clone(), &receipt);
    let expected = json!({"async": true, "executionTimeoutSeconds": 60, "input": {"city": "Oslo"}});
    assert_eq!(body, expected);
    let server = Canned::json(202, &receipt);
    let receipt = run(subject, &speaking(Generation::V2, &server), queued).expect("a receipt");
    assert_eq!((receipt.run_id, receipt.task_id), (Some(RunId::from("mine")), None));
    assert!(!server.request().headers.contains_key("x-execution-mode"));

    let frames = "data: {\"event\":\"final\",\"data\":{\"success\":true,\"output\":{}}}\n\n";
    let server = Canned::answer(200, &[("content-type", "text/event-stream")], frames);
    let stream = execute().stream().select(["agent1.content"]).include_thinking(true);
    let api = speaking(Generation::V2, &server);
    let events = subject(api).stream(stream, 9).expect("a stream");
    assert_eq!(events.len(), 1);
    let request = server.request();
    let body: Value = serde_json::from_slice(&request.body).expect("a JSON body");
    let expected = json!({
        "stream": true, "selectedOutputs": ["agent1.content"], "includeThinking": true,
        "input": {"city": "Oslo"},
    });
    assert_eq!((request.url.path(), body), ("/api/v2/workflows/wf-1/execute", expected));
    assert_eq!(request.headers["x-sim-stream-protocol"], "agent-events-v1");
}

pub fn a_run_that_ended_is_a_result_of_the_same_kind<S: Subject>(subject: &impl Fn(Api) -> S) {
    let result = answered(subject, &Canned::json(200, &ended())).expect("a result");
    assert_eq!((&result.status, result.success), (&RunStatus::Completed, true));
    assert_eq!((&result.output, &result.error), (&json!({"n": 42}), &None));
    assert_eq!(result.duration(), Some(Duration::from_micros(11_500)));
    assert!(result.metadata.is_some_and(|at| at.start_time < at.end_time));

    let error = |code: &str| json!({"message": "Boom", "code": code, "blockId": "b7", "blockName": "Fetch", "blockType": "api"});
    for (status, error, is) in [
        ("failed", error("BLOCK_EXECUTION_FAILED"), RunStatus::Failed),
        ("failed", error("TIMEOUT"), RunStatus::TimedOut),
        ("cancelled", Value::Null, RunStatus::Cancelled),
    ] {
        let body = json!({"runId": "mine", "workflowId": "wf-1", "status": status, "output": null, "error": error});
        let result = answered(subject, &Canned::json(200, &data(&body))).expect("a result");
        assert_eq!((&result.status, result.success), (&is, false), "{body}");
        if let Some(error) = result.error {
            assert_eq!(
                (error.message.as_str(), error.block_name.as_deref()),
                ("Boom", Some("Fetch"))
            );
            assert!(matches!(
                error.code,
                Some(RunErrorCode::BlockExecutionFailed | RunErrorCode::Timeout)
            ));
        }
    }
}

pub fn what_is_no_result_of_the_second_generation_leaves_the_run_unknown<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    for (status, body) in [
        (200, r#"{"success":true,"output":{}}"#),
        (200, r#"{"data":{}}"#),
        (200, "<html>"),
        (202, r#"{"data":{"runId":"mine","statusUrl":"u"}}"#),
        (502, "<html>"),
        (
            503,
            r#"{"error":{"code":"SERVICE_UNAVAILABLE","message":"m","details":{"code":"ASYNC_ENQUEUE_AMBIGUOUS","runId":"mine"}}}"#,
        ),
    ] {
        let server = Canned::answer(status, &[("content-type", "application/json")], body);
        let error = answered(subject, &server).expect_err(body);
        assert!(error.is_ambiguous(), "{status} {body}: {error:?}");
        assert_eq!((error.run_id(), server.requests().len()), (Some(&RunId::from("mine")), 1));
    }
}

pub fn a_refusal_of_the_second_generation_is_the_same_error<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    for (status, code, details, is) in [
        (400, "BAD_REQUEST", json!([{"code": "unrecognized_keys"}]), "BAD_REQUEST"),
        (401, "UNAUTHORIZED", Value::Null, "UNAUTHORIZED"),
        (402, "USAGE_LIMIT_EXCEEDED", Value::Null, "USAGE_LIMIT_EXCEEDED"),
        (403, "FORBIDDEN", json!({"code": "WORKFLOW_NOT_DEPLOYED"}), "WORKFLOW_NOT_DEPLOYED"),
        (404, "NOT_FOUND", Value::Null, "NOT_FOUND"),
        (
            409,
            "CONFLICT",
            json!({"code": "RUN_ID_CONFLICT", "runId": "mine"}),
            "EXECUTION_ID_CONFLICT",
        ),
        (429, "RATE_LIMITED", json!({"code": "RATE_LIMIT_EXCEEDED"}), "RATE_LIMIT_EXCEEDED"),
    ] {
        let body = json!({"error": {"code": code, "message": "m", "details": details}});
        let server = Canned::json(status, &body);
        let error = answered(subject, &server).expect_err("a refusal");
        assert_eq!((error.kind(), error.code()), (&ErrorKind::Api, is));
        assert_eq!((error.server_code(), server.requests().len()), (Some(code), 1));
    }
}

pub fn signs_of_life_come_before_the_result<S: Subject>(subject: &impl Fn(Api) -> S) {
    const ALIVE: &str = "{\"type\":\"heartbeat\"}\n";
    let lines = |last: &str| {
        Canned::answer(
            200,
            &[("content-type", "application/x-ndjson")],
            format!("{ALIVE}{ALIVE}{last}"),
        )
    };
    let ended = format!("{{\"type\":\"final\",\"data\":{}}}\n", ended()["data"]);
    let result = answered(subject, &lines(&ended)).expect("a result");
    assert_eq!((result.status, result.output), (RunStatus::Completed, json!({"n": 42})));

    let server =
        lines(r#"{"type":"error","status":429,"code":"RATE_LIMITED","error":"slow down"}"#);
    let execute = execute();
    let retried = execute.retry(quick(3));
    let error = run(subject, &speaking(Generation::V2, &server), retried).expect_err("a refusal");
    assert_eq!((error.kind(), error.code()), (&ErrorKind::Api, "RATE_LIMIT_EXCEEDED"));
    assert_eq!(server.requests().len(), 1, "work had begun by then");

    let error = answered(subject, &lines("")).expect_err("there was no end");
    assert!(error.is_ambiguous() && error.code() == "TRUNCATED", "{error:?}");
}

pub fn a_run_reads_and_cancels_alike_in_both<S: Subject>(subject: &impl Fn(Api) -> S) {
    let first = json!({
        "executionId": "mine", "workflowId": "wf-1", "status": "failed", "trigger": "api", "level": "error",
        "startedAt": "2026-11-23T18:18:12.380Z", "endedAt": "2026-11-23T18:18:12.399Z", "totalDurationMs": 10,
        "paused": null, "cost": {"total": 0.005}, "error": "Boom", "finalOutput": {"n": 1}, "blockOutputs": null,
    });
    let second = data(&json!({
        "runId": "mine", "workflowId": "wf-1", "status": "failed", "trigger": "api",
        "startedAt": "2026-11-23T18:18:12.380Z", "endedAt": "2026-11-23T18:18:12.399Z", "durationMs": 10,
        "paused": null, "cost": {"total": 0.005}, "error": {"message": "Boom", "code": "EXECUTION_FAILED"},
        "output": {"n": 1}, "blockOutputs": null,
    }));
    let read = |generation, body, path| {
        let server = Canned::json(200, body);
        let get = GetRun::new("wf-1", "mine").include_output(true).select(["b1.content", "b 2"]);
        let found = run(subject, &speaking(generation, &server), get).expect("a run");
        let request = server.request();
        assert_eq!((request.method.as_str(), request.url.path()), ("GET", path));
        assert_eq!(
            request.url.query(),
            Some("includeOutput=true&selectedOutputs=b1.content%2Cb%202")
        );
        found
    };
    let mut one = read(Generation::V1, &first, "/api/workflows/wf-1/executions/mine");
    let two = read(Generation::V2, &second, "/api/v2/workflows/wf-1/runs/mine");
    assert_eq!(
        two.error.as_ref().and_then(|error| error.code.clone()),
        Some(RunErrorCode::ExecutionFailed)
    );
    assert_eq!(one.level.take().as_deref(), Some("error"));
    one.error.clone_from(&two.error);
    assert_eq!(one, two);

    let told = |generation, status, body: &Value, path| {
        let server = Canned::json(status, body);
        let cancel = CancelRun::new("wf-1", "mine");
        let told = run(subject, &speaking(generation, &server), cancel).expect("an answer");
        assert_eq!(server.request().url.path(), path);
        told
    };
    let refused = json!({"error": "Execution cannot be cancelled while completed"});
    let one = told(Generation::V1, 409, &refused, "/api/workflows/wf-1/executions/mine/cancel");
    let noted = data(&json!({
        "success": true, "runId": "mine", "redisAvailable": false, "durablyRecorded": false,
        "locallyAborted": false, "pausedCancelled": false, "reason": "already_completed",
    }));
    let two = told(Generation::V2, 200, &noted, "/api/v2/workflows/wf-1/runs/mine/cancel");
    assert_eq!((&one, one.reason.clone()), (&two, Some(CancelReason::AlreadyCompleted)));
}

/// The paths that reached a server, and the ids that the executes carried.
fn seen(server: &Canned) -> Vec<(String, Option<String>)> {
    let id = |request: &wiremock::Request| {
        let id = request.headers.get("x-run-id").or(request.headers.get("x-execution-id"))?;
        id.to_str().ok().map(str::to_owned)
    };
    server.requests().iter().map(|request| (request.url.path().to_owned(), id(request))).collect()
}

const FIRST: &str = "/api/workflows/wf-1/execute";
const SECOND: &str = "/api/v2/workflows/wf-1/execute";

fn lacking(status: u16, headers: &[(&str, &str)], body: &str) -> Canned {
    let ended = r#"{"success":true,"output":{"n":42},"metadata":{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"}}"#;
    Canned::answer(status, headers, body).then(200, headers, ended)
}

pub fn a_server_without_the_second_generation_is_spoken_to_in_the_first<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    for body in [GATE, "<!DOCTYPE html>", ""] {
        let server = lacking(404, &[], body);
        let api = api(&server.url()).generation(Generation::Auto);
        let api = api.retry_policy(RetryPolicy::NEVER).proven();
        let execute = || ExecuteWorkflow::new("wf-1").input(json!({"city": "Oslo"}));
        for _ in 0..2 {
            let result = run(subject, &api, execute()).expect("a result");
            assert_eq!((result.status, result.output), (RunStatus::Completed, json!({"n": 42})));
        }
        let seen = seen(&server);
        let paths: Vec<_> = seen.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, [SECOND, FIRST, FIRST], "it is remembered");
        assert!(seen[0].1.is_some() && seen[0].1 == seen[1].1, "the same run id: {seen:?}");
        assert_ne!(seen[1].1, seen[2].1);
        let bodies: Vec<_> = server.requests().into_iter().map(|request| request.body).collect();
        assert_eq!(bodies[0], br#"{"input":{"city":"Oslo"}}"#);
        assert_eq!(bodies[1], br#"{"city":"Oslo"}"#);
    }
}

pub fn whatever_may_have_started_something_is_no_reason_to_fall_back<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let named = r#"{"error":{"code":"NOT_FOUND","message":"Workflow not found"}}"#;
    for (status, body) in [
        (404, named),
        (404, r#"{"error":"Workflow not found"}"#),
        (404, r#"{"detail":"Not Found"}"#),
        (404, "{}"),
        (401, r#"{"error":{"code":"UNAUTHORIZED","message":"Invalid API key"}}"#),
        (405, ""),
        (500, "<html>"),
        (502, "<html>"),
        (200, "<html>"),
    ] {
        let server = lacking(status, &[], body);
        let api = speaking(Generation::Auto, &server);
        run(subject, &api, execute()).expect_err("no way round");
        assert_eq!(
            seen(&server),
            [(SECOND.to_owned(), Some("mine".to_owned()))],
            "{status} {body}"
        );
    }
    // Who chose a generation gets it.
    let server = lacking(404, &[], GATE);
    let error = run(subject, &speaking(Generation::V2, &server), execute()).expect_err("the gate");
    assert!(error.is_not_found() && server.requests().len() == 1);
    let server = Canned::json(200, &json!({"success": true, "output": {}, "metadata": times()}));
    run(subject, &speaking(Generation::V1, &server), execute()).expect("a result");
    assert_eq!(seen(&server)[0].0, FIRST);
}

pub fn what_a_server_lacks_is_forgotten_after_ten_minutes<S: Subject>(subject: &impl Fn(Api) -> S) {
    let at = |time: &'static str| [("date", time)];
    let first = r#"{"success":true,"output":{},"metadata":{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"}}"#;
    let server = Canned::answer(404, &at("Mon, 23 Nov 2026 18:00:00 GMT"), GATE)
        .then(200, &at("Mon, 23 Nov 2026 18:00:01 GMT"), first)
        .then(200, &at("Mon, 23 Nov 2026 18:11:00 GMT"), first)
        .then(200, &at("Mon, 23 Nov 2026 18:11:01 GMT"), ended().to_string());
    let mut api = speaking(Generation::Auto, &server);
    for _ in 0..3 {
        run(subject, &api, ExecuteWorkflow::new("wf-1")).expect("a result");
    }
    let paths: Vec<_> = seen(&server).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, [SECOND, FIRST, FIRST, SECOND]);

    // What was learnt holds for that server and that key.
    let server = lacking(404, &[], GATE);
    api.set_base_url(&server.url()).expect("a base URL");
    run(subject, &api, ExecuteWorkflow::new("wf-1")).expect("a result");
    let clone = api.clone();
    api.set_api_key("sk-sim-other").expect("a key");
    run(subject, &clone, ExecuteWorkflow::new("wf-1")).expect("a result");
    run(subject, &api, ExecuteWorkflow::new("wf-1")).expect_err("the first's answer is no result");
    let paths: Vec<_> = seen(&server).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, [SECOND, FIRST, FIRST, SECOND]);
}
