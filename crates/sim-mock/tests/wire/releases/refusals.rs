//! Refusals, options, streams and limits.

use std::time::Duration;

use serde_json::json;
use sim_mock::{Agent, Bucket, Fault, Faults, Limits, Outcome, Release, Sim, V2, Workflow};

use super::server;
use crate::client::{Call, greet, poll_until};

#[test]
fn the_gate_has_a_code_from_0_7_32_on() {
    for release in Release::ALL {
        let faults = Faults::script([Fault::Gate(5)]);
        let sim = Sim::builder().release(release).workflow(greet()).faults(faults);
        let sim = sim.start().expect("a free port");
        let answer = Call::execute("greet", &json!({})).send(&sim);
        assert_eq!((answer.status, answer.header("retry-after")), (429, Some("5")), "{release}");
        let coded = release >= Release::V0732;
        assert_eq!(answer.json()["retryAfterSeconds"], 5, "{release}");
        assert_eq!(answer.json().get("code").is_some(), coded, "{release}");
        assert_eq!(answer.json().get("retryable").is_some(), coded, "{release}");
    }
}

#[test]
fn an_execution_timeout_is_read_from_0_7_59_on() {
    for release in Release::ALL {
        let sim = server(release, greet());
        let odd = Call::queue("greet", &json!({})).header("x-execution-timeout-seconds", "soon");
        let status = if release >= Release::V0759 { 400 } else { 202 };
        assert_eq!(odd.send(&sim).status, status, "{release}");
    }
}

#[test]
fn a_stream_of_a_failed_run_ends_with_its_error_before_0_8() {
    for release in Release::ALL {
        let sim = server(release, Workflow::new("w", |_| Outcome::failed("Boom: it broke")));
        let answer = Call::execute("w", &json!({ "stream": true })).send(&sim);
        assert!(answer.body.contains(r#""event":"error""#), "{release}");
        let marked = answer.body.contains("[DONE]");
        assert_eq!(marked, release >= Release::V089, "{release}");
    }
}

#[test]
fn a_stream_shows_no_thinking_before_0_8() {
    for release in Release::ALL {
        let agent = || Agent::new("a").thinks("Hm").says("Yes");
        let sim = server(release, Workflow::new("w", move |_| agent()));
        let body =
            json!({ "stream": true, "selectedOutputs": ["a.content"], "includeThinking": true });
        let call = Call::execute("w", &body).header("x-sim-stream-protocol", "agent-events-v1");
        let answer = call.send(&sim);
        assert!(answer.body.contains("Yes"), "{release}: {}", answer.body);
        assert_eq!(answer.body.contains("Hm"), release >= Release::V089, "{release}");
    }
}

#[test]
fn a_trigger_may_be_named_before_0_8() {
    for release in Release::ALL {
        let sim = server(release, greet());
        let answer = Call::execute("greet", &json!({ "triggerType": "manual" })).send(&sim);
        assert_eq!(answer.status, if release < Release::V089 { 200 } else { 400 }, "{release}");
    }
}

#[test]
fn v2_cannot_be_switched_on_where_it_is_missing() {
    for release in Release::ALL {
        let sim = server(release, greet());
        for v2 in [V2::On, V2::Off] {
            sim.set_v2(v2);
            let answer = Call::get("/api/v2/workflows/greet").send(&sim);
            let json = answer.header("content-type") == Some("application/json");
            assert_eq!(json, release >= Release::V089, "{release}, {v2:?}");
        }
    }
}

#[test]
fn an_address_has_one_bucket_for_all_of_v2_in_front_of_the_key() {
    let limits = Limits::unlimited().address(Bucket::per_minute(1));
    let sim = Sim::builder().workflow(greet()).limits(limits).start().expect("a free port");
    let get = |path: &str| Call::get(path);
    assert_eq!(get("/api/v2/workflows/greet").send(&sim).status, 200);
    assert_eq!(get("/api/v2/workflows/greet/runs").send(&sim).status, 200);
    for call in [
        get("/api/v2/workflows/greet"),
        get("/api/v2/workflows/greet").key("bad"),
        Call::execute_v2("greet", &json!({})),
    ] {
        let answer = call.send(&sim);
        assert_eq!(answer.status, 429);
        assert_eq!(answer.json()["error"]["code"], "RATE_LIMITED");
        assert!(answer.json()["error"]["details"]["retryAfter"].is_string());
        assert_eq!(answer.header("x-ratelimit-limit"), Some("2"), "the size of this bucket");
        assert_eq!(answer.header("x-ratelimit-remaining"), Some("0"));
        let wait: u64 = answer.header("retry-after").expect("a wait").parse().expect("seconds");
        assert!((1..=60).contains(&wait), "{wait}");
    }
    assert_eq!(get("/api/v2/nowhere").send(&sim).status, 404, "an unknown path is outside");
    assert_eq!(Call::execute("greet", &json!({})).send(&sim).status, 200, "and so is v1");
}

#[test]
fn the_bucket_of_an_address_fills_in_steps() {
    let limits = Limits::unlimited().address(Bucket::per_minute(1).burst(1));
    let limits = limits.refill(Duration::from_millis(50));
    let sim = Sim::builder().workflow(greet()).limits(limits).start().expect("a free port");
    let status = || Call::get("/api/v2/workflows/greet").send(&sim).status;
    poll_until(|| (status() == 429).then_some(()));
    poll_until(|| (status() == 200).then_some(()));
}
