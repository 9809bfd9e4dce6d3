//! A plain answer to a pause: the state of the run decides what the server's word is worth.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::transport::{Exchange, Phase, Step, TransportError, TransportErrorKind};
use sim_core::{
    Api, ErrorKind, Generation, Result, ResumeRun, Resumed, RetryPolicy, RunId, RunStatus,
};

const BOTH: [Generation; 2] = [Generation::V1, Generation::V2];

/// An answer, or `None` for one that is lost.
type Said = Option<http::Response<Bytes>>;

#[expect(clippy::unnecessary_wraps, reason = "it may be lost")]
fn answer(status: u16, body: &Value) -> Said {
    let response = http::Response::builder().status(status).header("x-request-id", "1a2b3c4d");
    Some(response.body(Bytes::from(body.to_string())).expect("a response"))
}

/// The word of the server after an answer: the end of the branch.
fn told(generation: Generation, status: &str, output: &Value) -> Said {
    let metadata = json!({"duration": 50});
    let body = match generation {
        Generation::V1 => json!({
            "success": true, "status": status, "executionId": "attempt", "output": output, "metadata": metadata,
        }),
        _ => json!({"data": {
            "runId": "attempt", "workflowId": "wf", "status": status, "output": output, "error": null, "durationMs": 50,
        }}),
    };
    answer(200, &body)
}

/// How the run reads.
fn reads(generation: Generation, status: &str, paused: &Value, output: &Value) -> Said {
    let body = match generation {
        Generation::V1 => {
            json!({"executionId": "r", "workflowId": "wf", "status": status, "paused": paused, "finalOutput": output})
        }
        _ => {
            json!({"data": {"runId": "r", "workflowId": "wf", "status": status, "paused": paused, "output": output}})
        }
    };
    answer(200, &body)
}

fn at(context: &Value, kind: &Value) -> Value {
    json!({"contextId": context, "pauseKind": kind, "pausePointCount": 2, "resumedCount": 1})
}

/// The outcome of a call over these answers, the last one again and again; what it asked for, and how long it waited.
fn resumed(generation: Generation, answers: &[Said]) -> (Result<Resumed>, Vec<String>, Duration) {
    let api = Api::builder([1; 32]).generation(generation).base_url("http://localhost");
    let api = api.api_key("sk-sim-test").retry_policy(RetryPolicy::NEVER).build().expect("a core");
    let mut call = api.call(ResumeRun::new("wf", "r", "ask")).expect("a call");
    let (mut asked, mut now) = (Vec::new(), Duration::ZERO);
    for number in 0..200 {
        let request = call.request();
        let target = request.uri().path_and_query().expect("a target").to_string();
        asked.push(format!("{} {target}", request.method()));
        let answer = answers.get(number).or(answers.last()).expect("an answer").clone();
        let lost = || TransportError::new(TransportErrorKind::Closed, Phase::Sent);
        match call.receive(answer.ok_or_else(lost), now) {
            Step::Done(ended) => return (ended, asked, now),
            Step::Again(delay) => now += delay,
        }
    }
    panic!("it never ends: {asked:?}")
}

fn target_of(generation: Generation) -> &'static str {
    match generation {
        Generation::V1 => "GET /api/workflows/wf/executions/r?includeOutput=true",
        _ => "GET /api/v2/workflows/wf/runs/r?includeOutput=true",
    }
}

fn ended(resumed: Result<Resumed>) -> sim_core::WorkflowExecutionResult {
    match resumed {
        Ok(Resumed::Ended(result)) => *result,
        other => panic!("no end: {other:?}"),
    }
}

#[test]
fn a_run_that_asks_somebody_else_is_paused_there() {
    for generation in BOTH {
        let branch = told(generation, "completed", &json!({"approved": true}));
        let waits = at(&json!("sign"), &json!("human"));
        let run = reads(generation, "paused", &waits, &Value::Null);
        let (end, asked, _) = resumed(generation, &[branch, run]);
        let result = ended(end);
        assert_eq!((&result.status, &result.output), (&RunStatus::Paused, &Value::Null));
        assert_eq!(result.run_id, Some(RunId::from("r")));
        let points = result.pause.expect("a pause").points;
        assert_eq!(
            points.iter().map(|point| point.context_id.as_str()).collect::<Vec<_>>(),
            ["sign"]
        );
        assert!(ResumeRun::at(&points[0]).is_ok(), "the place says of which run it is");
        assert_eq!((asked.len(), &*asked[1]), (2, target_of(generation)));
    }
}

#[test]
fn a_run_that_ended_has_an_output_of_its_own() {
    for generation in BOTH {
        let branch = told(generation, "completed", &json!({"approved": true}));
        let (nothing, own) = (Value::Null, json!({"n": 7}));
        let late = at(&json!("ask"), &json!("human"));
        let nowhere =
            json!({"contextId": null, "pauseKind": null, "pausePointCount": 1, "resumedCount": 0});
        let (end, asked, waited) = resumed(
            generation,
            &[
                branch.clone(),
                reads(generation, "running", &nothing, &nothing),
                reads(generation, "paused", &late, &nothing),
                reads(generation, "paused", &nowhere, &nothing),
                reads(generation, "completed", &nothing, &own),
            ],
        );
        let result = ended(end);
        assert_eq!(
            (&result.status, result.success, &result.output),
            (&RunStatus::Completed, true, &own)
        );
        assert_eq!(
            result.duration(),
            Some(Duration::from_millis(50)),
            "what the answer told beside it"
        );
        assert!(asked.len() == 5 && waited > Duration::ZERO && waited < Duration::from_secs(1));
        // Without an output the word of the server is all there is.
        let (end, ..) =
            resumed(generation, &[branch, reads(generation, "completed", &nothing, &nothing)]);
        assert_eq!(ended(end).output, json!({"approved": true}));
    }
}

