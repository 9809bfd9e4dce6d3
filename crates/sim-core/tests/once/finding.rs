//! How a run is found, and where it waits, without waiting for it.

use std::time::Duration;

use serde_json::json;
use sim_core::transport::{Exchange, Step};
use sim_core::{Generation, RunStatus};

use super::pauses::{ask, input, is_blocked_on, level, nowhere, sign, waits_at};
use super::server::*;
use super::speaking;

/// What an exchange of another kind leads to, in the first generation.
fn end<T>(
    mut exchange: impl Exchange<Output = T>,
    script: &[Answer],
) -> (Vec<String>, sim_core::Result<T>) {
    let mut targets = Vec::new();
    for answer in script {
        targets.push(exchange.request().uri().path().to_owned());
        if let Step::Done(result) = exchange.receive(answer("run-1"), Duration::ZERO) {
            return (targets, result);
        }
    }
    panic!("it goes on after {targets:?}");
}

const READ: &str = "/api/workflows/wf/executions/run-1";
const DETAIL: &str = "/api/workflows/wf/paused/run-1";

#[test]
fn a_run_that_failed_after_its_pause_is_found_as_failed() {
    let find = || speaking(Generation::V1).find("wf", "run-1").expect("an exchange");
    let failed = detail("paused", [ask("failed", entry("failed", input()))]);
    let (targets, run) = end(find(), &[nowhere(), failed]);
    let run = run.expect("a run");
    assert_eq!(
        (run.status, targets),
        (RunStatus::Failed, vec![READ.to_owned(), DETAIL.to_owned()])
    );
    assert_eq!(run.error.map(|error| error.message).as_deref(), Some("Boom: it broke"));
    // A run that goes on, or that the server has no detail of, is what it reads as.
    let going_on = detail("paused", [ask("resuming", entry("claimed", input()))]);
    for detail in [going_on, no_detail()] {
        let (targets, run) = end(find(), &[nowhere(), detail]);
        assert_eq!((run.expect("a run").status, targets.len()), (RunStatus::Paused, 2));
    }
    for (read, status) in [("info", RunStatus::Paused), ("error", RunStatus::Failed)] {
        let (_, run) = end(find(), &[level(read), no_detail()]);
        let run = run.expect("a run");
        assert_eq!((run.error.is_some(), &run.status), (read == "error", &status));
    }
    // Servers before v0.8 name the block alone.
    let open = detail("partially_resumed", [sign(), ask("resumed", entry("completed", input()))]);
    let (_, run) = end(find(), &[is_blocked_on("sign"), open]);
    let point = run.expect("a run").pause_point().expect("a place");
    assert_eq!(point.context_id.as_str(), "sign");
    for read in [waits_at("sign"), is("running"), output()] {
        assert_eq!(end(find(), &[read]).0, [READ], "the run tells enough");
    }
}

#[test]
fn the_places_of_a_run_are_found_wherever_they_are_filed() {
    let pauses = || speaking(Generation::V1).pauses("wf", "run-1").expect("an exchange");
    let both = detail("paused", [sign(), ask("paused", json!(null))]);
    assert_eq!(end(pauses(), &[both]).1.expect("places").len(), 2);
    let first = detail("paused", [ask("resuming", entry("completed", input()))]);
    let (targets, places) = end(pauses(), &[first, detail("paused", [sign()])]);
    assert_eq!(places.expect("places")[0].context_id.as_str(), "sign");
    assert_eq!(targets, [DETAIL, "/api/workflows/wf/paused/attempt"]);
    let over = detail("fully_resumed", [ask("resumed", entry("completed", input()))]);
    assert_eq!(end(pauses(), &[over]).1.expect("places"), []);
    assert!(end(pauses(), &[no_detail()]).1.expect_err("an error").is_not_found());
}
