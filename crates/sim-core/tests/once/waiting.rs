//! From then on until it ended.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use sim_core::transport::{Phase, TransportErrorKind as Kind};
use sim_core::{
    ErrorKind, Generation, RetryPolicy, RunHandle, RunId, RunStatus, TimeoutKind, WaitPolicy,
};

use super::bounds::play_wait;
use super::server::*;
use super::{api, execute, once, play, play_sync, speaking};

#[test]
fn a_synchronous_run_ends_with_its_answer() {
    let played = play_sync(&[ended()]);
    played.assert_result();
    assert_eq!(played.shape(), "S");
    let failed = says(500, |id| {
        let at = "2026-11-23T18:00:00Z";
        let metadata = json!({"duration": 3, "startTime": at, "endTime": at});
        let body = json!({
            "success": false, "executionId": id, "error": "Boom", "output": {}, "metadata": metadata,
        });
        body.to_string()
    });
    assert_eq!(play_sync(&[failed]).result.expect("a result").status, RunStatus::Failed);
}

#[test]
fn a_synchronous_run_that_the_lost_connection_cancelled_is_interrupted() {
    let played = play_sync(&[lost(), is("running"), is("running"), is("cancelled")]);
    let run_id = RunId::from(played.starts()[0]);
    assert_eq!(played.error().kind(), &ErrorKind::Interrupted { run_id });
    assert_eq!(played.shape(), "SLLL", "it was never run again");
    let finished = play_sync(&[lost(), is("running"), is("completed"), output()]);
    finished.assert_result();
}

#[test]
fn a_queued_run_that_somebody_cancelled_is_a_result() {
    let played = play(&[receipt(), is("cancelled")]);
    assert_eq!(played.result.expect("a result").status, RunStatus::Cancelled);
}

#[test]
fn a_human_pause_is_handed_over_and_a_timed_one_slept_through() {
    let paused = |kind: &'static str| {
        says(200, move |id| {
            let paused = json!({"contextId": "ask", "pauseKind": kind, "resumeAt": "2026-11-23T18:05:00.000Z"});
            json!({"executionId": id, "workflowId": "wf", "status": "paused", "paused": paused})
                .to_string()
        })
    };
    let form = || detail("paused", [point("ask", "paused", json!(null))]);
    let human = play(&[receipt(), paused("human"), form()]);
    assert_eq!(human.shape(), "SLD");
    let human = human.result.expect("a result").pause.expect("a pause").points.remove(0);
    assert_eq!((human.context_id.as_str(), human.form.len()), ("ask", 1), "with its form");
    let without = play(&[receipt(), paused("human"), no_detail()]);
    let human = without.result.expect("a result").pause.expect("a pause").points.remove(0);
    assert_eq!((human.context_id.as_str(), human.form.len()), ("ask", 0), "a form is a hint");
    let timed = play(&[receipt(), paused("time"), is("completed"), output()]);
    timed.assert_result();
    assert_eq!(timed.waits[1], Duration::from_secs(300), "until the server's clock says so");
}

#[test]
fn a_synchronous_run_that_waits_for_a_time_is_waited_for() {
    let timed = || {
        says(200, |id| {
            let output = json!({"waitDuration": 60000, "resumeAt": "2026-11-23T18:01:00.000Z"});
            json!({"success": true, "status": "paused", "executionId": id, "output": output})
                .to_string()
        })
    };
    let still = || {
        says(200, |id| {
            let paused = json!({"contextId": "c", "pauseKind": "time", "resumeAt": "2026-11-23T18:01:00.000Z"});
            json!({"executionId": id, "workflowId": "wf", "status": "paused", "paused": paused})
                .to_string()
        })
    };
    let api = speaking(Generation::V2);
    let sync = || api.once(execute().once().sync()).expect("an exchange");
    let played = drive(sync(), &[timed(), still(), is("completed"), output()]);
    played.assert_result();
    assert_eq!((&*played.shape(), played.waits[1].as_secs()), ("SLLO", 60), "it is slept through");
    let played = drive(sync(), &[timed(), is("cancelled")]);
    let cancelled = played.result.expect("no connection was lost");
    assert_eq!(cancelled.status, RunStatus::Cancelled);
}

