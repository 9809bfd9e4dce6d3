//! What is sent again, how often, and under which run id.

use std::time::Duration;

use serde_json::json;
use sim_core::v1::{GetJobStatus, GetUsageLimits};
use sim_core::{Api, ErrorKind, ExecuteWorkflow, RetryPolicy, RunId, RunStatus};

use super::{call, run};
use crate::canned::Canned;
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{Proven as _, api, at_once, quick};

const DONE: &str = r#"{"success":true,"output":{},"metadata":{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"}}"#;
const SPENT: &str = r#"{"error":"Rate limit exceeded. Please try again later."}"#;
const FREE: &str =
    r#"{"error":"Too many requests","code":"ADMISSION_GATE_CAPACITY","retryAfterSeconds":5}"#;

/// The row that a rate limit leaves behind.
const BURNED: &str = r#"{"executionId":"r","workflowId":"wf-1","status":"failed","totalDurationMs":1,"cost":{"total":0},"error":"m","finalOutput":null}"#;
const NO_RUN: &str = r#"{"error":"Execution not found"}"#;

/// How the run of a refused start is read.
fn row(body: &str) -> (u16, &'static str) {
    if body == SPENT { (200, BURNED) } else { (404, NO_RUN) }
}

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").input(json!({"n": 1}))
}

/// The run ids under which an execute reached the wire.
fn ids(server: &Canned) -> Vec<String> {
    let id =
        |request: &wiremock::Request| request.headers["x-execution-id"].to_str().map(str::to_owned);
    server.requests().iter().map(|request| id(request).expect("visible text")).collect()
}

