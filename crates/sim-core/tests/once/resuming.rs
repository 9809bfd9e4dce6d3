//! A pause that is answered once, and what follows.

use std::cell::Cell;
use std::time::Duration;

use serde_json::json;
use sim_core::transport::{Exchange, Phase, Resume, TransportErrorKind as Kind};
use sim_core::{
    ErrorKind, Generation, ResumeRun, RunId, RunStatus, Timeouts, WaitPolicy,
    WorkflowExecutionResult,
};

use super::pauses::ask;
use super::server::*;
use super::{Api, api, builder, play_both, play_both_by, speaking};

fn resume(api: &Api, wait: WaitPolicy) -> Resume {
    let answer = ResumeRun::new("wf", "run-1", "ask").input(json!({"approved": true}));
    api.resume(answer.once().wait(wait)).expect("an exchange")
}

fn play(script: &[Answer]) -> Played {
    play_within(WaitPolicy::new(), script)
}

fn play_within(wait: WaitPolicy, script: &[Answer]) -> Played {
    play_both(|api| resume(&api, wait), script)
}

/// With a deadline of the whole.
fn play_by(deadline: Duration, script: &[Answer]) -> Played {
    let scoped = |api: Api| api.scoped(|options| options.deadline = Some(deadline));
    play_both(|api| resume(&scoped(api), WaitPolicy::new()), script)
}

/// The receipt names the attempt to go on, which is not the run.
fn taken() -> Answer {
    says(202, |_| json!({"success": true, "jobId": "j", "executionId": "attempt"}).to_string())
}

fn answered_before() -> Answer {
    says(409, |_| json!({"error": "Paused execution is not resumable"}).to_string())
}

/// The detail of a pause that went on with the answer of these tests.
fn went_on() -> Answer {
    let answer = entry("completed", json!({"approved": true}));
    detail("fully_resumed", [point("ask", "resumed", answer)])
}

/// The detail of a pause that nobody has answered.
fn nobody_answered() -> Answer {
    detail("paused", [point("ask", "paused", json!(null))])
}

fn refused() -> Answer {
    says(401, |_| json!({"error": "Unauthorized"}).to_string())
}

fn paused(context: &'static str) -> Answer {
    says(200, move |id| {
        let paused = json!({"contextId": context, "pauseKind": "human"});
        json!({"executionId": id, "workflowId": "wf", "status": "paused", "paused": paused})
            .to_string()
    })
}

fn completed(played: &Played) -> &WorkflowExecutionResult {
    let result = played.result.as_ref().unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &json!({"run": "run-1"})));
    result
}

/// The backoff before the first repeat is a second, give or take a quarter.
fn is_first_backoff(wait: Duration) -> bool {
    (0.75..=1.25).contains(&wait.as_secs_f64())
}

fn lost_for(cause: ErrorKind) -> ErrorKind {
    ErrorKind::Ambiguous { run_id: Some(RunId::from("run-1")), cause: Box::new(cause) }
}

#[test]
fn an_answer_that_is_taken_is_followed_under_the_id_of_the_run() {
    let ended = says(200, |id| {
        json!({"success": true, "status": "completed", "executionId": "attempt", "output": {"run": id}})
            .to_string()
    });
    let played = play(&[ended, output()]);
    assert_eq!(completed(&played).run_id, Some(RunId::from("run-1")));
    assert_eq!(played.shape(), "AO", "the run decides, not the answer");
    let played = play(&[taken(), is("running"), is("completed"), output()]);
    assert_eq!(completed(&played).run_id, Some(RunId::from("run-1")));
    let look = || Asked::Look("run-1".to_owned());
    let asked =
        [Asked::Answer("run-1".to_owned()), look(), look(), Asked::Output("run-1".to_owned())];
    assert_eq!(played.asked, asked, "and never under that of the attempt");
    assert_eq!(played.waits[0], Duration::ZERO);
}

#[test]
fn an_answer_that_may_be_lost_is_given_again_after_a_while() {
    for lost in [
        lost(),
        breaks(Kind::Timeout(sim_core::TimeoutKind::FirstByte), Phase::Sent),
        breaks(Kind::Closed, Phase::Body),
        says(502, |_| "<html>".to_owned()),
    ] {
        let played = play(&[lost, taken(), is("completed"), output()]);
        completed(&played);
        assert_eq!(played.shape(), "AALO");
        let body = |n: usize| played.requests[n].body().as_bytes();
        assert_eq!(body(0), body(1));
        assert!(is_first_backoff(played.waits[0]), "{:?}", played.waits);
    }
}

#[test]
fn after_a_loss_the_refusal_of_a_second_answer_sends_to_the_detail_of_the_pause() {
    let script = [lost(), answered_before(), went_on(), is("running"), is("completed"), output()];
    let played = play(&script);
    completed(&played);
    assert_eq!((played.shape().as_str(), played.waits[1]), ("AADLLO", Duration::ZERO));
    let played = play(&[lost(), lost(), answered_before(), went_on(), is("completed"), output()]);
    completed(&played);
    assert_eq!(played.shape(), "AAADLO");
    // What never left after that does not undo the loss.
    let played = play(&[lost(), never(), answered_before(), went_on(), is("completed"), output()]);
    completed(&played);
    assert_eq!(played.shape(), "AAADLO");
}