#[test]
fn looks_that_fail_are_repeated_and_then_the_end_is_unknown() {
    let down = || says(503, |_| String::new());
    let played = play(&[receipt(), down(), down(), down(), lost(), is("completed"), output()]);
    played.assert_result();
    let wait = WaitPolicy::new().failures(1);
    let mut script = vec![receipt()];
    script.extend((0..6).map(|_| down()));
    let played = drive(once(execute().once().wait(wait)), &script);
    assert!(played.error().is_ambiguous(), "{:?}", played.error());
    let refused = play(&[receipt(), says(401, |_| json!({"error": "Unauthorized"}).to_string())]);
    assert!(refused.error().is_ambiguous() && refused.error().is_unauthorized(), "the run goes on");
}

#[test]
fn a_run_that_never_appears_is_given_up_after_the_grace() {
    let script: Vec<_> = (0..40).map(|_| no_such_run()).collect();
    let played = play_wait(WaitPolicy::new(), &script);
    assert!(played.error().is_ambiguous() && played.error().is_not_found());
    let total: Duration = played.waits.iter().sum();
    assert!((30..60).contains(&total.as_secs()), "{total:?}");
}

#[test]
fn a_run_may_be_missing_for_a_moment_at_any_time() {
    let missing = no_such_run;
    play(&[receipt(), is("queued"), missing(), missing(), is("completed"), output()])
        .assert_result();
    let mut gone = vec![receipt(), is("running")];
    gone.extend((0..40).map(|_| no_such_run()));
    assert!(play(&gone).error().is_not_found(), "and not for ever");
}

#[test]
fn a_run_that_was_found_long_ago_may_be_missing_for_a_moment_too() {
    let timed = says(200, |id| {
        let paused =
            json!({"pauseKind": "time", "contextId": "c", "resumeAt": "2026-11-23T18:10:00.000Z"});
        json!({"executionId": id, "workflowId": "wf", "status": "paused", "paused": paused})
            .to_string()
    });
    play(&[receipt(), timed, no_such_run(), is("completed"), output()]).assert_result();
    let minute = Duration::from_secs(60);
    let wait = WaitPolicy::new().interval(minute, minute);
    let each_minute = |script: &[Answer]| drive(once(execute().once().wait(wait)), script);
    let script = [receipt(), is("queued"), no_such_run(), is("running"), no_such_run()];
    let end = [is("completed"), output()];
    each_minute(&script.into_iter().chain(end).collect::<Vec<_>>()).assert_result();
    let played = each_minute(&[receipt(), is("queued"), no_such_run(), no_such_run()]);
    assert!(played.error().is_not_found(), "a minute is longer than the grace");
    assert_eq!(played.shape(), "SLLL");
}

/// Either generation's refusal of an output that is still being written, or that is gone.
fn no_output() -> Answer {
    says(409, |_| json!({"error": "Outputs are not ready"}).to_string())
}

#[test]
fn an_output_that_is_not_ready_is_asked_for_again() {
    let mut script = vec![receipt(), is("completed")];
    script.extend((0..7).map(|_| no_output()));
    script.push(output());
    let played = play(&script);
    played.assert_result();
    assert_eq!(played.shape(), "SLOOOOOOOO");
    let between: Vec<_> = played.waits[2..].iter().map(Duration::as_secs_f64).collect();
    for (n, wait) in (2..).zip(&between) {
        // The read itself is repeated twice after 0.5 s and 1 s, and then the wait comes back to it later.
        let about = [0.5, 1.0, [0.1, 0.15][(n - 2) / 3 % 2]][(n - 2) % 3];
        assert!((about * 0.75..=about * 1.25).contains(wait), "{n}: {between:?}");
    }
}

#[test]
fn a_run_whose_output_never_comes_is_known_to_have_completed() {
    let mut script = vec![receipt(), is("completed")];
    script.extend((0..60).map(|_| no_output()));
    let played = play(&script);
    let error = played.error();
    assert_eq!((error.kind(), error.code()), (&ErrorKind::Api, "CONFLICT"));
    assert_eq!(error.run_id().map(RunId::as_str), Some(played.starts()[0]));
    assert!(error.message().starts_with("the run completed, but"), "{error}");
    assert!(error.message().ends_with("Outputs are not ready"), "{error}");
    let total: Duration = played.waits.iter().sum();
    assert!((30..70).contains(&total.as_secs()), "{total:?}");
}

