//! Rows 13 to 15 and 31: the server says no, or a workflow says what looks like it.

use std::time::Duration;

use super::super::kind::Kind;
use super::super::stage::Stage;
use super::super::variant::{READS, STARTS, Variant, variant};
use crate::reply::Reply;
use crate::tools::TIMES;

pub(super) const SPENT: &str = r#"{"error":"Rate limit exceeded. Please try again later."}"#;
const GATE: &str = r#"{"error":"Too many requests","code":"ADMISSION_GATE_CAPACITY"}"#;
const NESTED: &str = r#"{"error":{"code":"SERVICE_UNAVAILABLE","message":"m"}}"#;
const OVERLOADED: &str = r#"{"error":"m","code":"SERVICE_OVERLOADED"}"#;
const UNSURE: &str = r#"{"error":"m","code":"ASYNC_ENQUEUE_AMBIGUOUS","executionId":"run-own"}"#;
const MINE: &str = r#"{"mine":true}"#;
const PLAIN: &str = r#"{"error":"m"}"#;
const PAGE: &str = "<html><body>Bad gateway</body></html>";

/// What starts a run and is not repeated by itself.
const PLAINLY: [Kind; 3] = [Kind::Sync, Kind::Queue, Kind::Stream];

pub(super) fn rows() -> Vec<Variant> {
    let mut rows = waits();
    rows.extend(unavailable());
    rows.extend(broken());
    rows.extend(authors());
    rows
}

fn answer(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n");
    Reply::keep_open([head.as_bytes(), body].concat())
}

/// The row that the read of the run finds after such a refusal. Of any other answer it explains nothing.
pub(super) fn explained(stage: Stage, body: &[u8]) -> Stage {
    const BURNED: &str = r#"{"executionId":"r","workflowId":"wf-1","status":"failed","totalDurationMs":1,"cost":{"total":0},"error":"m","finalOutput":null}"#;
    const NO_RUN: &str = r#"{"error":"Execution not found"}"#;
    const COMPLETED: &str = r#"{"executionId":"r","workflowId":"wf-1","status":"completed"}"#;
    let is = |known: &str| body == known.as_bytes();
    match () {
        () if is(SPENT) => stage.explained_by(Reply::json(200, BURNED)),
        () if is(GATE) || is(OVERLOADED) || is(NESTED) => {
            stage.explained_by(Reply::json(404, NO_RUN))
        }
        () if is(MINE) => stage.explained_by(Reply::json(200, COMPLETED)),
        () => stage,
    }
}

fn answered(
    row: &'static str,
    name: impl Into<String>,
    status: u16,
    headers: &'static str,
    body: impl Into<Vec<u8>>,
) -> Variant {
    let body = body.into();
    variant(row, name, move |kind| {
        explained(Stage::always(kind, answer(status, headers, &body)), &body)
    })
}

