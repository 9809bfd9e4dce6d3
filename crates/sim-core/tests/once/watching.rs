//! The states of a run as they change.

use std::time::Duration;

use serde_json::json;
use sim_core::transport::{Exchange as _, Phase, Step, TransportErrorKind as Kind};
use sim_core::{Error, ErrorKind, Generation, RunState, RunStatus, WaitBound, WaitPolicy};

use super::bounds::handle;
use super::server::*;
use super::{speaking, v2};

/// The states that a watch reports, when each came, and how many polls there were.
struct Seen {
    states: Vec<(Duration, Result<RunState, Error>)>,
    polls: usize,
}

impl Seen {
    fn words(&self) -> Vec<String> {
        let word = |state: &Result<RunState, Error>| match state {
            Ok(RunState::Outcome(result)) => format!("outcome {}", result.status),
            Ok(state) => state.status().to_string(),
            Err(error) => error.code().to_owned(),
        };
        self.states.iter().map(|(_, state)| word(state)).collect()
    }
}

/// Drives a watch as an adapter does: once for each state.
fn watch(policy: WaitPolicy, script: &[Answer]) -> Seen {
    let mut watch = speaking(Generation::V2).watch(handle(), policy).expect("an exchange");
    let mut seen = Seen { states: Vec::new(), polls: 0 };
    let (mut now, mut script) = (Duration::ZERO, script.iter());
    while let Some(delay) = watch.delay(now) {
        now += delay;
        loop {
            let answer = script.next().unwrap_or_else(|| panic!("it goes on: {:?}", seen.words()));
            seen.polls += 1;
            match watch.receive(v2::told(answer("run-1")), now) {
                Step::Again(delay) => now += delay,
                Step::Done(state) => {
                    seen.states.push((now, state));
                    break;
                }
            }
        }
    }
    assert!(script.next().is_none(), "it ended early: {:?}", seen.words());
    seen
}

fn paused(context: &'static str, kind: &'static str) -> Answer {
    says(200, move |id| {
        let paused = json!({"contextId": context, "pauseKind": kind});
        json!({"executionId": id, "workflowId": "wf", "status": "paused", "paused": paused})
            .to_string()
    })
}

#[test]
fn each_state_comes_once_and_the_outcome_last() {
    let script = [
        is("queued"),
        is("queued"),
        is("running"),
        is("running"),
        lost(),
        is("running"),
        paused("first", "time"),
        paused("first", "time"),
        paused("second", "time"),
        is("running"),
        is("completed"),
        output(),
    ];
    let seen = watch(WaitPolicy::new(), &script);
    let words = ["queued", "running", "paused", "paused", "running", "outcome completed"];
    assert_eq!(seen.words(), words);
    let (_, last) = seen.states.into_iter().last().expect("an outcome");
    let outcome = last.expect("no error").into_outcome().expect("an outcome");
    assert_eq!(outcome.output, json!({"run": "run-1"}));
}

#[test]
fn it_polls_when_a_wait_would_poll() {
    let script = || [is("queued"), is("running"), is("running"), is("completed"), output()];
    let seen = watch(WaitPolicy::new(), &script());
    let wait = speaking(Generation::V2).wait(handle(), WaitPolicy::new()).expect("an exchange");
    let waited = drive(wait, &script());
    assert_eq!(seen.polls, waited.asked.len());
    let end = seen.states.last().expect("an outcome").0;
    assert_eq!(end, waited.waits.iter().sum::<Duration>(), "with the same random numbers");
}

#[test]
fn a_run_that_waits_for_a_person_is_the_last_state() {
    let asks = detail("paused", [point("ask", "paused", json!(null))]);
    let seen = watch(WaitPolicy::new(), &[is("running"), paused("ask", "human"), asks]);
    assert_eq!(seen.words(), ["running", "outcome paused"]);
    let (_, Ok(RunState::Outcome(result))) = &seen.states[1] else { panic!("no outcome") };
    assert_eq!(result.pause.as_ref().expect("a pause").points[0].context_id.as_str(), "ask");
}

#[test]
fn a_bound_or_a_cancel_is_the_last_item() {
    let policy = WaitPolicy::new()
        .interval(Duration::from_secs(1), Duration::from_secs(1))
        .bound(WaitBound::Queued, Duration::ZERO);
    let seen = watch(policy, &[is("queued")]);
    let [(_, Err(error))] = &seen.states[..] else { panic!("{:?}", seen.words()) };
    assert_eq!(error.last_status(), Some(&RunStatus::Queued));
    let seen = watch(WaitPolicy::new(), &[is("queued"), breaks(Kind::Cancelled, Phase::Sent)]);
    let [(_, Ok(_)), (_, Err(error))] = &seen.states[..] else { panic!("{:?}", seen.words()) };
    assert_eq!(error.kind(), &ErrorKind::Cancelled);
}
