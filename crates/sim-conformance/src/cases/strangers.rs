//! Answers that are not Sim's: never a result, never mistaken for Sim's own word, and one sentence that says whose
//! they are.

use serde_json::json;
use sim_core::v1::{GetUsageLimits, GetWorkflowStatus};
use sim_core::{
    Api, Error, ErrorKind, ExecuteWorkflow, Generation, GetRun, Result, RetryPolicy, RunId,
};

use super::run;
use super::streams::{FINAL, TEXT, error};
use crate::canned::Canned;
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{Proven as _, api};

const OWN: &str = "run-own";

fn core(url: &str, generation: Generation) -> Api {
    api(url).retry_policy(RetryPolicy::NEVER).generation(generation).proven()
}

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").run_id(OWN)
}

/// What comes of a read, and of a start in each mode, if they are answered so.
fn each<S: Subject>(
    subject: &impl Fn(Api) -> S,
    url: &str,
    generation: Generation,
) -> [Result<()>; 4] {
    let api = core(url, generation);
    [
        run(subject, &api, GetRun::new("wf-1", OWN)).map(drop),
        run(subject, &api, execute()).map(drop),
        run(subject, &api, execute().queue()).map(drop),
        subject(api).stream(execute().stream(), 9).and_then(|events| {
            match events.into_iter().next_back() {
                Some(last) => last.map(drop),
                None => Ok(()),
            }
        }),
    ]
}

fn errors<S: Subject>(
    subject: &impl Fn(Api) -> S,
    url: &str,
    generation: Generation,
    what: &str,
) -> [Error; 4] {
    each(subject, url, generation).map(|end| end.expect_err(what))
}

pub fn a_page_is_no_result_and_its_writer_is_told<S: Subject>(subject: &impl Fn(Api) -> S) {
    let next = "<!DOCTYPE html><html><head><title>Page Not Found | Sim</title></head></html>";
    let login = "<html><head><title>Sign in to Acme</title></head></html>";
    let firewall = "<html><head><title>Attention Required! | Cloudflare</title></head></html>";
    let gateway = "<html>\r\n<head><title>502 Bad Gateway</title></head></html>";
    for (status, page, kind, words) in [
        (404, next, ErrorKind::Decode, "titled \u{201c}Page Not Found | Sim\u{201d}"),
        (200, login, ErrorKind::Decode, "asks for a login"),
        (403, firewall, ErrorKind::Api, "of a firewall in front of the server"),
        (502, gateway, ErrorKind::Api, "a gateway in front of the server answered 502"),
        (504, "", ErrorKind::Api, "a gateway in front of the server answered 504"),
        (522, "error code: 522", ErrorKind::Api, "a gateway in front of the server answered 522"),
        (200, "<p>It works!</p>", ErrorKind::Decode, "does the base URL point at Sim?"),
    ] {
        for generation in [Generation::V1, Generation::V2] {
            let headers = [("content-type", "text/html; charset=utf-8")];
            let server = Canned::answer(status, &headers, page);
            let what = format!("{status} {page} {generation:?}");
            let [read, starts @ ..] = errors(subject, &server.url(), generation, &what);
            assert_eq!(read.kind(), &kind, "{what}");
            for error in [&read].into_iter().chain(&starts) {
                assert!(error.message().contains(words), "{what}: {error}");
                assert!(!error.message().contains('\n') && error.message().len() < 400, "{error}");
                assert_eq!(error.body(), page.as_bytes(), "{what}");
                assert_eq!(error.run_id(), Some(&RunId::from(OWN)), "{what}");
            }
            assert_eq!(server.requests().len(), 4, "{what}: each was asked once");
        }
    }
}