#[test]
fn a_conflict_says_that_somebody_else_has_answered() {
    let others = || {
        let given = entry("completed", json!({"approved": false}));
        detail("fully_resumed", [ask("resumed", given)])
    };
    for script in [vec![], vec![never()], vec![gate()]] {
        let tries = script.len() + 1;
        let script = script.into_iter().chain([answered_before(), others()]);
        let played = play(&script.collect::<Vec<_>>());
        let error = played.error();
        assert_eq!((error.kind(), error.code()), (&ErrorKind::Api, "CONFLICT"));
        assert_eq!(error.run_id(), Some(&RunId::from("run-1")));
        assert_eq!(played.shape(), "A".repeat(tries) + "D");
    }
}

#[test]
fn a_refusal_ends_it_and_settles_nothing_after_a_loss() {
    let played = play(&[refused()]);
    assert_eq!((played.error().kind(), played.error().code()), (&ErrorKind::Api, "UNAUTHORIZED"));
    assert_eq!(played.shape(), "A");
    let played = play(&[lost(), refused()]);
    let error = played.error();
    assert_eq!((error.kind(), error.code()), (&lost_for(ErrorKind::Api), "UNAUTHORIZED"));
    assert_eq!(error.run_id(), Some(&RunId::from("run-1")));
    assert_eq!(played.shape(), "AA");
}

#[test]
fn a_spending_limit_settles_nothing_after_a_loss() {
    let no = || says(402, |_| json!({"error": "Usage limit exceeded"}).to_string());
    assert_eq!(play(&[no()]).error().kind(), &ErrorKind::Api);
    let played = play(&[lost(), no()]);
    assert_eq!(played.error().kind(), &lost_for(ErrorKind::Api), "the lost one may be taken");
    assert!(played.error().is_usage_limited());
}

#[test]
fn what_was_not_taken_is_given_again() {
    let played = play(&[never(), gate(), spent(), taken(), is("completed"), output()]);
    completed(&played);
    assert_eq!(played.shape(), "AAAALO");
    assert!(is_first_backoff(played.waits[0]), "{:?}", played.waits);
    assert!(played.waits[1] > played.waits[0] && played.waits[2] > played.waits[1], "it doubles");
}

#[test]
fn ten_answers_are_the_most() {
    let ten = |answer: &dyn Fn() -> Answer| (0..10).map(|_| answer()).collect::<Vec<_>>();
    let played = play(&ten(&lost));
    assert_eq!(played.error().kind(), &lost_for(ErrorKind::Closed), "the loss is named once");
    assert_eq!((played.shape(), played.waits.len()), ("A".repeat(10), 9));
    let played = play(&ten(&never));
    assert_eq!(played.error().kind(), &ErrorKind::Connect, "none of them left");
    assert_eq!(played.error().run_id(), Some(&RunId::from("run-1")));
}

#[test]
fn a_deadline_bounds_the_answers_too() {
    let five = Duration::from_secs(5);
    let played = play_by(five, &[lost(), lost(), lost()]);
    assert_eq!(played.error().kind(), &lost_for(ErrorKind::Closed));
    assert_eq!(played.shape(), "AAA", "the fourth would come after it");
    let played = play_by(five, &[lost(), refused()]);
    assert_eq!(played.error().kind(), &lost_for(ErrorKind::Api));
    let none = play_by(Duration::ZERO, &[never()]);
    assert_eq!(none.error().kind(), &ErrorKind::Connect);
}

#[test]
fn cancelling_ends_it_and_names_the_run() {
    let cancelled = || breaks(Kind::Cancelled, Phase::Sent);
    let mut scripts = vec![vec![], vec![lost()], vec![taken()], vec![lost(), answered_before()]];
    scripts.push(vec![lost(), answered_before(), went_on()]);
    scripts.push(vec![taken(), paused("sign")]);
    for script in scripts {
        let played = play(&script.into_iter().chain([cancelled()]).collect::<Vec<_>>());
        assert_eq!(played.error().kind(), &ErrorKind::Cancelled, "{}", played.shape());
        assert_eq!(played.error().run_id(), Some(&RunId::from("run-1")));
    }
}

#[test]
fn a_run_that_the_lost_connection_cancelled_is_interrupted() {
    let played = play(&[lost(), answered_before(), went_on(), is("running"), is("cancelled")]);
    assert_eq!(played.error().kind(), &ErrorKind::Interrupted { run_id: RunId::from("run-1") });
    let played = play(&[taken(), is("cancelled")]);
    assert_eq!(played.result.expect("a result").status, RunStatus::Cancelled, "nothing was lost");
}

