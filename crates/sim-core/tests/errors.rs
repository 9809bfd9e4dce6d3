//! What an error says of itself, word for word, and which questions it says yes to.

use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use sim_core::operation::Idempotency;
use sim_core::transport::{
    Collector, Exchange, Outcome, Phase, RunEvents, Step, TransportError,
    TransportErrorKind as Kind,
};
use sim_core::v1::GetUsageLimits;
use sim_core::{Api, Endpoint, Error, ExecuteWorkflow, Generation, Operation, RetryPolicy, RunId};

const REFUSAL: &str =
    r#"{"error":{"code":"CONFLICT","message":"It is locked","details":{"by":"Ada"}}}"#;

#[expect(clippy::unnecessary_wraps, reason = "it stands beside outcomes that are errors")]
fn answer(status: u16, body: &str) -> Outcome {
    let response = http::Response::builder().status(status).header("x-request-id", "9a5fafba");
    let response = response.header("x-ratelimit-remaining", "7").header("retry-after", "3");
    Ok(response.body(Bytes::copy_from_slice(body.as_bytes())).expect("an answer"))
}

fn closed(phase: Phase) -> Outcome {
    let error = TransportError::new(Kind::Closed, phase);
    Err(error.with_source(std::io::Error::other("connection reset")))
}

/// The error of a call whose every attempt ends so.
fn ended<E: Endpoint>(endpoint: E, outcome: impl Fn() -> Outcome) -> Error {
    let api = Api::builder([1; 32]).base_url("http://localhost").generation(Generation::V2);
    let mut call = api.build().expect("a core").call(endpoint).expect("a call");
    loop {
        match call.receive(outcome(), Duration::ZERO) {
            Step::Done(result) => return result.map(drop).expect_err("no result"),
            Step::Again(_) => {}
        }
    }
}

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf").run_id("run-1")
}

fn broken(begun: bool) -> Error {
    let mut events = RunEvents::new(Some(RunId::from("run-1")));
    let mut text = &b"data: {\"blockId\":\"b\",\"chunk\":\"Hel\"}\n\n"[..];
    let mut collector = Collector::default();
    if begun {
        assert!(collector.take(events.next(&mut text).expect("an event")).is_none());
    }
    let error = events.fail(TransportError::new(Kind::Closed, Phase::Body));
    collector.take(Err(error)).expect("an end").expect_err("it broke off")
}

#[test]
fn its_text_has_everything_to_quote_once() {
    let lost = "the connection closed before the answer was complete";
    for (error, text) in [
        (
            ended(execute(), || answer(423, REFUSAL)),
            "It is locked (CONFLICT, HTTP 423, request 9a5fafba, sent as run-1)".to_owned(),
        ),
        (
            ended(GetUsageLimits::new(), || answer(500, REFUSAL)),
            "It is locked (CONFLICT, HTTP 500, request 9a5fafba, 3 attempts)".to_owned(),
        ),
        (
            ended(execute(), || closed(Phase::Sent)),
            format!(
                "the run may have started, but no trustworthy answer came: {lost}: connection reset (CONNECTION_ERROR, sent as run-1)"
            ),
        ),
        (
            ended(GetUsageLimits::new().retry(RetryPolicy::NEVER), || closed(Phase::Sent)),
            format!("{lost}: connection reset (CONNECTION_ERROR)"),
        ),
        (broken(true), format!("the stream broke off: {lost} (CONNECTION_ERROR, run run-1)")),
        (Error::request("odd"), "odd (INVALID_REQUEST)".to_owned()),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn its_debug_form_names_each_part_and_counts_the_body() {
    let shown = format!("{:?}", ended(execute(), || answer(423, REFUSAL)));
    let wanted = format!(
        "Error {{ kind: Api, code: \"CONFLICT\", message: \"It is locked\", status: Some(423), request_id: Some(\"9a5fafba\"), run: None, sent: Some(\"run-1\"), retry_after: Some(3s), attempts: 1, body: {} bytes, .. }}",
        REFUSAL.len()
    );
    assert_eq!(shown, wanted);
}

#[test]
fn it_holds_what_the_answer_told() {
    let error = ended(execute(), || answer(423, REFUSAL));
    assert_eq!((error.request_id(), error.server_code()), (Some("9a5fafba"), Some("CONFLICT")));
    assert_eq!(error.details().map(|details| &details["by"]), Some(&"Ada".into()));
    let limits = error.rate_limit().expect("a limit");
    assert_eq!((limits.remaining, limits.limit), (Some(7), None));
    assert_eq!(
        (error.retry_after(), error.texts().is_none()),
        (Some(Duration::from_secs(3)), true)
    );
    assert!(error.source().is_none());
    let lost = ended(execute(), || closed(Phase::Sent));
    assert_eq!(lost.source().map(ToString::to_string).as_deref(), Some("connection reset"));
    assert!(lost.rate_limit().is_none() && lost.details().is_none());
    let texts = |error: Error| error.texts().map(ToString::to_string);
    assert_eq!(texts(broken(true)).as_deref(), Some("Hel"));
    assert_eq!(texts(broken(false)).as_deref(), Some(""));
}

#[test]
fn what_never_left_names_no_run() {
    let error = ended(execute(), || closed(Phase::NotSent));
    assert_eq!((error.run_id(), error.attempts(), error.is_ambiguous()), (None, 3, false));
}

/// The answers to all questions, in the order of the alphabet of their names.
fn answers(error: &Error) -> [bool; 8] {
    [
        error.is_ambiguous(),
        error.is_cancelled(),
        error.is_not_found(),
        error.is_rate_limited(),
        error.is_timeout(),
        error.is_truncated(),
        error.is_unauthorized(),
        error.is_usage_limited(),
    ]
}

#[test]
fn each_question_is_answered_with_yes_for_its_own_error_alone() {
    let refused = |status| ended(GetUsageLimits::new(), || answer(status, "{}"));
    let cancelled = || Err(TransportError::new(Kind::Cancelled, Phase::Sent));
    for (error, yes) in [
        (ended(execute(), || closed(Phase::Sent)), Some(0)),
        (ended(execute(), cancelled), Some(1)),
        (refused(404), Some(2)),
        (refused(429), Some(3)),
        (refused(408), Some(4)),
        (broken(true), Some(5)),
        (refused(401), Some(6)),
        (refused(402), Some(7)),
        (refused(403), None),
        (Error::request("odd"), None),
    ] {
        let wanted: Vec<_> = (0..8).map(|question| yes == Some(question)).collect();
        assert_eq!(answers(&error).to_vec(), wanted, "{error:?}");
    }
}

#[test]
fn a_read_reads_and_a_run_may_start_one() {
    assert_eq!(GetUsageLimits::new().idempotency(), Idempotency::Safe);
    assert_eq!(execute().idempotency(), Idempotency::StartsRun);
}
