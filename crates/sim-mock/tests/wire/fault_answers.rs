//! Answers that a fault sends in place of the real one.

use sim_mock::Fault;

use crate::faulty::{completes, execution, faulty, greets, id_is_free, injected, queues};

#[test]
fn the_page_of_a_gateway_after_the_run() {
    for call in [greets(), queues()] {
        let sim = faulty([Fault::GatewayPage]);
        let answer = call.send(&sim);
        assert_eq!((answer.status, answer.header("content-type")), (502, Some("text/html")));
        assert!(answer.body.starts_with("<html>") && answer.header("x-request-id").is_none());
        injected(&sim, Fault::GatewayPage);
        completes(&sim);
    }
}

#[test]
fn the_page_of_a_gateway_that_did_not_reach_the_server() {
    let sim = faulty([Fault::GatewayPageUnhandled]);
    let answer = greets().send(&sim);
    assert_eq!((answer.status, answer.header("content-type")), (502, Some("text/html")));
    injected(&sim, Fault::GatewayPageUnhandled);
    id_is_free(&sim);
}

const AMBIGUOUS: &str = "{\"error\":\"Async execution queue acceptance could not be confirmed\",\
    \"code\":\"ASYNC_ENQUEUE_AMBIGUOUS\",\"executionId\":\"r\"}";

#[test]
fn an_ambiguous_enqueue_that_was_accepted() {
    let sim = faulty([Fault::AmbiguousEnqueue]);
    // The fault waits for a request that queues a run.
    assert_eq!(execution(&sim, "r").status, 404);
    let answer = queues().send(&sim);
    answer.assert(503, AMBIGUOUS);
    assert_eq!(answer.header("x-execution-id"), Some("r"));
    assert_eq!(answer.header("retry-after"), None);
    injected(&sim, Fault::AmbiguousEnqueue);
    completes(&sim);
}

#[test]
fn an_ambiguous_enqueue_that_was_not_accepted_uses_up_the_id() {
    let sim = faulty([Fault::AmbiguousEnqueueLost]);
    let answer = queues().send(&sim);
    answer.assert(503, AMBIGUOUS);
    assert_eq!(answer.header("x-execution-id"), Some("r"));
    injected(&sim, Fault::AmbiguousEnqueueLost);
    assert_eq!(queues().send(&sim).status, 409);
    execution(&sim, "r").assert(404, r#"{"error":"Execution not found"}"#);
    assert!(sim.runs().is_empty());
}

#[test]
fn the_gate_leaves_the_id_free() {
    for (seconds, text) in [(0, "0"), (7, "7")] {
        let sim = faulty([Fault::Gate(seconds)]);
        let answer = queues().send(&sim);
        assert_eq!((answer.status, answer.header("retry-after")), (429, Some(text)));
        let body = answer.json();
        assert_eq!(body["code"], "ADMISSION_GATE_CAPACITY");
        assert_eq!(body["retryAfterSeconds"], seconds);
        injected(&sim, Fault::Gate(seconds));
        id_is_free(&sim);
    }
}

#[test]
fn an_empty_bucket_uses_up_the_id() {
    let sim = faulty([Fault::Bucket]);
    let answer = queues().send(&sim);
    answer.assert(429, r#"{"error":"Rate limit exceeded. Please try again later."}"#);
    assert_eq!(answer.header("retry-after"), None);
    injected(&sim, Fault::Bucket);
    assert_eq!(execution(&sim, "r").json()["status"], "failed");
    assert_eq!(queues().send(&sim).status, 409);
    assert!(sim.runs().is_empty());
}

#[test]
fn an_overloaded_server_leaves_the_id_free() {
    let sim = faulty([Fault::Overloaded(3)]);
    let answer = greets().send(&sim);
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("3")));
    assert_eq!(answer.json()["code"], "SERVICE_OVERLOADED");
    injected(&sim, Fault::Overloaded(3));
    id_is_free(&sim);
}
