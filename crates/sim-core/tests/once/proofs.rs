//! What proves that a server honours run ids, and what a start does without a proof.

use std::time::Duration;

use serde_json::json;
use sim_core::transport::{Exchange, Phase, Step, TransportError, TransportErrorKind as Kind};
use sim_core::v1::ProbeClaims;
use sim_core::{Api, Claims, ErrorKind, Generation, PauseKind, RunId, RunStatus};

use super::durable::told;
use super::server::*;
use super::{builder, execute, proven, speaking};

/// A core that knows nothing of its server.
fn unproven(generation: Generation) -> Api {
    builder(generation).build().expect("a core")
}

fn once(api: &Api, script: &[Answer]) -> Played {
    drive(api.once(execute().once()).expect("an exchange"), script)
}

fn sent(played: &Played) -> Option<RunId> {
    played.starts().first().map(|id| RunId::from(*id))
}

#[test]
fn the_first_start_comes_after_a_probe_that_starts_nothing() {
    let api = unproven(Generation::V1);
    let played = once(&api, &[rejects_the_id(), receipt(), is("completed"), output()]);
    played.assert_result();
    assert_eq!((played.shape().as_str(), api.claims()), ("PSLO", Claims::Proven));
    let probe = &played.requests[0];
    assert_eq!(probe.uri().path(), "/api/workflows/00000000-0000-4000-8000-000000000000/execute");
    assert_eq!(probe.headers()["x-execution-id"], "not allowed!");
    assert_eq!(probe.body().as_bytes(), Some(&br#"{"name":"x"}"#[..]), "the body must be good");
    let played = once(&api, &[receipt(), is("completed"), output()]);
    assert_eq!(played.shape(), "SLO", "what is known is not asked again");
}

#[test]
fn a_plain_execute_and_the_second_generation_are_sent_without_a_probe() {
    let call = unproven(Generation::V1).call(execute()).expect("a call");
    assert_eq!(drive(call, &[ended()]).shape(), "S");
    let played = once(&unproven(Generation::V2), &[receipt(), is("completed"), output()]);
    assert_eq!(played.shape(), "SLO");
}

#[test]
fn a_server_that_ignores_ids_gets_one_start_and_no_look() {
    let api = unproven(Generation::V1);
    for script in [vec![no_such_workflow(), lost()], vec![lost()]] {
        let played = once(&api, &script);
        let error = played.error();
        assert!(error.is_ambiguous() && error.may_have_started(), "{error:?}");
        assert_eq!((error.run_id(), error.sent_id().cloned()), (None, sent(&played)));
        assert_eq!((played.starts().len(), api.claims()), (1, Claims::Refuted));
        assert!(!played.shape().contains('L'), "nothing can be found by an id that is ignored");
    }
}

#[test]
fn a_probe_that_tells_nothing_is_no_error_and_is_made_again_later() {
    let says = |status, body: &'static str| says(status, move |_| body.to_owned());
    for unknown in [
        lost as fn() -> Answer,
        never,
        || breaks(Kind::Protocol, Phase::Sent),
        gate,
        no_such_address,
        || self::says(401, |_| r#"{"error":"Invalid API key"}"#.to_owned()),
        || self::says(400, |_| "{}".to_owned()),
    ] {
        let api = unproven(Generation::V1);
        let refused = says(401, r#"{"error":"Invalid API key"}"#);
        let played = once(&api, &[unknown(), refused]);
        assert_eq!((played.shape().as_str(), played.error().code()), ("PS", "UNAUTHORIZED"));
        let script: Vec<_> =
            [unknown(), lost()].into_iter().chain((0..5).map(|_| no_such_run())).collect();
        let played = once(&api, &script);
        assert!(played.error().is_ambiguous(), "{:?}", played.error());
        assert_eq!(played.shape(), "PSLLLLL", "it is looked for a second, and never sent again");
        assert_eq!(
            (played.error().run_id(), played.error().sent_id().cloned()),
            (None, sent(&played))
        );
    }
    let found = [says(500, "{}"), lost(), is("running"), is("completed"), output()];
    let played = once(&unproven(Generation::V1), &found);
    played.assert_result();
    assert_eq!(played.shape(), "PSLLO", "a row under the id that was sent is the run's");
}

#[test]
fn a_proof_that_comes_after_the_start_says_nothing_about_it() {
    let api = unproven(Generation::V1);
    let mut exchange = api.once(execute().once()).expect("an exchange");
    let zero = Duration::ZERO;
    assert!(matches!(exchange.receive(gate()("x"), zero), Step::Again(_)), "the probe");
    assert!(matches!(exchange.receive(lost()("x"), zero), Step::Again(_)), "the start");
    // The server is upgraded, and somebody else learns it.
    let api = proven(api);
    assert_eq!(api.claims(), Claims::Proven);
    let played = drive(
        exchange,
        &[no_such_run(), no_such_run(), no_such_run(), no_such_run(), no_such_run()],
    );
    assert!(played.error().is_ambiguous() && played.starts().is_empty(), "{:?}", played.asked);
}

#[test]
fn without_a_key_nothing_is_asked_and_nothing_proven() {
    for generation in [Generation::V1, Generation::V2] {
        let api = Api::builder([1; 32])
            .credentials(sim_core::Credentials::None)
            .generation(generation)
            .base_url("http://localhost");
        let api = api.build().expect("a core");
        assert_eq!(api.claims(), Claims::Refuted);
        let played = once(&api, &[lost()]);
        assert_eq!((played.shape().as_str(), played.error().run_id()), ("S", None));
        assert!(played.error().is_ambiguous() && played.error().sent_id().is_some());
    }
}

#[test]
fn each_answer_proves_what_it_can_and_no_more() {
    let receipt = |job: &'static str, own: bool| {
        says(202, move |id| {
            let run = if own { id } else { "servers-own" };
            let job = job.replace("{}", id);
            json!({"success": true, "async": true, "jobId": job, "executionId": run}).to_string()
        })
    };
    let refused = |status, body: fn(&str) -> String| says(status, body);
    let conflict_of = |id: &str| {
        json!({"error": "Execution ID has already been used", "code": "EXECUTION_ID_CONFLICT", "executionId": id}).to_string()
    };
    let no_claim = |_: &str| {
        json!({"error": "Workflow execution identity is temporarily unavailable"}).to_string()
    };
    for (answer, claims) in [
        (receipt("workflow-execution:{}", true), Claims::Proven),
        (receipt("run_O-z4cm5F6LEQqUq-34Id", false), Claims::Refuted),
        (
            says(202, |id| json!({"jobId": format!("workflow-execution:{id}")}).to_string()),
            Claims::Proven,
        ),
        (says(202, |_| json!({"taskId": "task-1"}).to_string()), Claims::Unknown),
        (refused(409, conflict_of), Claims::Proven),
        (refused(503, no_claim), Claims::Proven),
        (
            says(409, |_| {
                json!({"error": "used", "code": "EXECUTION_ID_CONFLICT", "executionId": "x"})
                    .to_string()
            }),
            Claims::Unknown,
        ),
        (
            refused(403, |_| json!({"error": "Workflow is not deployed"}).to_string()),
            Claims::Unknown,
        ),
        (spent(), Claims::Unknown),
        (no_such_address(), Claims::Unknown),
    ] {
        let api = unproven(Generation::V1);
        let mut call = api.call(execute().run_id("own").queue()).expect("a call");
        let _ = call.receive(answer("own"), Duration::ZERO);
        assert_eq!(api.claims(), claims);
    }
    for (answer, claims) in [
        (ended(), Claims::Proven),
        (ended_as(|_| Some("servers-own".to_owned())), Claims::Refuted),
        (ended_as(|_| None), Claims::Unknown),
        // A Response block may have written or forwarded these.
        (refused(409, conflict_of), Claims::Unknown),
        (refused(503, no_claim), Claims::Unknown),
    ] {
        let api = unproven(Generation::V1);
        let mut call = api.call(execute().run_id("own")).expect("a call");
        let _ = call.receive(answer("own"), Duration::ZERO);
        assert_eq!(api.claims(), claims, "of a synchronous start");
    }
}

#[test]
fn the_run_of_an_answer_is_named_by_the_server_or_not_at_all() {
    for (answer, named) in [
        (ended_as(|_| Some("servers-own".to_owned())), Some("servers-own")),
        (ended_as(|_| None), None),
    ] {
        let call = unproven(Generation::V1).call(execute().run_id("own")).expect("a call");
        let result = drive(call, &[answer]).result.expect("a result");
        assert_eq!(result.run_id.as_ref().map(RunId::as_str), named);
        assert_eq!(result.sent_id, Some(RunId::from("own")));
    }
    let call = speaking(Generation::V1).call(execute().run_id("own")).expect("a call");
    let result = drive(call, &[ended_as(|_| None)]).result.expect("a result");
    assert_eq!(result.run_id, Some(RunId::from("own")), "the claim was proven before");
}

#[test]
fn a_server_that_cannot_read_a_run_is_followed_by_the_job() {
    let receipt = says(202, |_| {
        json!({"success": true, "async": true, "jobId": "run_1", "executionId": "servers-own"})
            .to_string()
    });
    let state = |status: &'static str| {
        says(200, move |_| json!({"status": status, "output": {"n": 7}}).to_string())
    };
    let api = unproven(Generation::V1);
    let script =
        [no_such_workflow(), receipt, no_such_address(), state("processing"), state("completed")];
    let played = once(&api, &script);
    assert_eq!(played.shape(), "PSLJJ");
    let result = played.result.expect("a result");
    assert_eq!((result.output, result.run_id), (json!({"n": 7}), Some(RunId::from("servers-own"))));
}

#[test]
fn an_old_server_is_asked_before_the_first_start_of_the_first_generation() {
    let api = unproven(Generation::Auto);
    let script = [no_such_address(), no_such_workflow(), lost()];
    let played = once(&api, &script);
    assert_eq!((played.shape().as_str(), played.generations()), ("SPS", vec![2, 1, 1]));
    assert!(played.error().is_ambiguous());
}

#[test]
fn what_ends_the_caller_ends_the_probe() {
    let api = unproven(Generation::V1);
    let played = once(&api, &[breaks(Kind::Cancelled, Phase::Sent)]);
    assert!(played.error().is_cancelled() && !played.error().may_have_started());
    let plan = execute().once().deadline(Duration::from_secs(5));
    let mut exchange = api.once(plan).expect("an exchange");
    let Step::Done(Err(error)) = exchange.receive(gate()("x"), Duration::from_secs(6)) else {
        panic!("there is no time for a start")
    };
    assert_eq!((error.is_timeout(), error.is_ambiguous()), (true, false));
}

#[test]
fn a_probe_alone_answers_the_caller() {
    for (answer, claims) in [
        (rejects_the_id(), Claims::Proven),
        (no_such_workflow(), Claims::Refuted),
        (no_such_address(), Claims::Unknown),
        (
            says(404, |_| json!({"error": "Workflow not found", "x": 1}).to_string()),
            Claims::Unknown,
        ),
        (
            says(400, |_| json!({"error": "Invalid execution ID header"}).to_string()),
            Claims::Unknown,
        ),
    ] {
        let api = unproven(Generation::V1);
        let mut probe = api.call(ProbeClaims::new()).expect("a call");
        let Step::Done(told) = probe.receive(answer("x"), Duration::ZERO) else {
            panic!("it ends")
        };
        assert_eq!((told.expect("an answer"), api.claims()), (claims, claims));
    }
}

/// A whole answer whose output has the keys of a timed pause.
fn timed() -> Answer {
    says(200, |id| {
        let at = "2026-11-23T18:00:00Z";
        let metadata = json!({"duration": 1.7, "startTime": at, "endTime": at});
        let output = json!({"waitDuration": 60000, "resumeAt": "2026-11-23T18:01:00Z", "run": id});
        json!({"success": true, "executionId": id, "output": output, "metadata": metadata})
            .to_string()
    })
}

#[test]
fn the_keys_of_a_timed_pause_make_the_client_look_and_the_row_decides() {
    let call = || speaking(Generation::V1).call(execute()).expect("a call");
    let paused = says(200, |id| {
        let paused =
            json!({"contextId": "c", "pauseKind": "time", "resumeAt": "2026-11-23T18:01:00Z"});
        json!({"executionId": id, "workflowId": "wf", "status": "paused", "paused": paused})
            .to_string()
    });
    let played = drive(call(), &[timed(), is("running"), paused]);
    assert_eq!(played.shape(), "SOO");
    let result = played.result.expect("a result");
    let pause = result.pause.expect("a pause");
    assert_eq!(
        (result.status, pause.points[0].kind.clone()),
        (RunStatus::Paused, Some(PauseKind::Time))
    );
    assert!(pause.points[0].resume_at.is_some() && result.output["waitDuration"] == 60000);
    drive(call(), &[timed(), is("completed")]).assert_result();
    let played = drive(call(), &[timed(), no_such_address()]);
    let kind = ErrorKind::Ambiguous { run_id: sent(&played), cause: Box::new(ErrorKind::Decode) };
    assert_eq!(played.error().kind(), &kind, "the keys alone tell nothing");
    assert!(!played.error().body().is_empty(), "the answer is in the error");
}

#[test]
fn a_question_without_an_answer_is_an_error() {
    for refusal in [Some(401), None] {
        let api = unproven(Generation::V2);
        let mut question = api.ask_claims().expect("a request").expect("nothing is known yet");
        let error = loop {
            let outcome = match refusal {
                Some(status) => Ok(told(status, &json!({"error": "Invalid API key"}))),
                None => Err(TransportError::new(Kind::Closed, Phase::Sent)),
            };
            if let Step::Done(claims) = question.receive(outcome, Duration::ZERO) {
                break claims.expect_err("nobody answered");
            }
        };
        assert_eq!(error.is_unauthorized(), refusal.is_some(), "{error}");
    }
}
