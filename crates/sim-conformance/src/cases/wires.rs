//! Wires that break, stall and talk nonsense: what was sent decides what the error may claim.

use std::collections::HashSet;
use std::io::Write as _;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::json;
use sim_core::{
    Api, Error, ErrorKind, ExecuteWorkflow, GetUsageLimits, MAX_HEAD, MAX_HEADERS, Operation, Raw,
    RunId, TimeoutKind, Timeouts,
};

use super::{call, run};
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{api, black_hole};

const USAGE: &str = r#"{"success":true,"usage":{"plan":"free"}}"#;
const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").run_id("run-own")
}

/// Makes a read and an execute against each a server of its own; gives the errors and the requests seen.
fn broken<S: Subject>(
    subject: &impl Fn(Api) -> S,
    reply: &Reply,
    limits: Timeouts,
) -> [(Error, usize); 2] {
    let error = |outcome: Result<(), Error>, script: &Script| {
        (outcome.expect_err("the wire is broken"), script.seen().len())
    };
    let (reads, runs) = (Script::new([reply.clone()]), Script::new([reply.clone()]));
    let read = call(subject, reads.url(), GetUsageLimits::new().with_timeouts(limits)).map(drop);
    let run = call(subject, runs.url(), execute().with_timeouts(limits)).map(drop);
    [error(read, &reads), error(run, &runs)]
}

/// Asserts what became of the read and of the execute: the read as often, the execute once and open.
fn assert_lost(broken: &[(Error, usize); 2], kind: &ErrorKind, reads: usize) {
    let [(read, read_requests), (run, run_requests)] = broken;
    assert_eq!((read.kind(), *read_requests), (kind, reads), "{read:?} {run:?}");
    let cause = Box::new(kind.clone());
    let ambiguous = ErrorKind::Ambiguous { run: Some(RunId::from("run-own")), cause };
    assert_eq!((run.kind(), *run_requests), (&ambiguous, 1), "{run:?}");
    assert_eq!(run.code(), read.code());
}

/// Asserts that neither was sent, and that both were tried so often.
fn assert_never_sent<S: Subject>(
    subject: &impl Fn(Api) -> S,
    url: &str,
    kind: &ErrorKind,
    attempts: u32,
) {
    let core = api(url).allow_insecure_http().build().expect("a core");
    let errors = [
        run(subject, &core, GetUsageLimits::new()).map(drop),
        run(subject, &core, execute()).map(drop),
        run(subject, &core, execute().queue()).map(drop),
    ];
    for error in errors {
        let error = error.expect_err("nobody is there");
        assert_eq!((error.kind(), error.attempts()), (kind, attempts), "{error:?}");
    }
}

pub fn nothing_was_sent_where_nobody_listens<S: Subject>(subject: &impl Fn(Api) -> S) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    assert_never_sent(subject, &url, &ErrorKind::Connect, 3);
}

pub fn an_unknown_name_is_told_apart<S: Subject>(subject: &impl Fn(Api) -> S) {
    let url = "http://no-such-host.invalid";
    assert_never_sent(subject, url, &ErrorKind::Resolve, 3);
}

pub fn a_connection_closed_after_the_request<S: Subject>(subject: &impl Fn(Api) -> S) {
    for bytes in ["", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\ncontent-ty"] {
        let lost = broken(subject, &Reply::close(bytes), Timeouts::default());
        assert_lost(&lost, &ErrorKind::Closed, 3);
    }
}

pub fn a_body_cut_short<S: Subject>(subject: &impl Fn(Api) -> S) {
    for rest in [
        "x-request-id: 1a2b3c4d\r\ncontent-length: 100\r\n\r\n{\"success\":",
        "x-request-id: 1a2b3c4d\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"suc\r\n",
        "x-request-id: 1a2b3c4d\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{\"suc",
    ] {
        let lost = broken(subject, &Reply::close(format!("{HEAD}{rest}")), Timeouts::default());
        assert_lost(&lost, &ErrorKind::Closed, 3);
        for (error, _) in &lost {
            let status = error.status().map(|status| status.as_u16());
            assert_eq!(
                (error.request_id(), status),
                (Some("1a2b3c4d"), Some(200)),
                "the head is not lost"
            );
        }
    }
}

pub fn a_head_that_does_not_come<S: Subject>(subject: &impl Fn(Api) -> S) {
    let limits =
        Timeouts::default().first_byte(Duration::from_millis(60)).idle(Duration::from_secs(9));
    for bytes in ["", "HTTP/1.1 200 OK\r\n"] {
        let lost = broken(subject, &Reply::stall(bytes), limits);
        assert_lost(&lost, &ErrorKind::Timeout(TimeoutKind::FirstByte), 3);
        assert!(lost.iter().all(|(error, _)| error.is_timeout() && error.code() == "TIMEOUT"));
    }
}

pub fn a_body_that_falls_silent<S: Subject>(subject: &impl Fn(Api) -> S) {
    let limits =
        Timeouts::default().idle(Duration::from_millis(60)).first_byte(Duration::from_secs(9));
    let reply = Reply::stall(format!("{HEAD}content-length: 100\r\n\r\n{{\"success\":"));
    assert_lost(&broken(subject, &reply, limits), &ErrorKind::Timeout(TimeoutKind::Idle), 3);
}

