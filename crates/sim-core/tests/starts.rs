//! The whole result of a start of the first generation whose answer alone does not tell what it is.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use sim_core::transport::{Exchange, Phase, Step, TransportError, TransportErrorKind};
use sim_core::v1::ProbeClaims;
use sim_core::{
    Api, ExecuteWorkflow, Generation, RunId, RunStatus, WorkflowExecutionResult, WorkflowId,
};

/// An answer of Sim, with a header of its own.
fn answer(status: u16, body: &Value) -> http::Response<Bytes> {
    let response = http::Response::builder()
        .status(status)
        .header("x-request-id", "1a2b3c4d")
        .header("x-mine", "header");
    response.body(Bytes::from(body.to_string())).expect("a response")
}

fn core(is_proven: bool) -> Api {
    let api = Api::builder([1; 32]).generation(Generation::V1).base_url("http://localhost");
    let api = api.api_key("sk-sim-test").build().expect("a core");
    if is_proven {
        let details = json!([{"path": "X-Execution-Id", "message": "m"}]);
        let refusal = json!({"error": "Invalid execution ID header", "details": details});
        let mut probe = api.call(ProbeClaims::new()).expect("a call");
        assert!(matches!(
            probe.receive(Ok(answer(400, &refusal)), Duration::ZERO),
            Step::Done(Ok(_))
        ));
    }
    api
}

/// Starts a run under the id `own`, and returns what its answer and those of the reads that follow give.
fn started(api: &Api, status: u16, body: &Value, read: (u16, &Value)) -> WorkflowExecutionResult {
    tried(api, status, body, read).expect("a result")
}

fn tried(
    api: &Api,
    status: u16,
    body: &Value,
    read: (u16, &Value),
) -> sim_core::Result<WorkflowExecutionResult> {
    let mut call = api.call(ExecuteWorkflow::new("wf").run_id("own")).expect("a call");
    let mut said = answer(status, body);
    let mut now = Duration::ZERO;
    for _ in 0..20 {
        match call.receive(Ok(said), now) {
            Step::Done(result) => return result,
            Step::Again(delay) => now += delay,
        }
        assert_eq!(call.request().uri().path(), "/api/workflows/wf/executions/own");
        said = answer(read.0, read.1);
    }
    panic!("it goes on")
}

/// The row of the run.
fn row(status: &str, more: &Value) -> Value {
    let mut row = json!({
        "executionId": "own", "workflowId": "wf", "status": status, "finalOutput": null, "error": null,
    });
    row.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
    row
}

fn own() -> RunId {
    RunId::from("own")
}

#[test]
fn the_answer_of_a_response_block_is_told_with_its_run() {
    let body = json!({"greeting": "hi"});
    let result = started(&core(true), 201, &body, (200, &row("completed", &json!({}))));
    assert_eq!((&result.status, result.success), (&RunStatus::Completed, true));
    assert_eq!((&result.output, result.http_status), (&body, Some(StatusCode::CREATED)));
    assert_eq!((&result.run_id, &result.sent_id), (&Some(own()), &Some(own())));
    assert_eq!(result.workflow_id, Some(WorkflowId::from("wf")));
    assert_eq!(result.headers.get("x-mine").map(http::HeaderValue::as_bytes), Some(&b"header"[..]));
    // Whatever was known of the server before: the row was found under the id.
    let result = started(&core(false), 201, &body, (200, &row("completed", &json!({}))));
    assert_eq!((result.run_id, result.sent_id), (Some(own()), Some(own())));
}

/// The id may be that of an earlier run: then the words of a refusal are one, whatever became of that run.
#[test]
fn under_a_chosen_id_a_row_with_another_output_does_not_explain_a_refusal() {
    let body = json!({"error": "Workflow not found"});
    let of = |output: Value| {
        let row = row("completed", &json!({"finalOutput": output}));
        tried(&core(true), 404, &body, (200, &row))
    };
    for output in [json!({"data": body, "status": 404, "headers": {}}), json!(null)] {
        let result = of(output).expect("the answer of a Response block");
        assert_eq!(
            (result.output, result.http_status),
            (body.clone(), Some(StatusCode::NOT_FOUND))
        );
    }
    let error = of(json!({"n": 1})).expect_err("nobody can tell");
    assert!(error.may_have_started(), "{error:?}");
}

