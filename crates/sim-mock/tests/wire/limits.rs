//! Rates, concurrency, admission and usage.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Bucket, Limits, Sim, Status, Usage, Workflow};

use crate::client::{Call, greet, greeter, poll_until, read};

const RATE: &str = r#"{"error":"Rate limit exceeded. Please try again later."}"#;

fn limited(limits: Limits) -> Sim {
    Sim::builder().workflow(greet()).limits(limits).start().expect("a free port")
}

fn run() -> Call {
    Call::execute("greet", &json!({}))
}

fn usage(sim: &Sim) -> Value {
    Call::get("/api/users/me/usage-limits").send(sim).json()
}

#[test]
fn the_burst_is_twice_the_rate_and_then_429_without_retry_after() {
    let sim = limited(Limits::unlimited().sync(Bucket::per_minute(1)));
    assert_eq!(run().send(&sim).status, 200);
    assert_eq!(run().send(&sim).status, 200);
    let refused = run().send(&sim);
    refused.assert(429, RATE);
    assert_eq!(refused.header("retry-after"), None);
    assert_eq!(sim.runs().len(), 2);
}

#[test]
fn queued_runs_count_against_the_bucket_of_synchronous_ones() {
    let sim =
        limited(Limits::unlimited().sync(Bucket::per_minute(1)).queued(Bucket::per_minute(3)));
    let queue = Call::queue("greet", &json!({}));
    assert_eq!(queue.send(&sim).status, 202);
    assert_eq!(queue.send(&sim).status, 202);
    queue.send(&sim).assert(429, RATE);
    let limits = usage(&sim)["rateLimit"].clone();
    assert_eq!(limits["sync"]["isLimited"], true);
    assert_eq!(limits["sync"]["remaining"], 0);
    assert_eq!(limits["async"]["requestsPerMinute"], 3);
    assert_eq!(limits["async"]["maxBurst"], 6);
    assert_eq!(limits["async"]["remaining"], 6);
}

#[test]
fn reads_are_not_limited() {
    let sim = limited(Limits::unlimited().sync(Bucket::per_minute(1).burst(0)));
    run().send(&sim).assert(429, RATE);
    assert_eq!(Call::get("/api/workflows/greet/status").send(&sim).status, 200);
    assert_eq!(Call::get("/api/jobs/none").send(&sim).status, 404);
}

#[test]
fn a_refill_lets_the_next_run_start() {
    let limits = Limits::unlimited().sync(Bucket::per_minute(1)).refill(Duration::from_millis(50));
    let sim = limited(limits);
    poll_until(|| (run().send(&sim).status == 429).then_some(()));
    poll_until(|| (run().send(&sim).status == 200).then_some(()));
}

#[test]
fn every_key_has_buckets_of_its_own() {
    let sim = Sim::builder().workflow(greet()).key("one").key("two");
    let sim = sim.limits(Limits::unlimited().sync(Bucket::per_minute(1).burst(1)));
    let sim = sim.start().expect("a free port");
    assert_eq!(run().key("one").send(&sim).status, 200);
    assert_eq!(run().key("one").send(&sim).status, 429);
    assert_eq!(run().key("two").send(&sim).status, 200);
}

/// Starts a server whose workflow waits for the test before it completes.
fn held(limits: Limits) -> (Sim, mpsc::Sender<()>) {
    let (open, gate) = mpsc::channel();
    let gate = Mutex::new(gate);
    let workflow = Workflow::new("greet", move |_| {
        let opened = gate.lock().map(|gate| gate.recv().is_ok());
        json!({ "opened": opened.unwrap_or_default() })
    });
    let sim = Sim::builder().workflow(workflow).limits(limits).start().expect("a free port");
    (sim, open)
}

fn running(sim: &Sim) {
    poll_until(|| (sim.runs().first()?.status == Status::Running).then_some(()));
}

