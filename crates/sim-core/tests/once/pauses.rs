//! What follows a pause, as servers of each version were seen to do it: two people in parallel and in a row, runs that
//! fail after an approval, and answers that were replaced.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use sim_core::{
    Api, ErrorKind, Generation, PausePoint, ResumeRun, RunId, RunStatus, WaitPolicy,
    WorkflowExecutionResult,
};

use super::bounds::{handle, play_wait};
use super::server::*;
use super::{play_both, speaking};

/// The input of the answers of these tests.
pub(crate) fn input() -> Value {
    json!({"approved": true})
}

fn answer(api: &Api, run: &str) -> sim_core::transport::Resume {
    api.resume(ResumeRun::new("wf", run, "ask").input(input())).expect("an exchange")
}

fn play(script: &[Answer]) -> Played {
    play_both(|api| answer(&api, "run-1"), script)
}

fn play_in(generation: Generation, script: &[Answer]) -> Played {
    drive(answer(&speaking(generation), "run-1"), script)
}

fn taken() -> Answer {
    says(202, |_| json!({"success": true, "jobId": "j", "executionId": "attempt"}).to_string())
}

fn refuses(status: u16, why: &'static str) -> Answer {
    says(status, move |_| json!({"error": why}).to_string())
}

/// How a paused run reads.
pub(crate) fn reads(paused: Value) -> Answer {
    says(200, move |id| {
        json!({"executionId": id, "workflowId": "wf", "status": "paused", "paused": paused})
            .to_string()
    })
}

/// How a run reads that goes on from its pause, that failed there, or whose second person cannot be reached.
pub(crate) fn nowhere() -> Answer {
    reads(json!({
        "contextId": null, "pauseKind": null, "blockedOnBlockId": null, "pausePointCount": 1, "resumedCount": 0,
    }))
}

/// How a paused run reads whose place has no detail any more; only its level tells whether it failed.
pub(crate) fn level(level: &'static str) -> Answer {
    says(200, move |id| {
        let paused = json!({"pauseKind": null, "blockedOnBlockId": null, "resumeAt": null});
        json!({"executionId": id, "workflowId": "wf", "status": "paused", "level": level, "paused": paused})
            .to_string()
    })
}

/// How servers of v0.8 name the place of a run.
pub(crate) fn waits_at(context: &str) -> Answer {
    reads(
        json!({"contextId": context, "pauseKind": "human", "pausePointCount": 2, "resumedCount": 1}),
    )
}

/// How servers before v0.8 name it.
pub(crate) fn is_blocked_on(block: &str) -> Answer {
    reads(
        json!({"pauseKind": "human", "blockedOnBlockId": block, "pausePointCount": 2, "resumedCount": 1}),
    )
}

fn told(status: &'static str, output: Value) -> Answer {
    says(200, move |_| {
        json!({"success": true, "status": status, "executionId": "attempt", "output": output})
            .to_string()
    })
}

pub(crate) fn ask(state: &str, entry: Value) -> Value {
    point("ask", state, entry)
}

pub(crate) fn sign() -> Value {
    point("sign", "paused", json!(null))
}

fn result(played: &Played) -> &WorkflowExecutionResult {
    played.result.as_ref().unwrap_or_else(|error| panic!("{} {error:?}", played.shape()))
}

/// The one place where the result waits.
fn place(played: &Played) -> &PausePoint {
    let result = result(played);
    assert_eq!((&result.status, &result.run_id), (&RunStatus::Paused, &Some(RunId::from("run-1"))));
    let [point] = &result.pause.as_ref().expect("a pause").points[..] else { panic!("{result:?}") };
    point
}

fn assert_failed(played: &Played, shape: &str) {
    let result = result(played);
    assert_eq!((&result.status, result.success), (&RunStatus::Failed, false));
    assert_eq!(result.error.as_ref().map(|error| &*error.message), Some("Boom: it broke"));
    assert_eq!(result.run_id, Some(RunId::from("run-1")));
    assert_eq!((played.shape().as_str(), result.pause.is_none()), (shape, true));
}

#[test]
fn after_one_of_two_people_the_run_waits_for_the_other() {
    let inner = || told("completed", json!({"approved": true}));
    let after = || {
        let one = ask("resumed", entry("completed", input()));
        detail("partially_resumed", [one, sign()])
    };
    for waits in [waits_at, is_blocked_on] {
        for (first, shape) in [(inner(), "AOD"), (taken(), "ALD")] {
            let played = play(&[first, waits("sign"), after()]);
            let point = place(&played);
            assert_eq!((point.context_id.as_str(), point.form.len()), ("sign", 1));
            assert_eq!(played.shape(), shape);
        }
    }
    let played = play(&[inner(), is("running"), output()]);
    assert_eq!(result(&played).output, json!({"run": "run-1"}), "not what the branch put out");
    assert_eq!(played.shape(), "AOO", "the run may read as running for a moment");
}

