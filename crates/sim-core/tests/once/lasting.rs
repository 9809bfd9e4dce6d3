//! States that last: the bound of each, and what the error holds to go on waiting.

use std::cell::Cell;
use std::time::Duration;

use serde_json::json;
use sim_core::{Error, ErrorKind, RunHandle, RunId, RunStatus, WaitBound, WaitPolicy};

use super::bounds::{handle, play_wait, play_wait_by};
use super::server::*;
use super::{api, execute, play, play_as};

const MINUTE: Duration = Duration::from_secs(60);

fn always(state: &dyn Fn() -> Answer) -> Vec<Answer> {
    (0..2000).map(|_| state()).collect()
}

fn paused(paused: &'static str) -> Answer {
    says(200, move |id| {
        let paused: serde_json::Value = serde_json::from_str(paused).expect("JSON");
        json!({"executionId": id, "workflowId": "wf", "status": "paused", "paused": paused})
            .to_string()
    })
}

fn waited(played: &Played) -> Duration {
    played.waits.iter().sum()
}

/// Asserts that the bound ended the wait, and returns the status that was seen last.
fn reached<'e>(error: &'e Error, bound: WaitBound, run: &str) -> Option<&'e RunStatus> {
    let run_id = RunId::from(run);
    let cause = Box::new(ErrorKind::WaitBound(bound));
    assert_eq!(error.kind(), &ErrorKind::Ambiguous { run_id: Some(run_id.clone()), cause });
    assert!(error.is_timeout(), "{error}");
    let handle = error.handle().expect("a handle");
    assert_eq!((&handle.run_id, handle.workflow_id.as_str()), (&run_id, "wf"));
    error.last_status()
}