pub fn a_plain_execute_is_sent_once_whatever_the_answer<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (status, body) in
        [(429, SPENT), (429, FREE), (500, "{}"), (502, "<html>"), (503, ""), (408, ""), (504, "")]
    {
        let server = Canned::answer(status, &[("retry-after", "0")], body).then(200, &[], DONE);
        let failed = [
            call(subject, &server.url(), execute()).is_err(),
            call(subject, &server.url(), execute()).is_ok(),
        ];
        assert_eq!(failed, [true, true], "{status}");
        assert_eq!(server.requests().len(), 2, "{status}: one request a call");
        let server = Canned::answer(status, &[("retry-after", "0")], body);
        assert!(call(subject, &server.url(), execute().queue()).is_err());
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

pub fn a_read_is_repeated_as_often_as_the_policy_says<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (status, sent) in [
        (408, 3),
        (429, 3),
        (499, 3),
        (500, 3),
        (502, 3),
        (503, 3),
        (504, 3),
        (524, 3),
        (400, 1),
        (401, 1),
        (402, 1),
        (403, 1),
        (404, 1),
        (409, 1),
        (413, 1),
        (418, 1),
        (501, 1),
    ] {
        let server = Canned::answer(status, &[], "");
        let error = call(subject, &server.url(), GetUsageLimits::new()).expect_err("a refusal");
        // A 404 without Sim's words is that of a stranger.
        let kind = if status == 404 { ErrorKind::Decode } else { ErrorKind::Api };
        assert_eq!(error.kind(), &kind, "{status}");
        assert_eq!((server.requests().len(), error.attempts()), (sent as usize, sent), "{status}");
    }
    let server = Canned::answer(500, &[], "").then(200, &[], r#"{"status":"pending"}"#);
    assert!(call(subject, &server.url(), GetJobStatus::new("job-1")).is_ok());
    assert_eq!(server.requests().len(), 2);
}

pub fn execute_with_retry_repeats_a_refusal<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    let repeated =
        [(429, SPENT), (429, FREE), (503, r#"{"error":"m","code":"SERVICE_OVERLOADED"}"#)];
    at_once(repeated, |(status, body)| {
        let (read, told) = row(body);
        let server = Canned::answer(status, &[], body).then(200, &[], DONE).with_row(read, told);
        let result = call(subject, &server.url(), execute().retry(quick(3))).expect("a result");
        assert_eq!(result.status, RunStatus::Completed);
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        assert_eq!(requests[0].body, requests[1].body);
        let server = Canned::answer(status, &[], body).with_row(read, told);
        let error = call(subject, &server.url(), execute().retry(quick(3))).expect_err("a refusal");
        assert_eq!(server.requests().len(), 4, "three retries");
        assert_eq!(error.attempts() as usize, 4 + server.looks());
        let server = Canned::answer(status, &[], body);
        let error = call(subject, &server.url(), execute().retry(quick(3))).expect_err("a refusal");
        assert_eq!(server.requests().len(), 1, "the words alone prove nothing");
        assert!(error.may_have_started() && error.kind() == &ErrorKind::Api, "{error:?}");
    });
    let not_repeated = [
        (401, r#"{"error":"Invalid API key"}"#),
        (402, r#"{"error":"Usage limit exceeded"}"#),
        (429, r#"{"error":"the author's own"}"#),
        (429, r#"{"error":"Rate limit exceeded for customer 7"}"#),
        (429, r#"{"error":{"code":"RATE_LIMIT_EXCEEDED","message":"the author's own"}}"#),
        (500, r#"{"error":"m"}"#),
        (502, "<html>"),
        (503, r#"{"error":"m","code":"ASYNC_ENQUEUE_AMBIGUOUS"}"#),
    ];
    at_once(not_repeated, |(status, body)| {
        let server = Canned::answer(status, &[], body);
        assert!(call(subject, &server.url(), execute().retry(quick(3))).is_err());
        assert_eq!(server.requests().len(), 1, "{status} {body}: it may have run");
    });
}

pub fn a_spent_run_id_is_replaced_and_a_free_one_kept<S: Subject>(subject: &impl Fn(Api) -> S) {
    let refusals = [FREE, SPENT].map(|body| Reply::json(429, body));
    let reads = [Reply::json(404, NO_RUN)].into_iter().cycle().take(5);
    let script = refusals.into_iter().chain([Reply::json(200, DONE)]);
    let server = Script::new(script).with_rows(reads.chain([Reply::json(200, BURNED)]));
    let result = call(subject, server.url(), execute().retry(quick(3))).expect("a result");
    let seen = server.seen();
    let ids: Vec<_> = seen.iter().filter_map(|seen| seen.header("x-execution-id")).collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids[0], ids[1], "the gate refused before the id was claimed");
    assert_ne!(ids[1], ids[2], "the bucket left a failed log row under the id");
    assert_eq!(result.run_id, Some(RunId::from(ids[2])), "the result has the id that ran");
}

pub fn a_callers_own_spent_run_id_ends_the_call<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = Canned::answer(429, &[], SPENT).with_row(200, BURNED);
    let own = execute().run_id("own").retry(quick(3));
    let error = call(subject, &server.url(), own).expect_err("a refusal");
    assert_eq!(error.code(), "RATE_LIMIT_EXCEEDED");
    assert_eq!(ids(&server), ["own"]);
    let server = Canned::answer(429, &[], FREE).then(200, &[], DONE).with_row(404, NO_RUN);
    assert!(call(subject, &server.url(), execute().run_id("own").retry(quick(3))).is_ok());
    assert_eq!(ids(&server), ["own", "own"]);
}

pub fn the_wait_that_was_asked_for_is_kept_or_ends_the_call<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let wait = |seconds| {
        Canned::answer(503, &[("retry-after", seconds)], "").then(
            200,
            &[],
            r#"{"status":"pending"}"#,
        )
    };
    let server = wait("1");
    let started = std::time::Instant::now();
    assert!(call(subject, &server.url(), GetJobStatus::new("job-1")).is_ok());
    assert!(started.elapsed() >= Duration::from_secs(1), "the policy alone waits a millisecond");
    for (seconds, asked) in
        [("121", 121), ("1000000000000", 1_000_000_000_000), ("99999999999999999999999", u64::MAX)]
    {
        let server = wait(seconds);
        let error = call(subject, &server.url(), GetJobStatus::new("job-1")).expect_err("too long");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(asked)));
        assert_eq!(server.requests().len(), 1);
    }
    for seconds in ["-5", "0", "soon", ""] {
        assert!(
            call(subject, &wait(seconds).url(), GetJobStatus::new("job-1")).is_ok(),
            "{seconds:?}"
        );
    }
}

pub fn an_authors_own_429_is_a_result_and_never_repeated<S: Subject>(subject: &impl Fn(Api) -> S) {
    for status in [429, 503] {
        let completed = r#"{"executionId":"r","workflowId":"wf-1","status":"completed"}"#;
        let server = Canned::answer(status, &[("retry-after", "0")], r#"{"mine":true}"#)
            .with_row(200, completed);
        let result = call(subject, &server.url(), execute().retry(quick(3))).expect("a result");
        assert_eq!(result.output, json!({"mine": true}));
        assert_eq!(server.requests().len(), 1, "the run has taken place");
    }
}

pub fn a_shared_budget_ends_the_hammering<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = Canned::answer(500, &[], "");
    let wait = Duration::from_nanos(1);
    let policy = RetryPolicy::new().max_retries(2).initial_delay(wait).max_delay(wait);
    let api = api(&server.url()).retry_policy(policy).proven();
    for _ in 0..60 {
        assert!(run(subject, &api.clone(), GetUsageLimits::new()).is_err());
    }
    assert_eq!(
        server.requests().len(),
        60 + 100,
        "sixty calls and the budget of a hundred repeats"
    );
}

pub fn a_deadline_ends_the_repeats<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = Canned::answer(503, &[("retry-after", "30")], "");
    let read = GetUsageLimits::new().deadline(Duration::from_secs(20)).with_meta();
    let error = call(subject, &server.url(), read).expect_err("no time left");
    assert_eq!((error.code(), server.requests().len()), ("SERVICE_UNAVAILABLE", 1));
}
