//! How the answers about runs are read, in either generation.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::operation::Answer;
use sim_core::transport::{Exchange, Step};
use sim_core::v1::{GetPauseContext, GetPaused, ListPaused, RateBucket};
use sim_core::{
    Api, CancelReason, CancelRun, Cancellation, Endpoint, Error, ErrorKind, ExecuteWorkflow,
    Generation, GetRun, QueuedResume, Raw, Result, ResumeRun, Resumed, RunId, RunStatus,
    WorkflowId,
};

fn read<E: Endpoint>(
    generation: Generation,
    mut endpoint: E,
    status: u16,
    body: impl Into<Bytes>,
) -> Result<E::Output> {
    endpoint.set_generation(generation);
    let response = http::Response::builder().status(status).header("x-request-id", "1a2b3c4d");
    let response = response.body(body.into());
    endpoint.decode(&Answer::new(response.expect("a response"), None))
}

fn executed(status: u16, body: &str) -> Result<sim_core::WorkflowExecutionResult> {
    read(Generation::V1, ExecuteWorkflow::new("wf"), status, body.to_owned())
}

#[test]
fn when_a_run_took_place_is_read_as_far_as_it_can_be() -> Result<()> {
    let run = |metadata: Value| {
        let body = json!({"success": true, "executionId": "e", "output": 1, "metadata": metadata});
        executed(200, &body.to_string())
    };
    let metadata =
        run(json!({"duration": 1.5, "startTime": "2026-11-23T18:26:24Z", "endTime": 7}))?;
    let metadata = metadata.metadata.expect("metadata");
    assert_eq!(metadata.duration, Some(Duration::from_micros(1500)));
    assert_eq!(metadata.start_time.map(jiff::Timestamp::as_second), Some(1_795_458_384));
    assert_eq!(metadata.end_time.map(jiff::Timestamp::as_second), Some(7));
    for odd in [json!(null), json!(7), json!(-7), json!(0.5), json!("x"), json!(true), json!([{}])]
    {
        assert_eq!(run(odd.clone())?.metadata, None, "{odd}");
    }
    Ok(())
}

#[test]
fn a_result_of_the_second_generation_has_all_that_its_run_has() -> Result<()> {
    let run = |status: &str, error: Value| {
        let run = json!({
            "runId": "r", "workflowId": "wf", "status": status, "output": {"n": 1}, "error": error,
            "startedAt": "2026-11-23T18:26:24Z", "endedAt": "2026-11-23T18:26:26Z",
            "durationMs": 1500, "blockOutputs": {"agent.content": "x"},
        });
        let body = json!({"data": run}).to_string();
        read(Generation::V2, ExecuteWorkflow::new("wf"), 200, body)
    };
    let failed = run("failed", json!({"code": "X", "message": "it broke"}))?;
    assert_eq!((failed.status, failed.success), (RunStatus::Failed, false));
    assert_eq!(failed.error.map(|error| error.message).as_deref(), Some("it broke"));
    assert_eq!(failed.run_id.as_ref().map(RunId::as_str), Some("r"));
    assert_eq!(failed.workflow_id.as_ref().map(WorkflowId::as_str), Some("wf"));
    assert_eq!(failed.block_outputs.map(Value::Object), Some(json!({"agent.content": "x"})));
    let metadata = failed.metadata.expect("metadata");
    assert_eq!(metadata.duration, Some(Duration::from_millis(1500)));
    assert_eq!(metadata.start_time.map(jiff::Timestamp::as_second), Some(1_795_458_384));
    assert_eq!(metadata.end_time.map(jiff::Timestamp::as_second), Some(1_795_458_386));
    let paused = run("paused", Value::Null)?;
    assert_eq!((paused.status, paused.success, paused.error), (RunStatus::Paused, true, None));
    assert!(paused.pause.is_some() && paused.headers.is_empty() && paused.http_status.is_none());
    assert!(run("completed", Value::Null)?.pause.is_none());
    Ok(())
}

#[test]
fn a_pause_for_a_time_says_when_the_run_goes_on() -> Result<()> {
    let output = json!({"waitDuration": 60000, "resumeAt": "2026-11-29T07:09:56.503Z"});
    let run = json!({"runId": "r", "workflowId": "wf", "status": "paused", "output": output, "error": null});
    let result =
        read(Generation::V2, ExecuteWorkflow::new("wf"), 200, json!({"data": run}).to_string())?;
    let pause = result.pause.expect("a pause");
    assert_eq!((pause.points.len(), pause.resume_at), (0, "2026-11-29T07:09:56.503Z".parse().ok()));
    Ok(())
}

