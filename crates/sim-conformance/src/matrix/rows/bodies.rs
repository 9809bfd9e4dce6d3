//! Rows 16 to 18: a success whose body is not what it should be.

use super::super::gzip;
use super::super::kind::{DONE, FINAL, Kind, RUN, TEXT, frames, receipt};
use super::super::stage::Stage;
use super::super::variant::{READS, Variant, variant};
use crate::reply::Reply;

const JSON: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

/// What starts a run; a stream may be answered with JSON as well.
const STARTS: [Kind; 4] = [Kind::Sync, Kind::Queue, Kind::Stream, Kind::Retry];

const MIB: usize = 1 << 20;
/// What the sockets on the way may hold, with room to spare, in bytes.
const SOCKETS: u64 = 16 << 20;

pub(super) fn rows() -> Vec<Variant> {
    let mut rows = unreadable();
    rows.extend(odd());
    rows.extend(large());
    rows
}

/// The good body in JSON, whatever the kind.
fn json(kind: Kind) -> String {
    if kind == Kind::Stream { Kind::Sync.body() } else { kind.body() }
}

fn whole(head: &str, body: &[u8]) -> Reply {
    let head = format!("{head}content-length: {}\r\n\r\n", body.len());
    Reply::keep_open([head.as_bytes(), body].concat())
}

fn undecodable(name: &'static str, body: fn(String) -> Vec<u8>) -> Variant {
    variant("16", name, move |kind| Stage::always(kind, whole(JSON, &body(json(kind))))).final_loss(
        "Decode",
        "Ambiguous(Decode)",
        1,
    )
}

