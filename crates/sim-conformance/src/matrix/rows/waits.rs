//! Rows 27 to 29: clocks that jump, addresses that lead astray, and the ways of a queued run.

use super::super::kind::{Kind, RUN, receipt};
use super::super::stage::Stage;
use super::super::variant::{READS, STARTS, Variant, variant};
use super::refusals::{SPENT, explained};
use crate::reply::Reply;
use crate::script::Script;

pub(super) fn rows() -> Vec<Variant> {
    let mut rows = clocks();
    rows.extend(addresses());
    rows.extend(ways());
    rows
}

fn answer(head: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::keep_open(format!("{head}{headers}content-length: {length}\r\n\r\n{body}"))
}

/// Row 27: no wait is negative, and no clock but the caller's own counts.
fn clocks() -> Vec<Variant> {
    let mut rows = Vec::new();
    for (name, headers) in [
        ("a limit that was reset in the past", "x-ratelimit-reset: 2001-01-01T00:00:00.000Z\r\n"),
        ("a limit that is reset before time began", "x-ratelimit-reset: -9223372036854775808\r\n"),
        ("a limit that is reset at the end of time", "x-ratelimit-reset: 9223372036854775807\r\n"),
        ("a clock in 1970", "date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"),
        ("a clock in 9999", "date: Fri, 31 Dec 9999 23:59:59 GMT\r\n"),
        ("a date that is none", "date: yesterday\r\n"),
    ] {
        let plain = STARTS.into_iter().filter(|kind| *kind != Kind::Stream);
        rows.push(
            variant("27", name, move |kind| {
                Stage::script([answer(kind.head(), headers, &kind.body())])
            })
            .is(READS, "Ok", 1)
            .is(plain, "Ok", 1)
            .is([Kind::Stream], r#"Ok "Hello""#, 1)
            .is([Kind::Wait], "Ok", 1),
        );
        rows.push(
            variant("27", format!("{name}, and 429"), move |kind| {
                let head = "HTTP/1.1 429 X\r\n";
                explained(Stage::always(kind, answer(head, headers, SPENT)), SPENT.as_bytes())
            })
            .is(READS, "Api 429", 3)
            .is([Kind::Retry], "Api 429", 4)
            .under("abcd")
            .is([Kind::Wait], "Ok", 5),
        );
    }
    rows
}

/// An address, given where the other host is.
type Address = fn(&str) -> String;

/// Row 28: the addresses in a receipt are the server's view of itself, and nobody's errand.
fn addresses() -> Vec<Variant> {
    let urls: [(&str, Address); 6] = [
        ("another host", |other| format!("{other}/api/jobs/job-1")),
        ("another host with user info", |other| other.replace("://", "://user:pass@") + "/x"),
        ("another host without a scheme", |other| other.replace("http:", "")),
        ("a relative address", |_| "/api/jobs/job-1?from=receipt".to_owned()),
        ("a file", |_| "file:///etc/passwd".to_owned()),
        ("no address", |_| "http://[::bad/\\u0000".to_owned()),
    ];
    let row = |(name, url): (&'static str, Address)| {
        variant("28", format!("a receipt that points to {name}"), move |kind| {
            let decoy = Script::new([kind.good()]);
            let url = url(decoy.url());
            let more = format!(r#","statusUrl":"{url}","links":{{"status":"{url}"}}"#);
            let receipt = answer(kind.head(), "", &receipt(&more));
            Stage { decoy: Some(decoy), ..Stage::script([receipt, kind.good()]) }
        })
        .is([Kind::Queue], "Ok", 1)
        .is([Kind::Once], "Ok", 2)
    };
    urls.into_iter().map(row).collect()
}

/// Row 29: how a run may stand before it ends.
fn ways() -> Vec<Variant> {
    let is = |status: &str, more: &str| {
        let body =
            format!(r#"{{"executionId":"{RUN}","workflowId":"wf-1","status":"{status}"{more}}}"#);
        answer(Kind::Wait.head(), "date: Mon, 23 Nov 2026 18:00:00 GMT\r\n", &body)
    };
    let missing = || Reply::json(404, r#"{"error":"Execution not found"}"#);
    let output = || Kind::Wait.good();
    let timed =
        r#","paused":{"contextId":"c","pauseKind":"time","resumeAt":"2026-11-23T18:00:00.000Z"}"#;
    let human = r#","paused":{"contextId":"c","pauseKind":"human"}"#;
    let several = r#","paused":{"pausePointCount":2}"#;
    let nowhere = r#","paused":{"contextId":null,"pauseKind":null,"pausePointCount":1}"#;
    let no_detail = || Reply::json(404, r#"{"error":"Paused execution not found"}"#);
    let detail = |state: &str| {
        let point = format!(r#"{{"contextId":"c","resumeStatus":"{state}","pauseKind":"human"}}"#);
        let row = format!(r#""id":"row","workflowId":"wf-1","executionId":"{RUN}""#);
        Reply::json(200, &format!(r#"{{{row},"status":"paused","pausePoints":[{point}]}}"#))
    };
    let way = |name: &'static str, replies: Vec<Reply>, outcome: &str| {
        let requests = replies.len();
        variant("29", name, move |_| Stage::script(replies.clone())).is(
            [Kind::Wait],
            outcome,
            requests,
        )
    };
    vec![
        way(
            "queued, running, completed",
            vec![is("queued", ""), is("running", ""), is("completed", ""), output()],
            "Ok",
        ),
        way("not there yet", vec![missing(), missing(), is("running", ""), output()], "Ok"),
        way(
            "queued, not there, running",
            vec![is("queued", ""), missing(), is("running", ""), output()],
            "Ok",
        ),
        way(
            "a pause that ends by itself",
            vec![is("paused", timed), is("running", ""), output()],
            "Ok",
        ),
        way(
            "a pause for a human",
            vec![is("running", ""), is("paused", human), detail("paused")],
            "Ok(paused)",
        ),
        way("a pause without a detail", vec![is("paused", human), no_detail()], "Ok(paused)"),
        way("several pauses", vec![is("paused", several), detail("paused")], "Ok(paused)"),
        way("a failure after a pause", vec![is("paused", nowhere), detail("failed")], "Ok(failed)"),
        way(
            "an answer that is worked on",
            vec![is("paused", nowhere), detail("resuming"), is("completed", ""), output()],
            "Ok",
        ),
        way("redacting", vec![is("redacting", ""), is("redacting", ""), output()], "Ok"),
        way(
            "pending and an unknown word",
            vec![is("pending", ""), is("thinking", ""), output()],
            "Ok",
        ),
        way("cancelled", vec![is("running", ""), is("cancelled", "")], "Ok(cancelled)"),
        way("failed", vec![is("running", ""), is("failed", r#","error":"Boom""#)], "Ok(failed)"),
        way("timed out", vec![is("timed_out", "")], "Ok(timed_out)"),
        way("completed without an output", vec![is("completed", ""), is("completed", "")], "Ok"),
    ]
}
