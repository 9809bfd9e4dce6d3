//! What repeats cost, and how long they go on.

use std::time::Duration;

use serde_json::json;
use sim_core::transport::{Exchange as _, Step};
use sim_core::{Api, ErrorKind, Generation, GetRun, RetryPolicy};

use super::server::*;
use super::{api, builder, execute, proven, speaking, v2};

const USED_UP: &str = "the retry budget of the client is used up";

fn with_retry(api: &Api, policy: RetryPolicy, script: &[Answer]) -> Played {
    drive(api.call(execute()).expect("an exchange").with_retry(policy), script)
}

fn waited(played: &Played) -> Duration {
    played.waits.iter().sum()
}

/// What a read does whose answers are all the same: the delays before its repeats, and its error.
fn read(api: &Api, answer: &dyn Fn() -> Answer) -> (Vec<Duration>, sim_core::Error) {
    let mut call = api.call(GetRun::new("wf", "run-1")).expect("an exchange");
    let (mut waits, mut now) = (Vec::new(), Duration::ZERO);
    loop {
        match call.receive(v2::told(answer()("run-1")), now) {
            Step::Again(wait) => waits.push(wait),
            Step::Done(result) => return (waits, result.expect_err("an error")),
        }
        now += waits[waits.len() - 1];
    }
}

fn busy() -> Answer {
    says_with(429, "retry-after", "60", |_| json!({"error": "API rate limit exceeded"}).to_string())
}

#[test]
fn three_hundred_calls_that_are_refused_fifty_times_each_all_succeed() {
    let policy = RetryPolicy::new().max_retries(50);
    for generation in [Generation::V1, Generation::V2] {
        let api = speaking(generation);
        for n in 0..300 {
            let refused = if n % 2 == 0 { refused_by_rate } else { refused_by_gate };
            let script: Vec<_> =
                (0..50).flat_map(|_| refused(generation)).chain([ended()]).collect();
            with_retry(&api, policy, &script).assert_result();
        }
        let nine = (0..9).map(|_| spent());
        let script: Vec<_> = nine.chain([receipt(), is("completed"), output()]).collect();
        for _ in 0..30 {
            drive(api.once(execute().once()).expect("an exchange"), &script).assert_result();
        }
        for _ in 0..200 {
            read(&api, &busy);
        }
        let script = [never(), never(), ended()];
        with_retry(&api, policy, &script).assert_result();
    }
}

#[test]
fn the_budget_is_a_setting_and_named_by_the_error_that_it_ends() {
    let often = RetryPolicy::new().max_retries(50).initial_delay(Duration::ZERO);
    for repeats in [0, 3] {
        let few = || builder(Generation::V1).retry_budget(repeats).build().expect("a core");
        let script: Vec<_> = (0..=repeats).map(|_| never()).collect();
        let played = with_retry(&few(), often, &script);
        assert_eq!(played.waits.len(), repeats as usize);
        assert_eq!(played.error().kind(), &ErrorKind::Connect);
        assert!(played.error().message().ends_with(USED_UP), "{}", played.error());
        let once = proven(few()).once(execute().once().retry(often)).expect("an exchange");
        let played = drive(once, &script);
        assert_eq!(played.waits.len(), repeats as usize);
        assert!(played.error().message().ends_with(USED_UP), "{}", played.error());
        let resume = sim_core::ResumeRun::new("wf", "run-1", "ask").retry(often);
        let resume = few().resume(resume).expect("an exchange");
        assert!(drive(resume, &script).error().message().ends_with(USED_UP));
    }
    let script: Vec<_> = (0..4).map(|_| never()).collect();
    let error = with_retry(&api(), RetryPolicy::new(), &script);
    assert!(!error.error().message().contains("budget"), "the policy ended it");
}

#[test]
fn a_rate_that_is_refilled_once_a_minute_is_waited_for() {
    let three = |refused: fn(Generation) -> Vec<Answer>| -> Vec<_> {
        (0..3).flat_map(|_| refused(Generation::V1)).chain([ended()]).collect()
    };
    let script = three(refused_by_rate);
    let played = with_retry(&api(), RetryPolicy::new(), &script);
    played.assert_result();
    assert!((60..=101).contains(&waited(&played).as_secs()), "{:?}", played.waits);
    let played = with_retry(&api(), RetryPolicy::new(), &three(refused_by_gate));
    assert!(waited(&played) < Duration::from_secs(13), "other refusals pass sooner");
    let many = RetryPolicy::new().max_retries(50);
    let played = with_retry(&api(), many, &script);
    assert!(waited(&played) < Duration::from_secs(10), "many repeats cover the minute as they are");
}

#[test]
fn a_read_that_is_refused_for_a_minute_does_not_hold_its_caller_for_two() {
    let second = Duration::from_secs(1);
    let (waits, error) = read(&speaking(Generation::V2), &busy);
    assert_eq!((waits.len(), error.code()), (1, "RATE_LIMIT_EXCEEDED"));
    assert!(waits[0] >= second * 60 && waits[0] < second * 67, "{waits:?}");
    assert_eq!(error.retry_after(), Some(second * 60));
    let api = builder(Generation::V2).deadline(second * 10).build().expect("a core");
    let (waits, error) = read(&api, &busy);
    assert_eq!((waits.len(), error.code()), (0, "RATE_LIMIT_EXCEEDED"), "the client's deadline");
    let scoped = api.scoped(|options| options.deadline = Some(second * 80));
    assert_eq!(read(&scoped, &busy).0.len(), 1, "the handle's deadline counts before the client's");
}

#[test]
fn the_deadline_of_the_client_bounds_conversations_too() {
    let deadline = Duration::from_secs(10);
    let api = builder(Generation::V2).deadline(deadline).build().expect("a core");
    let script: Vec<_> = [receipt()].into_iter().chain((0..99).map(|_| is("running"))).collect();
    let played = drive(api.once(execute().once()).expect("an exchange"), &script);
    assert!(played.error().is_ambiguous() && played.error().is_timeout());
    assert!(waited(&played) < deadline);
    assert!(played.limits.iter().all(|limits| limits.total.is_some_and(|left| left <= deadline)));
}