/// Row 16.
fn unreadable() -> Vec<Variant> {
    vec![
        undecodable("a web page", |_| b"<!doctype html><html>".to_vec()),
        undecodable("nothing", |_| Vec::new()),
        undecodable("invalid UTF-8 in a text", |body| {
            let at = body.find(":\"").expect("a text in the body") + 2;
            [&body.as_bytes()[..at], b"\xff", &body.as_bytes()[at..]].concat()
        }),
        undecodable("something behind it", |body| format!("{body} {body}").into()),
        undecodable("10,000 lists in each other", |_| {
            ["[".repeat(10_000), "]".repeat(10_000)].concat().into()
        }),
        undecodable("UTF-16", |body| body.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        // The type is a hint, and no result is lost to a hint.
        variant("16", "JSON as text/plain", |kind| {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";
            Stage::always(kind, whole(head, json(kind).as_bytes()))
        })
        .is(READS, "Ok", 1)
        .is(STARTS, "Ok", 1)
        .is([Kind::Wait], "Ok", 1),
        variant("16", "a byte order mark", |kind| {
            Stage::always(kind, whole(JSON, format!("\u{feff}{}", json(kind)).as_bytes()))
        })
        .is(READS, "Ok", 1)
        .is(STARTS, "Ok", 1)
        .is([Kind::Wait], "Ok", 1),
        variant("16", "a page as text/html", |kind| {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n";
            Stage::always(kind, whole(head, b"<html>"))
        })
        .final_loss("Decode", "Ambiguous(Decode)", 1),
    ]
}

/// Row 17: what a later server may add, and what an odd one may leave out.
fn odd() -> Vec<Variant> {
    let fine = |name: &'static str, body: fn(Kind) -> String| {
        variant("17", name, move |kind| {
            let row = r#"{"executionId":"r","workflowId":"wf-1","status":"completed","finalOutput":{"n":1}}"#;
            let stage = Stage::once(kind, whole(kind.head(), body(kind).as_bytes()));
            stage.explained_by(Reply::json(200, row))
        })
        .is(READS, "Ok", 1)
        .is([Kind::Sync, Kind::Queue, Kind::Retry], "Ok", 1)
        .is([Kind::Stream], "Ok \"Hello\"", 1)
        .is([Kind::Wait], "Ok", 1)
    };
    vec![
        fine("fields that nobody knows", |kind| with(kind, r#","later":{"x":[1,{"y":null}]}"#)),
        fine("null where there may be something", |kind| {
            let nulls = match kind {
                Kind::Read => r#","rateLimit":null,"storage":null"#,
                Kind::Cancel => r#","reason":null"#,
                Kind::Queue => r#","message":null,"statusUrl":null,"createdAt":null,"links":null"#,
                Kind::Wait => r#","trigger":null,"startedAt":null,"paused":null,"cost":null"#,
                _ => r#","metadata":null,"logs":null,"traceSpans":null,"totalDuration":null"#,
            };
            with(kind, nulls)
        }),
        fine("numbers without measure", |kind| {
            let numbers = match kind {
                Kind::Read => {
                    r#","storage":{"usedBytes":1e308,"limitBytes":-1,"percentUsed":99999999999999999999999}"#
                }
                Kind::Cancel => r#","reason":-1e308"#,
                Kind::Queue => r#","createdAt":99999999999999999999999"#,
                Kind::Wait => {
                    r#","totalDurationMs":1e308,"startedAt":-1e308,"cost":{"total":1e308}"#
                }
                _ => {
                    r#","totalDuration":1e308,"metadata":{"duration":-1e308,"startTime":18446744073709551616}"#
                }
            };
            with(kind, numbers)
        }),
        fine("hints of another type", |kind| {
            let hints = match kind {
                Kind::Read => r#","later":0"#,
                Kind::Cancel => {
                    r#","reason":{"a":1},"redisAvailable":"yes","durablyRecorded":null"#
                }
                Kind::Queue => r#","message":[],"statusUrl":7,"links":"x","status":3"#,
                Kind::Wait => r#","trigger":[],"startedAt":{},"error":{"m":1}"#,
                _ => r#","metadata":[],"logs":"x","traceSpans":7,"totalDuration":"long""#,
            };
            with(kind, hints)
        }),
        variant("17", "a word that nobody knows", |kind| {
            let later =
                format!(r#"{{"executionId":"{RUN}","workflowId":"wf-1","status":"hibernating"}}"#);
            let body = match kind {
                Kind::Wait => later,
                Kind::Queue => receipt(r#","status":"hibernating""#),
                _ => with(kind, r#","reason":"hibernating""#),
            };
            Stage::once(kind, whole(kind.head(), body.as_bytes()))
        })
        .is(READS, "Ok", 1)
        .is([Kind::Queue], "Ok", 1)
        .is([Kind::Wait], "Ok", 2),
    ]
}

/// The good body with more fields, or a stream whose frames have them.
fn with(kind: Kind, more: &str) -> String {
    let add = |body: &str| match body.rsplit_once('}') {
        Some((body, rest)) => format!("{body}{more}}}{rest}"),
        None => body.to_owned(),
    };
    match kind {
        Kind::Stream => frames(&[&add(TEXT), &add(FINAL), DONE]),
        _ => add(&kind.body()),
    }
}

/// Row 18: more than anybody asked for.
fn large() -> Vec<Variant> {
    let too_large = |fault: Variant| fault.final_loss("TooLarge", "Ambiguous(TooLarge)", 1);
    let padded = |kind: Kind| format!("{:1001}", json(kind));
    let small = |stage: Stage| stage.response_limit(1000);
    let garbled = |name: &'static str, body: fn(Kind) -> Vec<u8>| {
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n";
        variant("18", name, move |kind| Stage::always(kind, whole(head, &body(kind))))
            .final_loss("Protocol", "Ok", 5)
    };
    vec![
        too_large(variant("18", "a byte over the limit", move |kind| {
            small(Stage::always(kind, whole(JSON, padded(kind).as_bytes())))
        })),
        too_large(variant("18", "a byte over the limit, no length", move |kind| {
            small(Stage::always(kind, Reply::close(format!("{JSON}\r\n{}", padded(kind)))))
        })),
        variant("18", "as much as the limit", move |kind| {
            let body = padded(kind);
            small(Stage::once(kind, whole(JSON, &body.as_bytes()[..1000])))
        })
        .is(READS, "Ok", 1)
        .is(STARTS, "Ok", 1)
        .is([Kind::Wait], "Ok", 1),
        too_large(variant("18", "a length over the limit", move |kind| {
            let head = format!("{JSON}content-length: 99999999999\r\n\r\n");
            let stage = Stage::always(kind, Reply::endless(head, " ".repeat(MIB)));
            Stage { most: Some(SOCKETS), ..small(stage) }
        })),
        too_large(variant("18", "no end", |kind| {
            let reply = Reply::endless(format!("{JSON}\r\n"), " ".repeat(MIB));
            let stage = Stage::always(kind, reply).response_limit(MIB);
            Stage { most: Some(SOCKETS), ..stage }
        })),
        too_large(variant("18", "chunks without end", |kind| {
            let head = format!("{JSON}transfer-encoding: chunked\r\n\r\n");
            let reply = Reply::endless(head, format!("10000\r\n{}\r\n", " ".repeat(1 << 16)));
            let stage = Stage::always(kind, reply).response_limit(MIB);
            Stage { most: Some(SOCKETS), ..stage }
        })),
        garbled("gzip that nobody asked for", |kind| gzip::stored(json(kind).as_bytes())),
        garbled("gzip of 256 MiB out of 260 KB", |_| gzip::bomb()),
    ]
}