#[test]
fn a_run_that_fails_after_an_answer_is_a_result_with_the_cause() {
    let failed = || detail("paused", [ask("failed", entry("failed", input()))]);
    // A run that was started synchronously answers the failure itself: 400 in the first generation, 500 in the second.
    for refusal in [refuses(400, "Boom: it broke"), refuses(500, "Internal server error")] {
        assert_failed(&play(&[refusal, failed()]), "AD");
    }
    assert_failed(&play(&[taken(), nowhere(), failed()]), "ALD");
    assert_failed(&play_wait(WaitPolicy::new(), &[nowhere(), failed()]), "LD");
    let lost_before = [lost(), refuses(409, "Paused execution is not resumable"), failed()];
    assert_failed(&play(&lost_before), "AAD");
    // Another place that still waits does not hide that this one failed.
    let both = detail("paused", [sign(), ask("failed", entry("failed", input()))]);
    assert_failed(&play(&[taken(), waits_at("sign"), both]), "ALD");
}

#[test]
fn the_log_tells_of_a_failure_where_the_pause_has_no_detail() {
    let log = |status: &'static str| {
        says(200, move |id| {
            json!({"log": {"runId": id, "status": status, "finalOutput": {"error": "Boom: it broke"}}})
                .to_string()
        })
    };
    let play = |script: &[Answer]| {
        let wait = speaking(Generation::V2).wait(handle(), WaitPolicy::new());
        drive(wait.expect("an exchange"), script)
    };
    assert_failed(&play(&[nowhere(), no_detail(), log("failed")]), "LDG");
    let played = play_in(Generation::V2, &[taken(), nowhere(), no_detail(), log("failed")]);
    assert_failed(&played, "ALDG");
    let played = play(&[nowhere(), no_detail(), log("pending"), is("completed"), output()]);
    assert_eq!((&result(&played).status, &*played.shape()), (&RunStatus::Completed, "LDGLO"));
    let played = play(&[nowhere(), no_detail(), no_such_run(), is("completed"), output()]);
    assert_eq!(result(&played).status, RunStatus::Completed, "a log is a hint");
}

#[test]
fn the_level_tells_of_a_failure_where_nothing_else_does() {
    let script = [level("info"), no_detail(), level("error"), no_detail()];
    let wait = speaking(Generation::V1).wait(handle(), WaitPolicy::new()).expect("an exchange");
    let played = drive(wait, &script);
    let result = result(&played);
    assert_eq!((&result.status, played.shape().as_str()), (&RunStatus::Failed, "LDLD"));
    let error = result.error.as_ref().expect("an error");
    assert!(error.message.contains("does not say why"), "{error}");
}

#[test]
fn a_refusal_without_a_loss_says_what_became_of_the_pause() {
    let others =
        || detail("paused", [ask("resuming", entry("claimed", json!({"approved": false})))]);
    let refused = || refuses(400, "Pause point already resumed or in progress");
    let open = || detail("paused", [ask("paused", json!(null))]);
    let cancelled = || detail("cancelled", [ask("paused", json!(null))]);
    let failed = || detail("paused", [ask("failed", entry("failed", input()))]);
    let other = json!({"approved": false});
    for (status, found, code, given) in [
        (400, others(), "CONFLICT", Some(&other)),
        (400, cancelled(), "CONFLICT", None),
        (400, failed(), "ANSWER_REPEATED", Some(&input())),
        (400, open(), "BAD_REQUEST", None),
        (400, no_detail(), "BAD_REQUEST", None),
    ] {
        let played = play_in(Generation::V1, &[refused(), found]);
        let error = played.error();
        assert_eq!((error.kind(), error.code()), (&ErrorKind::Api, code));
        assert_eq!(error.details(), given);
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(error.message(), "Pause point already resumed or in progress");
        assert_eq!((error.run_id(), played.shape().as_str()), (Some(&RunId::from("run-1")), "AD"));
    }
    // A detail without a place tells nothing, so what the run itself names counts.
    let empty = || detail("paused", []);
    let wait = speaking(Generation::V1).wait(handle(), WaitPolicy::new()).expect("an exchange");
    assert_eq!(place(&drive(wait, &[waits_at("sign"), empty()])).context_id.as_str(), "sign");
    // A server error whose pause holds this answer is not the end: the run tells it.
    let claimed = detail("paused", [ask("resuming", entry("claimed", input()))]);
    let played = play(&[refuses(500, "Internal server error"), claimed, is("completed"), output()]);
    assert_eq!((&result(&played).status, &*played.shape()), (&RunStatus::Completed, "ADLO"));
    for generation in [Generation::V1, Generation::V2] {
        let played = play_in(generation, &[refuses(500, "Internal server error"), open()]);
        assert_eq!((played.error().kind(), &*played.shape()), (&ErrorKind::Api, "AD"));
    }
}