pub fn a_total_limit_ends_the_attempt<S: Subject>(subject: &impl Fn(Api) -> S) {
    let limits = Timeouts::default().total(Duration::from_millis(200));
    for bytes in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"] {
        let lost = broken(subject, &Reply::stall(bytes), limits);
        assert_lost(&lost, &ErrorKind::Timeout(TimeoutKind::Total), 3);
    }
}

pub fn an_answer_over_the_limit<S: Subject>(subject: &impl Fn(Api) -> S) {
    let body = format!("{:300}", r#"{"success":true,"executionId":"e","output":{},"usage":{}}"#);
    for framing in [format!("content-length: 300\r\n\r\n{body}"), format!("\r\n{body}")] {
        let reply = Reply::close(format!("{HEAD}{framing}"));
        for (limit, fits) in [(299, false), (300, true)] {
            let (reads, runs) = (Script::new([reply.clone()]), Script::new([reply.clone()]));
            let core = |url: &str| api(url).response_limit(limit).build().expect("a core");
            let read = run(subject, &core(reads.url()), GetUsageLimits::new()).map(drop);
            let run = run(subject, &core(runs.url()), execute()).map(drop);
            if fits {
                assert!(read.is_ok() && run.is_ok());
            } else {
                let (read, run) = (read.expect_err("too large"), run.expect_err("too large"));
                let lost = [(read, reads.seen().len()), (run, runs.seen().len())];
                assert_lost(&lost, &ErrorKind::TooLarge, 1);
            }
        }
    }
}

pub fn not_http_at_all<S: Subject>(subject: &impl Fn(Api) -> S) {
    let flood = format!("HTTP/1.1 200 OK\r\nx-flood: {}\r\n\r\n", "x".repeat(600_000));
    for bytes in
        ["SSH-2.0-OpenSSH_9.6\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "\0\0\0\0\r\n\r\n", &flood]
    {
        let lost = broken(subject, &Reply::close(bytes), Timeouts::default());
        assert_lost(&lost, &ErrorKind::Protocol, 1);
    }
}

pub fn a_head_has_the_same_bounds_everywhere<S: Subject>(subject: &impl Fn(Api) -> S) {
    let body = r#"{"success":true,"executionId":"e","output":{},"usage":{}}"#;
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
            let api = api(script.url()).build().expect("a core");
            let subject = subject(api.clone());
            for _ in 0..3 {
                subject.run(api.call(execute()).expect("a call")).expect("a result");
            }
        } else {
            let lost = broken(subject, &reply, Timeouts::default());
            assert_lost(&lost, &ErrorKind::Protocol, 1);
            let statuses = lost.map(|(error, _)| error.status());
            assert_eq!(statuses, [None, None], "nothing of it is kept");
        }
    }
}

pub fn plain_text_where_tls_is_due<S: Subject>(subject: &impl Fn(Api) -> S) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        // The connections stay open: a handshake that is cut would be another fault.
        let mut open = Vec::new();
        for stream in listener.incoming().flatten() {
            let _ = (&stream).write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            open.push(stream);
        }
    });
    assert_never_sent(subject, &url, &ErrorKind::Tls, 1);
}

pub fn a_handshake_that_is_cut_is_a_failed_connection<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::close("")]);
    assert_never_sent(subject, &script.url().replace("http:", "https:"), &ErrorKind::Connect, 3);
    assert_eq!(script.seen().len(), 0);
}

pub fn a_host_that_does_not_answer<S: Subject>(subject: &impl Fn(Api) -> S) {
    let (url, _full) = black_hole();
    let limits = Timeouts::default().connect(Duration::from_millis(60));
    for error in [
        call(subject, &url, GetUsageLimits::new().with_timeouts(limits)).map(drop),
        call(subject, &url, execute().with_timeouts(limits)).map(drop),
    ] {
        let error = error.expect_err("nobody answers");
        assert_eq!(error.kind(), &ErrorKind::Timeout(TimeoutKind::Connect), "{error:?}");
        assert_eq!((error.attempts(), error.is_ambiguous()), (3, false));
    }
}

pub fn a_connection_is_used_again<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::json(200, USAGE)]);
    let api = api(script.url()).build().expect("a core");
    let subject = subject(api.clone());
    for _ in 0..10 {
        let call = api.call(GetUsageLimits::new()).expect("a call");
        subject.run(call).expect("usage");
    }
    let connections: HashSet<_> = script.seen().iter().map(|seen| seen.connection).collect();
    // A transport may put a connection back a moment after the answer is read.
    assert!(connections.len() <= 5, "ten calls took {} connections", connections.len());
}

