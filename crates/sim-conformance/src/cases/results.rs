//! The answers of a synchronous execute: one case for each line of the rules by which a body is judged.

use std::time::Duration;

use serde_json::{Value, json};
use sim_core::{
    Api, Error, ErrorKind, ExecuteWorkflow, Result, RunId, RunStatus, WorkflowExecutionResult,
};

use super::call;
use crate::canned::Canned;
use crate::subject::Subject;
use crate::tools::{at_once, times};

const OWN: &str = "run-own";

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").run_id(OWN)
}

/// The row of a run that completed with the answer of a Response block.
const COMPLETED: &str = r#"{"executionId":"run-own","workflowId":"wf-1","status":"completed"}"#;
const NO_RUN: &str = r#"{"error":"Execution not found"}"#;

/// What comes of an execute that is answered so; it is always sent exactly once.
fn answered<S: Subject>(
    subject: &impl Fn(Api) -> S,
    status: u16,
    body: impl AsRef<[u8]>,
) -> Result<WorkflowExecutionResult> {
    read(subject, status, body, None)
}

/// The same, if the row of the run is read so.
fn read<S: Subject>(
    subject: &impl Fn(Api) -> S,
    status: u16,
    body: impl AsRef<[u8]>,
    row: Option<(u16, &str)>,
) -> Result<WorkflowExecutionResult> {
    let headers = [("content-type", "application/json"), ("x-mine", "1")];
    let mut server = Canned::answer(status, &headers, body);
    if let Some((status, row)) = row {
        server = server.with_row(status, row);
    }
    let result = call(subject, &server.url(), execute());
    assert_eq!(server.requests().len(), 1, "requests on the wire: {result:?}");
    result
}

fn run<S: Subject>(
    subject: &impl Fn(Api) -> S,
    status: u16,
    body: &Value,
) -> WorkflowExecutionResult {
    answered(subject, status, body.to_string())
        .unwrap_or_else(|error| panic!("{status} {body}: {error}"))
}

fn error<S: Subject>(subject: &impl Fn(Api) -> S, status: u16, body: impl AsRef<[u8]>) -> Error {
    let text = String::from_utf8_lossy(body.as_ref()).into_owned();
    match answered(subject, status, body) {
        Err(error) => error,
        Ok(result) => panic!("{status} {text}: {result:?}"),
    }
}

/// Asserts that an error leaves the fate of our run open, for that cause.
fn assert_ambiguous(error: &Error, expected: &ErrorKind) {
    match error.kind() {
        ErrorKind::Ambiguous { run_id: Some(run), cause } => {
            assert_eq!((run.as_str(), &**cause), (OWN, expected), "{error}");
            assert_eq!(error.run_id(), Some(&RunId::from(OWN)));
        }
        other => panic!("{other:?}"),
    }
}

pub fn a_completed_run<S: Subject>(subject: &impl Fn(Api) -> S) {
    let metadata = json!({"duration": 39.25, "startTime": "2026-11-23T18:15:41.149Z", "endTime": "2026-11-23T18:15:41.188Z"});
    let body =
        json!({"success": true, "executionId": OWN, "output": {"n": 42}, "metadata": metadata});
    let result = run(subject, 200, &body);
    assert_eq!((result.success, &result.status), (true, &RunStatus::Completed));
    assert_eq!((&result.output, &result.error), (&json!({"n": 42}), &None));
    assert_eq!((result.run_id.clone(), result.http_status), (Some(RunId::from(OWN)), None));
    let metadata = result.metadata.clone().expect("metadata");
    assert_eq!(metadata.duration, Some(Duration::from_micros(39_250)));
    assert_eq!(metadata.start_time, "2026-11-23T18:15:41.149Z".parse().ok());
    assert_eq!(metadata.end_time, "2026-11-23T18:15:41.188Z".parse().ok());
    let output = result.output_as::<std::collections::HashMap<String, u32>>();
    assert_eq!(output.ok(), Some([("n".to_owned(), 42)].into()));
    assert_eq!(result.output_as::<String>().expect_err("a misfit").code(), "INVALID_RESPONSE");
    assert_eq!(result.clone().into_result().ok(), Some(result));
}

