//! Rows 19 and 23 to 25: what comes is not HTTP, or not when it should; and connections that were kept.

use std::time::Duration;

use super::super::kind::Kind;
use super::super::stage::{Kept, Stage};
use super::super::variant::{READS, STARTS, Variant, variant};
use crate::reply::Reply;
use crate::subject::Lack;

/// More than a head may be: 64 KiB.
const TOO_MUCH: usize = 70_000;
const SOCKETS: u64 = 16 << 20;

pub(super) fn rows() -> Vec<Variant> {
    let mut rows = floods();
    rows.extend(nonsense());
    rows.extend(empty());
    rows.extend(kept());
    rows.extend(early());
    rows
}

/// An answer that is no HTTP: asked again, the server would say the same; who waits for a run looks again.
fn protocol(
    row: &'static str,
    name: &'static str,
    reply: impl Fn(Kind) -> Reply + Send + Sync + 'static,
) -> Variant {
    variant(row, name, move |kind| Stage::always(kind, reply(kind))).final_loss("Protocol", "Ok", 5)
}

/// A whole answer with more in its head.
fn with(kind: Kind, more: &str) -> Reply {
    let body = kind.body();
    Reply::keep_open(format!("{}{more}content-length: {}\r\n\r\n{body}", kind.head(), body.len()))
}

/// Row 19.
fn floods() -> Vec<Variant> {
    vec![
        protocol("19", "a header of 70 KB", |kind| {
            with(kind, &format!("x-flood: {}\r\n", "x".repeat(TOO_MUCH)))
        }),
        protocol("19", "headers of 70 KB in all", |kind| {
            with(kind, &format!("x-flood: {}\r\n", "x".repeat(TOO_MUCH / 50)).repeat(50))
        }),
        protocol("19", "1,000 headers", |kind| with(kind, &"x: 1\r\n".repeat(1000))),
        protocol("19", "a status line of 600 KB", |_| {
            Reply::close(format!("HTTP/1.1 200 {}\r\n\r\n", "x".repeat(600_000)))
        }),
        variant("19", "a head without end", |kind| {
            let reply = Reply::endless("HTTP/1.1 200 OK\r\nx: ", "x".repeat(1 << 16));
            Stage { most: Some(SOCKETS), ..Stage::always(kind, reply) }
        })
        .final_loss("Protocol", "Ok", 5),
    ]
}

