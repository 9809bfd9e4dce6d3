//! What reaches the wire: exactly what was asked for, or nothing.

use std::collections::HashSet;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use sim_core::v1::{GetJobStatus, GetUsageLimits, GetWorkflowStatus, ValidateWorkflow};
use sim_core::{
    Api, CancelRun, Credentials, Endpoint, ExecuteWorkflow, Generation, GetRun, Raw, ResumeRun,
};

use super::{call, run};
use crate::canned::Canned;
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{KEY, Proven as _, api, times};

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").input(json!({"n": 1}))
}

fn completed() -> Canned {
    Canned::json(200, &json!({"success": true, "output": {}, "metadata": times()}))
}

/// The body that an execute puts on the wire.
fn body_of<S: Subject>(subject: &impl Fn(Api) -> S, execute: ExecuteWorkflow) -> Value {
    let server = completed();
    call(subject, &server.url(), execute).expect("a result");
    serde_json::from_slice(&server.request().body).expect("a JSON body")
}

/// Asserts that a call is refused and that nothing reached the wire.
fn refused<S: Subject, E: Endpoint>(subject: &impl Fn(Api) -> S, endpoint: E) -> String
where
    E::Output: std::fmt::Debug,
{
    let server = completed();
    let error = call(subject, &server.url(), endpoint).expect_err("a refusal");
    let is_refused = matches!(error.code(), "INVALID_REQUEST" | "PAYLOAD_TOO_LARGE");
    assert!(is_refused && error.attempts() == 0, "{error:?}");
    assert_eq!(server.requests().len(), 0, "requests on the wire");
    error.message().to_owned()
}

pub fn execute_is_one_post_with_the_input_as_its_body<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = completed();
    let execute = ExecuteWorkflow::new("wf-1").input(json!({"city": "Oslo", "days": [1, 2]}));
    call(subject, &server.url(), execute).expect("a result");
    let request = server.request();
    assert_eq!(
        (request.method.as_str(), request.url.path()),
        ("POST", "/api/workflows/wf-1/execute")
    );
    assert_eq!(request.url.query(), None);
    assert_eq!(request.body, br#"{"city":"Oslo","days":[1,2]}"#);
    for (name, value) in [
        ("x-api-key", KEY),
        ("content-type", "application/json"),
        ("accept", "application/json"),
        ("accept-encoding", "identity"),
        ("content-length", "28"),
        ("user-agent", concat!("simstudio-rust/", env!("CARGO_PKG_VERSION"))),
    ] {
        let values: Vec<_> = request.headers.get_all(name).iter().collect();
        assert_eq!(values, [value], "{name}");
    }
    let names: HashSet<_> = request.headers.keys().map(HeaderName::as_str).collect();
    assert_eq!(names.len(), 8, "{names:?} are all: the six above, host and x-execution-id");
}

pub fn input_that_is_no_object_is_nested<S: Subject>(subject: &impl Fn(Api) -> S) {
    let execute = || ExecuteWorkflow::new("wf-1");
    for (execute, body) in [
        (execute(), json!({})),
        (execute().input(()), json!({})),
        (execute().input(json!({})), json!({})),
        (execute().input("hello"), json!({"input": "hello"})),
        (execute().input([1, 2]), json!({"input": [1, 2]})),
        (execute().input(false), json!({"input": false})),
        (execute().input(json!({"a": 1})).nested(), json!({"input": {"a": 1}})),
    ] {
        assert_eq!(body_of(subject, execute), body);
    }
}

pub fn options_travel_beside_the_input<S: Subject>(subject: &impl Fn(Api) -> S) {
    let execute = ExecuteWorkflow::new("wf-1").input(json!({"a": 1}));
    let body = body_of(subject, execute.include_file_base64(false).base64_max_bytes(1024));
    assert_eq!(body, json!({"includeFileBase64": false, "base64MaxBytes": 1024, "a": 1}));
}

pub fn an_input_field_named_like_a_control_key_is_refused_before_sending<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let input = || ExecuteWorkflow::new("wf-1").input(json!({"stream": true, "city": "Oslo"}));
    assert!(refused(subject, input()).contains("\"stream\""));
    assert!(refused(subject, input().queue()).contains("\"stream\""));
    assert_eq!(
        body_of(subject, input().nested()),
        json!({"input": {"stream": true, "city": "Oslo"}})
    );
}

