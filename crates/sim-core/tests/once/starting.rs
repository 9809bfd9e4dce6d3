//! Until the run is accepted.

use std::time::Duration;

use serde_json::json;
use sim_core::transport::{Exchange, Phase, TransportError, TransportErrorKind as Kind};
use sim_core::{ErrorKind, Generation, RunId};

use super::server::*;
use super::{builder, execute, once, play, speaking};

#[test]
fn a_receipt_is_waited_for_and_the_output_fetched_at_the_end() {
    let played =
        play(&[receipt(), is("pending"), is("running"), is("running"), is("completed"), output()]);
    played.assert_result();
    assert_eq!(played.shape(), "SLLLLO");
    let seconds: Vec<_> = played.waits.iter().map(Duration::as_secs_f64).collect();
    assert_eq!(played.waits[4], Duration::ZERO, "nothing is waited for what is there: {seconds:?}");
    for (n, about) in [(0, 0.1), (1, 0.1), (2, 0.1), (3, 0.15)] {
        let range = about * 0.75..=about * 1.25;
        assert!(range.contains(&seconds[n]), "0.1 s, growing by half: {seconds:?}");
    }
}

#[test]
fn what_never_left_is_sent_again_under_the_same_id() {
    let played = play(&[never(), never(), receipt(), is("completed"), output()]);
    played.assert_result();
    assert!(played.starts().iter().all(|id| *id == played.starts()[0]), "{:?}", played.asked);
}

#[test]
fn a_lost_answer_is_looked_up_and_the_same_id_sent_again_if_there_is_no_run() {
    for lost in [
        lost(),
        breaks(Kind::Timeout(sim_core::TimeoutKind::FirstByte), Phase::Sent),
        breaks(Kind::Closed, Phase::Body),
        says(502, |_| "<html>".to_owned()),
        says(504, |_| String::new()),
        says(200, |_| "<html>".to_owned()),
        says(503, |id| {
            json!({"error": "m", "code": "ASYNC_ENQUEUE_AMBIGUOUS", "executionId": id}).to_string()
        }),
    ] {
        let played = play(&[lost, no_such_run(), receipt(), is("completed"), output()]);
        played.assert_result();
        assert_eq!(played.shape(), "SLSLO");
        assert_eq!(played.starts()[0], played.starts()[1]);
    }
}

#[test]
fn a_lost_answer_whose_run_is_there_is_waited_for() {
    let played = play(&[lost(), is("running"), is("running"), is("completed"), output()]);
    played.assert_result();
    assert_eq!(played.shape(), "SLLLO", "it was sent once");
}

#[test]
fn a_conflict_for_our_own_id_proves_that_it_was_accepted() {
    let played =
        play(&[lost(), no_such_run(), conflict(), no_such_run(), is("completed"), output()]);
    played.assert_result();
    assert_eq!(played.shape(), "SLSLLO", "and a run that is not found yet is looked for");
    let own = drive(once(execute().run_id("own").once()), &[conflict(), is("completed"), output()]);
    own.assert_result();
    assert_eq!(own.starts(), ["own"], "an id that was stored before a crash finds its run again");
}

#[test]
fn a_refusal_that_was_not_heard_is_no_result() {
    let burned = || {
        says(200, |id| {
            json!({
                "executionId": id, "workflowId": "wf", "status": "failed", "totalDurationMs": 1,
                "cost": {"total": 0}, "error": "Rate limit exceeded. 0 requests remaining.",
                "finalOutput": null,
            })
            .to_string()
        })
    };
    let script = [lost(), burned(), burned(), receipt(), is("completed"), output()];
    let played = drive(once(execute().once()), &script);
    played.assert_result();
    assert_eq!(played.shape(), "SLLSLO");
    assert_ne!(played.starts()[0], played.starts()[1], "the id is spent");
}

#[test]
fn a_refusal_that_was_not_heard_is_no_result_of_a_later_start_either() {
    let script = [lost(), no_such_run(), gate(), burned(), ended()];
    let played = drive(once(execute().once().sync()), &script);
    played.assert_result();
    assert_eq!(played.shape(), "SLSOS");
    let starts = played.starts();
    assert_eq!(starts[0], starts[1]);
    assert_ne!(starts[1], starts[2], "the id is spent");
}