/// Row 13: how long to wait is said in many ways.
fn waits() -> Vec<Variant> {
    let mut rows = Vec::new();
    for (name, headers) in [
        ("no Retry-After", ""),
        ("0", "retry-after: 0\r\n"),
        ("negative", "retry-after: -5\r\n"),
        ("garbage", "retry-after: soon\r\n"),
        ("empty", "retry-after:\r\n"),
        ("not a whole number", "retry-after: 0.0\r\n"),
        ("garbage and 0", "retry-after: soon\r\nretry-after: 0\r\n"),
        (
            "a date in the past",
            "date: Mon, 23 Nov 2026 18:26:45 GMT\r\nretry-after: Mon, 23 Nov 2026 18:26:40 GMT\r\n",
        ),
    ] {
        rows.push(
            answered("13", format!("429, {name}"), 429, headers, SPENT)
                .is(READS, "Api 429", 3)
                .is(PLAINLY, "Api 429", 1)
                .is([Kind::Retry], "Api 429", 4)
                .under("abcd")
                .is([Kind::Wait], "Ok", 5),
        );
    }
    rows.push(
        answered("13", "429 of the admission gate", 429, "", GATE)
            .is(READS, "Api 429", 3)
            .is(PLAINLY, "Api 429", 1)
            .is([Kind::Retry], "Api 429", 4)
            .under("aaaa"),
    );
    for (name, headers, is_all) in [
        ("1 second", "retry-after: 1\r\n", true),
        ("twice, the longer is 1 second", "retry-after: 0\r\nretry-after: 1\r\n", false),
        (
            "a date 1 second ahead",
            "date: Mon, 23 Nov 2026 18:26:45 GMT\r\nretry-after: Mon, 23 Nov 2026 18:26:46 GMT\r\n",
            false,
        ),
    ] {
        let row = variant("13", format!("429, {name}"), move |kind| {
            let stage = explained(Stage::once(kind, answer(429, headers, SPENT)), SPENT.as_bytes());
            Stage { least: Some(Duration::from_secs(1)), ..stage }
        });
        let row = row.is([Kind::Read], "Ok", 2).is(PLAINLY, "Api 429 wait 1", 1);
        // The rest of them would only wait once more.
        rows.push(if is_all {
            row.is([Kind::Cancel, Kind::Wait], "Ok", 2).is([Kind::Retry], "Ok", 2).under("ab")
        } else {
            row
        });
    }
    for (name, headers, seconds) in [
        ("longer than anybody waits", "retry-after: 121\r\n", "121"),
        ("10^12", "retry-after: 1000000000000\r\n", "1000000000000"),
        ("10^22", "retry-after: 10000000000000000000000\r\n", "18446744073709551615"),
        ("twice, the longer is too long", "retry-after: 121\r\nretry-after: 0\r\n", "121"),
        (
            "a date and no Date",
            "retry-after: Mon, 23 Nov 2099 18:26:40 GMT\r\n",
            "18446744073709551615",
        ),
        (
            "a date too far ahead",
            "date: Mon, 23 Nov 2026 18:26:45 GMT\r\nretry-after: Mon, 23 Nov 2026 18:28:46 GMT\r\n",
            "121",
        ),
    ] {
        let asked = format!("Api 429 wait {seconds}");
        rows.push(
            answered("13", format!("429, {name}"), 429, headers, SPENT)
                .is(READS, &*asked, 1)
                .is(STARTS, &*asked, 1)
                .is([Kind::Wait], format!("Ambiguous(Api 429) wait {seconds}"), 1),
        );
    }
    rows
}

/// Row 14: some 503 prove that nothing started, and one proves the contrary of proof.
fn unavailable() -> Vec<Variant> {
    let mut rows = Vec::new();
    // The second envelope is none of the first generation's: for a start that nothing explains, it proves nothing.
    for (name, headers, body, unexplained) in [
        ("503 in the envelope of the second generation", "", NESTED, "Ambiguous(Api 503)"),
        (
            "503 in that envelope with Retry-After",
            "retry-after: 0\r\n",
            NESTED,
            "Ambiguous(Api 503)",
        ),
        ("503 of an overloaded server", "retry-after: 0\r\n", OVERLOADED, "Api 503"),
    ] {
        rows.push(
            answered("14", name, 503, headers, body)
                .is(READS, "Api 503", 3)
                .is([Kind::Sync], "Api 503", 1)
                .is([Kind::Queue, Kind::Stream], unexplained, 1)
                .is([Kind::Retry], "Api 503", 4)
                .under("aaaa")
                .is([Kind::Wait], "Ok", 5),
        );
    }
    for (name, headers) in
        [("503 that tells no more", ""), ("503 that asks to wait", "retry-after: 0\r\n")]
    {
        rows.push(unsure("14", name, 503, headers, PLAIN));
        rows.push(unsure("14", &format!("{name}, in HTML"), 503, headers, PAGE));
    }
    rows.push(unsure("14", "503 that leaves open whether it was queued", 503, "", UNSURE).is(
        [Kind::Once],
        "Ok",
        3,
    ));
    rows
}

