//! What the fault matrix leaves open of the wire: heads that are not lost, exact bounds, kept connections, size.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use sim_core::transport::{MAX_HEAD, MAX_HEADERS};
use sim_core::v1::GetUsageLimits;
use sim_core::{Api, Error, ErrorKind, ExecuteWorkflow, RunId, TimeoutKind, Timeouts};

use super::cancels::LARGE;
use super::{call, streams};
use crate::flood::Flood;
use crate::late::Late;
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{Proven as _, api, quick};

const USAGE: &str = r#"{"success":true,"usage":{"plan":"free"}}"#;
const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").run_id("run-own")
}

/// Makes a read and an execute against each a server of its own; gives the errors and the requests seen.
fn broken<S: Subject>(subject: &impl Fn(Api) -> S, reply: &Reply) -> [(Error, usize); 2] {
    let error = |outcome: Result<(), Error>, script: &Script| {
        (outcome.expect_err("the wire is broken"), script.seen().len())
    };
    let (reads, runs) = (Script::new([reply.clone()]), Script::new([reply.clone()]));
    let read = call(subject, reads.url(), GetUsageLimits::new()).map(drop);
    let run = call(subject, runs.url(), execute()).map(drop);
    [error(read, &reads), error(run, &runs)]
}

/// Asserts what became of the read and of the execute: the read as often, the execute once and open.
fn assert_lost(broken: &[(Error, usize); 2], kind: &ErrorKind, reads: usize) {
    let [(read, read_requests), (run, run_requests)] = broken;
    assert_eq!((read.kind(), *read_requests), (kind, reads), "{read:?} {run:?}");
    let cause = Box::new(kind.clone());
    let ambiguous = ErrorKind::Ambiguous { run_id: Some(RunId::from("run-own")), cause };
    assert_eq!((run.kind(), *run_requests), (&ambiguous, 1), "{run:?}");
    assert_eq!(run.code(), read.code());
}

pub fn a_body_cut_short<S: Subject>(subject: &impl Fn(Api) -> S) {
    for rest in [
        "x-request-id: 1a2b3c4d\r\ncontent-length: 100\r\n\r\n{\"success\":",
        "x-request-id: 1a2b3c4d\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"suc\r\n",
        "x-request-id: 1a2b3c4d\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{\"suc",
    ] {
        let lost = broken(subject, &Reply::close(format!("{HEAD}{rest}")));
        assert_lost(&lost, &ErrorKind::Closed, 3);
        for (error, _) in &lost {
            let status = error.head_status().map(|status| status.as_u16());
            assert_eq!(error.status(), None, "no answer counted");
            assert_eq!(
                (error.request_id(), status),
                (Some("1a2b3c4d"), Some(200)),
                "the head is not lost"
            );
        }
    }
}

pub fn a_head_has_the_same_bounds_everywhere<S: Subject>(subject: &impl Fn(Api) -> S) {
    let body = r#"{"success":true,"output":{},"metadata":{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"},"usage":{}}"#;
    let framing = format!("content-length: {}\r\n", body.len());
    let one = |size: usize| format!("x-pad: {}\r\n", "x".repeat(size - "x-pad: \r\n".len()));
    let left = MAX_HEAD - framing.len();
    let many = |count: usize| "x-pad: x\r\n".repeat(count - 1);
    let kibibytes = |count: usize| one(1024).repeat(count);
    for (pad, fits) in [
        (one(left), true),
        (one(left + 1), false),
        (kibibytes(63), true),
        (kibibytes(64), false),
        (kibibytes(90), false),
        (many(MAX_HEADERS), true),
        (many(MAX_HEADERS + 1), false),
        (many(1000), false),
        (one(600 * 1024), false),
    ] {
        let reply = Reply::keep_open(format!("HTTP/1.1 200 OK\r\n{framing}{pad}\r\n{body}"));
        if fits {
            let script = Script::new([reply]);
            let api = api(script.url()).proven();
            let subject = subject(api.clone());
            for _ in 0..3 {
                subject.drive(api.call(execute()).expect("a call")).expect("a result");
            }
        } else {
            let lost = broken(subject, &reply);
            assert_lost(&lost, &ErrorKind::Protocol, 1);
            let statuses = lost.map(|(error, _)| error.status());
            assert_eq!(statuses, [None, None], "nothing of it is kept");
        }
    }
}