pub fn a_queued_run_is_asked_for_by_header<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = Canned::json(202, &json!({"success": true, "jobId": "job-1"}));
    let execute = ExecuteWorkflow::new("wf-1").input(json!({"a": 1})).include_file_base64(false);
    let queued = execute.queue().execution_timeout(Duration::from_secs(90));
    call(subject, &server.url(), queued).expect("a receipt");
    let request = server.request();
    assert_eq!(request.headers["x-execution-mode"], "async");
    assert_eq!(request.headers["x-execution-timeout-seconds"], "90");
    assert!(request.headers.contains_key("x-execution-id"));
    assert_eq!(request.body, br#"{"a":1}"#, "queued runs take no file options");
}

pub fn an_odd_execution_timeout_is_refused_before_sending<S: Subject>(subject: &impl Fn(Api) -> S) {
    for limit in
        [Duration::ZERO, Duration::from_millis(1500), Duration::from_secs(604_801), Duration::MAX]
    {
        let queued = ExecuteWorkflow::new("wf-1").queue().execution_timeout(limit);
        assert!(refused(subject, queued).contains("execution timeout"));
    }
}

pub fn each_read_has_its_path<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = Canned::json(500, &json!({"error": "not now"}));
    let api = api(&server.url()).retry_policy(sim_core::RetryPolicy::NEVER).proven();
    let failed = [
        run(subject, &api, GetWorkflowStatus::new("wf-1")).is_err(),
        run(subject, &api, ValidateWorkflow::new("wf-1")).is_err(),
        run(subject, &api, GetJobStatus::new("job-1")).is_err(),
        run(subject, &api, GetUsageLimits::new()).is_err(),
    ];
    assert_eq!(failed, [true; 4]);
    let requests = server.requests();
    let paths: Vec<_> = requests.iter().map(|request| request.url.path()).collect();
    let status = "/api/workflows/wf-1/status";
    assert_eq!(paths, [status, status, "/api/jobs/job-1", "/api/users/me/usage-limits"]);
    for request in requests {
        assert_eq!((request.method.as_str(), request.body.len()), ("GET", 0));
        assert!(!request.headers.contains_key("content-type"), "a read has no body to describe");
        assert!(!request.headers.contains_key("x-execution-id"), "a read starts no run");
    }
}

pub fn ids_are_encoded_the_same_way<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (id, segment) in [
        ("workflow-execution:1", "workflow-execution%3A1"),
        ("a/../b", "a%2F..%2Fb"),
        ("a b?c#d%2e", "a%20b%3Fc%23d%252e"),
        ("b₍0₎", "b%E2%82%8D0%E2%82%8E"),
        ("\r\nx: y", "%0D%0Ax%3A%20y"),
        ("~._-", "~._-"),
        ("...", "..."),
    ] {
        let server = crate::Script::new([crate::Reply::json(200, r#"{"status":"pending"}"#)]);
        call(subject, server.url(), GetJobStatus::new(id)).expect("a job");
        assert_eq!(server.seen()[0].target(), format!("/api/jobs/{segment}"));
    }
}

pub fn hostile_ids_never_leave<S: Subject>(subject: &impl Fn(Api) -> S) {
    for id in ["", ".", "..", &"x".repeat(257)] {
        refused(subject, GetJobStatus::new(id));
        refused(subject, GetWorkflowStatus::new(id));
        refused(subject, ExecuteWorkflow::new(id));
    }
}

pub fn a_path_in_front_of_the_api_is_kept<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = completed();
    call(subject, &format!("{}/tools/sim/", server.url()), ExecuteWorkflow::new("wf-1"))
        .expect("a result");
    assert_eq!(server.request().url.path(), "/tools/sim/api/workflows/wf-1/execute");
}

pub fn extra_headers_are_sent_and_own_ones_refused<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = completed();
    let value = HeaderValue::from_static;
    let (team, via) = (HeaderName::from_static("x-team"), HeaderName::from_static("x-sim-via"));
    let api = api(&server.url()).header(team, value("blue")).proven();
    let execute = || ExecuteWorkflow::new("wf-1");
    run(subject, &api, execute().header(via, value("wf-0"))).expect("a result");
    let request = server.request();
    assert_eq!(
        (&request.headers["x-team"], &request.headers["x-sim-via"]),
        (&value("blue"), &value("wf-0"))
    );
    for own in ["x-api-key", "x-execution-id", "content-length", "host", "accept"] {
        let name = HeaderName::from_static(own);
        assert!(refused(subject, execute().header(name, value("x"))).contains(own));
    }
}