#[test]
fn a_conflict_for_another_id_is_a_refusal() {
    let foreign = says(409, |_| {
        json!({"error": "used", "code": "EXECUTION_ID_CONFLICT", "executionId": "x"}).to_string()
    });
    let played = play(&[foreign]);
    assert_eq!((played.error().code(), played.shape()), ("EXECUTION_ID_CONFLICT", "S".to_owned()));
}

#[test]
fn a_spent_id_is_replaced_and_a_free_one_kept() {
    let played = play(&[gate(), spent(), spent(), receipt(), is("completed"), output()]);
    played.assert_result();
    let ids = played.starts();
    assert_eq!(ids[0], ids[1]);
    assert!(ids[1] != ids[2] && ids[2] != ids[3]);
    let own = drive(once(execute().run_id("own").once()), &[spent()]);
    assert_eq!(own.error().code(), "RATE_LIMIT_EXCEEDED", "the caller's own cannot be replaced");
}

#[test]
fn a_refusal_ends_the_call() {
    for (status, body, code) in [
        (401, json!({"error": "Invalid API key"}), "UNAUTHORIZED"),
        (402, json!({"error": "Usage limit exceeded"}), "USAGE_LIMIT_EXCEEDED"),
        (403, json!({"error": "Workflow is not deployed"}), "WORKFLOW_NOT_DEPLOYED"),
        (404, json!({"error": "Workflow not found"}), "WORKFLOW_NOT_FOUND"),
    ] {
        let refusal = move || {
            says(status, {
                let body = body.clone();
                move |_| body.to_string()
            })
        };
        let played = play(&[refusal()]);
        assert_eq!((played.error().kind(), played.error().code()), (&ErrorKind::Api, code));
        let after_a_loss = play(&[lost(), no_such_run(), refusal()]);
        assert_eq!(
            after_a_loss.error().is_ambiguous(),
            status != 402,
            "{status} after a loss settles nothing"
        );
    }
}

#[test]
fn a_server_without_run_ids_gets_nothing_twice() {
    let played = play(&[lost(), no_such_address()]);
    let error = played.error();
    assert!(error.is_ambiguous() && error.message().contains("knows no run ids"), "{error}");
    assert_eq!(error.run_id().map(RunId::as_str), Some(played.starts()[0]));
    assert_eq!(played.shape(), "SL");
}

#[test]
fn a_server_without_the_second_generation_gets_the_same_id_in_the_first() {
    let exchange = speaking(Generation::Auto).once(execute().once()).expect("an exchange");
    let played = drive(exchange, &[no_such_address(), receipt(), is("completed"), output()]);
    played.assert_result();
    assert_eq!((played.shape().as_str(), played.starts()[0]), ("SSLO", played.starts()[1]));
    assert_eq!(played.generations(), [2, 1, 1, 1]);
}

#[test]
fn a_start_that_may_have_arrived_rules_the_first_generation_out() {
    // Before the second attempt, the server turns out to lack the second generation.
    let exchange = speaking(Generation::Auto).once(execute().once()).expect("an exchange");
    let played = drive(exchange, &[lost(), no_such_address(), no_such_run()]);
    assert!(played.error().is_ambiguous(), "{:?}", played.error());
    assert_eq!((played.shape().as_str(), played.generations()), ("SLL", vec![2, 2, 1]));
    // The second attempt itself meets a server without it.
    let exchange = speaking(Generation::Auto).once(execute().once()).expect("an exchange");
    let played = drive(exchange, &[lost(), no_such_run(), no_such_address()]);
    assert!(played.error().is_ambiguous(), "{:?}", played.error());
    assert_eq!((played.shape().as_str(), played.generations()), ("SLS", vec![2, 2, 2]));
}

