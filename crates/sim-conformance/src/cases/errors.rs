//! What an error tells, and what it never does.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use sim_core::v1::{GetJobStatus, GetUsageLimits};
use sim_core::{Api, ErrorKind, ExecuteWorkflow, RetryPolicy};

use super::{call, run};
use crate::canned::Canned;
use crate::secrets::ECHO;
use crate::subject::Subject;
use crate::tools::{api, times};

pub fn each_status_has_its_code<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (status, body, code) in [
        (400, json!({"error": "m"}), "BAD_REQUEST"),
        (401, json!({"error": "m", "code": "INVALID_API_KEY"}), "UNAUTHORIZED"),
        (401, json!({"error": "m", "code": "AUTHENTICATION_REQUIRED"}), "UNAUTHORIZED"),
        (402, json!({"error": "m"}), "USAGE_LIMIT_EXCEEDED"),
        (403, json!({"error": "m", "code": "ACCESS_DENIED"}), "FORBIDDEN"),
        (403, json!({"error": "m"}), "FORBIDDEN"),
        (404, json!({"error": "m", "code": "TASK_NOT_FOUND"}), "TASK_NOT_FOUND"),
        (404, json!({"error": "m"}), "NOT_FOUND"),
        (405, json!(""), "METHOD_NOT_ALLOWED"),
        (408, json!({"error": "m"}), "TIMEOUT"),
        (409, json!({"error": {"code": "CONFLICT", "message": "m"}}), "CONFLICT"),
        (423, json!({"error": {"code": "LOCKED", "message": "m"}}), "LOCKED"),
        (429, json!({"error": "m"}), "RATE_LIMIT_EXCEEDED"),
        (403, json!({"error": "Workflow is not deployed"}), "WORKFLOW_NOT_DEPLOYED"),
        (413, json!({"error": "m"}), "PAYLOAD_TOO_LARGE"),
        (500, json!({"error": "m", "code": "FAILED_TO_FETCH_TASK_STATUS"}), "SERVER_ERROR"),
        (500, json!({"error": {"code": "INTERNAL_ERROR", "message": "m"}}), "SERVER_ERROR"),
        (500, json!([]), "SERVER_ERROR"),
        (503, json!({"error": "m"}), "SERVICE_UNAVAILABLE"),
        (599, json!({}), "SERVER_ERROR"),
    ] {
        let server = Canned::json(status, &body);
        let api = api(&server.url()).retry_policy(RetryPolicy::NEVER).build().expect("a core");
        let error = run(subject, &api, GetJobStatus::new("job-1")).expect_err("a refusal");
        assert_eq!((error.kind(), error.code()), (&ErrorKind::Api, code), "{status} {body}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        let server_code = body["code"].as_str().or(body["error"]["code"].as_str());
        assert_eq!(error.server_code(), server_code);
    }
}

pub fn an_error_carries_what_the_answer_told<S: Subject>(subject: &impl Fn(Api) -> S) {
    let headers = [
        ("x-request-id", "9a5fafba"),
        ("retry-after", "600"),
        ("x-ratelimit-limit", "8"),
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "2026-11-23T18:26:24.158Z"),
    ];
    let body =
        r#"{"error":{"code":"RATE_LIMITED","message":"slow\u001b[31m\ndown","details":{"n":1}}}"#;
    let server = Canned::answer(429, &headers, body);
    let error = call(subject, &server.url(), GetJobStatus::new("job-1")).expect_err("a refusal");
    assert_eq!(error.message(), "slow [31m down", "one line without control characters");
    assert_eq!(error.request_id(), Some("9a5fafba"));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(600)));
    assert_eq!(error.details(), Some(&json!({"n": 1})));
    assert_eq!((error.attempts(), error.body()), (1, body.as_bytes()));
    let limit = error.rate_limit().expect("a rate limit");
    assert_eq!((limit.limit, limit.remaining), (Some(8), Some(0)));
    assert_eq!(limit.reset, "2026-11-23T18:26:24.158Z".parse().ok());
    assert!(error.is_rate_limited() && !error.is_unauthorized() && !error.is_ambiguous());
    let text = error.to_string();
    assert!(text.contains("HTTP 429") && text.contains("9a5fafba"), "{text}");
}

