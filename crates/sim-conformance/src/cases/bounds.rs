//! Answers without an end, and bodies that are not what they seem: nothing is held beyond its bound, and
//! nothing is believed that the body does not say.

use serde_json::json;
use sim_core::v1::GetUsageLimits;
use sim_core::{Api, Error, ErrorKind, ExecuteWorkflow, Result, RetryPolicy, RunEvent, RunId};

use crate::flood::Flood;
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{Proven as _, api, times};

/// The most that one answer may be.
const LIMIT: usize = 1 << 20;
/// The most that is on its way in the buffers of both ends of a connection: what a system allows by default.
const BUFFERS: usize = 48 << 20;

const USAGE: &str = r#"{"success":true,"usage":{"plan":"free"}}"#;
const RUN: &str = r#"{"success":true,"output":{"n":1},"metadata":{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"}}"#;

fn core(url: &str) -> Api {
    let builder = api(url).retry_policy(RetryPolicy::NEVER).response_limit(LIMIT);
    builder.proven()
}

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").run_id("run-own")
}

/// Reads and runs over one core.
fn both<S: Subject>(subject: &impl Fn(Api) -> S, url: &str) -> [Result<()>; 2] {
    let api = core(url);
    let subject = subject(api.clone());
    [
        api.call(GetUsageLimits::new()).and_then(|call| subject.drive(call)).map(drop),
        api.call(execute()).and_then(|call| subject.drive(call)).map(drop),
    ]
}

/// Asserts how a read and an execute ended that cannot have had a good answer.
fn assert_lost(ended: [Result<()>; 2], kind: &ErrorKind, what: &str) -> [Error; 2] {
    let errors = ended.map(|ended| ended.expect_err(what));
    let [read, run] = &errors;
    assert_eq!(read.kind(), kind, "{what}: {read:?}");
    let ambiguous = ErrorKind::Ambiguous {
        run_id: Some(RunId::from("run-own")),
        cause: Box::new(kind.clone()),
    };
    assert_eq!(run.kind(), &ambiguous, "{what}: {run:?}");
    errors
}

pub fn a_body_without_an_end_is_cut_at_the_limit<S: Subject>(subject: &impl Fn(Api) -> S) {
    let piece = "x".repeat(16 << 10);
    let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
    for (framing, piece) in [
        (format!("content-length: {}\r\n\r\n", u64::MAX >> 1), &piece),
        ("transfer-encoding: chunked\r\n\r\n".to_owned(), &chunk),
        ("connection: close\r\n\r\n".to_owned(), &piece),
    ] {
        for status in [200, 500] {
            let flood = Flood::new(format!("HTTP/1.1 {status} X\r\n{framing}"), piece);
            let what = format!("{status} {framing}");
            assert_lost(both(subject, flood.url()), &ErrorKind::TooLarge, &what);
            for _ in 0..2 {
                let sent = flood.sent();
                assert!(sent < LIMIT + BUFFERS, "{what}: {sent} bytes");
            }
        }
    }
}

pub fn a_head_without_an_end_is_cut<S: Subject>(subject: &impl Fn(Api) -> S) {
    let long = "x".repeat(16 << 10);
    for (begin, piece) in [
        ("HTTP/1.1 200 OK\r\nx: ", &*long),
        ("HTTP/1.1 200 OK\r\n", "x-flood: y\r\n"),
        ("HTTP/1.1 200 ", &*long),
    ] {
        let flood = Flood::new(begin, piece);
        assert_lost(both(subject, flood.url()), &ErrorKind::Protocol, begin);
        for _ in 0..2 {
            let sent = flood.sent();
            assert!(sent < LIMIT + BUFFERS, "{begin:?}: {sent} bytes");
        }
    }
}

pub fn an_event_without_an_end_is_cut_and_one_after_the_other_is_not<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let begin = format!("{head}data: {{\"blockId\":\"b\",\"chunk\":\"");
    let flood = Flood::new(begin, "x".repeat(64 << 10));
    let api = core(flood.url());
    let events = subject(api).stream(execute().stream(), usize::MAX).expect("a stream");
    let error = events.into_iter().next_back().expect("an event").expect_err("too large");
    assert_eq!(error.kind(), &ErrorKind::TooLarge, "{error:?}");
    assert_eq!(error.run_id(), Some(&RunId::from("run-own")));
    let sent = flood.sent();
    // An event may be as large as the largest answer; see `SseDecoder::DEFAULT_LIMIT`.
    assert!(sent < sim_core::sse::SseDecoder::DEFAULT_LIMIT + BUFFERS, "{sent} bytes");
    // However much a stream says in all, each event is small.
    let flood =
        Flood::new(head, "data: {\"blockId\":\"b\",\"chunk\":\"hello\"}\n\n: sign of life\n\n");
    let events = subject(core(flood.url())).stream(execute().stream(), 20_000).expect("a stream");
    assert_eq!(events.len(), 20_000);
    assert!(events.iter().all(|event| matches!(event, Ok(RunEvent::Text { .. }))));
    let sent = flood.sent();
    assert!(sent < LIMIT + BUFFERS, "dropping the stream closes its connection: {sent} bytes");
}