#[test]
fn a_receipt_without_our_id_is_waited_for_by_its_job() {
    let old =
        says(202, |_| json!({"success": true, "taskId": "task-1", "status": "queued"}).to_string());
    let pending = says(200, |_| json!({"status": "queued"}).to_string());
    let done = says(200, |_| json!({"status": "completed", "output": {"n": 7}}).to_string());
    let unproven = builder(Generation::V1).build().expect("a core");
    let exchange = unproven.once(execute().once()).expect("an exchange");
    let played = drive(exchange, &[no_such_workflow(), old, pending, done]);
    assert_eq!(played.shape(), "PSJJ");
    assert_eq!(played.result.expect("a result").output, json!({"n": 7}));
}

#[test]
fn a_receipt_that_names_another_run_is_waited_for_under_that_one() {
    let others = says(202, |_| {
        json!({"data": {"runId": "servers-own", "statusUrl": "https://elsewhere.test"}}).to_string()
    });
    let mut exchange = speaking(Generation::V2).once(execute().once()).expect("an exchange");
    let _ = exchange.receive(others("x"), Duration::ZERO);
    assert_eq!(exchange.run_id(), Some(&RunId::from("servers-own")));
    let played = drive(exchange, &[is("running"), is("completed"), output()]);
    let look = || Asked::Look("servers-own".to_owned());
    assert_eq!(played.asked, [look(), look(), Asked::Output("servers-own".to_owned())]);
    assert_eq!(played.result.expect("a result").run_id, Some(RunId::from("servers-own")));
    // The first generation names a job beside it, for servers that cannot read a run.
    let others =
        || says(202, |_| json!({"jobId": "job-1", "executionId": "servers-own"}).to_string());
    let done = says(200, |_| json!({"status": "completed"}).to_string());
    let played = play(&[others(), no_such_address(), done]);
    assert_eq!(played.shape(), "SLJ");
    assert_eq!(played.result.expect("a result").run_id, Some(RunId::from("servers-own")));
    let played = play(&[others(), is("completed"), output()]);
    assert_eq!(played.asked[1..], [look(), Asked::Output("servers-own".to_owned())]);
}

#[test]
fn a_spending_limit_proves_that_what_was_lost_was_not_accepted() {
    let no = says(402, |_| json!({"error": "Usage limit exceeded"}).to_string());
    let played = play(&[lost(), no_such_run(), no]);
    assert_eq!(played.error().kind(), &ErrorKind::Api, "or its id would have been a conflict");
    assert!(played.error().is_usage_limited());
}

#[test]
fn a_probe_whose_answer_is_cut_short_proves_nothing() {
    let cut: Answer = Box::new(|_| {
        let head = http::Response::builder().status(404).body(()).expect("a head").into_parts().0;
        Err(TransportError::new(Kind::Closed, Phase::Body).with_head(head))
    });
    let again = || says(404, |_| json!({"error": "Execution not found"}).to_string());
    let played = play(&[lost(), cut, again(), receipt(), is("completed"), output()]);
    played.assert_result();
    assert_eq!(played.shape(), "SLLSLO");
}

#[test]
fn a_look_that_fails_is_made_again_before_anything_is_claimed() {
    let fails = || says(500, |_| "{}".to_owned());
    let played =
        play(&[lost(), fails(), fails(), fails(), is("running"), is("completed"), output()]);
    played.assert_result();
    assert_eq!(played.shape(), "SLLLLLO", "the run is there: it is never asked for again");
}

#[test]
fn a_plan_shows_the_run_that_it_is_for() {
    let shown = format!("{:?}", execute().run_id("mine").once());
    assert!(shown.starts_with("OnceWorkflow") && shown.contains("mine"), "{shown}");
}

#[test]
fn a_run_id_that_could_not_be_looked_up_is_refused_before_anything_is_sent() {
    for id in [".", "..", "", "a b"] {
        for generation in [Generation::V1, Generation::V2] {
            let api = speaking(generation);
            let error = api.once(execute().run_id(id).once()).expect_err("it is refused");
            assert_eq!((error.kind(), error.attempts()), (&ErrorKind::Request, 0), "{id:?}");
            assert!(api.call(execute().run_id(id)).is_err(), "{id:?}");
        }
    }
}
