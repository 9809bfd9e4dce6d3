//! How often, for how long and within which limits: of a start and of each look.

use std::time::Duration;

use serde_json::json;
use sim_core::transport::{Phase, TransportErrorKind as Kind};
use sim_core::{
    Api, ErrorKind, Generation, RetryPolicy, RunHandle, RunId, RunStatus, Timeouts, WaitPolicy,
};

use super::server::*;
use super::{api, builder, execute, once, play_as, play_both, play_both_by, speaking};

fn noise() -> Answer {
    breaks(Kind::Protocol, Phase::Sent)
}

pub(crate) fn handle() -> RunHandle {
    RunHandle::new("wf", "run-1")
}

/// The run as a server tells of it that knows only the job.
fn job() -> RunHandle {
    let mut handle = RunHandle::new("wf", "job-1");
    handle.job_id = Some("job-1".into());
    handle
}

pub(crate) fn play_wait(wait: WaitPolicy, script: &[Answer]) -> Played {
    play_both(|api| api.wait(handle(), wait).expect("an exchange"), script)
}

pub(crate) fn play_wait_by(wait: WaitPolicy, server: impl Fn(&Asked) -> Answer) -> Played {
    play_both_by(|api| api.wait(handle(), wait).expect("an exchange"), server)
}

pub(crate) fn play_wait_within(deadline: Duration, wait: WaitPolicy, script: &[Answer]) -> Played {
    let scoped = |api: Api| api.scoped(|options| options.deadline = Some(deadline));
    play_both(|api| scoped(api).wait(handle(), wait).expect("an exchange"), script)
}

#[test]
fn starts_and_answers_spend_the_budget_that_all_calls_of_a_client_share() {
    let often = RetryPolicy::new().max_retries(u32::MAX).initial_delay(Duration::ZERO);
    let script: Vec<_> = (0..101).map(|_| never()).collect();
    let api = api();
    let played = drive(api.once(execute().once().retry(often)).expect("an exchange"), &script);
    assert_eq!(played.error().kind(), &ErrorKind::Connect);
    assert_eq!(played.waits.len(), 100);
    let resume = sim_core::ResumeRun::new("wf", "run-1", "ask");
    let exchange = api.resume(resume).expect("an exchange");
    assert_eq!(drive(exchange, &[never()]).waits.len(), 0, "there is nothing left for it");
}

#[test]
fn what_a_start_cost_is_given_back_when_it_is_accepted() {
    let api = api();
    let script = || vec![gate(), gate(), gate(), receipt(), is("completed"), output()];
    let paths: [fn() -> Vec<Answer>; 3] = [
        || vec![receipt()],
        || vec![lost(), no_such_run(), conflict()],
        || vec![lost(), is("running")],
    ];
    for n in 0..200 {
        let script = [never(), gate(), gate()].into_iter().chain(paths[n % 3]());
        let script: Vec<_> = script.chain([is("completed"), output()]).collect();
        drive(api.once(execute().once()).expect("an exchange"), &script).assert_result();
    }
    for _ in 0..200 {
        let exchange = api.once(execute().once().sync()).expect("an exchange");
        let absent = || (0..5).map(|_| no_such_run());
        let refused = || [gate()].into_iter().chain(absent());
        let sync: Vec<_> = refused().chain(refused()).chain([ended()]).collect();
        drive(exchange, &sync).assert_result();
        let resume = sim_core::ResumeRun::new("wf", "run-1", "ask");
        let exchange = api.resume(resume).expect("an exchange");
        assert!(drive(exchange, &script()).result.is_ok());
        let resume = sim_core::ResumeRun::new("wf", "run-1", "ask");
        let exchange = api.resume(resume).expect("an exchange");
        assert!(drive(exchange, &[gate(), gate(), ended(), output()]).result.is_ok());
    }
}

#[test]
fn a_probe_that_is_refused_for_good_is_not_made_again() {
    let page = || says(200, |_| "<html>".to_owned());
    let moved = || says_with(302, "location", "/login", |_| String::new());
    let no = |status, message: &'static str| {
        says(status, move |_| json!({"error": message}).to_string())
    };
    for (refusal, cause, code) in [
        (no(401, "Unauthorized"), ErrorKind::Api, "UNAUTHORIZED"),
        (no(403, "Forbidden"), ErrorKind::Api, "FORBIDDEN"),
        (no(402, "Usage limit exceeded"), ErrorKind::Api, "USAGE_LIMIT_EXCEEDED"),
        (moved(), ErrorKind::Redirect, "REDIRECT"),
        (page(), ErrorKind::Decode, "INVALID_RESPONSE"),
    ] {
        let played = play_as(&|| execute().once(), &[lost(), refusal]);
        let run = Some(RunId::from(played.starts()[0]));
        let kind = ErrorKind::Ambiguous { run_id: run.clone(), cause: Box::new(cause) };
        assert_eq!((played.error().kind(), played.error().code()), (&kind, code));
        assert_eq!((played.shape().as_str(), played.error().run_id()), ("SL", run.as_ref()));
    }
}

#[test]
fn a_probe_that_fails_to_the_end_is_what_the_error_tells_of() {
    let few = || execute().once().retry(RetryPolicy::new().max_retries(1));
    let down = || says(500, |_| "{}".to_owned());
    let played = play_as(&few, &[lost(), down(), down(), down()]);
    let (error, run) = (played.error(), Some(RunId::from(played.starts()[0])));
    let kind = ErrorKind::Ambiguous { run_id: run.clone(), cause: Box::new(ErrorKind::Api) };
    assert_eq!((error.kind(), error.code()), (&kind, "SERVER_ERROR"));
    assert_eq!((played.shape().as_str(), error.run_id()), ("SLLL", run.as_ref()));
}