pub fn credentials_are_a_key_a_token_or_nothing<S: Subject>(subject: &impl Fn(Api) -> S) {
    let sent = |credentials| {
        let server = completed();
        let api = api(&server.url()).credentials(credentials).proven();
        run(subject, &api, ExecuteWorkflow::new("wf-1")).expect("a result");
        let headers = server.request().headers;
        (headers.get("x-api-key").cloned(), headers.get("authorization").cloned())
    };
    let value = |text| Some(HeaderValue::from_static(text));
    assert_eq!(sent(Credentials::api_key("k").expect("a key")), (value("k"), None));
    assert_eq!(sent(Credentials::bearer("t").expect("a token")), (None, value("Bearer t")));
    assert_eq!(sent(Credentials::None), (None, None));
}

pub fn a_callers_run_id_is_sent_and_an_odd_one_refused<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = completed();
    call(subject, &server.url(), ExecuteWorkflow::new("wf-1").run_id("order:7741.a_b-c"))
        .expect("a result");
    assert_eq!(server.request().headers["x-execution-id"], "order:7741.a_b-c");
    for odd in ["", "a b", "a/b", "ä", "a\r\nb", &"x".repeat(129)] {
        assert!(refused(subject, ExecuteWorkflow::new("wf-1").run_id(odd)).contains("run id"));
    }
}

pub fn each_execute_has_an_id_of_its_own<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = completed();
    let api = api(&server.url()).proven();
    for _ in 0..5 {
        run(subject, &api, ExecuteWorkflow::new("wf-1")).expect("a result");
    }
    let requests = server.requests();
    let ids: HashSet<_> =
        requests.iter().map(|request| &request.headers["x-execution-id"]).collect();
    assert_eq!(ids.len(), 5);
    assert!(ids.iter().all(|id| id.len() == 32), "128 bits, in hex");
}

pub fn a_raw_request_is_sent_as_written<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = Canned::json(200, &json!({"data": [1]}));
    let raw = Raw::put("/api/v2/things/a%20b")
        .query("q", "a&b=c d/ü")
        .query("n", 7)
        .json(&json!({"x": 1}));
    let value = call(subject, &server.url(), raw).expect("a value");
    assert_eq!(value, json!({"data": [1]}));
    let request = server.request();
    assert_eq!((request.method.as_str(), request.url.path()), ("PUT", "/api/v2/things/a%20b"));
    assert_eq!(request.url.query(), Some("q=a%26b%3Dc%20d%2F%C3%BC&n=7"));
    assert_eq!(request.body, br#"{"x":1}"#);
    for path in
        ["", "api", "https://evil.example/x", "/a/../b", "/a?b", "/a b", "/%2e%2e/x", "/%", "//\\"]
    {
        refused(subject, Raw::get(path));
    }
}

pub fn a_body_over_the_limit_of_the_api_is_refused_before_sending<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let input = "x".repeat(10 * 1024 * 1024);
    assert!(refused(subject, ExecuteWorkflow::new("wf-1").input(input)).contains("10485760"));
}

