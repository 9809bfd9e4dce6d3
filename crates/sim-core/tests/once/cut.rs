//! Streams that are cut, and what became of their runs.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use sim_core::transport::{
    Collector, EventBuffer, Exchange, OpenOnce, Phase, RunEvents, Step, TransportError,
    TransportErrorKind as Kind,
};
use sim_core::{
    Api, Collected, Error, ErrorKind, Generation, RunEvent, RunId, RunStatus, WaitPolicy,
};

use super::server::*;
use super::{builder, execute, speaking, v2};

const TEXT: &[u8] = b"data: {\"blockId\":\"b\",\"chunk\":\"Hello\"}\n\n";

/// What opens a stream: its head, or a failure.
fn open(
    exchange: &mut impl Exchange<Output = RunEvents>,
    opened: bool,
) -> Result<RunEvents, Error> {
    let head = http::Response::builder().header("content-type", "text/event-stream");
    let outcome = if opened {
        Ok(head.body(Bytes::new()).expect("an answer"))
    } else {
        Err(TransportError::new(Kind::Closed, Phase::Sent))
    };
    match exchange.receive(outcome, Duration::ZERO) {
        Step::Done(opened) => opened,
        Step::Again(delay) => panic!("it goes on after {delay:?}"),
    }
}

/// Reads a stream that breaks off after these bytes.
fn cut(events: RunEvents, bytes: &'static [u8], mut collector: Collector) -> Error {
    let mut buffer = EventBuffer::new(events, bytes);
    while let Some(collected) = buffer.next(|event| collector.take(event)) {
        assert!(collected.is_none(), "it ended");
    }
    let lost: Result<RunEvent<'_>, _> = buffer.fail(TransportError::new(Kind::Closed, Phase::Body));
    collector.take(lost).expect("the end").expect_err("it was cut")
}

/// The error of a stream of a plain client that was cut, and the id of its run.
fn broken(api: &Api, bytes: &'static [u8]) -> (Error, RunId) {
    let mut stream = api.stream(execute().stream()).expect("an exchange");
    let events = open(&mut stream, true).expect("a stream");
    let run = events.sent_id().expect("an id").clone();
    (cut(events, bytes, Collector::default()), run)
}

fn play(
    mut exchange: impl Exchange<Output = Collected>,
    script: &[Answer],
) -> (Vec<String>, Result<Collected, Error>) {
    let (mut asked, mut now) = (Vec::new(), Duration::ZERO);
    for answer in script {
        let request = exchange.request();
        let path = request.uri().path().to_owned();
        let run = path.rsplit('/').next().expect("an id").to_owned();
        let is_v2 = path.starts_with("/api/v2/");
        asked.push(format!("{} {path}", request.method()));
        let outcome = if is_v2 { v2::told(answer(&run)) } else { answer(&run) };
        match exchange.receive(outcome, now) {
            Step::Again(delay) => now += delay,
            Step::Done(result) => return (asked, result),
        }
    }
    panic!("it goes on after {asked:?}");
}

#[test]
fn the_error_of_a_cut_stream_leads_to_the_result_and_the_text_so_far() {
    for generation in [Generation::V1, Generation::V2] {
        let api = speaking(generation);
        for bytes in [TEXT, &b""[..]] {
            let (error, run) = broken(&api, bytes);
            assert_eq!(error.is_truncated(), !bytes.is_empty());
            let handle = error.handle().expect("a handle");
            assert_eq!((&handle.run_id, handle.workflow_id.as_str()), (&run, "wf"));
            let recovery = api.recover(error, WaitPolicy::new()).expect("an exchange");
            let (asked, collected) = play(recovery, &[is("running"), is("completed"), output()]);
            assert!(asked.iter().all(|asked| asked.ends_with(run.as_str())), "{asked:?}");
            assert!(asked.iter().all(|asked| asked.starts_with("GET ")), "{asked:?}");
            let collected = collected.expect("a result");
            assert_eq!(collected.result.output, json!({"run": run.as_str()}));
            assert_eq!(collected.texts.to_string(), if bytes.is_empty() { "" } else { "Hello" });
        }
    }
}

#[test]
fn a_run_that_ended_with_its_connection_is_told_as_cancelled() {
    let api = speaking(Generation::V2);
    let (error, _) = broken(&api, TEXT);
    let recovery = api.recover(error, WaitPolicy::new()).expect("an exchange");
    let (_, collected) = play(recovery, &[is("running"), is("cancelled")]);
    assert_eq!(collected.expect("a result").result.status, RunStatus::Cancelled);
}

#[test]
fn a_run_that_cannot_be_found_leaves_an_error_that_says_why() {
    let api = builder(Generation::V1).build().expect("a core");
    let (error, sent) = broken(&api, TEXT);
    let error = api.recover(error, WaitPolicy::new()).expect_err("nothing is known of it");
    assert!(error.is_truncated() && error.message().contains("knows no run ids"), "{error}");
    assert_eq!((error.run_id(), error.sent_id()), (None, Some(&sent)));
    assert_eq!(error.texts().expect("the text so far").to_string(), "Hello");
}

#[test]
fn other_errors_come_back_as_they_are() {
    let api = speaking(Generation::V2);
    let refused = Error::request("no");
    let error = api.recover(refused, WaitPolicy::new()).expect_err("nothing to wait for");
    assert_eq!(error.message(), "no");
}