#[test]
fn a_run_without_success_is_cancelled_or_failed_by_its_status() -> Result<()> {
    let body = json!({"success": false, "output": {}, "metadata": times()}).to_string();
    assert_eq!(executed(200, &body)?.status, RunStatus::Cancelled);
    let failed = executed(500, &body)?;
    assert_eq!(
        (failed.status, failed.success, failed.http_status),
        (RunStatus::Failed, false, None)
    );
    Ok(())
}

#[test]
fn a_paid_result_is_not_lost_to_a_hint() -> Result<()> {
    for odd in [json!(null), json!(0.005), json!("x"), json!([]), json!(true), json!({"a": 1})] {
        let mut run = json!({
            "runId": "r", "workflowId": "wf", "status": "completed", "output": {"n": 1}, "cost": odd,
            "blockOutputs": odd, "paused": odd, "trigger": odd, "level": odd, "durationMs": odd,
        });
        let body = |run: &Value| json!({"data": run}).to_string();
        let looked = read(Generation::V2, GetRun::new("wf", "r"), 200, body(&run))?;
        assert_eq!((looked.status, looked.output), (RunStatus::Completed, Some(json!({"n": 1}))));
        assert_eq!(looked.block_outputs.is_some(), odd.is_object(), "{odd}");
        let looked = read(Generation::V1, GetRun::new("wf", "r"), 200, run.to_string())?;
        assert_eq!(looked.cost.and_then(|cost| cost.total), None, "{odd}");
        run["workflowId"] = odd.clone();
        let executed = read(Generation::V2, ExecuteWorkflow::new("wf"), 200, body(&run))?;
        assert_eq!((executed.success, executed.output), (true, json!({"n": 1})), "{odd}");
        run["workflowId"] = json!("wf");
        run["paused"] = json!({"contextId": odd, "pauseKind": odd, "pausePointCount": odd});
        assert!(read(Generation::V2, GetRun::new("wf", "r"), 200, body(&run)).is_ok(), "{odd}");
    }
    Ok(())
}