pub fn a_connection_is_used_again<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::json(200, USAGE)]);
    let api = api(script.url()).proven();
    let subject = subject(api.clone());
    for _ in 0..10 {
        let call = api.call(GetUsageLimits::new()).expect("a call");
        subject.drive(call).expect("usage");
    }
    let connections: HashSet<_> = script.seen().iter().map(|seen| seen.connection).collect();
    // A transport may put a connection back a moment after the answer is read.
    assert!(connections.len() <= 5, "ten calls took {} connections", connections.len());
}

pub fn a_large_answer_arrives_whole<S: Subject>(subject: &impl Fn(Api) -> S) {
    let text = "x".repeat(16 << 20);
    let body = format!(
        r#"{{"success":true,"output":"{text}","metadata":{{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"}}}}"#
    );
    let script = Script::new([Reply::json(200, &body)]);
    let result = call(subject, script.url(), execute()).expect("a result");
    assert_eq!(result.output.as_str().map(str::len), Some(text.len()));
}

pub fn a_large_request_arrives_as_it_is<S: Subject>(subject: &impl Fn(Api) -> S) {
    let late = Late::new(
        r#"{"success":true,"output":7,"metadata":{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"}}"#,
    );
    // Each place of it differs, so that nothing can be left out, doubled or put elsewhere.
    let mut text = String::with_capacity(LARGE);
    for place in 0..LARGE / 8 {
        write!(text, "{place:08x}").expect("a string takes it");
    }
    let core = api(late.url()).proven();
    let exchange = core.call(execute().input(json!({"text": text}))).expect("a call");
    let subject = subject(core.clone());
    thread::scope(|scope| {
        let call = scope.spawn(|| subject.drive(exchange));
        late.begun();
        // While this waits for nothing, whoever waits for room in slices waits for several.
        let silent = Script::new([Reply::stall("")]);
        let limits = Timeouts::default().first_byte(Duration::from_millis(100));
        let patience = api(silent.url()).retry_policy(quick(0)).timeouts(limits);
        let patience = patience.proven();
        let nothing = subject.drive(patience.call(GetUsageLimits::new()).expect("a call"));
        nothing.expect_err("nobody answers");
        let (seen, beside) = late.read();
        let seen = seen.expect("the whole request");
        let body: Value = serde_json::from_slice(&seen.body).expect("JSON");
        assert!(body == json!({"text": text}), "it is another");
        assert_eq!(beside, 0, "nothing comes after it");
        assert_eq!(call.join().expect("no panic").expect("a result").output, 7);
    });
}

/// How a stream of at most a second ends, and how many events it told: also one that did not begin by then.
fn within_a_second<S: Subject>(subject: &impl Fn(Api) -> S, url: &str) -> (usize, ErrorKind) {
    let limits = Timeouts::default().total(Duration::from_secs(1));
    let (told, lost) = match streams::open(subject, url, streams::stream().timeouts(limits)) {
        Ok(events) => (events.len() - 1, streams::error(events)),
        Err(error) => (0, error),
    };
    match lost.kind() {
        ErrorKind::Truncated { cause: Some(cause), .. } | ErrorKind::Ambiguous { cause, .. } => {
            (told, (**cause).clone())
        }
        _ => panic!("{lost:?}"),
    }
}

pub fn the_total_of_a_stream_runs_from_its_beginning<S: Subject>(subject: &impl Fn(Api) -> S) {
    let pause = Duration::from_millis(700);
    let reply = Reply::stall("")
        .after(pause, streams::frames(&[streams::TEXT]))
        .after(pause, format!("data: {}\n\n", streams::FINAL));
    let script = Script::new([reply]);
    let (told, cause) = within_a_second(subject, script.url());
    assert_eq!(cause, ErrorKind::Timeout(TimeoutKind::Total), "the head is no new beginning");
    assert!(told <= 1, "{told} events");
}

pub fn the_total_ends_a_stream_that_is_never_silent<S: Subject>(subject: &impl Fn(Api) -> S) {
    let flood = Flood::new(streams::frames(&[streams::TEXT]), ": sign of life\n\n");
    let (_, cause) = within_a_second(subject, flood.url());
    assert_eq!(cause, ErrorKind::Timeout(TimeoutKind::Total));
    flood.sent();
}
