//! Faults that happen to requests of v2.

use serde_json::{Value, json};
use sim_mock::{Fault, Faults, Scope, Sim, Status};

use crate::client::{Call, assert_error, greet, poll_until};

fn faulty(fault: Fault) -> Sim {
    let faults = Faults::script([fault]).only(Scope::Executes);
    Sim::builder().workflow(greet()).faults(faults).start().expect("a free port")
}

fn run(body: &Value) -> Call {
    Call::execute_v2("greet", body).header("x-run-id", "r")
}

fn queue() -> Call {
    run(&json!({ "async": true }))
}

#[test]
fn an_ambiguous_enqueue_names_the_run_and_no_time() {
    let details = json!({ "code": "ASYNC_ENQUEUE_AMBIGUOUS", "runId": "r" });
    let message = "Async execution queue acceptance could not be confirmed";
    let error = json!({ "code": "SERVICE_UNAVAILABLE", "message": message, "details": details });
    let sim = faulty(Fault::AmbiguousEnqueue);
    // The fault waits for a request that queues a run.
    assert_eq!(Call::execute_v2("greet", &json!({})).send(&sim).status, 200);
    let answer = queue().send(&sim);
    assert_error(&answer, 503, &error);
    assert_eq!((answer.header("x-run-id"), answer.header("retry-after")), (Some("r"), None));
    poll_until(|| (sim.run("r")?.status == Status::Completed).then_some(()));

    let sim = faulty(Fault::AmbiguousEnqueueLost);
    assert_error(&queue().send(&sim), 503, &error);
    assert_eq!(queue().send(&sim).status, 409, "the id is used up");
    assert_eq!(Call::get("/api/v2/workflows/greet/runs/r").send(&sim).status, 404);
}

#[test]
fn refusals_wear_the_envelope_of_v2() {
    for (fault, status, error, wait) in [
        (
            Fault::Gate(7),
            429,
            json!({
                "code": "RATE_LIMITED", "message": "Server is at capacity. Please retry shortly.",
            }),
            "7",
        ),
        (
            Fault::Bucket,
            429,
            json!({
                "code": "RATE_LIMITED", "message": "Rate limit exceeded. Please try again later.",
                "details": { "code": "RATE_LIMIT_EXCEEDED" },
            }),
            "0",
        ),
    ] {
        for call in [run(&json!({})), queue()] {
            let sim = faulty(fault);
            let answer = call.send(&sim);
            assert_error(&answer, status, &error);
            assert_eq!(answer.header("retry-after"), Some(wait));
            assert_eq!(sim.faults(), [(fault, 1)].into());
            assert!(sim.runs().is_empty());
        }
    }
}

#[test]
fn an_overloaded_server_says_so() {
    let sim = faulty(Fault::Overloaded(5));
    let answer = run(&json!({})).send(&sim);
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
    let error = answer.json()["error"].clone();
    assert_eq!(error["code"], "SERVICE_UNAVAILABLE");
    assert_eq!(error["details"], json!({ "code": "SERVICE_OVERLOADED" }));
    assert_eq!(run(&json!({})).send(&sim).status, 200, "the id is free");
}

#[test]
fn a_request_that_is_not_read_leaves_no_trace() {
    let sim = faulty(Fault::CloseUnread);
    let mut rest = String::new();
    let mut stream = run(&json!({})).open(&sim);
    // A reset counts as the end of the connection.
    let _ = std::io::Read::read_to_string(&mut stream, &mut rest);
    assert_eq!(rest, "");
    assert!(sim.runs().is_empty());
    assert_eq!(run(&json!({})).send(&sim).status, 200);
}

#[test]
fn a_lost_answer_leaves_a_run() {
    let sim = faulty(Fault::CloseAfterRun);
    let mut rest = String::new();
    let mut stream = run(&json!({})).open(&sim);
    let _ = std::io::Read::read_to_string(&mut stream, &mut rest);
    assert_eq!(rest, "");
    poll_until(|| (sim.run("r")?.status == Status::Completed).then_some(()));
    assert_eq!(run(&json!({})).send(&sim).status, 409);
}