/// What v0.8.9 answers to a second answer: 409 whoever gave the first.
#[test]
fn an_own_second_answer_is_told_from_that_of_somebody_else() {
    let refused = || refuses(409, "Paused execution is not resumable");
    let found = |given| detail("fully_resumed", [ask("resumed", entry("completed", given))]);
    let other = json!({"approved": false});
    for (given, code) in [(input(), "ANSWER_REPEATED"), (other, "CONFLICT")] {
        let played = play(&[refused(), found(given.clone())]);
        let error = played.error();
        assert_eq!((error.code(), error.details()), (code, Some(&given)));
        assert_eq!((error.may_have_started(), &*played.shape()), (false, "AD"));
    }
}

#[test]
fn of_two_people_in_a_row_the_first_answer_ends_at_the_second() {
    let asked = json!({"data": {
        "operation": "human", "inputFormat": [{"name": "approved"}],
        "_resume": {"contextId": "sign", "executionId": "attempt", "workflowId": "wf"},
    }});
    let played = play(&[told("paused", asked)]);
    let point = place(&played);
    assert_eq!((point.context_id.as_str(), played.shape().as_str()), ("sign", "A"));
    assert_eq!(point.run_id, Some(RunId::from("attempt")), "under which the server has filed it");
    // v0.8 files the second pause of a queued run under the id of the attempt.
    let mut second = sign();
    second["response"]["data"]["_resume"]["executionId"] = json!("attempt");
    let filed = || {
        let second = second.clone();
        [
            detail("paused", [ask("resuming", entry("completed", input()))]),
            detail("paused", [second]),
        ]
    };
    let script: Vec<_> = [taken(), nowhere()].into_iter().chain(filed()).collect();
    let played = play(&script);
    assert_eq!(place(&played).run_id, Some(RunId::from("attempt")));
    let attempt = Asked::Detail("attempt".to_owned());
    assert_eq!((played.shape().as_str(), &played.asked[3]), ("ALDD", &attempt));
    let script: Vec<_> = [nowhere()].into_iter().chain(filed()).collect();
    assert_eq!(place(&play_wait(WaitPolicy::new(), &script)).context_id.as_str(), "sign");
    // Before v0.8 it is in the same record.
    let one = ask("resumed", entry("completed", input()));
    let same = detail("partially_resumed", [sign(), one]);
    let played = play(&[taken(), is_blocked_on("sign"), same]);
    assert_eq!(place(&played).run_id, Some(RunId::from("run-1")));
}

#[test]
fn an_answer_that_the_server_takes_back_is_an_error_that_says_so() {
    let back = || detail("paused", [ask("paused", entry("failed", input()))]);
    let play = |script: &[Answer]| play_both(|api| answer(&api, "attempt"), script);
    let played = play(&[taken(), no_such_run(), back()]);
    let error = played.error();
    assert_eq!((error.kind(), error.code()), (&ErrorKind::Api, "CONFLICT"));
    assert!(error.message().ends_with("could not go on with it: Boom: it broke"), "{error}");
    assert_eq!((error.run_id(), &*played.shape()), (Some(&RunId::from("attempt")), "ALD"));
    let played = play(&[lost(), refuses(409, "Execution can no longer be resumed"), back()]);
    assert_eq!((played.error().code(), &*played.shape()), ("CONFLICT", "AAD"));
    // A run started synchronously refuses at once.
    let open = detail("paused", [ask("paused", json!(null))]);
    let played = play(&[refuses(409, "Execution can no longer be resumed"), open]);
    let error = played.error();
    assert_eq!((error.code(), error.message()), ("CONFLICT", "Execution can no longer be resumed"));
    // Somebody else's answer that was taken back says nothing of ours: the run is found again later.
    let theirs = || detail("paused", [ask("paused", entry("failed", json!({"approved": false})))]);
    let played = play(&[taken(), no_such_run(), theirs(), is("completed"), output()]);
    assert_eq!(result(&played).status, RunStatus::Completed);
}

#[test]
fn an_answer_that_was_replaced_is_an_error_that_holds_the_other() {
    // Servers run by node go on with an empty answer when the connection breaks just after the request.
    let empty = json!({});
    let other = json!({"approved": false});
    for (given, words) in [(empty, "an empty answer"), (other, "another answer")] {
        for (status, why) in
            [(409, "Paused execution is not resumable"), (400, "Paused execution is not resumable")]
        {
            let given = given.clone();
            let found =
                detail("fully_resumed", [ask("resumed", entry("completed", given.clone()))]);
            let played = play(&[lost(), refuses(status, why), found]);
            let error = played.error();
            assert_eq!((error.kind(), error.code()), (&ErrorKind::Api, "ANSWER_REPLACED"));
            assert_eq!((error.details(), &*played.shape()), (Some(&given), "AAD"));
            assert!(error.message().contains(words), "{error}");
            assert!(!format!("{error} {error:?}").contains("approved"), "{error:?}");
            assert_eq!(error.run_id(), Some(&RunId::from("run-1")));
        }
    }
}