/// A gzip file of so many zero bytes, a thousandth of their number long.
fn bomb(zeros: usize) -> Vec<u8> {
    // One block with the fixed code: a zero, then copies of 258 bytes at the distance 1.
    let mut bits = vec![1, 1, 0];
    let mut put = |value: u16, width: u32| {
        bits.extend((0..width).rev().map(|bit| u8::from(value >> bit & 1 == 1)));
    };
    put(0x30, 8);
    for _ in 0..zeros / 258 {
        put(0xc5, 8);
        put(0, 5);
    }
    put(0, 7);
    let byte = |bits: &[u8]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | bit);
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    head.into_iter().chain(bits.chunks(8).map(byte)).chain([0; 8]).collect()
}

pub fn what_is_packed_although_nobody_asked_is_not_unpacked<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let bomb = bomb(256 << 20);
    assert!(bomb.len() > LIMIT && bomb.len() < 2 * LIMIT, "{}", bomb.len());
    for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x-odd"] {
        let body = &bomb[..LIMIT];
        let head =
            format!("HTTP/1.1 200 X\r\ncontent-encoding: {coding}\r\ncontent-length: {LIMIT}");
        let script = Script::new([Reply::keep_open([head.as_bytes(), b"\r\n\r\n", body].concat())]);
        let errors = assert_lost(both(subject, script.url()), &ErrorKind::Protocol, coding);
        for error in errors {
            assert!(format!("{error:#}").contains(coding) && error.body().is_empty(), "{error:?}");
        }
        assert_eq!(script.seen().len(), 2);
        for seen in script.seen() {
            assert_eq!(seen.header("accept-encoding"), Some("identity"));
        }
    }
}

pub fn the_type_of_the_content_decides_nothing<S: Subject>(subject: &impl Fn(Api) -> S) {
    for kind in [
        "application/json",
        "application/json; charset=utf-16",
        "APPLICATION/JSON",
        "text/html",
        "text/plain",
        "text/event-stream",
        "application/octet-stream",
        "application/x-ndjson-not",
        "image/png",
        "json",
        "/",
        "",
        ";",
        "\u{ff}",
    ] {
        let answer = |body: &str| {
            let length = body.len();
            Reply::keep_open(format!(
                "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}"
            ))
        };
        let script = Script::new([answer(USAGE), answer(RUN)]);
        let ended = both(subject, script.url());
        assert!(ended.iter().all(Result::is_ok), "{kind:?}: {ended:?}");
        let page = Script::new([answer("<html></html>")]);
        let errors = assert_lost(both(subject, page.url()), &ErrorKind::Decode, kind);
        assert!(errors.iter().all(|error| error.message().contains("web page")), "{errors:?}");
    }
}

pub fn what_is_not_the_json_of_the_api_is_never_a_result<S: Subject>(subject: &impl Fn(Api) -> S) {
    let whole = RUN.as_bytes();
    let deep = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let mut bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b" \r\n\t".to_vec(),
        [whole, b"}"].concat(),
        [whole, whole].concat(),
        [whole, b"\0"].concat(),
        [b"\0", whole].concat(),
        [b")]}',\n", whole].concat(),
        whole.iter().flat_map(|byte| [*byte, 0]).collect(),
        b"{\"success\":true,\"executionId\":\"\xff\",\"output\":1}".to_vec(),
        b"{\"success\":true,\"executionId\":\"e\",\"output\":\"\xed\xa0\x80\"}".to_vec(),
        br#"{"success":true,"output":NaN}"#.to_vec(),
        format!(r#"{{"success":true,"output":{},"metadata":{{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"}}}}"#, deep(10_000)).into_bytes(),
        deep(10_000).into_bytes(),
        vec![b'['; LIMIT],
        r#"{"output":"#.repeat(10_000).into_bytes(),
    ];
    bodies.extend((1..whole.len()).map(|length| whole[..length].to_vec()));
    let twice = bodies.iter().flat_map(|body| [body, body]).map(|body| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        Reply::keep_open([head.as_bytes(), body].concat())
    });
    let script = Script::new(twice);
    let api = core(script.url());
    let subject = subject(api.clone());
    for body in &bodies {
        let what = String::from_utf8_lossy(&body[..body.len().min(100)]);
        let read = api.call(GetUsageLimits::new()).and_then(|call| subject.drive(call)).map(drop);
        let run = api.call(execute()).and_then(|call| subject.drive(call)).map(drop);
        for error in assert_lost([read, run], &ErrorKind::Decode, &what) {
            assert_eq!(error.body(), &body[..], "nothing of it is lost");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
        }
    }
    assert_eq!(script.seen().len(), 2 * bodies.len(), "each was asked for once");
}

pub fn what_is_deep_but_not_too_deep_is_read<S: Subject>(subject: &impl Fn(Api) -> S) {
    let mut output = json!(7);
    for _ in 0..100 {
        output = json!([output]);
    }
    let body = json!({"success": true, "output": output, "metadata": times()}).to_string();
    let script = Script::new([Reply::json(200, &body)]);
    let api = core(script.url());
    let result =
        subject(api.clone()).drive(api.call(execute()).expect("a call")).expect("a result");
    assert_eq!(result.output, output);
}