pub fn a_redirect_is_never_followed<S: Subject>(subject: &impl Fn(Api) -> S) {
    for status in [301, 302, 303, 307, 308] {
        let target =
            Canned::json(200, &json!({"success": true, "output": {}, "metadata": times()}));
        let location = format!("{}/x?token=SECRET", target.url());
        let server = Canned::answer(status, &[("location", &location)], "");
        let same_host = Canned::answer(status, &[("location", "/api/other")], "");
        let nowhere = Canned::answer(status, &[], "");
        for server in [&server, &same_host, &nowhere] {
            let errors = [
                call(subject, &server.url(), GetUsageLimits::new()).map(drop),
                call(subject, &server.url(), ExecuteWorkflow::new("wf-1")).map(drop),
                call(subject, &server.url(), ExecuteWorkflow::new("wf-1").queue()).map(drop),
            ];
            for error in errors {
                let error = error.expect_err("a redirect");
                assert_eq!((error.kind(), error.code()), (&ErrorKind::Redirect, "REDIRECT"));
                assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
                assert!(!error.to_string().contains("SECRET"), "{error}");
            }
            assert_eq!(server.requests().len(), 3, "each is asked once");
        }
        let error = call(subject, &server.url(), GetUsageLimits::new()).expect_err("a redirect");
        assert!(error.message().contains(&target.url()), "it names the target: {error}");
        assert_eq!(target.requests().len(), 0, "the target was never asked");
    }
}

pub fn the_key_is_in_no_error<S: Subject>(subject: &impl Fn(Api) -> S) {
    let echo = format!(r#"{{"error":"no such key {ECHO}","code":"X_{ECHO}"}}"#);
    let page = format!("<html>{ECHO}");
    let location = format!("https://example.com/{ECHO}");
    // A long text is cut, and the key with it.
    let cut = format!("{}{ECHO}", "x".repeat(300 - ECHO.len() / 2));
    let request_id = [("x-request-id", ECHO)];
    let location = [("location", &*location)];
    let none = [].as_slice();
    let answers = [
        (401, none, &*echo),
        (500, none, &*echo),
        (404, none, &*echo),
        (200, &request_id, &page),
        (302, &location, ""),
        (400, none, ECHO),
        (404, none, &*cut),
        (503, none, &*echo),
    ];
    for (status, headers, body) in answers {
        let server = Canned::answer(status, headers, body);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let list = Arc::clone(&seen);
        let watched = api(&server.url()).api_key(ECHO).on_attempt(move |attempt| {
            list.lock().expect("a lock").push(format!("{attempt:?}"));
        });
        let api = watched.build().expect("a core");
        let errors = [
            run(subject, &api, GetUsageLimits::new()).map(drop),
            run(subject, &api, ExecuteWorkflow::new("wf-1")).map(drop),
        ];
        for error in errors.into_iter().filter_map(Result::err) {
            let mut shown = vec![format!("{error} {error:?} {error:#?} {}", error.code())];
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                shown.push(format!("{cause} {cause:?}"));
                source = cause.source();
            }
            let shown = shown.concat();
            assert!(!shown.contains(&ECHO[..10]), "{status}: {shown}");
        }
        let seen = seen.lock().expect("a lock").concat();
        assert!(!seen.is_empty() && !format!("{api:?} {seen}").contains(&ECHO[..10]));
    }
}

pub fn the_last_rate_limit_is_kept<S: Subject>(subject: &impl Fn(Api) -> S) {
    let limit = |remaining| [("x-ratelimit-remaining", remaining)];
    let job = r#"{"status":"pending"}"#;
    let server = Canned::answer(200, &limit("5"), job)
        .then(200, &[], job)
        .then(404, &[("retry-after", "7")], "{}")
        .then(404, &limit("4"), "{}");
    let api = api(&server.url()).build().expect("a core");
    let clone = api.clone();
    assert_eq!(api.rate_limit(), None);
    for (remaining, wait) in [(5, None), (5, None), (5, Some(7)), (4, None)] {
        let _ = run(subject, &api, GetJobStatus::new("job-1"));
        let last = clone.rate_limit().expect("a rate limit");
        assert_eq!(
            (last.remaining, last.retry_after),
            (Some(remaining), wait.map(Duration::from_secs))
        );
    }
}