/// Row 23: what is no HTTP.
fn nonsense() -> Vec<Variant> {
    let raw = |name: &'static str, bytes: &'static str| {
        protocol("23", name, move |_| Reply::close(bytes))
    };
    vec![
        raw("another protocol", "SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        raw("zeros", "\0\0\0\0\r\n\r\n"),
        raw("HTTP/0.9: a page and no head", "<html><body>x</body></html>\r\n\r\n"),
        raw("HTTP/2 without being asked", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        raw("a status that is no number", "HTTP/1.1 abc OK\r\n\r\n"),
        raw("a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"),
        raw("a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"),
        raw("a header without a colon", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
        raw("a header name with a space", "HTTP/1.1 200 OK\r\nx y: 1\r\n\r\n"),
        raw("NUL in a header", "HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n"),
        protocol("23", "a length that is no number", |kind| {
            Reply::close(format!("{}content-length: x\r\n\r\n{}", kind.head(), kind.body()))
        }),
        protocol("23", "a negative length", |kind| {
            Reply::close(format!("{}content-length: -1\r\n\r\n{}", kind.head(), kind.body()))
        }),
        protocol("23", "two lengths", |kind| with(kind, "content-length: 7\r\n")),
        variant("23", "chunks whose size is no number", |kind| {
            let chunks = format!("xyz\r\n{}\r\n0\r\n\r\n", kind.body());
            let head = kind.head();
            Stage::always(
                kind,
                Reply::close(format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}")),
            )
        })
        .final_loss("Protocol", "Ok", 5),
        variant("23", "chunks whose size is beyond measure", |kind| {
            let chunks = format!("ffffffffffffffffff\r\n{}\r\n0\r\n\r\n", kind.body());
            let head = kind.head();
            Stage::always(
                kind,
                Reply::close(format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}")),
            )
        })
        .final_loss("Protocol", "Ok", 5),
        variant("23", "a chunk without its end", |kind| {
            let body = kind.body();
            let chunks = format!("{:x}\r\n{body}0\r\n\r\n", body.len());
            let framing = "transfer-encoding: chunked\r\n";
            Stage::always(kind, Reply::close(format!("{}{framing}\r\n{chunks}", kind.head())))
        })
        .is(READS, "Protocol", 1)
        .is([Kind::Sync, Kind::Queue, Kind::Retry], "Ambiguous(Protocol)", 1)
        // A transport may hand out a chunk before it sees its end, and the outcome is in there.
        .is([Kind::Stream], r#"Ok "Hello" | Ambiguous(Protocol)"#, 1)
        .is([Kind::Wait], "Ok", 5),
        protocol("23", "a coding that nobody asked for", |kind| {
            let framing = "transfer-encoding: gzip\r\n";
            Reply::close(format!("{}{framing}\r\n{}", kind.head(), kind.body()))
        }),
        variant("23", "chunks and a length", |kind| {
            let body = kind.body();
            let chunks = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
            let framing = "content-length: 5\r\ntransfer-encoding: chunked\r\n";
            Stage::always(kind, Reply::close(format!("{}{framing}\r\n{chunks}", kind.head())))
        })
        .final_loss("Protocol", "Ok", 5),
    ]
}

/// Row 23: statuses that have no body, where one is needed.
fn empty() -> Vec<Variant> {
    let reply = |head: &'static str| move |kind| Stage::always(kind, Reply::keep_open(head));
    let mut rows = vec![
        variant("23", "304", reply("HTTP/1.1 304 Not Modified\r\n\r\n"))
            .is(READS, "Redirect", 1)
            .is(STARTS, "Redirect", 1)
            .is([Kind::Wait], "Ambiguous(Redirect)", 1),
        variant(
            "23",
            "101",
            reply("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
        )
        .final_loss("Protocol", "Ok", 5),
    ];
    for (name, head) in [
        ("204", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("205", "HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n"),
    ] {
        rows.push(variant("23", name, reply(head)).final_loss("Decode", "Ambiguous(Decode)", 1));
    }
    rows
}

/// Row 24: a connection that was kept is dead, or dies.
fn kept() -> Vec<Variant> {
    let first = |kind: Kind| {
        let body = kind.body();
        format!("{}content-length: {}\r\n\r\n{body}", kind.head(), body.len())
    };
    let dead = move |kind: Kind| {
        let stage = Stage::script([Reply::close(first(Kind::Read)), kind.good()]);
        Stage { warm: Some(Kept::Closed), ..stage }
    };
    let dies = move |kind: Kind| {
        let end = if kind == Kind::Wait { vec![kind.good()] } else { vec![] };
        let replies = [vec![Kind::Read.good()], vec![Reply::close(""); 4], end];
        Stage { warm: Some(Kept::Open), ..Stage::script(replies.concat()) }
    };
    let plain = STARTS.into_iter().filter(|kind| *kind != Kind::Stream);
    vec![
        variant("24", "a kept connection that the server closed", dead)
            .is(READS, "Ok", 1)
            .is(plain, "Ok", 1)
            .is([Kind::Stream], r#"Ok "Hello""#, 1)
            .is([Kind::Wait], "Ok", 1),
        variant("24", "a kept connection that closes after the request", dies).lost("Closed"),
    ]
}

/// Row 25: a refusal that does not wait for the body, and a body that is not sent at all.
fn early() -> Vec<Variant> {
    let starts = [Kind::Sync, Kind::Queue, Kind::Stream, Kind::Retry];
    let body = r#"{"error":"Request body too large"}"#;
    let head = format!("HTTP/1.1 413 Payload Too Large\r\ncontent-length: {}\r\n", body.len());
    let answer = format!("{head}connection: close\r\n\r\n{body}");
    let large = |stage: Stage| Stage { input: Some(3 << 20), ..stage };
    let (read, unread) = (answer.clone(), answer.clone());
    vec![
        variant("25", "413 before the body, which is read all the same", move |kind| {
            large(Stage::always(kind, Reply::close(&read).early()))
        })
        .is(starts, "Api 413", 1),
        variant("25", "413 before the body, then a reset", move |kind| {
            large(Stage::always(kind, Reply::reset(&answer).early()))
        })
        .is(starts, "Api 413 | Ambiguous(Closed)", 1),
        variant("25", "413 before the body, which is never read", move |kind| {
            large(Stage::always(kind, Reply::ignore(&unread)))
                .limits(|limits| limits.first_byte(Duration::from_secs(20)))
        })
        .is(starts, "Api 413", 1)
        .needs(Lack::EarlyAnswer),
        variant("25", "a body over the limit of the API", |kind| Stage {
            input: Some(11 << 20),
            ..Stage::once(kind, kind.good())
        })
        .never_sent([Kind::Sync, Kind::Queue, Kind::Stream], "Request", 0),
    ]
}
