//! Rows 5 to 11 and 35: it was sent, and no complete answer came.

use std::time::Duration;

use super::super::kind::{DONE, Kind, TEXT, frames};
use super::super::stage::Stage;
use super::super::variant::{READS, Variant, variant};
use crate::reply::Reply;

/// How long a server may be silent here.
const LIMIT: Duration = Duration::from_millis(200);

pub(super) fn rows() -> Vec<Variant> {
    let mut rows = vec![
        variant("5", "closed after the request", |kind| Stage::always(kind, Reply::close("")))
            .lost("Closed")
            .is([Kind::Once], "Ok", 3),
        variant("5", "reset after the request", |kind| Stage::always(kind, Reply::reset("")))
            .lost("Closed"),
    ];
    for (name, head) in [
        ("the status line", "HTTP/1.1 20"),
        ("the headers", "HTTP/1.1 200 OK\r\ncontent-ty"),
        ("the end of the head", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"),
    ] {
        let reset = move |kind| Stage::always(kind, Reply::reset(head));
        let close = move |kind| Stage::always(kind, Reply::close(head));
        let stall = move |kind| {
            let long = Duration::from_secs(9);
            Stage::always(kind, Reply::stall(head))
                .limits(|limits| limits.first_byte(LIMIT).idle(long))
        };
        rows.push(variant("6", format!("reset in {name}"), reset).lost("Closed"));
        rows.push(variant("6", format!("closed in {name}"), close).lost("Closed"));
        rows.push(variant("7", format!("silent in {name}"), stall).lost("Timeout(FirstByte)"));
    }
    rows.push(
        variant("7", "silent before the head", |kind| {
            Stage::always(kind, Reply::stall("")).limits(|limits| limits.first_byte(LIMIT))
        })
        .lost("Timeout(FirstByte)"),
    );
    rows.push(
        variant("7", "silent for longer than it all may take", |kind| {
            Stage::always(kind, Reply::stall("")).limits(|limits| limits.total(LIMIT))
        })
        .lost("Timeout(Total)"),
    );
    rows.push(
        variant("8", "body longer than it all may take", |kind| {
            let head = format!("{}content-length: 5000\r\n\r\n", kind.head());
            Stage::always(kind, Reply::stall(head)).limits(|limits| limits.total(LIMIT))
        })
        .lost("Timeout(Total)"),
    );
    rows.push(
        variant("35", "a request that nobody takes", |kind| {
            let stage = Stage::always(kind, Reply::ignore("")).limits(|it| it.first_byte(LIMIT));
            Stage { input: Some(3 << 20), ..stage }
        })
        .is(
            [Kind::Sync, Kind::Queue, Kind::Stream, Kind::Retry],
            "Ambiguous(Timeout(FirstByte))",
            1,
        ),
    );
    for framing in FRAMINGS {
        rows.extend(cut(framing));
    }
    rows.extend(clean_ends());
    rows
}

/// How a body that is not whole is announced, and how its beginning is written.
#[derive(Clone, Copy)]
struct Framing {
    row: &'static str,
    name: &'static str,
    header: &'static str,
    write: fn(&str) -> String,
}

const FRAMINGS: [Framing; 5] = [
    Framing {
        row: "9",
        name: "against its length",
        header: "content-length: 5000\r\n",
        write: str::to_owned,
    },
    Framing { row: "10", name: "between chunks", header: CHUNKED, write: chunk },
    Framing { row: "10", name: "in a chunk", header: CHUNKED, write: |s| format!("fff\r\n{s}") },
    Framing {
        row: "10",
        name: "in the size of a chunk",
        header: CHUNKED,
        write: |s| chunk(s) + "ff",
    },
    Framing {
        row: "10",
        name: "in the end of a chunk",
        header: CHUNKED,
        write: |s| chunk(s).trim_end_matches("\r\n").to_owned(),
    },
];

const CHUNKED: &str = "transfer-encoding: chunked\r\n";

fn chunk(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// A body that stops: a loss, but where events have come before.
fn cut(framing: Framing) -> Vec<Variant> {
    let Framing { row, name, header, write } = framing;
    let begun = move |kind: Kind, text: &str| format!("{}{header}\r\n{}", kind.head(), write(text));
    // A third of a JSON body, and the first bytes of the first event.
    let third = move |kind: Kind| {
        let body = kind.body();
        begun(kind, &body[..body.len() / 5])
    };
    let after = move |kind: Kind| begun(kind, &frames(&[TEXT]));
    let idle = |stage: Stage| {
        let long = Duration::from_secs(9);
        stage.limits(|limits| limits.idle(LIMIT).first_byte(long))
    };
    let of = |what: &str| format!("{what} {name}");
    vec![
        variant(row, of("body closed"), move |kind| Stage::always(kind, Reply::close(third(kind))))
            .lost("Closed"),
        variant(row, of("body reset"), move |kind| Stage::always(kind, Reply::reset(third(kind))))
            .lost("Closed"),
        variant(row, of("body closed after an event"), move |kind| {
            Stage::always(kind, Reply::close(after(kind)))
        })
        .is([Kind::Stream], r#"Truncated(Closed) "Hello""#, 1),
        variant("8", of("body silent"), move |kind| {
            idle(Stage::always(kind, Reply::stall(third(kind))))
        })
        .lost("Timeout(Idle)"),
        variant("8", of("body silent after an event"), move |kind| {
            idle(Stage::always(kind, Reply::stall(after(kind))))
        })
        .is([Kind::Stream], r#"Truncated(Timeout(Idle)) "Hello""#, 1),
    ]
}

/// The bytes end as they may, and what they say does not.
fn clean_ends() -> Vec<Variant> {
    let part = |kind: Kind, events: &[&str]| match kind {
        Kind::Stream => frames(events),
        _ => kind.body()[..kind.body().len() / 2].to_owned(),
    };
    let open = move |kind: Kind, events: &[&str]| {
        Stage::always(kind, Reply::close(format!("{}\r\n{}", kind.head(), part(kind, events))))
    };
    let whole = move |kind: Kind, events: &[&str]| {
        let chunks = chunk(&part(kind, events)) + "0\r\n\r\n";
        Stage::always(kind, Reply::keep_open(format!("{}{CHUNKED}\r\n{chunks}", kind.head())))
    };
    let json = |fault: Variant| {
        fault
            .is(READS, "Decode", 1)
            .is([Kind::Sync, Kind::Queue, Kind::Retry], "Ambiguous(Decode)", 1)
            .is([Kind::Wait], "Ambiguous(Decode)", 1)
    };
    let told = r#"Truncated "Hello""#;
    vec![
        json(variant("11", "JSON cut, the connection closes", move |kind| open(kind, &[]))).is(
            [Kind::Stream],
            "Truncated",
            1,
        ),
        json(variant("11", "JSON cut, the last chunk comes", move |kind| whole(kind, &[]))).is(
            [Kind::Stream],
            "Truncated",
            1,
        ),
        variant("11", "no last event, the connection closes", move |kind| open(kind, &[TEXT])).is(
            [Kind::Stream],
            told,
            1,
        ),
        variant("11", "no last event, the last chunk comes", move |kind| whole(kind, &[TEXT])).is(
            [Kind::Stream],
            told,
            1,
        ),
        variant("11", "an end mark and no last event", move |kind| whole(kind, &[TEXT, DONE])).is(
            [Kind::Stream],
            told,
            1,
        ),
        variant("11", "an event cut, the connection closes", move |kind| {
            open(kind, &[TEXT, r#"{"event":"fin"#])
        })
        .is([Kind::Stream], r#"Truncated "Hello" +1"#, 1),
    ]
}