pub fn a_failed_run_is_a_result_at_any_status<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (status, chosen) in
        [(500, None), (503, Some(503)), (422, Some(422)), (404, Some(404)), (502, Some(502))]
    {
        let body = json!({"success": false, "output": {"partial": 1}, "metadata": times(), "error": "Boom: it broke"});
        let result = run(subject, status, &body);
        assert_eq!((result.success, &result.status), (false, &RunStatus::Failed));
        let told = result.error.as_ref().map(|error| &*error.message);
        assert_eq!(told, Some("Boom: it broke"));
        assert_eq!(result.output, json!({"partial": 1}));
        assert_eq!(result.run_id, Some(RunId::from(OWN)), "the answer names no run: ours it is");
        assert_eq!(result.http_status.map(|status| status.as_u16()), chosen);
        let error = result.clone().into_result().expect_err("not completed");
        assert_eq!((error.code(), error.message()), ("EXECUTION_ERROR", "Boom: it broke"));
        assert_eq!(
            error.kind(),
            &ErrorKind::Run(Box::new(result)),
            "the error holds the whole result"
        );
    }
}

pub fn a_run_past_the_servers_limit_timed_out<S: Subject>(subject: &impl Fn(Api) -> S) {
    let body = json!({"success": false, "output": {}, "metadata": times(), "error": "Execution timed out after 3 seconds"});
    let result = run(subject, 408, &body);
    assert_eq!((&result.status, result.http_status), (&RunStatus::TimedOut, None));
    assert_eq!(result.into_result().expect_err("not completed").code(), "TIMEOUT");
}

pub fn a_cancelled_run_is_told_apart<S: Subject>(subject: &impl Fn(Api) -> S) {
    let gone = json!({
        "success": false, "output": {}, "error": "Client cancelled request", "metadata": times(),
    });
    let cancelled =
        json!({"success": false, "executionId": OWN, "output": {}, "metadata": times()});
    for (status, body) in [(200, cancelled), (499, gone)] {
        let result = run(subject, status, &body);
        assert_eq!((&result.status, result.http_status), (&RunStatus::Cancelled, None));
        assert_eq!(result.into_result().expect_err("not completed").code(), "CANCELLED");
    }
}

pub fn a_paused_run_is_told_apart_from_a_completed_one<S: Subject>(subject: &impl Fn(Api) -> S) {
    let resume =
        |context| json!({"contextId": context, "executionId": OWN, "uiUrl": "https://sim/resume"});
    let one = json!({"data": {"operation": "human", "_resume": resume("ctx₍0₎")}});
    let block = |context| json!({"data": {"_resume": resume(context)}});
    let two = json!({"pausedBlocks": [block("a"), block("b")], "pauseCount": 2});
    for (output, contexts) in [(one, vec!["ctx₍0₎"]), (two, vec!["a", "b"])] {
        let result = run(
            subject,
            200,
            &json!({"success": true, "executionId": OWN, "output": output, "metadata": times()}),
        );
        assert_eq!((result.success, &result.status), (true, &RunStatus::Paused));
        let points = result.pause.clone().expect("a pause").points;
        let found: Vec<_> = points.iter().map(|point| point.context_id.as_str()).collect();
        assert_eq!(found, contexts);
        assert_eq!(points[0].run_id, Some(RunId::from(OWN)));
        assert_eq!(points[0].ui_url.as_deref(), Some("https://sim/resume"));
        assert_eq!(result.into_result().expect_err("not completed").code(), "PAUSED");
    }
}

