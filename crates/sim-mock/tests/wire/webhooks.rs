//! Webhooks: what a caller without a key sends, and what starts a run. The right values are those that a real server
//! showed.

use serde_json::{Value, json};
use sim_mock::{Bucket, Limits, Sim, Webhook, Workflow};

use crate::client::{Answer, Call, poll_until};

const PROCESSED: &str = r#"{"message":"Webhook processed"}"#;

fn sim(webhook: Webhook) -> Sim {
    let echo = Workflow::new("w", |input: Value| input).webhook(webhook);
    Sim::builder().workspace("w-1").workflow(echo).start().expect("a free port")
}

fn post(path: &str, body: &str) -> Call {
    Call::bare("POST", format!("/api/webhooks/trigger/{path}")).body(body.to_owned())
}

#[expect(clippy::needless_pass_by_value, reason = "each call is written where it is sent")]
fn send(sim: &Sim, call: Call) -> Answer {
    call.send(sim)
}

fn inputs(sim: &Sim) -> Vec<Value> {
    sim.runs().into_iter().map(|run| run.input).collect()
}

#[test]
fn the_body_decides_what_the_run_gets() {
    for (query, body, input) in [
        ("", r#"{"a":1}"#, Some(json!({"a": 1}))),
        ("", "", Some(json!({}))),
        ("", "[1]", Some(json!({}))),
        ("", "\"text\"", Some(json!({}))),
        ("", "null", Some(json!({}))),
        ("?x=1&x=2&y", r#"{"a":1}"#, Some(json!({"a": 1, "query": {"x": "2", "y": ""}}))),
        ("?x=1", r#"{"query":"own"}"#, Some(json!({"query": "own"}))),
        ("?x=1", "[1]", Some(json!({}))),
        ("", r#"{"challenge":"abc"}"#, None),
        ("", r#"{"challenge":"","type":"url_verification"}"#, None),
        ("", r#"{"challenge":"abc","type":null}"#, Some(json!({"challenge": "abc", "type": null}))),
        ("", r#"{"challenge":7}"#, Some(json!({"challenge": 7}))),
        ("?validationToken=abc", "{}", None),
        ("?validationToken=", "{}", Some(json!({"query": {"validationToken": ""}}))),
    ] {
        let sim = sim(Webhook::new("hook-1"));
        let answer = send(&sim, post(&format!("hook-1{query}"), body));
        assert_eq!(answer.status, 200, "{body}");
        assert_eq!(inputs(&sim), input.iter().cloned().collect::<Vec<_>>(), "{query} {body}");
        assert_eq!(answer.body == PROCESSED, input.is_some(), "{body}: {}", answer.body);
    }
    let sim = sim(Webhook::new("hook-1"));
    send(&sim, post("hook-1", "{")).assert(400, "Invalid payload format");
}

#[test]
fn a_wrong_token_or_path_starts_nothing() {
    let bearer = sim(Webhook::new("hook-1").token("t"));
    let with = |name: &'static str, value: &'static str| post("hook-1", "{}").header(name, value);
    let wrong = "Unauthorized - Invalid authentication token";
    for call in [
        post("hook-1", "{}"),
        with("authorization", "Bearer T"),
        with("authorization", "t"),
        with("x-api-key", "t"),
    ] {
        send(&bearer, call).assert(401, wrong);
    }
    send(&bearer, post("hook-2", "{}")).assert(404, "Not Found");
    let get = send(&bearer, Call::bare("GET", "/api/webhooks/trigger/hook-1"));
    assert_eq!((get.status, get.header("allow")), (405, Some("POST")));
    assert!(bearer.runs().is_empty());
    send(&bearer, with("authorization", "bearer t")).assert(200, PROCESSED);
    let named = sim(Webhook::new("hook-1").token_in("X-Hook", "t"));
    send(&named, with("authorization", "Bearer t")).assert(401, wrong);
    send(&named, with("x-hook", "t")).assert(200, PROCESSED);
    named.set_deployed("w", false);
    send(&named, with("x-hook", "t")).assert(404, "Not Found");
}

#[test]
fn one_key_is_one_run_until_the_workflow_is_undeployed() {
    let sim = sim(Webhook::new("hook-1"));
    let keyed = |key: &'static str, body: &str| {
        send(&sim, post("hook-1", body).header("idempotency-key", key)).assert(200, PROCESSED);
        sim.runs().len()
    };
    assert_eq!((keyed("a", "{}"), keyed("a", r#"{"n":1}"#), keyed("A", "{}")), (1, 1, 2));
    assert_eq!((keyed("", "{}"), keyed("", "{}")), (3, 4), "an empty key is none");
    sim.set_deployed("w", false);
    sim.set_deployed("w", true);
    assert_eq!((keyed("a", "{}"), keyed("a", "{}")), (5, 5));
    let other = post("hook-1", "{}").header("x-github-delivery", "b");
    send(&sim, other.header("idempotency-key", "a")).assert(200, PROCESSED);
    assert_eq!((sim.runs().len(), keyed("b", "{}")), (6, 6), "the value counts, not its header");
}

#[test]
fn a_field_of_the_owner_goes_before_the_key() {
    let sim = sim(Webhook::new("hook-1").deduplication_field("id"));
    for (body, runs) in [(r#"{"id":7}"#, 1), (r#"{"id":"7"}"#, 1), (r#"{"id":{}}"#, 2), ("{}", 2)] {
        send(&sim, post("hook-1", body).header("idempotency-key", "k")).assert(200, PROCESSED);
        assert_eq!(sim.runs().len(), runs, "{body}");
    }
}

#[test]
fn an_answer_of_the_owner_says_nothing_of_the_run() {
    for (status, text, seen) in [
        (201, r#"{"a": 1}"#, (201, r#"{"a":1}"#)),
        (418, "teapot", (418, "teapot")),
        (204, "", (204, "")),
        (204, "text", (500, r#"{"error":"Internal server error"}"#)),
        (100, "", (500, r#"{"error":"Internal server error"}"#)),
    ] {
        let sim = sim(Webhook::new("hook-1").answer(status, text));
        send(&sim, post("hook-1", "{}")).assert(seen.0, seen.1);
        assert_eq!(sim.runs().len(), 1, "{status}");
    }
}

#[test]
fn a_run_counts_against_the_synchronous_bucket_and_shows_what_came() {
    let echo = Workflow::new("w", |input: Value| input).webhook(Webhook::new("hook-1"));
    let limits = Limits::unlimited().sync(Bucket::per_minute(1).burst(1));
    let sim = Sim::builder().workspace("w-1").limits(limits).workflow(echo).start();
    let sim = sim.expect("a free port");
    send(&sim, post("hook-1", r#"{"orderId":"o-1"}"#)).assert(200, PROCESSED);
    let limited = send(&sim, post("hook-1", "{}"));
    limited.assert(429, r#"{"error":"Rate limit exceeded. Please try again later."}"#);
    assert_eq!(limited.header("retry-after"), None);
    let list = "/api/v2/logs?workspaceId=w-1&triggers=generic&includeTraceSpans=true";
    let log = poll_until(|| {
        let logs = Call::get(list).send(&sim).json()["data"].clone();
        let ended = |log: &&Value| log["status"] == "completed";
        logs.as_array()?.iter().find(ended).cloned()
    });
    let span = &log["traceSpans"][0]["children"][0];
    assert_eq!(
        (&span["type"], &span["output"]["orderId"]),
        (&json!("generic_webhook"), &json!("o-1"))
    );
}