#[test]
fn before_v0_8_a_lost_answer_that_was_taken_is_refused_with_400() {
    let ours = || detail("paused", [ask("resuming", entry("claimed", input()))]);
    let refused = || refuses(400, "Pause point already resumed or in progress");
    let played = play(&[lost(), refused(), ours(), is("running"), is("completed"), output()]);
    assert_eq!((&result(&played).status, &*played.shape()), (&RunStatus::Completed, "AADLLO"));
    // Nobody has answered, and the server takes none: it was cancelled.
    let cancelled = detail("cancelled", [ask("paused", json!(null))]);
    let played = play(&[lost(), refused(), cancelled, is("cancelled")]);
    assert_eq!(played.error().kind(), &ErrorKind::Interrupted { run_id: RunId::from("run-1") });
}

#[test]
fn after_a_loss_a_detail_that_does_not_tell_leaves_the_answer_ambiguous() {
    let refused = || refuses(409, "Paused execution is not resumable");
    for (read, code) in [(no_detail(), "NOT_FOUND"), (refuses(401, "Unauthorized"), "UNAUTHORIZED")]
    {
        let played = play_in(Generation::V1, &[lost(), refused(), read]);
        let cause = Box::new(ErrorKind::Api);
        let kind = ErrorKind::Ambiguous { run_id: Some(RunId::from("run-1")), cause };
        assert_eq!((played.error().kind(), played.error().code()), (&kind, code));
        assert_eq!(played.shape(), "AAD");
    }
    let unknown = ask("resumed", entry("completed", json!(null)));
    for tells_nothing in [detail("paused", [sign()]), detail("fully_resumed", [unknown])] {
        let played = play(&[lost(), refused(), tells_nothing]);
        assert!(played.error().is_ambiguous(), "{:?}", played.error());
    }
}

#[test]
fn what_an_answer_told_counts_where_the_run_cannot_be_read() {
    let done = || told("completed", json!({"n": 7}));
    let unread = || refuses(403, "Forbidden");
    let went_on = || detail("fully_resumed", [ask("resumed", entry("completed", input()))]);
    let played = play(&[done(), unread(), went_on()]);
    let ended = result(&played);
    assert_eq!((&ended.status, &ended.output), (&RunStatus::Completed, &json!({"n": 7})));
    assert_eq!((played.shape().as_str(), &ended.run_id), ("AOD", &Some(RunId::from("run-1"))));
    // The read does not exist before v0.6.81, and the detail of a pause does.
    let played = play_in(Generation::V1, &[done(), no_such_address(), went_on(), went_on()]);
    assert_eq!((&result(&played).output, &*played.shape()), (&json!({"n": 7}), "AODD"));
    let other = detail("partially_resumed", [ask("resumed", entry("completed", input())), sign()]);
    assert_eq!(place(&play(&[done(), unread(), other])).context_id.as_str(), "sign");
    let played = play_in(Generation::V1, &[done(), unread(), refuses(403, "Forbidden")]);
    assert!(played.error().is_ambiguous(), "no result that nobody vouches for");
}

#[test]
fn a_plan_has_a_policy_a_deadline_and_a_watcher() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&seen);
    let second = Duration::from_secs(1);
    let plan = ResumeRun::new("wf", "run-1", "ask").input(input()).once();
    let plan = plan.wait(WaitPolicy::new().interval(second, second)).deadline(second * 30);
    let plan = plan.on_change(move |status| list.lock().expect("a lock").push(status.clone()));
    let exchange = speaking(Generation::V2).resume(plan).expect("an exchange");
    let played =
        drive(exchange, &[taken(), is("running"), is("running"), is("completed"), output()]);
    assert_eq!(result(&played).status, RunStatus::Completed);
    assert_eq!(*seen.lock().expect("a lock"), [RunStatus::Running, RunStatus::Completed]);
    assert!(played.waits[1..3].iter().all(|wait| (0.75..=1.25).contains(&wait.as_secs_f64())));
    assert_eq!(played.limits[0].total, Some(second * 30));
}

#[test]
fn an_answer_whose_stream_broke_off_is_waited_for() {
    let cut = || {
        says_with(200, "content-type", "text/event-stream", |_| {
            "data: {\"blockId\":\"b\",\"chunk\":\"Hel\"}\n\n".to_owned()
        })
    };
    let played = play_in(Generation::V1, &[cut(), is("running"), is("completed"), output()]);
    assert_eq!((&result(&played).status, &*played.shape()), (&RunStatus::Completed, "ALLO"));
}