pub fn every_endpoint_is_sent_exactly_so<S: Subject>(subject: &impl Fn(Api) -> S) {
    use Generation::{V1, V2};
    // Every request has the first five, and one that may have a body the length of it.
    let read = &["accept", "accept-encoding", "host", "user-agent", "x-api-key"][..];
    let empty = &[read, &["content-length"]].concat()[..];
    let json = &[empty, &["content-type"]].concat()[..];
    let (run_v1, run_v2) = ([json, &["x-execution-id"]].concat(), [json, &["x-run-id"]].concat());
    let queue_v1 = [&run_v1[..], &["x-execution-mode"]].concat();
    let sent = |generation, send: &dyn Fn(&Api)| {
        let script = Script::new([Reply::json(409, "{}")]);
        send(&api(script.url()).generation(generation).proven());
        let [seen] = script.seen().try_into().expect("one request");
        seen
    };
    macro_rules! sent {
        ($generation:expr, $endpoint:expr) => {
            sent($generation, &|api| drop(run(subject, api, $endpoint)))
        };
    }
    let stream = |api: &Api| drop(subject(api.clone()).stream(execute().stream(), 1));
    let resume = || ResumeRun::new("wf-1", "r", "c").input(json!({"ok": true}));
    let (execute_v1, execute_v2) =
        ("POST /api/workflows/wf-1/execute", "POST /api/v2/workflows/wf-1/execute");
    let (run_of_v1, run_of_v2) =
        ("/api/workflows/wf-1/executions/r", "/api/v2/workflows/wf-1/runs/r");
    let output = |path| format!("GET {path}?includeOutput=true");
    let table = [
        (sent!(V2, GetUsageLimits::new()), "GET /api/users/me/usage-limits".into(), read, ""),
        (
            sent!(V2, GetWorkflowStatus::new("wf-1")),
            "GET /api/workflows/wf-1/status".into(),
            read,
            "",
        ),
        (
            sent!(V2, ValidateWorkflow::new("wf-1")),
            "GET /api/workflows/wf-1/status".into(),
            read,
            "",
        ),
        (sent!(V2, GetJobStatus::new("job-1")), "GET /api/jobs/job-1".into(), read, ""),
        (sent!(V1, GetRun::new("wf-1", "r")), format!("GET {run_of_v1}"), read, ""),
        (sent!(V2, GetRun::new("wf-1", "r")), format!("GET {run_of_v2}"), read, ""),
        (sent!(V1, GetRun::new("wf-1", "r").include_output(true)), output(run_of_v1), read, ""),
        (sent!(V2, GetRun::new("wf-1", "r").include_output(true)), output(run_of_v2), read, ""),
        (sent!(V1, CancelRun::new("wf-1", "r")), format!("POST {run_of_v1}/cancel"), empty, ""),
        (sent!(V2, CancelRun::new("wf-1", "r")), format!("POST {run_of_v2}/cancel"), empty, ""),
        (sent!(V1, resume()), "POST /api/resume/wf-1/r/c".into(), json, RESUME_V1),
        (sent!(V2, resume()), format!("POST {run_of_v2}/resume"), json, RESUME_V2),
        (sent!(V1, execute()), execute_v1.into(), &run_v1, r#"{"n":1}"#),
        (sent!(V2, execute()), execute_v2.into(), &run_v2, r#"{"input":{"n":1}}"#),
        (sent!(V1, execute().queue()), execute_v1.into(), &queue_v1, r#"{"n":1}"#),
        (
            sent!(V2, execute().queue()),
            execute_v2.into(),
            &run_v2,
            r#"{"async":true,"input":{"n":1}}"#,
        ),
        (sent(V1, &stream), execute_v1.into(), &run_v1, r#"{"stream":true,"n":1}"#),
        (sent(V2, &stream), execute_v2.into(), &run_v2, r#"{"stream":true,"input":{"n":1}}"#),
        (sent!(V2, Raw::get("/x").query("q", "ü")), "GET /x?q=%C3%BC".into(), read, ""),
        (sent!(V2, Raw::delete("/x")), "DELETE /x".into(), read, ""),
        (sent!(V2, Raw::post("/x")), "POST /x".into(), empty, ""),
        (sent!(V2, Raw::put("/x")), "PUT /x".into(), empty, ""),
        (sent!(V2, Raw::patch("/x")), "PATCH /x".into(), empty, ""),
    ];
    for (seen, line, headers, body) in table {
        assert_eq!(seen.head.lines().next(), Some(&*format!("{line} HTTP/1.1")));
        let names = seen.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let mut names: Vec<_> = names.map(|(name, _)| name.to_ascii_lowercase()).collect();
        let mut headers = headers.to_vec();
        names.sort_unstable();
        headers.sort_unstable();
        assert_eq!(names, headers, "{line}");
        assert_eq!(String::from_utf8_lossy(&seen.body), body, "{line}");
        let length = body.len().to_string();
        let length = Some(&*length).filter(|_| headers.contains(&"content-length"));
        assert_eq!(seen.header("content-length"), length, "{line}");
        assert_eq!(seen.header("x-api-key"), Some(KEY), "{line}");
    }
}

const RESUME_V1: &str = r#"{"input":{"ok":true}}"#;
const RESUME_V2: &str = r#"{"contextId":"c","input":{"ok":true}}"#;
