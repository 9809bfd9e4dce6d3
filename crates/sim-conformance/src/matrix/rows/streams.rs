//! Rows 20 to 22: streams of events that are too much, oddly written, or end oddly.

use super::super::kind::{DONE, FINAL, Kind, TEXT, frames};
use super::super::stage::Stage;
use super::super::variant::{Variant, variant};
use crate::reply::Reply;

const MIB: usize = 1 << 20;
/// The limit of an event, and what the sockets on the way may hold.
const MOST: u64 = (64 + 16) << 20;

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";

pub(super) fn rows() -> Vec<Variant> {
    let mut rows = large();
    rows.extend(written());
    rows.extend(ends());
    rows
}

fn told(row: &'static str, name: &'static str, body: impl Into<Vec<u8>>, outcome: &str) -> Variant {
    let reply = [HEAD.as_bytes(), b"\r\n", &body.into()].concat();
    variant(row, name, move |_| Stage::script([Reply::close(&reply)])).is(
        [Kind::Stream],
        outcome,
        1,
    )
}

/// Row 20.
fn large() -> Vec<Variant> {
    let begun = format!("{HEAD}\r\n{}", frames(&[TEXT]));
    let endless = |name: &'static str, start: String, piece: String| {
        variant("20", name, move |_| {
            let stage = Stage::script([Reply::endless(&start, &piece)]);
            Stage { most: Some(MOST), ..stage }
        })
        .is([Kind::Stream], r#"TooLarge "Hello""#, 1)
    };
    let line = format!("data: {}\n", "x".repeat(MIB));
    vec![
        endless("a line without end", format!("{begun}data: "), "x".repeat(MIB)),
        endless("an event of lines without end", begun, line),
        // What says nothing is read past, and counts for nothing.
        variant("20", "a comment of 66 MiB", |_| {
            let comment = format!(": {}\n", "x".repeat(66 * MIB));
            let body = [&frames(&[TEXT]), &*comment, &frames(&[FINAL, DONE])].concat();
            Stage::script([Reply::close(format!("{HEAD}\r\n{body}"))])
        })
        .is([Kind::Stream], r#"Ok "Hello""#, 1),
    ]
}

/// Row 21: one stream, written in every way that the format allows.
fn written() -> Vec<Variant> {
    let plain = frames(&[TEXT, FINAL, DONE]);
    let hello = r#"Ok "Hello""#;
    let with = |frame: &str| frames(&[TEXT]) + frame + &frames(&[FINAL, DONE]);
    let text =
        |text: &str| frames(&[&format!(r#"{{"blockId":"b","chunk":"{text}"}}"#), FINAL, DONE]);
    let mut rows = vec![
        told("21", "LF", plain.clone(), hello),
        told("21", "CR LF", plain.replace('\n', "\r\n"), hello),
        told("21", "CR", plain.replace('\n', "\r"), hello),
        told("21", "a byte order mark", format!("\u{feff}{plain}"), hello),
        told("21", "no space behind the colon", plain.replace("data: ", "data:"), hello),
        told(
            "21",
            "comments",
            format!(": hello\n{}", plain.replace("\n\n", "\n\n:\n: x\n\n")),
            hello,
        ),
        told(
            "21",
            "ids and times to retry",
            plain.replace("data: ", "id: 7\nretry: 1\ndata: "),
            hello,
        ),
        told("21", "NUL in an id", plain.replace("data: ", "id: a\0b\ndata: "), hello),
        told("21", "names of events", plain.replace("data: ", "event: message\ndata: "), hello),
        told(
            "21",
            "fields that nobody knows",
            plain.replace("data: ", "later: 1\nalone\ndata: "),
            hello,
        ),
        told("21", "data in several lines", plain.replace(",\"", ",\ndata: \""), hello),
        told("21", "empty lines", plain.replace("\n\n", "\n\n\n\n\n"), hello),
        told("21", "empty data", with("data:\n\ndata\n\n"), r#"Ok "Hello" +2"#),
        told("21", "not JSON", with("data: not JSON\n\n"), r#"Ok "Hello" +1"#),
        told(
            "21",
            "a frame that nobody knows",
            with("data: {\"event\":\"later\"}\n\n"),
            r#"Ok "Hello" +1"#,
        ),
        told(
            "21",
            "10,000 lists in each other",
            with(&format!("data: {}{}\n\n", "[".repeat(10_000), "]".repeat(10_000))),
            r#"Ok "Hello" +1"#,
        ),
        told(
            "21",
            "line separators of Unicode",
            text("a\u{2028}b\u{85}c\u{2029}"),
            r#"Ok "a\u{2028}b\u{85}c\u{2029}""#,
        ),
        told("21", "characters of four bytes", text("🦀é"), r#"Ok "🦀é""#),
        told(
            "21",
            "invalid UTF-8",
            {
                let text = text("a?b").into_bytes();
                text.into_iter()
                    .map(|byte| if byte == b'?' { 0xff } else { byte })
                    .collect::<Vec<_>>()
            },
            "Ok \"a\u{fffd}b\"",
        ),
        told("21", "no line end at the end", plain.trim_end().to_owned(), hello),
    ];
    for (name, body) in
        [("byte by byte", plain.clone()), ("CR LF, byte by byte", plain.replace('\n', "\r\n"))]
    {
        rows.push(
            variant("21", name, move |_| {
                Stage::script([Reply::close(format!("{HEAD}\r\n{body}")).slowly()])
            })
            .is([Kind::Stream], hello, 1),
        );
    }
    let crab = text("🦀é").replace('\n', "\r\n");
    rows.push(
        variant("21", "a chunk for every byte", move |_| {
            let mut reply = format!("{HEAD}transfer-encoding: chunked\r\n\r\n").into_bytes();
            for byte in crab.bytes() {
                reply.extend([b'1', b'\r', b'\n', byte, b'\r', b'\n']);
            }
            Stage::script([Reply::keep_open([&reply[..], b"0\r\n\r\n"].concat())])
        })
        .is([Kind::Stream], r#"Ok "🦀é""#, 1),
    );
    rows
}

/// Row 22: whatever comes, there is one outcome.
fn ends() -> Vec<Variant> {
    let row =
        |name: &'static str, list: &[&str], outcome: &str| told("22", name, frames(list), outcome);
    let failed = r#"{"event":"error","error":"Boom"}"#;
    let late = r#"{"event":"final","data":{"success":false,"output":{},"error":"late"}}"#;
    let broke = r#"{"event":"stream_error","blockId":"b","error":"terminated"}"#;
    let reset = r#"{"blockId":"b","event":"chunk_reset"}"#;
    let again = r#"{"blockId":"b","chunk":"Again"}"#;
    let other = r#"{"blockId":"c","chunk":"Other"}"#;
    let done = r#"{"event":"done","success":true,"output":{"n":1}}"#;
    let paused = r#"{"event":"final","data":{"success":true,"status":"paused","output":{}}}"#;
    let cancelled = r#"{"event":"final","data":{"success":false,"output":{}}}"#;
    let large = r#"{"blockId":"b","event":"error","error":"too large to inline"}"#;
    let hello = r#"Ok "Hello""#;
    vec![
        row("the end mark in quotes", &[TEXT, FINAL, DONE], hello),
        row("the end mark bare", &[TEXT, FINAL, "[DONE]"], hello),
        row("the end as the guides write it", &[TEXT, done, "[DONE]"], hello),
        row("no end mark", &[TEXT, FINAL], hello),
        row("the end mark before the result", &[TEXT, DONE, FINAL], r#"Truncated "Hello""#),
        row("the end mark bare and no result", &[TEXT, "[DONE]"], r#"Truncated "Hello""#),
        row("two results", &[TEXT, FINAL, late, DONE], hello),
        row("events behind the end", &[TEXT, FINAL, DONE, TEXT, late], hello),
        row("rubbish behind the result", &[TEXT, FINAL, "not JSON", "{"], hello),
        row("a failure and its end mark", &[TEXT, failed, DONE], r#"Ok(failed) "Hello""#),
        row("a failure and then a result", &[TEXT, failed, FINAL, DONE], r#"Ok(failed) "Hello""#),
        row("a block that broke off and a result", &[TEXT, broke, FINAL, DONE], r#"Ok "Hello" +1"#),
        row("text that is taken back", &[TEXT, reset, again, FINAL, DONE], r#"Ok "Again""#),
        row(
            "text of one block that is taken back",
            &[TEXT, other, reset, FINAL, DONE],
            r#"Ok "Other""#,
        ),
        row("a run that waits for a human", &[TEXT, paused, DONE], r#"Ok(paused) "Hello""#),
        row("a run that somebody cancelled", &[TEXT, cancelled, DONE], r#"Ok(cancelled) "Hello""#),
        row(
            "an output that does not fit, and the end mark",
            &[large, TEXT, DONE],
            r#"Ok(unknown) "Hello" +1"#,
        ),
        row(
            "an output that does not fit, and no end mark",
            &[large, TEXT],
            r#"Truncated "Hello" +1"#,
        ),
    ]
}
