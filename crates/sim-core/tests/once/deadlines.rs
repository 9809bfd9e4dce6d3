//! The deadline of the whole, and what it leaves of each part.

use std::time::Duration;

use serde_json::json;
use sim_core::transport::{Exchange, Phase, Step, TransportErrorKind as Kind};
use sim_core::{
    Api, Error, ErrorKind, ExecuteWorkflow, Generation, RunId, TimeoutKind, Timeouts, WaitPolicy,
    WorkflowExecutionResult,
};

use super::bounds::{handle, play_wait, play_wait_within};
use super::durable::{self, Server};
use super::server::*;
use super::{builder, execute, play_as, play_both, speaking, v2};

#[test]
fn no_start_is_tried_after_the_deadline() {
    let five = Duration::from_secs(5);
    let played = play_as(&|| execute().once().deadline(five), &[never(), never(), never()]);
    assert_eq!(played.error().kind(), &ErrorKind::Connect);
    assert_eq!(played.shape(), "SSS", "after 1 s and 2 s; the next would be after 4 s more");
}

#[test]
fn it_is_looked_until_the_deadline() {
    let second = Duration::from_secs(1);
    let wait = WaitPolicy::new().interval(second, second);
    let script: Vec<_> = (0..9).map(|_| is("running")).collect();
    let played = play_wait_within(second * 5, wait, &script);
    assert!(played.error().is_ambiguous() && played.error().is_timeout());
    let total: f64 = played.waits.iter().map(Duration::as_secs_f64).sum();
    assert!((3.75..5.0).contains(&total), "one look each second, and none after it: {total}");
}

#[test]
fn a_deadline_is_used_to_its_end() {
    for seconds in [1, 5, 25, 100] {
        let deadline = Duration::from_secs(seconds);
        let script: Vec<_> = (0..99).map(|_| is("running")).collect();
        let played = play_wait_within(deadline, WaitPolicy::new(), &script);
        let last: Duration = played.waits.iter().sum();
        let unused = deadline.checked_sub(last).expect("no look after it");
        assert!(unused <= deadline / 5, "the last look at {last:?} of {deadline:?}");
    }
}

#[test]
fn a_look_that_the_server_wants_after_the_deadline_is_not_made() {
    let busy = says_with(429, "retry-after", "60", |_| json!({"error": "m"}).to_string());
    let played = play_wait_within(Duration::from_secs(25), WaitPolicy::new(), &[busy]);
    assert!(played.error().is_ambiguous() && played.error().is_timeout(), "{:?}", played.error());
}

/// What the deadline leaves of each attempt.
fn assert_left(played: &Played, deadline: Duration) {
    let mut now = Duration::ZERO;
    for (limits, wait) in played.limits.iter().zip(played.waits.iter().chain([&Duration::ZERO])) {
        assert_eq!(limits.total, Some(deadline.saturating_sub(now)), "{}", played.shape());
        now += *wait;
    }
}

#[test]
fn the_deadline_bounds_each_attempt_of_every_kind() {
    let deadline = Duration::from_secs(60);
    let down = || says(500, |_| "{}".to_owned());
    let script = [never(), gate(), lost(), down(), down(), no_such_run(), lost(), no_such_run()];
    let end = [receipt(), is("running"), down(), is("completed"), output()];
    let script: Vec<_> = script.into_iter().chain(end).collect();
    let played = play_as(&|| execute().once().deadline(deadline), &script);
    played.assert_result();
    assert_eq!(played.shape(), "SSSLLLSLSLLLO");
    assert_left(&played, deadline);
    let script = [lost(), is("running"), is("completed"), output()];
    let played = play_as(&|| execute().once().sync().deadline(deadline), &script);
    assert_left(&played, deadline);
    let resume = || sim_core::ResumeRun::new("wf", "run-1", "ask").deadline(deadline);
    let script = [lost(), gate(), receipt(), is("running"), is("completed"), output()];
    let played = play_both(|api| api.resume(resume()).expect("an exchange"), &script);
    assert_eq!(played.shape(), "AAALLO");
    assert_left(&played, deadline);
    let none = play_wait(WaitPolicy::new(), &[is("completed"), output()]);
    assert!(none.limits.iter().all(|limits| limits.total.is_none()));
}

