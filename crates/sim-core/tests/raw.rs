//! Requests by path: what they send, what they read, and the execute among them.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::operation::Form;
use sim_core::transport::{
    Exchange as _, Outcome, Phase, RequestBody, Step, TransportError, TransportErrorKind,
};
use sim_core::{Api, Endpoint, Generation, Raw, Result};

fn core() -> Api {
    let api = Api::builder([1; 32]).api_key("sk-sim-1").base_url("http://localhost");
    api.build().expect("a core")
}

fn sent<E: Endpoint>(endpoint: E) -> Result<http::Request<RequestBody>> {
    core().call(endpoint).map(|call| call.request())
}

fn ends<E: Endpoint>(endpoint: E, outcome: Outcome) -> Result<E::Output> {
    let mut call = core().call(endpoint).expect("a call");
    match call.receive(outcome, Duration::ZERO) {
        Step::Done(result) => result,
        Step::Again(_) => panic!("it is not repeated"),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an outcome")]
fn answer(status: u16, body: &'static [u8]) -> Outcome {
    let answer = http::Response::builder().status(status);
    Ok(answer.body(Bytes::from_static(body)).expect("an answer"))
}

#[test]
fn bytes_and_forms_are_sent_as_they_are_under_their_content_type() {
    let request = sent(Raw::put("/api/x").bytes("image/png", &b"\x89PNG\0"[..])).expect("bytes");
    assert_eq!(request.headers()["content-type"], "image/png");
    assert_eq!(request.body().as_bytes(), Some(&b"\x89PNG\0"[..]));

    let form =
        Form::new().text("title", "Q3").file("file", "a.bin", "application/x", &b"\0\xff"[..]);
    let request = sent(Raw::post("/api/x").form(&form)).expect("a form");
    let kind = request.headers()["content-type"].to_str().expect("text");
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").expect("a boundary");
    let body = request.body().as_bytes().expect("in memory");
    let parts =
        format!("--{boundary}\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\nQ3\r\n");
    assert!(body.starts_with(parts.as_bytes()));
    let end = [&b"\r\n\r\n\0\xff\r\n--"[..], boundary.as_bytes(), b"--\r\n"].concat();
    assert!(body.ends_with(&end));

    let refused =
        sent(Raw::put("/api/x").bytes("text/plain\r\nx: y", "")).expect_err("two headers");
    assert!(refused.message().contains("content type"), "{refused}");
}

#[test]
fn answers_are_read_as_bytes_as_json_or_not_at_all() {
    let png = ends(Raw::get("/api/x").output_bytes(), answer(200, b"\x89PNG\0"));
    assert_eq!(png.expect("bytes"), &b"\x89PNG\0"[..]);
    for status in [200, 201, 204] {
        assert_eq!(ends(Raw::put("/api/x"), answer(status, b"")).expect("nothing"), Value::Null);
        ends(Raw::put("/api/x").output::<()>(), answer(status, b"")).expect("nothing");
        let none = ends(Raw::put("/api/x").output::<Option<u8>>(), answer(status, b" \n"));
        assert_eq!(none.expect("nothing"), None);
        ends(Raw::put("/api/x").no_output(), answer(status, b"whatever")).expect("nothing");
    }
    // What must be there is not guessed.
    assert!(ends(Raw::put("/api/x").output::<u8>(), answer(200, b"")).is_err());
    assert!(ends(Raw::put("/api/x").output_bytes(), answer(404, b"{}")).is_err());
    assert!(ends(Raw::put("/api/x").no_output(), answer(302, b"")).is_err());
}

#[test]
fn an_execute_by_path_carries_the_id_of_a_run() {
    for (path, header) in [
        ("/api/workflows/wf%201/execute", "x-execution-id"),
        ("/api/v2/workflows/wf%201/execute", "x-run-id"),
    ] {
        let raw = || Raw::post(path).json(&json!({"n": 1}));
        let made = sent(raw()).expect("a request");
        let id = made.headers()[header].to_str().expect("text").to_owned();
        assert!(
            id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()),
            "128 random bits: {id}"
        );
        for chosen in [raw().run_id("order-7"), raw().header(header, "order-7")] {
            let request = sent(chosen.clone()).expect("a request");
            let ids: Vec<_> = request.headers().get_all(header).iter().collect();
            assert_eq!(ids, ["order-7"]);
            let lost = TransportError::new(TransportErrorKind::Closed, Phase::Sent);
            let error = ends(chosen, Err(lost)).expect_err("it may have started");
            assert!(error.is_ambiguous() && error.may_have_started(), "{error}");
            assert_eq!(error.sent_id().map(sim_core::RunId::as_str), Some("order-7"));
            assert_eq!(error.workflow_id().map(sim_core::WorkflowId::as_str), Some("wf 1"));
        }
        // The headers that belong to an execute, each as the caller set it.
        let own = [("x-stream-response", "true"), ("x-execution-mode", "async")];
        let request = own.iter().fold(raw(), |raw, (name, value)| raw.header(*name, *value));
        let request = sent(request.header("accept", "text/event-stream")).expect("a request");
        for (name, value) in own.into_iter().chain([("accept", "text/event-stream")]) {
            assert_eq!(request.headers()[name], value);
        }
        assert!(sent(raw().header("x-api-key", "mine")).is_err());
        assert!(sent(raw().run_id("no good id")).is_err());
    }
}

#[test]
fn any_other_request_takes_no_header_of_an_execute() {
    let paths = [
        "/api/workflows/execute",
        "/api/workflows/a/b/execute",
        "/api/x",
        "/api/v2/workflows//execute",
    ];
    for path in paths {
        let plain = sent(Raw::post(path));
        let has_id = |request: &http::Request<RequestBody>| {
            ["x-run-id", "x-execution-id"].iter().any(|name| request.headers().contains_key(*name))
        };
        assert!(!plain.is_ok_and(|request| has_id(&request)), "{path}");
        assert!(sent(Raw::post(path).header("x-stream-response", "true")).is_err(), "{path}");
        assert!(sent(Raw::post(path).run_id("order-7")).is_err(), "{path}");
    }
    assert!(sent(Raw::get("/api/workflows/wf/execute").run_id("order-7")).is_err());
    let v1 = Api::builder([1; 32]).api_key("sk-sim-1").base_url("http://localhost");
    let v1 = v1.generation(Generation::V1).build().expect("a core");
    let call = v1.call(Raw::post("/api/v2/workflows/wf/execute")).expect("the path decides");
    assert!(call.request().headers().contains_key("x-run-id"));
}