#[test]
fn a_run_that_did_not_end_well_is_told_as_it_is() {
    for generation in BOTH {
        let branch = told(generation, "completed", &json!({"approved": true}));
        for (status, paused, expected) in [
            ("failed", Value::Null, RunStatus::Failed),
            ("cancelled", Value::Null, RunStatus::Cancelled),
            ("paused", at(&json!("wait"), &json!("time")), RunStatus::Paused),
        ] {
            let run = reads(generation, status, &paused, &Value::Null);
            let (end, asked, _) = resumed(generation, &[branch.clone(), run]);
            let result = ended(end);
            assert_eq!((&result.status, asked.len()), (&expected, 2));
            assert_eq!(result.success, expected == RunStatus::Paused, "{status}");
        }
        let run = reads(generation, "aborted", &Value::Null, &Value::Null);
        let error = resumed(generation, &[branch, run]).0.expect_err("an unknown status");
        assert!(error.is_ambiguous() && error.to_string().contains("aborted"), "{error}");
    }
}

#[test]
fn a_run_that_goes_on_is_not_waited_for_without_a_bound() {
    for generation in BOTH {
        let branch = told(generation, "completed", &json!({"approved": true}));
        let run = reads(generation, "running", &Value::Null, &Value::Null);
        let (end, _, waited) = resumed(generation, &[branch.clone(), run]);
        assert!(matches!(end, Ok(Resumed::Queued(_))), "{end:?}");
        assert!(
            waited >= Duration::from_secs(10) && waited < Duration::from_secs(60),
            "{waited:?}"
        );
        let nowhere =
            json!({"contextId": null, "pauseKind": null, "pausePointCount": 1, "resumedCount": 0});
        let run = reads(generation, "paused", &nowhere, &Value::Null);
        let (end, _, waited) = resumed(generation, &[branch, run]);
        let result = ended(end);
        assert!(
            result.status == RunStatus::Paused
                && result.pause.is_some_and(|pause| pause.points.is_empty())
        );
        assert!(waited < Duration::from_secs(60), "{waited:?}");
    }
}

#[test]
fn where_the_run_cannot_be_read_nothing_is_claimed_and_the_answer_is_kept() {
    for generation in BOTH {
        let branch = || told(generation, "completed", &json!({"approved": true}));
        let body = branch().map(http::Response::into_body).expect("an answer");
        let refused = || match generation {
            Generation::V1 => answer(401, &json!({"error": "Invalid API key"})),
            _ => answer(401, &json!({"error": {"code": "UNAUTHORIZED", "message": "m"}})),
        };
        for (read, code) in [(None, "CONNECTION_ERROR"), (refused(), "UNAUTHORIZED")] {
            let (end, asked, _) = resumed(generation, &[branch(), read]);
            let error = end.expect_err("nobody knows");
            let ErrorKind::Ambiguous { cause, .. } = error.kind() else { panic!("{error:?}") };
            assert!(matches!(**cause, ErrorKind::Closed | ErrorKind::Api), "{error:?}");
            assert_eq!((error.code(), error.run_id()), (code, Some(&RunId::from("r"))));
            assert_eq!((error.body(), asked.len()), (&body[..], 2));
        }
    }
    // The oldest servers have no such read.
    let page = http::Response::builder().status(404).body(Bytes::from_static(b"<!DOCTYPE html>"));
    let page = Some(page.expect("a page"));
    let branch = told(Generation::V1, "completed", &json!({"approved": true}));
    let (end, ..) = resumed(Generation::V1, &[branch, page]);
    assert_eq!(ended(end).status, RunStatus::Completed);
}

#[test]
fn what_says_more_than_that_a_branch_ended_is_not_looked_into() {
    for generation in BOTH {
        let next = json!({"data": {"operation": "human", "_resume": {"contextId": "sign", "executionId": "attempt"}}});
        let (end, asked, _) = resumed(generation, &[told(generation, "paused", &next)]);
        assert_eq!((ended(end).status, asked.len()), (RunStatus::Paused, 1));
        let receipt = match generation {
            Generation::V1 => {
                json!({"success": true, "async": true, "jobId": "j", "executionId": "attempt"})
            }
            _ => json!({"data": {"runId": "attempt"}}),
        };
        let (end, asked, _) = resumed(generation, &[answer(202, &receipt)]);
        assert!(matches!(end, Ok(Resumed::Queued(_))) && asked.len() == 1);
        let (end, asked, _) = resumed(generation, &[answer(409, &json!({"error": "taken"}))]);
        assert!(end.is_err() && asked.len() == 1);
    }
}