/// A workflow may answer in the form of a run. Its row tells whether the body is that of the run or its output.
#[test]
fn a_body_in_the_form_of_a_run_is_one_if_its_row_has_the_same_output() {
    let body = json!({"success": true, "output": {"n": 1}, "metadata": {}});
    for (written, output) in [
        (json!({"n": 1}), json!({"n": 1})),
        (json!({"data": body, "status": 200, "headers": {}}), body.clone()),
    ] {
        let row = row("completed", &json!({"finalOutput": written}));
        let result = started(&core(true), 200, &body, (200, &row));
        assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &output));
    }
}

#[test]
fn a_read_that_is_cancelled_names_the_run_where_the_server_honours_its_id() {
    for (is_proven, run_id) in [(true, Some(own())), (false, None)] {
        let api = core(is_proven);
        let mut call = api.call(ExecuteWorkflow::new("wf").run_id("own")).expect("a call");
        let said = call.receive(Ok(answer(201, &json!({"a": 1}))), Duration::ZERO);
        assert!(matches!(said, Step::Again(_)), "the row decides");
        let cancelled = TransportError::new(TransportErrorKind::Cancelled, Phase::Sent);
        let Step::Done(Err(error)) = call.receive(Err(cancelled), Duration::ZERO) else {
            panic!("it goes on")
        };
        assert_eq!((error.run_id(), error.sent_id()), (run_id.as_ref(), Some(&own())));
    }
}

#[test]
fn a_success_with_sims_request_id_is_an_answer_where_no_read_can_decide() {
    let body = json!({"greeting": "hi"});
    let lost = json!({"error": "Internal server error"});
    for (is_proven, run_id) in [(true, Some(own())), (false, None)] {
        let result = started(&core(is_proven), 200, &body, (500, &lost));
        assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &body));
        assert_eq!((result.run_id, result.sent_id), (run_id, Some(own())));
        assert_eq!(result.http_status, Some(StatusCode::OK));
    }
}

#[test]
fn a_timed_pause_has_what_the_answer_tells_and_what_the_row_tells() {
    let at = "2026-11-29T07:09:56.503Z";
    let body = json!({
        "success": true, "executionId": "own", "output": {"waitDuration": 60000, "resumeAt": at},
        "metadata": {"duration": 7, "startTime": at, "endTime": at}, "logs": [1], "traceSpans": [2],
        "totalDuration": 8,
    });
    let paused =
        row("paused", &json!({"paused": {"resumeAt": at, "pausedAt": at, "contextId": "ask"}}));
    let result = started(&core(true), 200, &body, (200, &paused));
    assert_eq!((&result.status, result.success), (&RunStatus::Paused, true));
    assert_eq!(
        result.pause.as_ref().and_then(|pause| pause.resume_at),
        Some(at.parse().expect("a time"))
    );
    assert_eq!((&result.logs, &result.trace_spans), (&Some(vec![json!(1)]), &Some(vec![json!(2)])));
    assert_eq!(result.total_duration, Some(Duration::from_millis(8)));
    assert_eq!(
        result.metadata.as_ref().and_then(|metadata| metadata.duration),
        Some(Duration::from_millis(7))
    );
    assert_eq!(
        (&result.run_id, &result.sent_id, &result.output),
        (&Some(own()), &Some(own()), &body["output"])
    );
    // It failed before anybody looked.
    let failed = row("failed", &json!({"error": "Boom: no"}));
    let result = started(&core(true), 200, &body, (200, &failed));
    assert_eq!((&result.status, result.success), (&RunStatus::Failed, false));
    assert_eq!(result.error.map(|error| error.message), Some("Boom: no".to_owned()));
    assert_eq!((result.logs, result.pause), (Some(vec![json!(1)]), None));
}