#[test]
fn what_else_hides_an_output_does_not_hide_that_the_run_completed() {
    let refused = || says(401, |_| json!({"error": "Unauthorized"}).to_string());
    let played = play(&[receipt(), is("completed"), refused()]);
    assert_eq!((played.error().kind(), played.error().code()), (&ErrorKind::Api, "UNAUTHORIZED"));
    assert_eq!(played.error().run_id().map(RunId::as_str), Some(played.starts()[0]));
    let three = Duration::from_secs(3);
    let mut script = vec![receipt(), is("completed")];
    script.extend((0..9).map(|_| no_output()));
    let played = drive(once(execute().once().deadline(three)), &script);
    assert_eq!(played.error().kind(), &ErrorKind::Timeout(TimeoutKind::Total));
    assert_eq!(played.error().run_id().map(RunId::as_str), Some(played.starts()[0]));
    assert!(played.error().message().starts_with("the run completed, but"));
}

#[test]
fn what_is_no_http_is_looked_past() {
    let noise = || breaks(Kind::Protocol, Phase::Sent);
    play(&[receipt(), noise(), noise(), is("completed"), output()]).assert_result();
    let wait = WaitPolicy::new().failures(1);
    let script = [receipt(), noise(), noise()];
    let error = drive(once(execute().once().wait(wait)), &script).result.expect_err("it goes on");
    let cause = Box::new(ErrorKind::Protocol);
    assert_eq!(error.kind(), &ErrorKind::Ambiguous { run_id: error.run_id().cloned(), cause });
}

#[test]
fn a_server_that_wants_nobody_for_long_is_told_of_and_not_waited_out() {
    let busy = says_with(429, "retry-after", "121", |_| json!({"error": "m"}).to_string());
    let played = play(&[receipt(), busy]);
    assert!(played.error().is_ambiguous() && played.error().is_rate_limited());
    assert_eq!(played.error().retry_after(), Some(Duration::from_secs(121)));
}

#[test]
fn attempts_and_a_deadline_bound_it_and_all_that_is_known_comes_back() {
    let few = RetryPolicy::new().max_retries(2);
    let mut script = Vec::new();
    for _ in 0..3 {
        script.extend([lost(), no_such_run()]);
    }
    let played = drive(once(execute().once().retry(few)), &script);
    assert!(played.error().is_ambiguous());
    assert_eq!(played.error().run_id().map(RunId::as_str), Some(played.starts()[0]));
    assert_eq!(played.shape(), "SLSLS", "the third loss is the last");
    let five = Duration::from_secs(5);
    let mut script = vec![receipt()];
    script.extend((0..9).map(|_| is("running")));
    let played = drive(once(execute().once().deadline(five)), &script);
    assert!(played.error().is_ambiguous() && played.error().is_timeout());
    assert!(played.waits.iter().sum::<Duration>() <= Duration::from_secs(5));
}

#[test]
fn cancelling_ends_it_in_every_state() {
    let cancelled = || breaks(Kind::Cancelled, Phase::Sent);
    for script in [vec![], vec![lost()], vec![receipt()], vec![lost(), no_such_run()]] {
        let played = play(&script.into_iter().chain([cancelled()]).collect::<Vec<_>>());
        assert!(played.error().is_cancelled(), "{}", played.shape());
    }
}

#[test]
fn a_handle_that_was_stored_finds_its_run() {
    let handle = RunHandle::new("wf", "run-1");
    let stored = serde_json::to_string(&handle).expect("it serialises");
    let handle: RunHandle = serde_json::from_str(&stored).expect("it comes back");
    let wait = api().wait(handle, WaitPolicy::new()).expect("an exchange");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&seen);
    let wait = wait.on_change(move |status| list.lock().expect("a lock").push(status.clone()));
    let played = drive(wait, &[is("running"), is("running"), is("completed"), output()]);
    assert_eq!(played.result.expect("a result").output, json!({"run": "run-1"}));
    assert_eq!(*seen.lock().expect("a lock"), [RunStatus::Running, RunStatus::Completed]);
}