#[test]
fn too_many_runs_at_once_is_a_429_without_retry_after() {
    let (sim, open) = held(Limits::unlimited().concurrent(1));
    let first = run().open(&sim);
    running(&sim);
    let refused = run().send(&sim);
    refused.assert(
        429,
        r#"{"error":"Too many concurrent executions are in progress for this billing account. Please wait for them to finish and try again."}"#,
    );
    assert_eq!(refused.header("retry-after"), None);
    open.send(()).expect("the run waits");
    assert_eq!(read(first).status, 200);
    open.send(()).expect("the server is there");
    assert_eq!(run().send(&sim).status, 200);
}

#[test]
fn too_many_requests_at_once_is_a_429_with_retry_after() {
    let (sim, open) = held(Limits::unlimited().admission(1));
    let first = run().open(&sim);
    running(&sim);
    let refused = run().header("x-execution-id", "a").send(&sim);
    refused.assert(
        429,
        r#"{"error":"Too many requests","message":"Server is at capacity. Please retry shortly.","code":"ADMISSION_GATE_CAPACITY","retryable":true,"retryAfterSeconds":5}"#,
    );
    assert_eq!(refused.header("retry-after"), Some("5"));
    open.send(()).expect("the run waits");
    assert_eq!(read(first).status, 200);
    open.send(()).expect("the server is there");
    let again = poll_until(|| {
        let answer = run().header("x-execution-id", "a").send(&sim);
        (answer.status != 429).then_some(answer)
    });
    assert_eq!(again.status, 200, "the gate does not use up an id");
}

#[test]
fn a_spent_account_is_a_402() {
    let sim = Sim::builder().workflow(greet()).usage(Usage::new(1.59, 0.001));
    let sim = sim.start().expect("a free port");
    let error = r#"{"error":"Usage limit exceeded: $1.59 used of $0.00 limit. Please upgrade your plan or raise your usage limit to continue."}"#;
    run().send(&sim).assert(402, error);
    Call::queue("greet", &json!({})).send(&sim).assert(402, error);
    assert!(sim.runs().is_empty());
}

#[test]
fn every_run_costs_something() {
    let sim = Sim::builder().workflow(greet()).usage(Usage::new(0.0, 0.01).plan("pro"));
    let sim = sim.start().expect("a free port");
    assert_eq!(run().send(&sim).status, 200);
    let body = usage(&sim);
    assert_eq!(body["usage"]["currentPeriodCost"], 0.005);
    assert_eq!(body["usage"]["plan"], "pro");
    assert_eq!(run().send(&sim).status, 200);
    assert_eq!(run().send(&sim).status, 402);
}

#[test]
fn usage_limits_of_a_server_without_limits() {
    let body = usage(&greeter());
    assert_eq!(body["success"], true);
    for bucket in ["sync", "async"] {
        let bucket = &body["rateLimit"][bucket];
        assert_eq!(bucket["isLimited"], false);
        assert_eq!(bucket["requestsPerMinute"], 999_999);
        assert_eq!(bucket["maxBurst"], 999_999);
        assert_eq!(bucket["remaining"], 999_999);
        assert_eq!(bucket["resetAt"].as_str().map(str::len), Some(24));
    }
    assert_eq!(body["rateLimit"]["authType"], "api");
    assert_eq!(body["usage"], json!({ "currentPeriodCost": 0, "limit": 99999, "plan": "free" }));
    assert_eq!(
        body["storage"],
        json!({ "usedBytes": 0, "limitBytes": 5_368_709_120_u64, "percentUsed": 0 })
    );
}

#[test]
fn usage_limits_need_a_key() {
    let sim = greeter();
    let error = r#"{"error":"Authentication required","code":"AUTHENTICATION_REQUIRED"}"#;
    Call::get("/api/users/me/usage-limits").key("bad").send(&sim).assert(401, error);
    Call::get("/api/users/me/usage-limits").no_key().send(&sim).assert(401, error);
}
