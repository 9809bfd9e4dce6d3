//! The key goes where the base URL points and nowhere else, and no text shows it.

use std::net::TcpListener;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde_json::json;
use sim_core::v1::{GetJobStatus, GetUsageLimits};
use sim_core::{
    Api, CancelRun, ErrorKind, ExecuteWorkflow, GetRun, Raw, RunEvent, RunHandle, WaitPolicy,
    WorkflowExecutionResult,
};

use super::{call, run};
use crate::script::{Reply, Script};
use crate::secrets::{ECHO, assert_hidden, assert_silent};
use crate::subject::Subject;
use crate::tools::{KEY, Proven as _, TIMES, api, quick, times};

/// Somebody else's place: whoever connects to it is found out.
struct Elsewhere(TcpListener);

impl Elsewhere {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener that does not wait");
        Self(listener)
    }

    fn address(&self) -> String {
        self.0.local_addr().expect("it is bound").to_string()
    }

    fn assert_left_alone(&self) {
        let error = self.0.accept().map(drop).expect_err("nobody connects");
        assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
    }
}

fn wait() -> WaitPolicy {
    WaitPolicy::new().interval(Duration::from_millis(1), Duration::from_millis(1))
}

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").run_id("run-own")
}

/// Makes every kind of call once; each must end with a redirect.
fn redirected<S: Subject>(subject: &impl Fn(Api) -> S, url: &str) -> usize {
    let api = api(url).proven();
    let subject = subject(api.clone());
    let once = |plan| api.once(plan).and_then(|once| subject.drive(once)).map(drop);
    let waits = api.wait(RunHandle::new("wf-1", "run-own"), wait());
    let own = GetRun::new("wf-1", "run-own");
    let all = [
        api.call(GetUsageLimits::new()).and_then(|call| subject.drive(call)).map(drop),
        api.call(own).and_then(|call| subject.drive(call)).map(drop),
        api.call(CancelRun::new("wf-1", "run-own")).and_then(|call| subject.drive(call)).map(drop),
        api.call(Raw::delete("/api/v2/things/1")).and_then(|call| subject.drive(call)).map(drop),
        api.call(execute()).and_then(|call| subject.drive(call)).map(drop),
        api.call(execute().queue()).and_then(|call| subject.drive(call)).map(drop),
        api.call(execute().retry(quick(3))).and_then(|call| subject.drive(call)).map(drop),
        subject.stream(execute().stream(), 9).map(drop),
        once(execute().once().retry(quick(3)).wait(wait())),
        once(execute().once().sync().retry(quick(3)).wait(wait())),
        waits.and_then(|wait| subject.drive(wait)).map(drop),
    ];
    for (number, outcome) in all.iter().enumerate() {
        let error = outcome.as_ref().expect_err("a redirect");
        let kind = match error.kind() {
            // A run that is waited for may go on.
            ErrorKind::Ambiguous { cause, .. } => cause,
            kind => kind,
        };
        assert_eq!(kind, &ErrorKind::Redirect, "call {number}: {error:?}");
        assert!(!error.to_string().contains("SIGNED"), "{error}");
    }
    all.len()
}

pub fn no_redirect_takes_the_key_along<S: Subject>(subject: &impl Fn(Api) -> S) {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Elsewhere::new();
        let other = elsewhere.address();
        for location in [
            format!("http://{other}/api/users/me/usage-limits?X-Signature=SIGNED"),
            format!("https://{other}/"),
            format!("//{other}/api"),
            format!("http://user@{other}/"),
            "/api/other?token=SIGNED".to_owned(),
            "?again=SIGNED".to_owned(),
            String::new(),
        ] {
            let head = format!("HTTP/1.1 {status} X\r\nlocation: {location}\r\ncontent-length: 0");
            let script = Script::new([Reply::keep_open(format!("{head}\r\n\r\n"))]);
            let calls = redirected(subject, script.url());
            let seen = script.seen();
            assert_eq!(seen.len(), calls, "{status} to {location:?}: each is asked once");
            assert!(seen.iter().all(|seen| !seen.head.contains("SIGNED")));
            elsewhere.assert_left_alone();
        }
    }
}