#[test]
fn a_stream_that_is_wanted_once_goes_on_after_a_cut() {
    let api = speaking(Generation::V2);
    let shown = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let show = std::sync::Arc::clone(&shown);
    let plan = execute().stream().once().on_event(move |event| {
        if let RunEvent::Text { chunk, .. } = event {
            show.lock().expect("a lock").push_str(chunk);
        }
    });
    let (mut opening, collector, after) = plan.into_parts(&api).expect("an exchange");
    let events = open(&mut opening, true).expect("a stream");
    let error = cut(events, TEXT, collector);
    assert_eq!(*shown.lock().expect("a lock"), "Hello");
    let run = error.run_id().expect("an id").clone();
    let recovery = after.recover(error, Duration::ZERO).expect("an exchange");
    let (_, collected) = play(recovery, &[is("completed"), output()]);
    let collected = collected.expect("a result");
    assert_eq!(collected.result.output, json!({"run": run.as_str()}));
    assert_eq!(collected.texts.to_string(), "Hello");
}

#[test]
fn a_stream_that_is_wanted_once_is_never_started_twice() {
    let api = speaking(Generation::V2);
    let once = || execute().stream().once().into_parts(&api).expect("an exchange");
    let (mut opening, _, after) = once();
    let error = open(&mut opening, false).expect_err("it was lost");
    assert!(error.is_ambiguous());
    let run = error.run_id().expect("an id").clone();
    let recovery = after.recover(error, Duration::ZERO).expect("an exchange");
    let (asked, ended) = play(recovery, &[is("running"), is("cancelled")]);
    assert!(asked.iter().all(|asked| asked.starts_with("GET ")), "{asked:?}");
    let error = ended.expect_err("the cut cancelled it");
    assert_eq!(error.kind(), &ErrorKind::Interrupted { run_id: run });
    let (mut opening, _, after) = once();
    let refused = Error::request("no");
    let refused = after.recover(refused, Duration::ZERO).expect_err("no run");
    assert_eq!(refused.message(), "no");
    let never = opening.receive(never()(""), Duration::ZERO);
    assert!(matches!(never, Step::Again(_)), "what never left is sent again");
}

/// Answers the request that comes before the start of a stream.
fn asked_first(opening: &mut OpenOnce, answer: &Answer) {
    let id = opening.request().headers()["x-execution-id"].clone();
    assert_eq!(id, "not allowed!", "a probe");
    let step = opening.receive(answer(""), Duration::ZERO);
    assert!(matches!(step, Step::Again(Duration::ZERO)));
    assert_ne!(opening.request().headers()["x-execution-id"], id, "a start");
}

#[test]
fn a_server_of_the_first_generation_is_asked_for_its_promise_before_a_stream_is_started_once() {
    for (answer, is_found) in [(rejects_the_id(), true), (no_such_workflow(), false)] {
        for generation in [Generation::V1, Generation::Auto] {
            let api = builder(generation).build().expect("a core");
            let parts = execute().stream().once().into_parts(&api);
            let (mut opening, collector, after) = parts.expect("an exchange");
            if generation == Generation::Auto {
                assert!(opening.request().uri().path().starts_with("/api/v2/"));
                let step = opening.receive(no_such_address()(""), Duration::ZERO);
                assert!(matches!(step, Step::Again(Duration::ZERO)), "the start is not yet sent");
            }
            asked_first(&mut opening, &answer);
            let events = open(&mut opening, true).expect("a stream");
            let error = cut(events, TEXT, collector);
            assert_eq!(error.run_id().is_some(), is_found);
            match after.recover(error, Duration::ZERO) {
                Ok(recovery) if is_found => {
                    let (_, collected) = play(recovery, &[is("completed"), output()]);
                    assert_eq!(collected.expect("a result").texts.to_string(), "Hello");
                }
                Err(error) if !is_found => {
                    assert!(error.is_truncated() && error.message().contains("knows no run ids"));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn the_deadline_of_a_stream_that_is_wanted_once_holds_for_what_follows_its_cut() {
    let api = speaking(Generation::V2);
    let second = Duration::from_secs(1);
    for (elapsed, left) in [(second * 7, Some(second * 3)), (second * 10, None)] {
        let once = execute().stream().once().deadline(second * 10);
        let (mut opening, collector, after) = once.into_parts(&api).expect("an exchange");
        let events = open(&mut opening, true).expect("a stream");
        match (after.recover(cut(events, TEXT, collector), elapsed), left) {
            (Ok(recovery), Some(left)) => assert_eq!(recovery.timeouts().total, Some(left)),
            (Err(error), None) => assert!(error.is_truncated() && error.handle().is_some()),
            (other, _) => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_row_of_a_start_that_was_refused_is_not_what_became_of_a_stream() {
    let api = speaking(Generation::V1);
    let parts = execute().stream().once().into_parts(&api);
    let (mut opening, _, after) = parts.expect("an exchange");
    let error = open(&mut opening, false).expect_err("it was lost");
    let recovery = after.recover(error, Duration::ZERO).expect("an exchange");
    let (_, ended) = play(recovery, &[burned()]);
    let error = ended.expect_err("nothing ran");
    assert_eq!((error.kind(), error.is_rate_limited()), (&ErrorKind::Api, true));
    assert!(!error.may_have_started());
}