pub fn a_dead_pooled_connection_is_replaced<S: Subject>(subject: &impl Fn(Api) -> S) {
    let length = USAGE.len();
    let closing = format!("{HEAD}content-length: {length}\r\n\r\n{USAGE}");
    let script =
        Script::new([Reply::close(closing), Reply::json(200, r#"{"success":true,"output":{}}"#)]);
    let api = api(script.url()).build().expect("a core");
    let subject = subject(api.clone());
    subject.run(api.call(GetUsageLimits::new()).expect("a call")).expect("usage");
    // A call elsewhere lets the transport see what became of the connection in the meantime.
    let other = Script::new([Reply::json(200, USAGE)]);
    let mut elsewhere = api.clone();
    elsewhere.set_base_url(other.url()).expect("a base URL");
    subject.run(elsewhere.call(GetUsageLimits::new()).expect("a call")).expect("usage");
    subject.run(api.call(execute()).expect("a call")).expect("a result");
    assert_eq!(script.seen().len(), 2);
}

pub fn a_kept_connection_that_breaks_is_no_reason_to_send_again<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let error = |script: &Script, second: &dyn Fn(&S, &Api) -> Result<(), Error>| {
        let api = api(script.url()).build().expect("a core");
        let subject = subject(api.clone());
        subject.run(api.call(GetUsageLimits::new()).expect("a call")).expect("usage");
        // Its request is read, and then the connection is closed.
        (second(&subject, &api).expect_err("the wire is broken"), script.seen().len() - 1)
    };
    let script = || Script::new([Reply::json(200, USAGE), Reply::close("")]);
    let lost = [
        error(&script(), &|subject, api| subject.run(api.call(GetUsageLimits::new())?).map(drop)),
        error(&script(), &|subject, api| subject.run(api.call(execute())?).map(drop)),
    ];
    assert_lost(&lost, &ErrorKind::Closed, 3);
}

pub fn a_framing_that_makes_no_sense_is_not_http<S: Subject>(subject: &impl Fn(Api) -> S) {
    let size = format!("{:x}", USAGE.len());
    for rest in [
        format!("content-length: -1\r\n\r\n{USAGE}"),
        format!("content-length: 40\r\ncontent-length: 7\r\n\r\n{USAGE}"),
        format!("transfer-encoding: gzip\r\n\r\n{USAGE}"),
        format!("transfer-encoding: chunked\r\n\r\nxyz\r\n{USAGE}\r\n0\r\n\r\n"),
        format!("transfer-encoding: chunked\r\n\r\n{}\r\n{USAGE}", "f".repeat(18)),
        format!("transfer-encoding: chunked\r\n\r\n{size}\r\n{USAGE}0\r\n\r\n"),
    ] {
        let lost = broken(subject, &Reply::close(format!("{HEAD}{rest}")), Timeouts::default());
        assert_lost(&lost, &ErrorKind::Protocol, 1);
    }
}

pub fn an_answer_in_chunks<S: Subject>(subject: &impl Fn(Api) -> S) {
    let chunks: Vec<_> = USAGE.chars().map(|c| format!("1;ext=1\r\n{c}\r\n")).collect();
    let chunks = chunks.concat();
    let chunked =
        format!("{HEAD}transfer-encoding: chunked\r\n\r\n{chunks}0\r\nx-trailer: 1\r\n\r\n");
    let closed = format!("HTTP/1.0 200 OK\r\n\r\n{USAGE}");
    let continued = format!("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n{closed}");
    for bytes in [chunked, closed, continued] {
        let script = Script::new([Reply::close(&bytes)]);
        let usage = call(subject, script.url(), GetUsageLimits::new());
        assert_eq!(
            usage.unwrap_or_else(|error| panic!("{bytes}: {error:?}")).usage.plan.as_deref(),
            Some("free")
        );
    }
}

pub fn a_large_answer_arrives_whole<S: Subject>(subject: &impl Fn(Api) -> S) {
    let text = "x".repeat(16 << 20);
    let body = format!(r#"{{"success":true,"executionId":"e","output":"{text}"}}"#);
    let script = Script::new([Reply::json(200, &body)]);
    let result = call(subject, script.url(), execute()).expect("a result");
    assert_eq!(result.output.as_str().map(str::len), Some(text.len()));
}

pub fn many_calls_at_once<S: Subject>(subject: &impl Fn(Api) -> S) {
    let stalled = Script::new([Reply::stall("")]);
    let script = Script::new([Reply::json(200, r#"{"data":1}"#)]);
    let api = api(script.url()).build().expect("a core");
    let mut elsewhere = api.clone();
    elsewhere.set_base_url(stalled.url()).expect("a base URL");
    let subject = subject(api.clone());
    let started = Instant::now();
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| {
            let limits = Timeouts::default().total(Duration::from_millis(300));
            subject.run(elsewhere.call(execute().with_timeouts(limits)).expect("a call"))
        });
        let call = || subject.run(api.call(Raw::get("/x")).expect("a call"));
        let calls: Vec<_> = (0..100).map(|_| scope.spawn(call)).collect();
        for call in calls {
            assert_eq!(call.join().expect("no panic").expect("a value"), json!({"data": 1}));
        }
        assert!(slow.join().expect("no panic").is_err());
    });
    assert_eq!(script.seen().len(), 100);
    assert!(started.elapsed() < Duration::from_secs(20), "one stalled call holds up no other");
}