pub fn no_address_in_an_answer_is_asked<S: Subject>(subject: &impl Fn(Api) -> S) {
    let elsewhere = Elsewhere::new();
    let other = elsewhere.address();
    for address in [
        format!("http://{other}/api/jobs/job-1"),
        format!("https://{other}/api/jobs/job-1"),
        format!("//{other}/api/jobs/job-1"),
        format!("http://user@{other}/"),
        "/somewhere/else".to_owned(),
        "file:///etc/passwd".to_owned(),
        "javascript:alert(1)".to_owned(),
        "\\\\host\\share".to_owned(),
    ] {
        let receipt = json!({
            "success": true, "jobId": "job-1", "executionId": "run-own", "statusUrl": address,
            "links": {"status": address, "upload": address}, "uploadUrl": address,
        });
        let receipt = receipt.to_string();
        let job =
            format!(r#"{{"status":"completed","output":{{}},"statusUrl":"http://{other}/"}}"#);
        let done =
            r#"{"executionId":"run-own","workflowId":"wf-1","status":"completed","finalOutput":7}"#;
        let length = receipt.len();
        let accepted = format!(
            "HTTP/1.1 202 X\r\nlocation: {address}\r\ncontent-location: {address}\r\nlink: <{address}>; rel=status\r\nrefresh: 0; url={address}\r\ncontent-length: {length}\r\n\r\n{receipt}"
        );
        let script = Script::new([
            Reply::keep_open(&accepted),
            Reply::json(200, &job),
            Reply::keep_open(&accepted),
            Reply::json(200, done),
        ]);
        let api = api(script.url()).proven();
        let queued = run(subject, &api, execute().queue()).expect("a receipt");
        assert_eq!(queued.links.status.as_deref(), Some(&*address), "it is told as it came");
        run(subject, &api, GetJobStatus::new("job-1")).expect("a job");
        let once = api.once(execute().once().wait(wait())).expect("an exchange");
        let result = subject(api.clone()).drive(once).expect("a result");
        assert_eq!(result.output, 7);
        let seen = script.seen();
        let targets: Vec<_> = seen.iter().map(crate::Seen::target).collect();
        let (start, run) =
            ("/api/workflows/wf-1/execute", "/api/workflows/wf-1/executions/run-own");
        assert_eq!(targets, [start, "/api/jobs/job-1", start, run]);
        elsewhere.assert_left_alone();
    }
}

/// Asserts that the words about a run that failed do not show the key.
fn assert_told_without_key(result: WorkflowExecutionResult) {
    let why = result.error.as_ref().expect("a reason").to_string();
    assert!(why.contains("***"), "the reason is told: {why}");
    assert_hidden(&result);
    let error = result.into_result().expect_err("it did not complete");
    assert!(error.message().contains("***"), "{error}");
    assert_silent(&error);
}

pub fn a_runs_own_words_do_not_show_the_key<S: Subject>(subject: &impl Fn(Api) -> S) {
    let words = format!("HTTP 401: no such key \\u001b[31m{ECHO}");
    let failed =
        format!(r#"{{"success":false,"output":{{}},"error":"{words}","metadata":{TIMES}}}"#);
    let found = format!(
        r#"{{"executionId":"run-own","workflowId":"wf-1","status":"failed","error":"{words}"}}"#
    );
    let ask = |reply: Reply| {
        let script = Script::new([reply]);
        let api = api(script.url()).api_key(ECHO).proven();
        (script, api)
    };
    for status in [200, 500, 408, 404] {
        let (_script, api) = ask(Reply::json(status, &failed));
        assert_told_without_key(run(subject, &api, execute()).expect("a result"));
    }
    let (_script, api) = ask(Reply::json(200, &found));
    let told = run(subject, &api, GetRun::new("wf-1", "run-own")).expect("a run");
    assert!(told.error.is_some_and(|why| why.message.contains("***")));
    let wait = api.wait(RunHandle::new("wf-1", "run-own"), wait()).expect("an exchange");
    assert_told_without_key(subject(api.clone()).drive(wait).expect("a result"));
    let frames = [
        format!(r#"{{"event":"error","error":"{words}"}}"#),
        format!(r#"{{"event":"final","data":{failed}}}"#),
        format!(r#"{{"event":"stream_error","blockId":"b","error":"{words}"}}"#),
        format!(r#"{{"event":"error","blockId":"b","error":"{words}"}}"#),
        format!(r#"{{"event":"final","data":{{"success":"{words}"}}}}"#),
    ];
    for frame in frames {
        let body = format!("data: {frame}\n\ndata: \"[DONE]\"\n\n");
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
        let (_script, api) = ask(Reply::close(format!("{head}{body}")));
        let events = subject(api).stream(execute().stream(), 9).expect("a stream");
        assert!(!events.is_empty());
        for event in events {
            match event {
                Ok(RunEvent::Final(result) | RunEvent::Failure(result)) => {
                    assert_told_without_key(*result);
                }
                // What else is told was looked at on its way.
                Ok(event) => assert!(format!("{event:?}").contains("***"), "{event:?}"),
                Err(error) => assert_silent(&error),
            }
        }
    }
}

pub fn the_words_of_a_run_become_one_short_line<S: Subject>(subject: &impl Fn(Api) -> S) {
    let words = format!("\u{1b}[31mBoom\r\n\tat {}\0", "x".repeat(5000));
    let body =
        json!({"success": false, "output": {}, "metadata": times(), "error": words}).to_string();
    let script = Script::new([Reply::json(500, &body)]);
    let result = call(subject, script.url(), execute()).expect("a result");
    assert_eq!(
        result.error.as_ref().map(|error| &*error.message),
        Some(&*words),
        "the result has all of them"
    );
    let error = result.into_result().expect_err("it failed");
    assert!(error.message().starts_with("[31mBoom at xxx"), "{error}");
    assert!(error.to_string().chars().all(|c| !c.is_control()) && error.message().len() < 400);
}

pub fn no_debug_form_shows_the_key<S: Subject>(_: &impl Fn(Api) -> S) {
    let api = api("http://127.0.0.1:9").proven();
    assert_hidden(&api);
    assert_hidden(&api.call(execute()).expect("a call"));
    assert_hidden(&api.call(GetUsageLimits::new()).expect("a call"));
    assert_hidden(&api.stream(execute().stream()).expect("a call"));
    assert_hidden(&api.once(execute().once()).expect("an exchange"));
    assert_hidden(&api.wait(RunHandle::new("wf-1", "r"), wait()).expect("an exchange"));
    assert_hidden(&api.new_handle(&execute()).expect("a handle"));
    let sent = api.call(execute()).expect("a call");
    let request = sim_core::transport::Exchange::request(&sent);
    assert!(request.headers()["x-api-key"].is_sensitive() && request.headers()["x-api-key"] == KEY);
}

pub fn a_setting_that_is_refused_does_not_repeat_the_key<S: Subject>(_: &impl Fn(Api) -> S) {
    let own = HeaderName::from_static("x-api-key");
    let errors = [
        api(&format!("https://user:{KEY}@example.com")).build(),
        api(&format!("https://example.com/?key={KEY}")).build(),
        api(&format!("{KEY}://example.com")).build(),
        api(&format!("https://{KEY} example.com")).build(),
        api("https://example.com").api_key(format!("{KEY}\n")).build(),
        api("https://example.com").api_key(format!("{KEY} é")).build(),
        api("http://example.com").build(),
        api("https://example.com").header(own, HeaderValue::from_static(KEY)).build(),
        api("https://example.com").user_agent(format!("{KEY}\n")).build(),
    ];
    for error in errors {
        let error = error.expect_err("refused");
        assert_eq!(error.code(), "INVALID_REQUEST");
        assert_silent(&error);
    }
}