pub fn a_response_block_may_answer_anything<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    let bodies = [
        json!({"ok": true, "made": {"id": 42}}),
        json!({"error": "mine", "and": "more"}),
        json!({"success": true}),
        json!({"success": "yes", "error": 7}),
        json!([1, 2]),
        json!("text"),
        json!(0),
        json!(null),
    ];
    at_once([200, 201, 202, 401, 403, 404, 409, 418, 429, 500, 502, 503], |status| {
        for body in &bodies {
            let answered = |row| read(subject, status, body.to_string(), Some(row));
            let result = answered((200, COMPLETED)).expect("its run completed");
            assert_eq!((&result.status, &result.output), (&RunStatus::Completed, body));
            assert_eq!(result.http_status.map(|status| status.as_u16()), Some(status));
            assert_eq!(result.headers["x-mine"], "1");
            assert_eq!(result.run_id, Some(RunId::from(OWN)));
            let failed =
                r#"{"executionId":"run-own","workflowId":"wf-1","status":"failed","error":"Boom"}"#;
            let result = answered((200, failed)).expect("its run failed");
            assert_eq!((&result.status, result.success), (&RunStatus::Failed, false));
            let unread = answered((401, r#"{"error":"Invalid API key"}"#)).expect_err("no row");
            assert!(unread.is_ambiguous() && unread.is_unauthorized(), "{unread:?}");
        }
        let mine = r#"{"mine":1}"#;
        let nothing = read(subject, status, mine, Some((404, NO_RUN))).expect_err("no run");
        assert_eq!(nothing.is_ambiguous(), status == 502, "{status}: {nothing:?}");
    });
}

pub fn an_answer_of_an_old_server<S: Subject>(subject: &impl Fn(Api) -> S) {
    let body = json!({
        "success": true, "output": {"n": 1}, "metadata": times(), "logs": [{"blockId": "b"}], "traceSpans": [{"id": "s"}],
        "totalDuration": 610, "metadata": {"duration": 600},
    });
    let row = r#"{"executionId":"run-own","workflowId":"wf-1","status":"later"}"#;
    let headers = [("x-request-id", "1a2b3c4d")];
    let server = Canned::answer(200, &headers, body.to_string()).with_row(200, row);
    let result = call(subject, &server.url(), execute()).expect("a result");
    assert_eq!((&result.status, result.output), (&RunStatus::Completed, json!({"n": 1})));
    assert_eq!(result.logs.map(|logs| logs.len()), Some(1));
    assert_eq!(result.trace_spans.map(|spans| spans.len()), Some(1));
    assert_eq!(result.total_duration, Some(Duration::from_millis(610)));
}

pub fn hints_that_do_not_parse_never_cost_the_result<S: Subject>(subject: &impl Fn(Api) -> S) {
    for odd in [
        json!(null),
        json!("odd"),
        json!(-1),
        json!([]),
        json!(1e300),
        json!({"duration": "x", "startTime": {}}),
    ] {
        let body = json!({
            "success": true, "executionId": OWN, "output": 1, "metadata": odd, "logs": odd,
            "traceSpans": odd, "totalDuration": odd, "later": odd,
        });
        let row =
            r#"{"executionId":"run-own","workflowId":"wf-1","status":"completed","finalOutput":1}"#;
        let result = read(subject, 200, body.to_string(), Some((200, row)));
        assert_eq!(result.expect("a result").output, json!(1));
    }
    let headers = [
        ("x-ratelimit-limit", "many"),
        ("x-ratelimit-reset", "soon"),
        ("retry-after", "later"),
        ("date", "yesterday"),
        ("x-request-id", ""),
    ];
    let server =
        Canned::answer(200, &headers, br#"{"success":true,"executionId":"run-own","output":1,"metadata":{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"}}"#);
    assert!(call(subject, &server.url(), execute()).is_ok());
}

pub fn the_apis_refusal_is_an_error<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    let refusals = [
        (400, json!({"error": "Invalid JSON in request body"}), "INVALID_JSON"),
        (
            400,
            json!({"error": "Invalid request body", "details": [{"path": "a", "message": "m"}]}),
            "BAD_REQUEST",
        ),
        (401, json!({"error": "Invalid API key"}), "UNAUTHORIZED"),
        (402, json!({"error": "Usage limit exceeded: $1.59 used"}), "USAGE_LIMIT_EXCEEDED"),
        (403, json!({"error": "Workflow is not deployed"}), "WORKFLOW_NOT_DEPLOYED"),
        (404, json!({"error": "Workflow not found"}), "WORKFLOW_NOT_FOUND"),
        (
            409,
            json!({"error": "used", "code": "EXECUTION_ID_CONFLICT", "executionId": OWN}),
            "EXECUTION_ID_CONFLICT",
        ),
        (413, json!({"error": "too large"}), "PAYLOAD_TOO_LARGE"),
        (
            429,
            json!({"error": "Rate limit exceeded. Please try again later."}),
            "RATE_LIMIT_EXCEEDED",
        ),
        (500, json!({"error": "Failed to queue async execution"}), "SERVER_ERROR"),
        (503, json!({"error": "m", "code": "SERVICE_OVERLOADED"}), "SERVICE_OVERLOADED"),
        (500, json!({"error": {"code": "INTERNAL_ERROR", "message": "m"}}), "SERVER_ERROR"),
    ];
    at_once(refusals, |(status, body, code)| {
        let proven = read(subject, status, body.to_string(), Some((404, NO_RUN)));
        let error = proven.expect_err("a refusal");
        assert_eq!((error.kind(), error.code()), (&ErrorKind::Api, code), "{status} {body}");
        // A conflict says that the id was claimed: by a copy of this request, for example, and then there is a run.
        assert_eq!(error.may_have_started(), status == 409, "{status} {body}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(error.body(), body.to_string().as_bytes());
        let ids = (error.run_id(), error.sent_id());
        assert_eq!(ids, (Some(&RunId::from(OWN)), Some(&RunId::from(OWN))), "it knows the run");
        // Without the row, the words alone prove little.
        let doubtful = answered(subject, status, body.to_string()).expect_err("a refusal");
        assert_eq!(doubtful.code(), code, "{status} {body}");
        let at_the_door = matches!(status, 401 | 413) || code == "INVALID_JSON";
        let at_the_door = at_the_door || body["details"].is_array();
        assert_eq!(doubtful.may_have_started(), !at_the_door, "{status} {body}: {doubtful:?}");
    });
    for (status, page) in [(404, "<html>"), (413, ""), (403, "<!DOCTYPE html>"), (429, "slow down")]
    {
        let refused = read(subject, status, page, Some((404, NO_RUN))).expect_err("no run");
        // A page with 404 is that of a stranger.
        let kind = if status == 404 { ErrorKind::Decode } else { ErrorKind::Api };
        assert_eq!(refused.kind(), &kind, "{status} {page:?}");
    }
}

pub fn a_page_of_a_gateway_leaves_the_run_unknown<S: Subject>(subject: &impl Fn(Api) -> S) {
    for status in [408, 499, 500, 502, 503, 504, 520, 524] {
        for page in ["<html>", ""] {
            assert_ambiguous(&error(subject, status, page), &ErrorKind::Api);
        }
    }
    for status in [502, 504, 520] {
        assert_ambiguous(
            &error(subject, status, r#"{"message":"Endpoint request timed out"}"#),
            &ErrorKind::Api,
        );
        assert_ambiguous(&error(subject, status, r#"{"error":"upstream"}"#), &ErrorKind::Api);
    }
    let enveloped = error(subject, 502, r#"{"error":{"code":"BAD_GATEWAY","message":"m"}}"#);
    assert_ambiguous(&enveloped, &ErrorKind::Api);
    let row = r#"{"executionId":"run-own","workflowId":"wf-1","status":"completed","finalOutput":{"n":7}}"#;
    let found = read(subject, 504, "<html>", Some((200, row))).expect("its run is there");
    assert_eq!((found.status, found.output), (RunStatus::Completed, json!({"n": 7})));
}

pub fn a_receipt_that_nobody_asked_for_is_not_a_result<S: Subject>(subject: &impl Fn(Api) -> S) {
    for body in [
        r#"{"success":true,"async":true,"jobId":"job-1","executionId":"run-1"}"#,
        r#"{"success":true,"async":true,"jobId":"job-1"}"#,
    ] {
        assert_ambiguous(&error(subject, 202, body), &ErrorKind::Decode);
        // Nor where Sim wrote it.
        let server = Canned::answer(202, &[("x-request-id", "1a2b3c4d")], body);
        let error = call(subject, &server.url(), execute()).expect_err("a receipt");
        assert_ambiguous(&error, &ErrorKind::Decode);
    }
}

pub fn what_cannot_be_read_leaves_the_run_unknown<S: Subject>(subject: &impl Fn(Api) -> S) {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let page = "<html>It works</html>";
    for body in ["", page, "{\"success\":true", "{} trailing", &deep] {
        let error = error(subject, 200, body);
        assert_ambiguous(&error, &ErrorKind::Decode);
        assert_eq!((error.code(), error.body()), ("INVALID_RESPONSE", body.as_bytes()));
    }
    assert!(error(subject, 200, page).message().contains("base URL"));
    assert_ambiguous(
        &error(subject, 200, b"{\"success\":true,\"output\":\"\xff\"}"),
        &ErrorKind::Decode,
    );
    assert_ambiguous(&error(subject, 204, ""), &ErrorKind::Decode);
}

pub fn metadata_on_demand<S: Subject>(subject: &impl Fn(Api) -> S) {
    let headers = [("x-request-id", "1a2b3c4d"), ("x-ratelimit-remaining", "5"), ("x-mine", "1")];
    let server =
        Canned::answer(200, &headers, br#"{"success":true,"executionId":"run-own","output":1,"metadata":{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"}}"#);
    let meta = call(subject, &server.url(), execute().with_meta()).expect("a result");
    assert_eq!((meta.output.output, meta.status.as_u16()), (json!(1), 200));
    assert_eq!(meta.request_id.as_deref(), Some("1a2b3c4d"));
    assert_eq!(meta.run_id, Some(RunId::from(OWN)));
    assert_eq!(meta.rate_limit.and_then(|limit| limit.remaining), Some(5));
    assert_eq!(meta.headers["x-mine"], "1");
}

pub fn the_raw_answer_on_demand<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server =
        Canned::answer(200, &[], b"not json").then(401, &[], br#"{"error":"Invalid API key"}"#);
    let answer = call(subject, &server.url(), execute().raw()).expect("an answer");
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &b"not json"[..]));
    let error = call(subject, &server.url(), execute().raw()).expect_err("a refusal");
    assert_eq!(error.code(), "UNAUTHORIZED");
}