/// An answer that does not tell whether a run has started.
fn unsure(
    row: &'static str,
    name: &str,
    status: u16,
    headers: &'static str,
    body: impl Into<Vec<u8>>,
) -> Variant {
    let api = format!("Api {status}");
    answered(row, name, status, headers, body)
        .is(READS, &*api, 3)
        .is(STARTS, format!("Ambiguous({api})"), 1)
        .is([Kind::Wait], "Ok", 5)
}

/// Row 15: a server that failed, or a gateway in front of it.
fn broken() -> Vec<Variant> {
    let mut rows = Vec::new();
    rows.push(unsure("15", "500 in the envelope of v1", 500, "", PLAIN));
    for body in ["null", "[]", "{}"] {
        // A Response block may have written it, and nothing tells.
        rows.push(unsure("15", &format!("500 with {body}"), 500, "", body));
    }
    rows.push(unsure("15", "500 without a body", 500, "", ""));
    rows.push(unsure("15", "500 with a page", 500, "", PAGE));
    rows.push(unsure("15", "500 with a page of 5 MiB", 500, "", "<html>".repeat((5 << 20) / 6)));
    for status in [408, 499, 502, 504, 520, 524] {
        let name = format!("{status} with a page");
        rows.push(unsure("15", &name, status, "", PAGE).is([Kind::Once], "Ok", 3));
    }
    rows.push(variant("15", "500 for ever", |_| Stage::script([answer(500, "", PLAIN)])).is(
        [Kind::Wait],
        "Ambiguous(Api 500)",
        15,
    ));
    for status in [400, 402, 403, 404, 415] {
        let (api, unknown) = (format!("Api {status}"), format!("Ambiguous(Api {status})"));
        rows.push(
            answered("15", format!("{status} in Sim's envelope"), status, OF_SIM, PLAIN)
                .is(READS, &*api, 1)
                .is([Kind::Sync, Kind::Retry], &*unknown, 1)
                .is([Kind::Queue, Kind::Stream], &*api, 1)
                .is([Kind::Once], &*api, 1),
        );
    }
    for status in [400, 401, 403, 404, 423] {
        let (api, unknown) = (format!("Api {status}"), format!("Ambiguous(Api {status})"));
        rows.push(
            answered("15", format!("{status} in anybody's envelope"), status, "", PLAIN)
                .is(READS, &*api, 1)
                .is(STARTS, &*unknown, 1),
        );
    }
    rows.push(
        answered("15", "413 in anybody's envelope", 413, "", PLAIN)
            .is(READS, "Api 413", 1)
            .is(STARTS, "Api 413", 1)
            .is([Kind::Once], "Api 413", 1),
    );
    rows
}

/// The head of every answer that Sim's routes write.
const OF_SIM: &str = "x-request-id: 1a2b3c4d\r\n";

/// Row 31: a workflow may answer any status and any JSON, and a run may fail at any status.
fn authors() -> Vec<Variant> {
    let runs = [Kind::Sync, Kind::Stream, Kind::Retry];
    let mut rows = Vec::new();
    for status in [201, 404, 409, 418, 429, 503] {
        // A 404 that Sim did not write is a stranger's.
        let is_strange = matches!(status, 201 | 404);
        let cause = if is_strange { "Decode".to_owned() } else { format!("Api {status}") };
        rows.push(
            answered("31", format!("Response block with {status}"), status, "", MINE)
                .is([Kind::Sync, Kind::Retry], format!("Ok {status}"), 1)
                .is([Kind::Stream], format!("Ambiguous({cause})"), 1),
        );
    }
    let failed = format!(r#"{{"success":false,"output":{{}},"error":"Boom","metadata":{TIMES}}}"#);
    let failed = failed.as_str();
    for status in [400, 404, 422, 429, 503] {
        rows.push(answered("31", format!("failed run with {status}"), status, "", failed).is(
            runs,
            format!("Ok(failed) {status}"),
            1,
        ));
    }
    rows.push(answered("31", "failed run with 500", 500, "", failed).is(runs, "Ok(failed)", 1));
    rows.push(answered("31", "run past its limit with 408", 408, "", failed).is(
        runs,
        "Ok(timed_out)",
        1,
    ));
    rows
}