#[test]
fn each_state_lasts_as_long_as_its_bound_and_not_a_poll_longer() {
    let resuming = r#"{"contextId": null, "pauseKind": null, "pausePointCount": 1}"#;
    // The clock of the server stands at 18:00:00.
    let timed =
        r#"{"contextId": "c", "pauseKind": "time", "resumeAt": "2026-11-23T18:20:00.000Z"}"#;
    let endless = r#"{"contextId": "c", "pauseKind": "time", "resumeAt": null}"#;
    for (state, bound, minutes) in [
        (&(|| is("queued")) as &dyn Fn() -> Answer, WaitBound::Queued, 15),
        (&|| is("pending"), WaitBound::Queued, 15),
        (&|| is("running"), WaitBound::Working, 90),
        (&|| is("redacting"), WaitBound::Working, 90),
        (&|| is("aborted"), WaitBound::Working, 90),
        (&|| paused(resuming), WaitBound::Resuming, 10),
        (&|| paused(endless), WaitBound::Resuming, 10),
    ] {
        let played = play_wait_by(WaitPolicy::new(), |asked| match asked {
            Asked::Detail(_) => {
                detail("paused", [point("c", "resuming", entry("claimed", json!({})))])
            }
            _ => state(),
        });
        let status = reached(played.error(), bound, "run-1").expect("a status").clone();
        assert_eq!(waited(&played), MINUTE * minutes, "{status}: the last poll is at the bound");
        let shown = played.error().to_string();
        assert!(shown.contains(&format!("last seen {status}")), "{shown}");
        assert!(!shown.contains("may have started"), "it was seen: {shown}");
    }
    let first = [paused(timed)].into_iter().chain((0..2000).map(|_| {
        paused(r#"{"contextId": "c", "pauseKind": "time", "resumeAt": "2026-11-23T17:59:00.000Z"}"#)
    }));
    let played = play_wait(WaitPolicy::new(), &first.collect::<Vec<_>>());
    assert_eq!(reached(played.error(), WaitBound::TimedPause, "run-1"), Some(&RunStatus::Paused));
    assert_eq!(played.waits[0], MINUTE * 20, "it is slept through");
    assert_eq!(waited(&played), MINUTE * 35);
}

#[test]
fn states_that_take_turns_do_not_start_their_clocks_again() {
    let nowhere = r#"{"contextId": null, "pauseKind": null, "pausePointCount": 1}"#;
    let turns = Cell::new(0);
    let played = play_wait_by(WaitPolicy::new(), |asked| match asked {
        Asked::Detail(_) => detail("paused", [point("c", "resuming", entry("claimed", json!({})))]),
        _ if turns.replace(turns.get() + 1) % 2 == 0 => is("running"),
        _ => paused(nowhere),
    });
    reached(played.error(), WaitBound::Resuming, "run-1");
    assert!(waited(&played) < MINUTE * 11, "{:?}", waited(&played));
    // A timed pause that comes again later is progress, however often.
    let hours = Cell::new(0_i64);
    let script = (0..40).map(|_| {
        hours.set(hours.get() + 1);
        let at = jiff::Timestamp::from_second(1_795_456_800 + hours.get() * 3600).expect("a time");
        (at.to_string(), is("running"))
    });
    let script: Vec<_> = script
        .flat_map(|(at, running)| {
            let timed = says(200, move |id| {
                let paused = json!({"contextId": "c", "pauseKind": "time", "resumeAt": at});
                json!({"executionId": id, "workflowId": "wf", "status": "paused", "paused": paused})
                    .to_string()
            });
            [timed, running]
        })
        .chain([is("completed"), output()])
        .collect();
    let played = play_wait(WaitPolicy::new(), &script);
    assert_eq!(played.result.expect("a result").status, RunStatus::Completed);
}

#[test]
fn a_state_that_changes_starts_its_clock_again() {
    let fourteen = MINUTE * 14;
    let wait =
        WaitPolicy::new().interval(fourteen, fourteen).bound(WaitBound::Working, MINUTE * 20);
    let timed = r#"{"contextId": "c", "pauseKind": "time"}"#;
    let script =
        [is("queued"), is("pending"), is("running"), paused(timed), is("completed"), output()];
    let played = play_wait(wait, &script);
    assert_eq!(played.result.as_ref().expect("a result").status, RunStatus::Completed);
    assert_eq!(played.shape(), "LLLLLO");
}

#[test]
fn every_bound_is_a_setting() {
    let bounds = [(WaitBound::Queued, "queued"), (WaitBound::Working, "running")];
    for (bound, status) in bounds {
        let wait = WaitPolicy::new().bound(bound, Duration::from_secs(77));
        let played = play_wait(wait, &always(&|| is(status)));
        reached(played.error(), bound, "run-1");
        assert_eq!(waited(&played), Duration::from_secs(77));
    }
}

#[test]
fn a_run_works_no_longer_than_it_was_allowed_to() {
    let timeout = Duration::from_secs(600);
    let plan = || execute().once().execution_timeout(timeout);
    let script = || [receipt()].into_iter().chain(always(&|| is("running"))).collect::<Vec<_>>();
    let played = play_as(&plan, &script());
    reached(played.error(), WaitBound::Working, played.starts()[0]);
    let seconds = waited(&played).as_secs();
    assert!((600..=631).contains(&seconds), "the timeout, and a grace to write it down: {seconds}");
    let own = WaitPolicy::new().bound(WaitBound::Working, MINUTE);
    let played = play_as(&|| plan().wait(own), &script());
    assert!((60..=61).contains(&waited(&played).as_secs()), "what the caller sets counts");
}

#[test]
fn a_claim_that_is_proven_and_a_run_that_never_appears_end_after_a_quarter_of_an_hour() {
    for start in [receipt, conflict] {
        let script: Vec<_> = [start()].into_iter().chain(always(&no_such_run)).collect();
        let played = play(&script);
        assert_eq!(reached(played.error(), WaitBound::Missing, played.starts()[0]), None);
        assert_eq!(played.starts().len(), 1, "{}", played.shape());
        assert!((900..=901).contains(&waited(&played).as_secs()), "{:?}", waited(&played));
    }
}

#[test]
fn a_job_that_stays_pending_is_not_waited_for_forever() {
    let mut handle = RunHandle::new("wf", "job-1");
    handle.job_id = Some("job-1".into());
    let pending = || says(200, |_| json!({"status": "pending"}).to_string());
    let exchange = api().wait(handle.clone(), WaitPolicy::new()).expect("an exchange");
    let played = drive(exchange, &always(&pending));
    reached(played.error(), WaitBound::Queued, "job-1");
    assert_eq!(waited(&played), MINUTE * 15);
    assert_eq!(played.error().handle(), Some(&handle), "with the job");
}

#[test]
fn refusals_by_a_limit_are_no_failures_and_still_end() {
    let busy = || {
        says_with(429, "retry-after", "60", |_| {
            json!({"error": "API rate limit exceeded"}).to_string()
        })
    };
    let mut script: Vec<_> = (0..40).map(|_| busy()).collect();
    script.insert(0, is("running"));
    script.extend([is("completed"), output()]);
    let played = play_wait(WaitPolicy::new().failures(1), &script);
    assert_eq!(played.result.as_ref().expect("a result").status, RunStatus::Completed);
    let played = play_wait(WaitPolicy::new(), &always(&busy));
    assert_eq!(reached(played.error(), WaitBound::Missing, "run-1"), None);
    assert!(waited(&played) < MINUTE * 18, "{:?}", waited(&played));
}

#[test]
fn what_the_error_holds_goes_on_waiting() {
    let played = play_wait(WaitPolicy::new(), &always(&|| is("running")));
    let stored = serde_json::to_string(played.error().handle().expect("a handle"));
    let handle: RunHandle = serde_json::from_str(&stored.expect("text")).expect("a handle");
    let exchange = api().wait(handle, WaitPolicy::new()).expect("an exchange");
    let played = drive(exchange, &[is("running"), is("completed"), output()]);
    assert_eq!(played.result.expect("a result").output, json!({"run": "run-1"}));
}

#[test]
fn a_deadline_that_ends_a_wait_leaves_the_same() {
    let scoped = api().scoped(|options| options.deadline = Some(MINUTE));
    let exchange = scoped.wait(handle(), WaitPolicy::new()).expect("an exchange");
    let played = drive(exchange, &always(&|| is("running")));
    let error = played.error();
    assert!(error.is_ambiguous() && error.is_timeout());
    assert_eq!(error.last_status(), Some(&RunStatus::Running));
    assert_eq!(error.handle(), Some(&handle()));
}