pub fn the_apis_404_and_a_strangers_differ_in_kind<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (body, kind, code) in [
        (r#"{"error":"Workflow not found"}"#, ErrorKind::Api, "WORKFLOW_NOT_FOUND"),
        ("<html>Not Found</html>", ErrorKind::Decode, "INVALID_RESPONSE"),
        (r#"{"detail":"Not Found"}"#, ErrorKind::Decode, "INVALID_RESPONSE"),
        ("404 page not found\n", ErrorKind::Decode, "INVALID_RESPONSE"),
    ] {
        let server = Canned::answer(404, &[], body);
        let api = core(&server.url(), Generation::V1);
        let error = run(subject, &api, GetWorkflowStatus::new("wf-1")).expect_err(body);
        assert_eq!((error.kind(), error.code()), (&kind, code), "{body}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(404), "{body}");
        assert_eq!(server.requests().len(), 1);
    }
}

pub fn what_a_gateway_answers_in_place_of_sim_is_never_a_success<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    for (status, body) in [
        (401, r#"{"error":"Invalid API key","docs":"x"}"#),
        (403, r#"{"message":"Not Found"}"#),
        (500, "null"),
        (503, "{}"),
        (200, r#"{"success":false}"#),
        (200, r#"{"success":"yes","output":{}}"#),
        (200, r#"{"hello":"world"}"#),
        (200, r#"{"error":"no such host"}"#),
    ] {
        // The row cannot be read, so nothing explains the answer.
        let server = Canned::answer(status, &[("content-type", "application/json")], body);
        let what = format!("{status} {body}");
        let api = core(&server.url(), Generation::V1);
        let start = run(subject, &api, execute()).map(drop);
        let queued = run(subject, &api, execute().queue()).map(drop);
        let streamed = subject(api).stream(execute().stream(), 9).map(drop);
        for end in [start, queued, streamed] {
            let error = end.expect_err(&what);
            assert!(error.is_ambiguous(), "{what}: {error:?}");
            assert_eq!((error.body(), error.sent_id()), (body.as_bytes(), Some(&RunId::from(OWN))));
            let words = error.message();
            assert!(
                status != 200 || !body.contains("no such host") || words.contains("no such host"),
                "{words}"
            );
        }
        assert_eq!(server.requests().len(), 3, "{what}: each was sent once");
    }
}

pub fn a_base_url_that_is_a_path_of_sim_is_named<S: Subject>(subject: &impl Fn(Api) -> S) {
    let page = "<!DOCTYPE html><title>Page Not Found | Sim</title>";
    let server = Canned::answer(404, &[("content-type", "text/html")], page);
    for path in ["/api", "/api/v2", "/api/v2/", "/workspace/7"] {
        let api = core(&format!("{}{path}", server.url()), Generation::V2);
        let error = run(subject, &api, GetUsageLimits::new()).expect_err("nothing is there");
        let advice = format!("the base URL seems to be {}", server.url());
        assert!(error.message().ends_with(&advice), "{path}: {error}");
    }
}

pub fn a_server_with_the_second_generation_switched_off_says_so<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let body = json!({"error": {"code": "NOT_FOUND", "message": "Not found"}});
    let server = Canned::json(404, &body);
    let api = core(&server.url(), Generation::V2);
    let error = run(subject, &api, GetRun::new("wf-1", OWN)).expect_err("it is switched off");
    assert!(error.message().contains("switched off"), "{error}");
    assert_eq!(server.requests().len(), 1);
}

pub fn tls_on_a_plain_socket_is_named<S: Subject>(subject: &impl Fn(Api) -> S) {
    // What a TLS server says to a request in plain text: an alert.
    let alert = [0x15, 3, 3, 0, 2, 2, 10];
    let script = Script::new([Reply::close(alert)]);
    for error in errors(subject, script.url(), Generation::V1, "no HTTP") {
        assert!(error.message().contains("begins with https://"), "{error:?}");
        assert!(!error.message().contains('\u{15}') && !error.to_string().contains('\u{15}'));
        let kind = match error.kind() {
            ErrorKind::Ambiguous { cause, .. } => cause,
            kind => kind,
        };
        assert_eq!(kind, &ErrorKind::Protocol, "{error:?}");
    }
}

/// A stream in chunks that tells of itself in its head.
fn streamed(kind: &str, body: &str) -> Reply {
    Reply::close(format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nx-request-id: 9a5fafba\r\nx-ratelimit-limit: 8\r\n\
         transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    ))
}

pub fn a_stream_may_come_under_several_types<S: Subject>(subject: &impl Fn(Api) -> S) {
    let body = format!("data: {TEXT}\n\ndata: {FINAL}\n\n");
    for kind in
        ["text/event-stream", "text/event-stream, text/plain", "text/plain,Text/Event-Stream"]
    {
        let script = Script::new([streamed(kind, &body)]);
        let api = core(script.url(), Generation::V1);
        let events = subject(api).stream(execute().stream(), 9).expect(kind);
        assert_eq!(events.iter().filter(|event| event.is_ok()).count(), 2, "{kind}: {events:?}");
    }
    for kind in ["text/plain", "application/octet-stream"] {
        let script = Script::new([streamed(kind, &body)]);
        let api = core(script.url(), Generation::V1);
        let error = subject(api).stream(execute().stream(), 9).expect_err(kind);
        assert!(error.is_ambiguous() && error.message().contains(kind), "{kind}: {error}");
        assert_eq!(script.seen().len(), 1, "{kind}");
    }
}

pub fn a_strangers_error_in_a_stream_is_told_with_the_head<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let text = format!("data: {TEXT}\n\n");
    for (begun, strange) in [
        ("", "data: {\"error\":\"upstream gone\"}\n\n"),
        (&*text, "event: error\ndata: upstream gone\n\n"),
        (&*text, "event: error\ndata: {\"message\":\"upstream gone\"}\n\n"),
        ("", "{\"error\":\"upstream gone\"}\n"),
        (&*text, "{\"error\":\"upstream gone\"}"),
    ] {
        let script = Script::new([streamed("text/event-stream", &format!("{begun}{strange}"))]);
        let api = core(script.url(), Generation::V1);
        let lost = error(subject(api).stream(execute().stream(), 9).expect("a stream"));
        assert!(
            lost.is_truncated() && lost.message().contains("upstream gone"),
            "{strange}: {lost}"
        );
        assert_eq!((lost.code(), lost.status()), ("TRUNCATED", None), "{strange}");
        assert_eq!(lost.head_status().map(|status| status.as_u16()), Some(200));
        assert_eq!(lost.request_id(), Some("9a5fafba"));
        assert_eq!(lost.rate_limit().and_then(|limit| limit.limit), Some(8));
        assert_eq!(script.seen().len(), 1, "it is never begun again");
    }
}
