//! Row 0: answers that are whole and well-formed, in every way that HTTP knows.

use std::time::Duration;

use super::super::kind::Kind;
use super::super::stage::{Kept, Stage};
use super::super::variant::{READS, STARTS, Variant, variant};
use crate::reply::Reply;

pub(super) fn rows() -> Vec<Variant> {
    vec![
        fine("an ordinary answer", Kind::good),
        fine("byte by byte", |kind| kind.good().slowly()),
        fine("a chunk for every byte", |kind| {
            chunked(
                kind,
                |body| {
                    body.chars()
                        .flat_map(|c| ["1\r\n".to_owned(), c.into(), "\r\n".to_owned()])
                        .collect()
                },
                "",
            )
        }),
        fine("chunks with extensions", |kind| {
            chunked(kind, |body| format!("{:x};a=1;b=\"2;3\"\r\n{body}\r\n", body.len()), "")
        }),
        fine("chunk sizes in capitals and with zeros before them", |kind| {
            chunked(kind, |body| format!("00{:X}\r\n{body}\r\n", body.len()), "")
        }),
        fine("trailers", |kind| {
            chunked(
                kind,
                |body| format!("{:x}\r\n{body}\r\n", body.len()),
                "x-trailer: 1\r\nx-other: 2\r\n",
            )
        }),
        fine("HTTP/1.1 until the connection closes", |kind| {
            Reply::close(format!("{}\r\n{}", kind.head(), kind.body()))
        }),
        fine("HTTP/1.0 until the connection closes", |kind| {
            let head = kind.head().replace("HTTP/1.1", "HTTP/1.0");
            Reply::close(format!("{head}\r\n{}", kind.body()))
        }),
        fine("HTTP/1.0 with a length", |kind| {
            let (head, body) = (kind.head().replace("HTTP/1.1", "HTTP/1.0"), kind.body());
            Reply::close(format!("{head}content-length: {}\r\n\r\n{body}", body.len()))
        }),
        fine("100 Continue before it", |kind| before(kind, "HTTP/1.1 100 Continue\r\n\r\n")),
        fine("102 and 103 before it", |kind| {
            let hints = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
            before(kind, &format!("HTTP/1.1 102 Processing\r\n\r\n{hints}{hints}"))
        }),
        fine("no reason phrase", |kind| replaced(kind, "HTTP/1.1 200 OK", "HTTP/1.1 200 ")),
        fine("header names in capitals", |kind| replaced(kind, "content-type", "CONTENT-TYPE")),
        fine("spaces around a value", |kind| replaced(kind, "content-type: ", "content-type: \t ")),
        fine("a connection that the server says it closes", |kind| {
            let (head, body) = (kind.head(), kind.body());
            let length = body.len();
            Reply::close(format!(
                "{head}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            ))
        }),
        fine("more slowly than it may be silent", |kind| {
            let body = kind.body();
            let (head, pause) = (kind.head(), Duration::from_millis(250));
            let thirds = body.as_bytes().chunks(body.len() / 3 + 1);
            let begun = format!("{head}content-length: {}\r\n\r\n", body.len());
            thirds.fold(Reply::keep_open(begun), |reply, part| reply.after(pause, part))
        }),
        two_in_one(),
    ]
}

fn fine(name: &'static str, reply: fn(Kind) -> Reply) -> Variant {
    let idle = Duration::from_millis(600);
    let kinds = STARTS.into_iter().filter(|kind| *kind != Kind::Stream);
    variant("0", name, move |kind| {
        Stage::script([reply(kind)]).limits(|limits| limits.idle(idle).first_byte(idle * 9))
    })
    .is(READS, "Ok", 1)
    .is(kinds, "Ok", 1)
    .is([Kind::Stream], r#"Ok "Hello""#, 1)
    .is([Kind::Wait], "Ok", 1)
}

fn chunked(kind: Kind, chunks: fn(&str) -> String, trailers: &str) -> Reply {
    let (head, chunks) = (kind.head(), chunks(&kind.body()));
    Reply::keep_open(format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}0\r\n{trailers}\r\n"))
}

fn before(kind: Kind, first: &str) -> Reply {
    let (head, body) = (kind.head(), kind.body());
    Reply::keep_open(format!("{first}{head}content-length: {}\r\n\r\n{body}", body.len()))
}

fn replaced(kind: Kind, from: &str, to: &str) -> Reply {
    let (head, body) = (kind.head().replace(from, to), kind.body());
    Reply::keep_open(format!("{head}content-length: {}\r\n\r\n{body}", body.len()))
}

/// What comes behind an answer is nobody's answer: the next call asks for its own.
fn two_in_one() -> Variant {
    let make = |kind: Kind| {
        let body = Kind::Read.body();
        let first = format!("{}content-length: {}\r\n\r\n{body}", Kind::Read.head(), body.len());
        let other = "HTTP/1.1 418 Not yours\r\ncontent-length: 0\r\n\r\n";
        let stage = Stage::script([Reply::keep_open(format!("{first}{other}")), kind.good()]);
        Stage { warm: Some(Kept::Open), ..stage }
    };
    let kinds = STARTS.into_iter().filter(|kind| *kind != Kind::Stream);
    variant("0", "an answer behind the one before", make)
        .is(READS, "Ok", 1)
        .is(kinds, "Ok", 1)
        .is([Kind::Stream], r#"Ok "Hello""#, 1)
        .is([Kind::Wait], "Ok", 1)
}
