//! What an error says of itself, word for word, and which questions it says yes to.

mod forms;
mod support;

use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use sim_core::operation::Idempotency;
use sim_core::transport::{
    Collector, Exchange, Phase, RunEvents, Step, TransportError, TransportErrorKind as Kind,
};
use sim_core::v1::GetUsageLimits;
use sim_core::{
    Api, CancelRun, Error, ExecuteWorkflow, Generation, GetRun, Operation, RetryPolicy, RunId,
    TimeoutKind,
};

use support::{REFUSAL, answer, closed, core, ended, execute};

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
            "It is locked (LOCKED, ExecuteWorkflow of workflow wf, HTTP 423, request 9a5fafba, sent as run-1)".to_owned(),
        ),
        (
            ended(GetUsageLimits::new(), || answer(500, REFUSAL)),
            "It is locked (SERVER_ERROR, GetUsageLimits, HTTP 500, request 9a5fafba, 3 attempts)".to_owned(),
        ),
        (
            ended(execute(), || closed(Phase::Sent)),
            format!(
                "the run may have started, but no trustworthy answer came: {lost} (CONNECTION_ERROR, ExecuteWorkflow of workflow wf, sent as run-1)"
            ),
        ),
        (
            ended(GetUsageLimits::new().retry(RetryPolicy::NEVER), || closed(Phase::Sent)),
            format!("{lost} (CONNECTION_ERROR, GetUsageLimits)"),
        ),
        (broken(true), format!("the stream broke off: {lost} (TRUNCATED, run run-1)")),
        (Error::request("odd"), "odd (INVALID_REQUEST)".to_owned()),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn its_long_debug_form_names_each_part_and_counts_the_body() {
    let shown = format!("{:#?}", ended(execute(), || answer(423, REFUSAL)));
    for part in [
        "kind: Api",
        "code: \"LOCKED\"",
        "message: \"It is locked\"",
        "operation: Some(\n        \"ExecuteWorkflow\"",
        "workflow: Some(\n        \"wf\"",
        "request_id: Some(\n        \"9a5fafba\"",
        "sent: Some(\n        \"run-1\"",
        "retry_after: Some(\n        3s",
        &format!("body: {} bytes", REFUSAL.len()),
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
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
fn every_error_names_the_run_of_its_call() {
    let own = |error: &Error| {
        let id = error.run_id().or(error.sent_id());
        id.map(|run| run.as_str() == "run-own")
    };
    let error = ended(execute().run_id("run-own"), || closed(Phase::NotSent));
    assert_eq!((own(&error), error.attempts(), error.is_ambiguous()), (Some(true), 3, false));
    let read = || GetRun::new("wf", "run-own");
    for error in [
        ended(read(), || closed(Phase::NotSent)),
        ended(read(), || closed(Phase::Sent)),
        ended(read(), || answer(200, "<html>")),
        ended(read(), || answer(200, "{}")),
        ended(read(), || answer(302, "")),
        ended(read(), || answer(500, "")),
        ended(CancelRun::new("wf", "run-own"), || answer(200, "[]")),
    ] {
        assert_eq!(own(&error), Some(true), "{error:?}");
    }
    // What is refused before anything is sent, too.
    let api = core();
    for refused in [
        api.call(read().select([""])).map(drop),
        api.call(ExecuteWorkflow::new("").run_id("run-own")).map(drop),
        api.call(ExecuteWorkflow::new("wf").input(f64::NAN).run_id("run-own")).map(drop),
    ] {
        let error = refused.expect_err("a bad request");
        assert_eq!((own(&error), error.code()), (Some(true), "INVALID_REQUEST"));
    }
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
    let refused = |status| ended(GetUsageLimits::new(), || answer(status, r#"{"error":"m"}"#));
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

#[test]
fn a_head_whose_body_did_not_come_is_no_answer() {
    let cut = |kind: Kind| {
        let head = http::Response::builder().status(200).header("x-request-id", "9a5fafba");
        let (head, ()) = head.body(()).expect("a head").into_parts();
        Err(TransportError::new(kind, Phase::Body).with_head(head))
    };
    for kind in [Kind::Timeout(TimeoutKind::Idle), Kind::Closed, Kind::TooLarge] {
        for error in [ended(GetUsageLimits::new(), || cut(kind)), ended(execute(), || cut(kind))] {
            assert_eq!(error.status(), None, "{error:?}");
            assert_eq!(error.head_status().map(|status| status.as_u16()), Some(200));
            assert_eq!(error.request_id(), Some("9a5fafba"));
            assert!(!error.to_string().contains("HTTP"), "{error}");
        }
    }
    let refused = ended(GetUsageLimits::new(), || answer(403, r#"{"error":"m"}"#));
    assert_eq!(refused.head_status(), refused.status());
}

#[test]
fn json_that_is_whole_needs_no_end_of_its_connection() {
    let body = r#"{"usage":{"plan":"free"}}"#;
    let closed = |body: &str, length: Option<&str>| {
        let mut head = http::Response::builder().status(200);
        head = length.into_iter().fold(head, |head, length| head.header("content-length", length));
        let (head, ()) = head.body(()).expect("a head").into_parts();
        let lost = TransportError::new(Kind::Closed, Phase::Body);
        Err(lost.with_head(head).with_body(body.to_owned()))
    };
    let read = |outcome| {
        let mut call = core().call(GetUsageLimits::new()).expect("a call");
        call.receive(outcome, Duration::ZERO)
    };
    let Step::Done(Ok(usage)) = read(closed(body, None)) else { panic!("it is whole") };
    assert_eq!(usage.usage.plan.as_deref(), Some("free"));
    for (body, length) in [(&body[..body.len() - 1], None), ("", None), (body, Some("99"))] {
        assert!(!matches!(read(closed(body, length)), Step::Done(Ok(_))), "{body}");
    }
}

#[test]
fn a_base_url_that_is_a_path_of_sim_is_named() {
    for (base, advice) in [
        ("http://localhost/api/v2", "the base URL seems to be http://localhost"),
        ("http://localhost/sim/workspace/7", "the base URL seems to be http://localhost/sim"),
    ] {
        let api = Api::builder([1; 32])
            .credentials(sim_core::Credentials::None)
            .base_url(base)
            .generation(Generation::V2);
        let api = api.build().expect("a core");
        for page in ["<title>Page Not Found | Sim</title>", "<html>"] {
            let mut call = api.call(GetUsageLimits::new()).expect("a call");
            let Step::Done(Err(error)) = call.receive(answer(404, page), Duration::ZERO) else {
                panic!("it is not there")
            };
            assert!(error.message().ends_with(advice), "{error}");
        }
    }
}

#[test]
fn what_is_too_large_is_called_so_whoever_says_it() {
    let input = "x".repeat(11 << 20);
    let ours = core().call(execute().input(input)).map(drop).expect_err("too large");
    let words = r#"{"error":"Workflow execution request body exceeds maximum size"}"#;
    let theirs = ended(execute(), || answer(413, words));
    assert_eq!((ours.code(), theirs.code()), ("PAYLOAD_TOO_LARGE", "PAYLOAD_TOO_LARGE"));
    assert_eq!((ours.attempts(), ours.status()), (0, None));
}

#[test]
fn a_stream_that_breaks_off_is_truncated_and_tells_of_its_head() {
    let stream = || {
        let head =
            http::Response::builder().header("content-type", "text/event-stream, text/plain");
        let head = head.header("x-request-id", "9a5fafba").header("x-ratelimit-limit", "8");
        Ok(head.body(Bytes::new()).expect("an answer"))
    };
    let opened = || {
        let mut call = core().stream(execute().stream()).expect("a call");
        match call.receive(stream(), Duration::ZERO) {
            Step::Done(events) => events.expect("a stream"),
            Step::Again(_) => panic!("it is there"),
        }
    };
    let said = |text: &'static str| {
        let mut events = opened();
        let mut input = text.as_bytes();
        while events.next(&mut input).is_some() {}
        events
    };
    for (begun, words) in [
        ("", None),
        ("data: {\"blockId\":\"b\",\"chunk\":\"Hel\"}\n\n", None),
        ("data: {\"error\":\"upstream gone\"}\n\n", Some("upstream gone")),
        ("data: {\"error\":{\"message\":\"upstream gone\"}}\n\n", Some("upstream gone")),
        ("event: error\ndata: upstream gone\n\n", Some("upstream gone")),
        ("{\"error\":\"upstream gone\"}\n", Some("upstream gone")),
        ("{\"error\":\"upstream gone\"}", Some("upstream gone")),
        (
            "data: {\"blockId\":\"b\",\"chunk\":\"Hel\"}\n\n{\"message\":\"upstream gone\"}\n\n",
            Some("upstream gone"),
        ),
    ] {
        let mut ended = said(begun);
        let by_end = std::iter::from_fn(|| ended.end()).last().expect("an end").expect_err("cut");
        let lost = TransportError::new(Kind::Timeout(TimeoutKind::Idle), Phase::Body);
        let by_loss = said(begun).fail(lost);
        assert!(by_loss.is_timeout(), "{by_loss:?}");
        for error in [by_end, by_loss] {
            assert_eq!((error.code(), error.status()), ("TRUNCATED", None), "{begun}");
            assert_eq!(error.head_status().map(|status| status.as_u16()), Some(200));
            assert_eq!(error.request_id(), Some("9a5fafba"));
            assert_eq!(error.rate_limit().and_then(|limit| limit.limit), Some(8));
            assert_eq!(error.message().contains("upstream gone"), words.is_some(), "{error}");
        }
    }
    let events = opened();
    let head = events.head().expect("a head");
    assert_eq!(head.headers["x-ratelimit-limit"], "8");
}