#[test]
fn what_a_gateway_says_is_no_output() {
    for status in [502, 504, 520, 599] {
        let refused = executed(status, r#"{"any":"JSON"}"#);
        assert!(refused.is_err_and(|error| error.kind() == &ErrorKind::Api), "{status}");
    }
    let block = executed(299, r#"{"any":"JSON"}"#).expect("the API answered with a success");
    assert_eq!((block.status, block.output), (RunStatus::Completed, json!({"any": "JSON"})));
    let refused = executed(418, r#"{"any":"JSON"}"#);
    assert!(refused.is_err_and(|error| error.code() == "API_ERROR"), "nothing tells who wrote it");
}

/// The times of a run, without which its answer is not whole.
fn times() -> Value {
    json!({"duration": 1, "startTime": "2026-11-23T18:26:24Z", "endTime": "2026-11-23T18:26:24Z"})
}

#[test]
fn a_run_that_failed_may_say_why_in_any_json() -> Result<()> {
    for (error, message) in [
        (json!("Boom"), "Boom"),
        (json!({"message": "Boom", "code": "X"}), "Boom"),
        (json!(["Boom"]), r#"["Boom"]"#),
        (json!(7), "7"),
    ] {
        for status in [200, 400, 500, 503] {
            let body = json!({"success": false, "output": {}, "error": error, "metadata": times()});
            let failed = executed(status, &body.to_string())?;
            assert_eq!((failed.status, failed.success), (RunStatus::Failed, false), "{error}");
            assert_eq!(failed.error.map(|error| error.message).as_deref(), Some(message));
        }
    }
    for error in [json!("m"), json!({"code": "INTERNAL_ERROR", "message": "m"})] {
        let refused = executed(500, &json!({"error": error}).to_string());
        assert!(refused.is_err_and(|error| error.kind() == &ErrorKind::Api), "{error}");
    }
    for (status, body) in [
        (500, json!({"success": false, "error": null})),
        (500, json!({"success": false, "output": {}, "error": "Boom"})),
        (200, json!({"success": false})),
        (200, json!({"success": null, "output": {}, "error": "Boom", "metadata": times()})),
        (200, json!({"output": {}, "error": "Boom", "metadata": times()})),
        (200, json!({"success": false, "executionId": "e", "output": {}})),
    ] {
        let error = executed(status, &body.to_string()).expect_err("no run is whole there");
        assert_eq!(error.body(), body.to_string().as_bytes(), "{body}");
    }
    Ok(())
}

#[test]
fn a_workflow_may_answer_with_a_job_of_its_own() -> Result<()> {
    for (status, body) in [
        (200, json!({"success": true, "jobId": "42"})),
        (201, json!({"success": true, "taskId": 7, "note": "x"})),
        (200, json!({"success": true, "jobId": "42", "async": "no"})),
    ] {
        let block = executed(status, &body.to_string())?;
        assert_eq!((block.status, &block.output), (RunStatus::Completed, &body));
        assert_eq!(block.http_status.map(|status| status.as_u16()), Some(status));
    }
    for (status, body) in [
        (202, json!({"success": true, "jobId": "42"})),
        (202, json!({"success": true, "taskId": "t", "status": "queued", "links": {}})),
        (200, json!({"success": true, "async": true, "jobId": "42", "executionId": "e"})),
    ] {
        let receipt = executed(status, &body.to_string()).expect_err("a receipt is no result");
        assert_eq!(receipt.kind(), &ErrorKind::Decode, "{status} {body}");
    }
    Ok(())
}

#[test]
fn a_refusal_that_is_no_json_is_told_in_its_own_words() {
    let refused = executed(403, "  Not here,\n go away ").expect_err("a refusal");
    assert_eq!((refused.message(), refused.code()), ("Not here, go away", "FORBIDDEN"));
    let refused = executed(403, "").expect_err("a refusal");
    assert!(refused.message().contains("403"), "{refused}");
}

#[test]
fn what_the_request_names_is_known_of_a_paused_run() -> Result<()> {
    let run =
        json!({"workflowId": null, "status": "paused", "pausePoints": [{"contextId": "ask"}]});
    let detail = read(Generation::V1, GetPaused::new("wf", "r"), 200, run.to_string())?.run;
    assert_eq!((detail.workflow_id.as_str(), detail.run_id.as_str()), ("wf", "r"));
    let named = json!({"workflowId": "other", "executionId": "theirs", "status": "paused"});
    let detail = read(Generation::V1, GetPaused::new("wf", "r"), 200, named.to_string())?.run;
    assert_eq!((detail.workflow_id.as_str(), detail.run_id.as_str()), ("other", "theirs"));
    let body = json!({"execution": run, "pausePoint": {"contextId": "ask"}}).to_string();
    let point = read(Generation::V1, GetPauseContext::new("wf", "r", "ask"), 200, body)?;
    let run = &point.execution;
    assert_eq!((run.workflow_id.as_str(), run.run_id.as_str()), ("wf", "r"));
    let list = json!({"pausedExecutions": [{"executionId": "a", "status": "paused"}, {"status": "paused"}]});
    let list = read(Generation::V1, ListPaused::new("wf"), 200, list.to_string())?;
    let named: Vec<_> =
        list.iter().map(|run| (run.workflow_id.as_str(), run.run_id.as_str())).collect();
    assert_eq!(named, [("wf", "a")], "an entry without an id is none");
    Ok(())
}

#[test]
fn the_answer_to_a_resume_is_the_end_of_a_run_or_none() -> Result<()> {
    let resumed = |status, body: &Value| -> Result<RunStatus> {
        let call = ResumeRun::new("wf", "r", "ask");
        match read(Generation::V1, call, status, body.to_string())? {
            Resumed::Ended(run) => Ok(run.status),
            other => panic!("no end: {other:?}"),
        }
    };
    let pause = json!({"waitDuration": 60000, "resumeAt": "2026-11-29T07:09:56.503Z"});
    for (status, output, word) in [
        (json!("completed"), json!({"a": 1}), RunStatus::Completed),
        (json!("paused"), json!({"a": 1}), RunStatus::Paused),
        (json!(null), pause.clone(), RunStatus::Paused),
        (json!("completed"), pause, RunStatus::Completed),
    ] {
        let body = json!({"success": true, "status": status, "output": output});
        assert_eq!(resumed(200, &body)?, word, "{body}");
    }
    let failed = json!({"success": false, "error": "Boom: no", "output": {}});
    assert_eq!(resumed(400, &failed)?, RunStatus::Failed);
    // No Response block writes this answer, so other JSON is never an output.
    for (status, body) in [
        (200, json!({"error": "Paused execution is not resumable"})),
        (200, json!({"status": "completed", "output": {"a": 1}})),
        (200, json!({"success": true, "error": "an end has one of them: an output, or a failure"})),
        (200, json!({"success": true, "async": true, "jobId": "run_1", "executionId": "r"})),
        (409, json!({"error": null})),
        (404, json!({"error": "Pause point not found for execution", "addedLater": 1})),
        (500, json!(null)),
    ] {
        assert!(resumed(status, &body).is_err(), "{status} {body}");
    }
    Ok(())
}

#[test]
fn a_body_with_an_error_is_no_receipt() {
    let body = json!({"error": "Execution ID has already been used", "code": "EXECUTION_ID_CONFLICT", "executionId": "r"});
    let queue = ExecuteWorkflow::new("wf").run_id("r").queue();
    assert!(read(Generation::V1, queue, 202, body.to_string()).is_err());
}

#[test]
fn a_wish_to_cancel_is_noted_or_comes_too_late_in_the_same_words() -> Result<()> {
    let cancel = |generation, status, body: &Value| {
        read(generation, CancelRun::new("wf", "r"), status, body.to_string())
    };
    let noted = json!({
        "success": true, "executionId": "r", "runId": "r", "reason": "recorded",
        "redisAvailable": true, "durablyRecorded": true, "locallyAborted": "yes",
    });
    let mut first = noted.clone();
    first.as_object_mut().expect("an object").remove("runId");
    let mut second = noted;
    second.as_object_mut().expect("an object").remove("executionId");
    let told = [
        cancel(Generation::V1, 200, &first)?,
        cancel(Generation::V2, 200, &json!({"data": second}))?,
    ];
    for told in told {
        assert_eq!((told.success, told.reason), (true, Some(CancelReason::Recorded)));
        assert!(told.redis_available && told.durably_recorded);
        assert!(!told.locally_aborted && !told.paused_cancelled, "what is no yes is a no");
    }
    let late = json!({"error": "Execution cannot be cancelled while completed"});
    let told = cancel(Generation::V1, 409, &late)?;
    assert_eq!((told.success, told.reason), (true, Some(CancelReason::AlreadyCompleted)));
    for status in [400, 403, 500] {
        assert!(cancel(Generation::V1, status, &late).is_err(), "{status}");
    }
    Ok(())
}

#[test]
fn a_request_by_hand_is_sent_as_it_is_written() -> Result<()> {
    let api = Api::builder([1; 32])
        .credentials(sim_core::Credentials::None)
        .base_url("http://localhost/sim")
        .build()?;
    let raw = Raw::post("/api/x%2fy").query("a", "b c").json(&json!({"n": 1}));
    let mut call = api.call(raw)?;
    let request = call.request();
    assert_eq!(
        (request.method().as_str(), request.body().as_bytes()),
        ("POST", Some(&br#"{"n":1}"#[..]))
    );
    assert_eq!(request.uri(), "http://localhost/sim/api/x%2Fy?a=b%20c");
    let answer = http::Response::new(Bytes::from_static(br#"{"ok":true}"#));
    let Step::Done(output) = call.receive(Ok(answer), Duration::ZERO) else { panic!("it is over") };
    assert_eq!(output?, json!({"ok": true}));
    let refused = api.call(Raw::get("api/x")).map(drop);
    assert!(refused.is_err_and(|error: Error| error.message().contains("begins with /")));
    Ok(())
}

/// The generations name a run differently, and servers of all ages the limit of a bucket.
#[test]
fn a_field_is_read_by_each_of_its_names() {
    for name in ["runId", "executionId"] {
        let cancelled: Cancellation =
            serde_json::from_value(json!({"success": true, name: "e"})).expect("it is read");
        assert_eq!(cancelled.run_id.as_str(), "e", "{name}");
        let queued: QueuedResume = serde_json::from_value(json!({name: "e"})).expect("it is read");
        assert_eq!(queued.attempt, Some(RunId::from("e")), "{name}");
    }
    for name in ["limit", "requestsPerMinute"] {
        let bucket: RateBucket = serde_json::from_value(json!({name: 50})).expect("it is read");
        assert_eq!(bucket.limit, Some(50), "{name}");
    }
}