#[test]
fn the_place_that_was_answered_is_looked_past_and_the_next_handed_over() {
    let next = detail("paused", [point("sign", "paused", json!(null))]);
    let played = play(&[taken(), paused("ask"), is("running"), paused("sign"), next]);
    assert_eq!(played.shape(), "ALLLD");
    let result = played.result.expect("a result");
    assert_eq!(result.status, RunStatus::Paused);
    assert_eq!(result.pause.expect("a pause").points[0].context_id.as_str(), "sign");
}

/// The place that was answered, still or again.
fn handed_over(played: &Played) -> Duration {
    let result = played.result.as_ref().unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(result.status, RunStatus::Paused);
    let pause = result.pause.as_ref().expect("a pause");
    assert_eq!(pause.points[0].context_id.as_str(), "ask");
    played.waits.iter().sum()
}

#[test]
fn a_pause_that_outlasts_its_answer_is_handed_over() {
    let not_ready = || says(409, |_| json!({"error": "Snapshot is not ready"}).to_string());
    let taken_at_once = || Box::new(|_: usize| taken()) as Box<dyn Fn(usize) -> Answer>;
    let lost_at_first = Box::new(move |n: usize| if n == 0 { lost() } else { not_ready() });
    for (answers, begins) in [(taken_at_once(), "AL"), (lost_at_first, "AADL")] {
        let given = Cell::new(0);
        let exchange = |api: Api| {
            given.set(0);
            resume(&api, WaitPolicy::new())
        };
        let played = play_both_by(exchange, |asked| match asked {
            Asked::Answer(_) => answers(given.replace(given.get() + 1)),
            Asked::Detail(_) => nobody_answered(),
            _ => paused("ask"),
        });
        let waited = handed_over(&played);
        assert!((30..60).contains(&waited.as_secs()), "after the grace: {waited:?}");
        let (shape, looks) = (played.shape(), begins.trim_end_matches('L'));
        let looks = shape.strip_prefix(looks).expect("its beginning").strip_suffix('D');
        assert!(looks.is_some_and(|looks| looks.bytes().all(|look| look == b'L')), "{shape}");
    }
    let none = WaitPolicy::new().grace(Duration::ZERO);
    let none = play_within(none, &[taken(), paused("ask"), nobody_answered()]);
    handed_over(&none);
    assert_eq!(none.shape(), "ALD");
}

#[test]
fn a_pause_that_comes_back_after_its_answer_is_handed_over_at_once() {
    for between in ["running", "pending"] {
        let script = [taken(), paused("ask"), is(between), paused("ask"), nobody_answered()];
        let played = play(&script);
        handed_over(&played);
        assert_eq!(played.shape(), "ALLLD");
    }
    let going_on = says(200, |id| {
        let paused = json!({"contextId": null, "pauseKind": null, "pausePointCount": 1});
        json!({"executionId": id, "workflowId": "wf", "status": "paused", "paused": paused})
            .to_string()
    });
    let resuming = || {
        let answer = entry("claimed", json!({"approved": true}));
        detail("paused", [point("ask", "resuming", answer)])
    };
    let played = play(&[taken(), going_on, resuming(), paused("ask"), nobody_answered()]);
    handed_over(&played);
    assert_eq!(played.shape(), "ALDLD", "it was being resumed in between");
}

#[test]
fn a_server_without_the_second_generation_gets_the_answer_in_the_first() {
    let exchange = resume(&speaking(Generation::Auto), WaitPolicy::new());
    let played = drive(exchange, &[no_such_address(), taken(), is("completed"), output()]);
    completed(&played);
    assert_eq!((played.shape().as_str(), played.generations()), ("AALO", vec![2, 1, 1, 1]));
}

#[test]
fn an_answer_is_waited_for_like_a_run_and_a_look_like_a_read() {
    let script = || [lost(), taken(), is("completed"), output()];
    let played = play(&script());
    assert_eq!(played.limits, [Timeouts::RUN, Timeouts::RUN, Timeouts::READ, Timeouts::READ]);
    let own = Timeouts::default().first_byte(Duration::from_secs(7)).total(Duration::from_secs(9));
    let api = builder(Generation::V2).timeouts(own).build().expect("a core");
    let played = drive(resume(&api, WaitPolicy::new()), &script());
    let (run, read) = (own.or(Timeouts::RUN), own.or(Timeouts::READ));
    assert_eq!(played.limits, [run, run, read, read]);
}

#[test]
fn it_shows_the_run_and_never_the_key() {
    let mut exchange = resume(&api(), WaitPolicy::new());
    let shown = format!("{exchange:?}");
    assert!(shown.starts_with("Resume") && shown.contains("run-1"), "{shown}");
    let _ = exchange.receive(taken()("run-1"), Duration::ZERO);
    let later = format!("{exchange:?}");
    assert!(later.contains("run-1"), "{later}");
    assert!(!shown.contains("sk-sim-test") && !later.contains("sk-sim-test"));
    let answer = ResumeRun::new("wf", "run-1", "ask").input(json!({"reason": "private"}));
    let shown = format!("{answer:?}");
    assert!(shown.contains("ask") && !shown.contains("private"), "{shown}");
}