#[test]
fn a_shorter_limit_of_an_attempt_stays() {
    let second = Duration::from_secs(1);
    let api = builder(Generation::V2).timeouts(Timeouts::default().total(second * 9)).build();
    let wait = WaitPolicy::new().interval(second * 4, second * 4);
    let api = api.expect("a core").scoped(|options| options.deadline = Some(second * 12));
    let exchange = api.wait(handle(), wait).expect("an exchange");
    let played = drive(exchange, &[is("running"), is("running"), is("completed"), output()]);
    let totals: Vec<_> = played.limits.iter().map(|limits| limits.total.expect("one")).collect();
    assert_eq!(totals[0], second * 9);
    assert!(totals[1] < second * 10 && totals[2] < second * 6, "{totals:?}");
}

/// A core whose every conversation is over after five seconds.
fn five_seconds() -> Api {
    speaking(Generation::V2).scoped(|options| options.deadline = Some(Duration::from_secs(5)))
}

/// What becomes of an exchange whose first attempt ends so at that time, with a deadline of five seconds.
fn ends_at(seconds: u64, answer: &Answer) -> Vec<Error> {
    let wait = WaitPolicy::new();
    let resume = sim_core::ResumeRun::new("wf", "run-1", "ask");
    let api = five_seconds();
    let at = Duration::from_secs(seconds);
    [
        end(api.wait(handle(), wait).expect("an exchange"), answer, at),
        end(api.once(execute().once().wait(wait)).expect("an exchange"), answer, at),
        end(api.resume(resume).expect("an exchange"), answer, at),
    ]
    .into()
}

fn end(
    mut exchange: impl Exchange<Output = WorkflowExecutionResult>,
    answer: &Answer,
    at: Duration,
) -> Error {
    match exchange.receive(v2::told(answer("run-1")), at) {
        Step::Done(result) => result.expect_err("an error"),
        Step::Again(wait) => panic!("it goes on after {wait:?}"),
    }
}

#[test]
fn nothing_is_waited_for_beyond_the_deadline() {
    let wait_long = says_with(429, "retry-after", "60", |_| {
        json!({"error": "m", "code": "ADMISSION_GATE_CAPACITY"}).to_string()
    });
    let [wait, once, resume] = &ends_at(1, &wait_long)[..] else { panic!("three") };
    assert!(wait.is_ambiguous() && wait.is_timeout(), "{wait}");
    assert!(once.is_rate_limited() && resume.is_rate_limited(), "{once} {resume}");
}

#[test]
fn what_ends_after_the_deadline_is_not_followed() {
    let late = || breaks(Kind::Timeout(TimeoutKind::Total), Phase::Sent);
    for error in ends_at(6, &late()) {
        assert!(error.is_ambiguous() && error.is_timeout() && error.run_id().is_some(), "{error}");
    }
    for error in &ends_at(6, &receipt())[1..] {
        assert!(error.is_ambiguous() && error.is_timeout() && error.run_id().is_some(), "{error}");
    }
    let exchange = five_seconds().wait(handle(), WaitPolicy::new()).expect("an exchange");
    let error = end(exchange, &is("completed"), Duration::from_secs(6));
    assert_eq!(
        (error.kind(), error.run_id()),
        (&ErrorKind::Timeout(TimeoutKind::Total), Some(&RunId::from("run-1")))
    );
}

#[test]
fn a_start_after_a_limit_has_what_the_deadline_leaves() {
    let deadline = Duration::from_secs(600);
    for generation in [Generation::V1, Generation::V2] {
        let mut server = Server::refusing(2);
        let api = durable::speaking(generation);
        let handle = durable::new_handle(&api, &mut server);
        let plan = ExecuteWorkflow::new("wf").input(json!({"n": 1})).once().deadline(deadline);
        let mut exchange = api.durable(handle, plan).expect("an exchange");
        let mut now = Duration::ZERO;
        loop {
            assert_eq!(exchange.timeouts().total, Some(deadline.saturating_sub(now)));
            match exchange.receive(Ok(server.answer(&exchange.request())), now) {
                Step::Again(delay) => now += delay,
                Step::Done(result) => break drop(result.expect("a result")),
            }
        }
        assert_eq!(server.starts.len(), 3, "two refusals, and the start that counts");
        assert!(now > Duration::from_secs(1), "the limit was waited for: {now:?}");
    }
}
