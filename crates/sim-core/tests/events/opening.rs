//! How a stream is opened: what is asked for, which answers are streams, and what the others settle.

use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use serde_json::{Value, json};
use sim_core::transport::{BodyPlan, Call, Exchange, Opening, RunEvents, Step};
use sim_core::{
    Api, ExecuteWorkflow, Generation, Result, RunEvent, RunId, RunStatus, StreamWorkflow,
};

/// The key of every client here.
pub(crate) const KEY: &str = "sk-sim-MARKER";

/// The exchange that opens a stream.
pub(crate) fn opening(generation: Generation) -> Call<Opening<StreamWorkflow>> {
    let api = Api::builder([1; 32]).generation(generation).base_url("http://localhost");
    let api = api.api_key(KEY).build().expect("a core");
    api.stream(ExecuteWorkflow::new("wf").stream()).expect("a call")
}

/// An answer of this status and type.
pub(crate) fn answer(status: u16, kind: Option<&str>, body: &str) -> http::Response<Bytes> {
    let mut response = http::Response::builder().status(status);
    if let Some(kind) = kind {
        response = response.header("content-type", kind);
    }
    response.body(Bytes::copy_from_slice(body.as_bytes())).expect("a response")
}

/// What an answer settles at the first attempt.
pub(crate) fn settled(
    exchange: &mut Call<Opening<StreamWorkflow>>,
    answer: http::Response<Bytes>,
) -> Result<RunEvents> {
    match exchange.receive(Ok(answer), Duration::ZERO) {
        Step::Done(result) => result,
        Step::Again(_) => panic!("a run is not started twice"),
    }
}

fn head(status: u16, kind: Option<&str>) -> Parts {
    answer(status, kind, "").into_parts().0
}

fn sent_id(exchange: &Call<Opening<StreamWorkflow>>, header: &str) -> RunId {
    let request = exchange.request();
    RunId::from(request.headers()[header].to_str().expect("an id"))
}

#[test]
fn a_stream_is_asked_for_and_its_reader_knows_what_was_sent_from_the_first_moment() {
    for (generation, path, header) in [
        (Generation::V1, "/api/workflows/wf/execute", "x-execution-id"),
        (Generation::V2, "/api/v2/workflows/wf/execute", "x-run-id"),
    ] {
        let mut exchange = opening(generation);
        let request = exchange.request();
        assert_eq!((request.method().as_str(), request.uri().path()), ("POST", path));
        assert_eq!(request.headers()["accept"], "text/event-stream, application/json");
        let body = request.body().as_bytes().expect("it is in memory");
        let body: Value = serde_json::from_slice(body).expect("JSON");
        assert_eq!(body["stream"], true);
        let id = sent_id(&exchange, header);
        let stream = answer(200, Some("text/event-stream"), "");
        let mut events = settled(&mut exchange, stream).expect("a reader");
        // Only the second generation is known to honour the id.
        let run = (generation == Generation::V2).then_some(&id);
        assert_eq!((events.run_id(), events.sent_id()), (run, Some(&id)));
        assert!(!events.is_over() && events.next(&mut &[][..]).is_none());
        let error = events.end().expect("an outcome").expect_err("nothing came");
        assert_eq!((error.is_truncated(), error.run_id()), (true, run));
        assert_eq!(error.sent_id(), Some(&id));
    }
    assert_eq!(RunEvents::new(None).run_id(), None);
}

#[test]
fn only_a_200_of_an_event_stream_is_handed_over() {
    let exchange = opening(Generation::V1);
    for kind in [
        "text/event-stream",
        "Text/Event-STREAM",
        "text/event-stream; charset=utf-8",
        "text/event-stream ;charset=utf-8;x=y",
    ] {
        let plan = exchange.plan(&head(200, Some(kind)));
        assert_eq!(plan, BodyPlan::HandOver, "{kind}");
        for status in [201, 202, 204, 206, 302, 400, 404, 429, 500, 503] {
            let plan = exchange.plan(&head(status, Some(kind)));
            assert!(matches!(plan, BodyPlan::Read { .. }), "{status} {kind}");
        }
    }
    for kind in [
        None,
        Some(""),
        Some("application/json"),
        Some("text/html"),
        Some("text/event-streams"),
        Some("application/json; a=text/event-stream"),
    ] {
        for status in [200, 404] {
            let plan = exchange.plan(&head(status, kind));
            assert!(matches!(plan, BodyPlan::Read { limit } if limit > 0), "{status} {kind:?}");
        }
    }
}

#[test]
fn a_result_that_comes_instead_of_a_stream_is_its_only_event() {
    let at = "2026-11-23T18:00:00Z";
    let metadata = json!({"duration": 1, "startTime": at, "endTime": at});
    let first =
        json!({"success": true, "executionId": "run-2", "output": {"n": 1}, "metadata": metadata});
    let second = json!({"data": {"runId": "run-2", "status": "completed", "output": {"n": 1}}});
    for (generation, body) in [(Generation::V1, first), (Generation::V2, second)] {
        let mut exchange = opening(generation);
        let json = answer(200, Some("application/json"), &body.to_string());
        let mut events = settled(&mut exchange, json).expect("a reader");
        assert_eq!(events.run_id(), Some(&RunId::from("run-2")), "the server's word");
        assert!(!events.is_over(), "the outcome is still to come");
        let frame = &b"data: {\"blockId\":\"b\",\"chunk\":\"Hello\"}\n\n"[..];
        let mut rest = frame;
        let Some(Ok(RunEvent::Final(result))) = events.next(&mut rest) else { panic!("{body}") };
        assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &json!({"n": 1})));
        assert!(events.is_over() && events.next(&mut rest).is_none() && events.end().is_none());
        assert_eq!(rest, frame, "nothing is read of it");
    }
}

#[test]
fn an_answer_that_is_neither_is_the_error_that_it_is() {
    let event = "data: {\"event\":\"final\",\"data\":{\"success\":true,\"output\":{}}}\n\n";
    let refusal = r#"{"error":{"code":"FORBIDDEN","message":"Not deployed"}}"#;
    for (status, kind, body, code) in [
        (200, "text/html", "<html>", "INVALID_RESPONSE"),
        (200, "text/plain", event, "INVALID_RESPONSE"),
        (202, "text/event-stream", event, "INVALID_RESPONSE"),
        (403, "application/json", refusal, "FORBIDDEN"),
        (403, "text/event-stream", refusal, "FORBIDDEN"),
        (500, "text/event-stream", "", "SERVER_ERROR"),
    ] {
        for generation in [Generation::V1, Generation::V2] {
            let mut exchange = opening(generation);
            let end = settled(&mut exchange, answer(status, Some(kind), body));
            let error = end.expect_err("no reader");
            assert_eq!((error.code(), error.attempts()), (code, 1), "{status} {kind} {error:?}");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        }
    }
}
