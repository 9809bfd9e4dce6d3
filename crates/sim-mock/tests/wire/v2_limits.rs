//! The limits of v2, and the headers that report them.

use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Bucket, Limits, Sim, Usage};

use crate::client::{Answer, Call, assert_error, greet, greeter};

fn limited(limits: Limits) -> Sim {
    Sim::builder().workflow(greet()).limits(limits).start().expect("a free port")
}

fn run(body: &Value) -> Call {
    Call::execute_v2("greet", body)
}

/// Returns the number in a header.
fn number(answer: &Answer, name: &str) -> u32 {
    answer.header(name).and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no {name}"))
}

fn refusal(message: &str, code: &str) -> Value {
    json!({ "code": "RATE_LIMITED", "message": message, "details": { "code": code } })
}

#[test]
fn every_answer_to_a_key_tells_of_the_bucket_for_requests() {
    let sim = limited(Limits::unlimited().requests(Bucket::per_minute(4)));
    let answer = run(&json!({})).send(&sim);
    assert_eq!(number(&answer, "x-ratelimit-limit"), 8);
    assert_eq!(number(&answer, "x-ratelimit-remaining"), 7);
    let reset = answer.header("x-ratelimit-reset").expect("a time");
    assert!(reset.len() == 24 && reset.ends_with('Z'), "{reset}");
    // Errors count as well.
    let answer = run(&json!({ "x": 1 })).send(&sim);
    assert_eq!((answer.status, number(&answer, "x-ratelimit-remaining")), (400, 6));
    // Each operation has its own bucket.
    let answer = Call::get("/api/v2/workflows/greet/runs").send(&sim);
    assert_eq!((answer.status, number(&answer, "x-ratelimit-remaining")), (200, 7));
}

#[test]
fn an_empty_bucket_for_requests_names_the_time_twice() {
    let sim = limited(Limits::unlimited().requests(Bucket::per_minute(1).burst(1)));
    let list = Call::get("/api/v2/workflows/greet/runs");
    assert_eq!(list.send(&sim).status, 200);
    let answer = list.send(&sim);
    let reset = answer.header("x-ratelimit-reset").expect("a time");
    let error = json!({
        "code": "RATE_LIMITED", "message": "API rate limit exceeded",
        "details": { "retryAfter": reset },
    });
    assert_error(&answer, 429, &error);
    assert_eq!(number(&answer, "x-ratelimit-remaining"), 0);
    assert!((1..=60).contains(&number(&answer, "retry-after")));
    assert_eq!(run(&json!({})).send(&sim).status, 200, "runs have another bucket");
}

#[test]
fn queued_and_synchronous_runs_have_buckets_of_their_own() {
    let one = || Bucket::per_minute(1).burst(1);
    let sim = limited(Limits::unlimited().sync(one()).queued(one()));
    let error = refusal("Rate limit exceeded. Please try again later.", "RATE_LIMIT_EXCEEDED");
    for (body, status) in [(json!({ "async": true }), 202), (json!({}), 200)] {
        assert_eq!(run(&body).send(&sim).status, status);
        let answer = run(&body).header("x-run-id", &format!("r{status}")).send(&sim);
        assert_error(&answer, 429, &error);
        assert!((1..=60).contains(&number(&answer, "retry-after")));
        // The headers report another bucket than the empty one.
        assert!(number(&answer, "x-ratelimit-remaining") > 0);
    }
    let stream = run(&json!({ "stream": true })).send(&sim);
    assert_error(&stream, 429, &error);
    // The id is used up: the server recorded a failed run under it.
    let record = Call::get("/api/v2/workflows/greet/runs/r200").send(&sim).json();
    assert_eq!(record["data"]["status"], "failed");
}

#[test]
fn a_refill_is_told_in_whole_seconds() {
    let limits = Limits::unlimited().sync(Bucket::per_minute(1).burst(0));
    let sim = limited(limits.refill(Duration::from_secs(3600)));
    let answer = run(&json!({})).send(&sim);
    assert!((3590..=3600).contains(&number(&answer, "retry-after")));
}

#[test]
fn too_many_runs_at_once() {
    let sim = limited(Limits::unlimited().concurrent(0));
    let error = refusal(
        "Too many concurrent executions are in progress for this billing account. \
         Please wait for them to finish and try again.",
        "EXECUTION_CONCURRENCY_LIMIT",
    );
    for body in [json!({}), json!({ "async": true })] {
        let answer = run(&body).send(&sim);
        assert_error(&answer, 429, &error);
        assert_eq!(number(&answer, "retry-after"), 5);
    }
}

#[test]
fn too_many_requests_at_once() {
    let answer = run(&json!({})).send(&limited(Limits::unlimited().admission(0)));
    let message = "Server is at capacity. Please retry shortly.";
    assert_error(&answer, 429, &json!({ "code": "RATE_LIMITED", "message": message }));
    assert_eq!(number(&answer, "retry-after"), 5);
}

#[test]
fn a_spent_account() {
    let sim = Sim::builder().workflow(greet()).usage(Usage::new(1.59, 0.001));
    let sim = sim.start().expect("a free port");
    let message = "Usage limit exceeded: $1.59 used of $0.00 limit. \
                   Please upgrade your plan or raise your usage limit to continue.";
    let answer = run(&json!({})).send(&sim);
    assert_error(&answer, 402, &json!({ "code": "USAGE_LIMIT_EXCEEDED", "message": message }));
    assert!(sim.runs().is_empty());
}

#[test]
fn a_server_without_limits_says_so() {
    let answer = run(&json!({})).send(&greeter());
    assert_eq!(number(&answer, "x-ratelimit-limit"), 999_999);
    assert_eq!(number(&answer, "x-ratelimit-remaining"), 999_998);
}