#[test]
fn the_output_of_a_failed_run_is_kept_where_its_row_has_none() {
    // A run's answer without the times that Sim adds.
    let body = json!({"success": false, "error": "Boom", "output": {"n": 1}, "metadata": {}});
    let failed = row("failed", &json!({"error": "Boom"}));
    let result = started(&core(true), 500, &body, (200, &failed));
    assert_eq!((&result.status, result.success), (&RunStatus::Failed, false));
    assert_eq!(
        (result.output, result.run_id, result.sent_id),
        (json!({"n": 1}), Some(own()), Some(own()))
    );
    let failed = row("failed", &json!({"error": "Boom", "finalOutput": {"m": 2}}));
    let result = started(&core(true), 500, &body, (200, &failed));
    assert_eq!(result.output, json!({"m": 2}), "the row counts");
}

/// Only an error and nothing else says that the request was not even taken.
#[test]
fn a_body_that_was_too_large_settles_the_start_and_one_that_a_workflow_may_have_written_does_not() {
    for (body, is_settled) in [
        (json!({"error": "Request body too large"}), true),
        (json!({"error": "Request body too large", "size": 7}), false),
        (json!({"size": 7}), false),
    ] {
        let mut call = core(true).call(ExecuteWorkflow::new("wf")).expect("a call");
        let step = call.receive(Ok(answer(413, &body)), Duration::ZERO);
        match step {
            Step::Done(Err(error)) => assert!(is_settled && !error.is_ambiguous(), "{body}"),
            Step::Done(Ok(result)) => panic!("{body}: {result:?}"),
            Step::Again(_) => assert!(!is_settled, "{body}"),
        }
    }
}

/// What a refused start leaves behind is a failed row without any work. The words of the answer say which refusal it was;
/// a row that shows work is that of a run, whatever the answer says.
#[test]
fn a_failed_row_is_a_refusal_only_in_sims_words_and_without_work() {
    let no_file = "File processing failed: gone";
    let limit = json!({"error": "Rate limit exceeded. Please try again later."});
    let usage = json!({"error": "Usage limit exceeded", "code": "USAGE_LIMIT_EXCEEDED"});
    let unknown = json!({"error": "Workflow not found"});
    let file = json!({"error": no_file});
    let idle = |error: &str, cost: f64| json!({"error": error, "totalDurationMs": 1, "cost": {"total": cost}});
    let worked =
        |error: &str| json!({"error": error, "totalDurationMs": 500, "cost": {"total": 0}});
    let mut with_output = idle("Boom", 0.0);
    with_output["finalOutput"] = json!({"n": 1});
    for (status, body, left, code) in [
        (
            429,
            &limit,
            idle("Rate limit exceeded. 0 requests remaining.", 0.0),
            Some("RATE_LIMIT_EXCEEDED"),
        ),
        (429, &limit, with_output, None),
        (429, &limit, worked("Boom"), None),
        (
            402,
            &usage,
            idle("Usage limit exceeded: 0 credits left", 0.0),
            Some("USAGE_LIMIT_EXCEEDED"),
        ),
        (402, &usage, worked("Boom"), None),
        (400, &file, idle(no_file, 0.005), Some("BAD_REQUEST")),
        (400, &file, idle("Boom", 0.005), None),
        (400, &file, worked(no_file), None),
        (
            404,
            &unknown,
            idle("Rate limit exceeded. 0 requests remaining.", 0.0),
            Some("RATE_LIMIT_EXCEEDED"),
        ),
    ] {
        let row = row("failed", &left);
        match tried(&core(true), status, body, (200, &row)) {
            Ok(result) => {
                assert_eq!((result.status, code), (RunStatus::Failed, None), "{body} {left}");
            }
            Err(error) => {
                assert_eq!(Some(error.code()), code, "{body} {left}");
                // Other words are not those of the limit that the row tells of.
                let told = if status == 404 { &left["error"] } else { &body["error"] };
                assert_eq!(error.message(), told.as_str().expect("text"));
                assert!(!error.may_have_started(), "{error:?}");
            }
        }
    }
}