#[test]
fn as_many_looks_in_a_row_may_fail_as_the_policy_says() {
    for failures in 0..4 {
        let script: Vec<_> = (0..=failures).map(|_| noise()).collect();
        let played = play_wait(WaitPolicy::new().failures(failures), &script);
        assert!(played.error().is_ambiguous());
        assert_eq!(played.shape(), "L".repeat(script.len()));
    }
    let script = [noise(), is("running"), noise(), is("completed"), output()];
    let played = play_wait(WaitPolicy::new().failures(1), &script);
    assert_eq!(played.shape(), "LLLLO", "one that succeeds ends the row");
    assert_eq!(played.result.expect("a result").status, RunStatus::Completed);
}

#[test]
fn without_a_grace_a_run_that_is_not_found_is_not_looked_for() {
    let wait = WaitPolicy::new().grace(Duration::ZERO);
    let played = play_wait(wait, &[no_such_run()]);
    assert!(played.error().is_ambiguous() && played.error().is_not_found());
    assert_eq!(
        (played.shape().as_str(), played.error().run_id()),
        ("L", Some(&RunId::from("run-1")))
    );
    let played = play_wait(wait, &[is("running"), no_such_run()]);
    assert!(played.error().is_not_found(), "it was there a while ago");
}

#[test]
fn an_output_is_asked_for_once_and_only_if_it_is_not_there() {
    let played = play_wait(WaitPolicy::new(), &[output()]);
    assert_eq!(played.shape(), "L", "it came unasked");
    assert_eq!(played.result.expect("a result").output, json!({"run": "run-1"}));
    let played = play_wait(WaitPolicy::new(), &[is("completed"), is("completed")]);
    assert_eq!(played.shape(), "LO", "a run may put nothing out");
    let result = played.result.expect("a result");
    assert_eq!((result.status, result.output), (RunStatus::Completed, json!(null)));
}

#[test]
fn a_job_is_looked_at_in_the_first_generation_and_tells_of_its_output_itself() {
    let state = |status: &'static str| says(200, move |_| json!({"status": status}).to_string());
    let missing = || says(404, |_| json!({"error": "m", "code": "TASK_NOT_FOUND"}).to_string());
    let script = || vec![missing(), state("processing"), state("completed")];
    for generation in [Generation::V1, Generation::V2, Generation::Auto] {
        let exchange = speaking(generation).wait(job(), WaitPolicy::new()).expect("an exchange");
        let played = drive(exchange, &script());
        assert_eq!((played.shape().as_str(), played.generations()), ("JJJ", vec![1; 3]));
        assert!(
            played.waits.iter().all(|wait| *wait >= Duration::from_millis(75)),
            "what is missing is looked for later: {:?}",
            played.waits
        );
        let result = played.result.expect("a result");
        assert_eq!((result.status, result.output), (RunStatus::Completed, json!(null)));
    }
}

#[test]
fn a_server_without_the_second_generation_is_looked_at_in_the_first() {
    let exchange = speaking(Generation::Auto).wait(handle(), WaitPolicy::new());
    let script = [no_such_address(), is("running"), is("completed"), output()];
    let played = drive(exchange.expect("an exchange"), &script);
    assert_eq!((played.shape().as_str(), played.generations()), ("LLLO", vec![2, 1, 1, 1]));
    assert_eq!(played.waits[0], Duration::ZERO, "the same is asked at once");
}

#[test]
fn each_request_has_the_limits_of_its_own_kind() {
    let own = Timeouts::default().first_byte(Duration::from_secs(7)).total(Duration::from_secs(9));
    for client in [Timeouts::default(), own] {
        let api = builder(Generation::V2).timeouts(client).build().expect("a core");
        let once = |plan| api.once(plan).expect("an exchange");
        let (run, read) = (client.or(Timeouts::RUN), client.or(Timeouts::READ));
        let script = [lost(), no_such_run(), receipt(), is("completed"), output()];
        assert_eq!(drive(once(execute().once()), &script).limits, [read; 5], "a receipt is quick");
        let sync = drive(once(execute().once().sync()), &[lost(), is("completed"), output()]);
        assert_eq!(sync.limits, [run, read, read], "a run is not");
        let wait = api.wait(handle(), WaitPolicy::new()).expect("an exchange");
        assert_eq!(drive(wait, &[is("completed"), output()]).limits, [read; 2]);
        let wait = api.wait(job(), WaitPolicy::new()).expect("an exchange");
        let done = says(200, |_| json!({"status": "completed"}).to_string());
        assert_eq!(drive(wait, &[done]).limits, [read]);
    }
}

#[test]
fn they_show_the_run_and_never_the_key() {
    let start = format!("{:?}", once(execute().run_id("run-1").once()));
    assert!(start.starts_with("Once"), "{start}");
    let wait = format!("{:?}", api().wait(handle(), WaitPolicy::new()).expect("an exchange"));
    assert!(wait.starts_with("Wait"), "{wait}");
    for shown in [start, wait] {
        assert!(shown.contains("run-1") && !shown.contains("sk-sim-test"), "{shown}");
    }
}
