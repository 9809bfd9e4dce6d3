//! What follows the answer of a person: another person, a failure, or another answer than the one that was sent.

use serde_json::{Value, json};
use sim_core::{Api, ErrorKind, Generation, PausePoint, ResumeRun, Resumed, RunId, RunStatus};

use super::pauses::{
    BOTH, CONTEXT, DETAIL, TAKEN, answered, core, detail, point, reads, receipt, refused, resume,
    resume_target, resumed, run_target, targets,
};
use super::run;
use crate::reply::Reply;
use crate::script::Script;
use crate::subject::Subject;

/// How a run reads that goes on from its pause, that failed there, or whose second person is asked elsewhere.
fn nowhere(generation: Generation) -> Reply {
    let paused =
        json!({"contextId": null, "pauseKind": null, "pausePointCount": 1, "resumedCount": 0});
    reads(generation, "paused", &paused, &Value::Null)
}

/// What the answer to a run tells that was started synchronously.
fn told(generation: Generation, output: &Value) -> Reply {
    let body = match generation {
        Generation::V1 => json!({
            "success": true, "status": "completed", "executionId": "attempt", "output": output,
        }),
        _ => json!({"data": {
            "runId": "attempt", "workflowId": "wf-1", "status": "completed", "output": output, "error": null,
        }}),
    };
    Reply::json(200, &body.to_string())
}

pub fn the_next_pause_is_handed_over<S: Subject>(subject: &impl Fn(Api) -> S) {
    let next =
        json!({"contextId": "sign", "pauseKind": "human", "pausePointCount": 2, "resumedCount": 1});
    for generation in BOTH {
        let read = || reads(generation, "paused", &next, &Value::Null);
        let open = detail("paused", &[point("sign", "paused", &Value::Null)]);
        let script = Script::new([receipt(generation), read(), open]);
        let result = resumed(subject, generation, &script).expect("a result");
        assert_eq!(result.status, RunStatus::Paused);
        let point: PausePoint = result.pause.expect("a pause").points.remove(0);
        assert_eq!((point.context_id.as_str(), point.form.len()), ("sign", 1), "with its form");
        let look = run_target(generation, "");
        assert_eq!(targets(&script), [resume_target(generation), look, DETAIL.to_owned()]);
        let resume = ResumeRun::at(&point);
        assert!(resume.is_ok(), "the place says of which run it is");
    }
}

pub fn after_one_of_two_people_the_run_waits_for_the_other<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    // v0.8 names the place, older servers the block.
    let named =
        json!({"contextId": "sign", "pauseKind": "human", "pausePointCount": 2, "resumedCount": 1});
    let blocked = json!({"blockedOnBlockId": "sign", "pauseKind": "human", "pausePointCount": 2});
    for generation in BOTH {
        for paused in [&named, &blocked] {
            let one = point(CONTEXT, "resumed", &answered("completed"));
            let other = point("sign", "paused", &Value::Null);
            let script = Script::new([
                told(generation, &json!({"of": "one branch"})),
                reads(generation, "paused", paused, &Value::Null),
                detail("partially_resumed", &[one, other]),
            ]);
            let result = resumed(subject, generation, &script).expect("a result");
            assert_eq!((&result.status, &result.output), (&RunStatus::Paused, &Value::Null));
            let points = result.pause.expect("a pause").points;
            let [point] = &points[..] else { panic!("one place: {points:?}") };
            assert_eq!((point.context_id.as_str(), point.form.len()), ("sign", 1));
            let read = run_target(generation, "?includeOutput=true");
            assert_eq!(targets(&script), [resume_target(generation), read, DETAIL.to_owned()]);
        }
    }
}

pub fn a_plain_answer_to_one_of_two_people_is_a_pause_at_the_other<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let paused =
        json!({"contextId": "sign", "pauseKind": "human", "pausePointCount": 2, "resumedCount": 1});
    for generation in BOTH {
        let script = Script::new([
            told(generation, &json!({"of": "one branch"})),
            reads(generation, "running", &Value::Null, &Value::Null),
            reads(generation, "paused", &paused, &Value::Null),
        ]);
        let api = core(generation, script.url());
        let told = run(subject, &api, resume()).expect("an end");
        let Resumed::Ended(result) = told else { panic!("an end: {told:?}") };
        assert_eq!((&result.status, &result.output), (&RunStatus::Paused, &Value::Null));
        let points = result.pause.expect("a pause").points;
        assert_eq!((points.len(), points[0].context_id.as_str()), (1, "sign"));
        let read = run_target(generation, "?includeOutput=true");
        assert_eq!(targets(&script), [resume_target(generation), read.clone(), read]);
    }
}

pub fn a_run_that_fails_after_an_answer_is_a_result_with_the_cause<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let failed = || detail("paused", &[point(CONTEXT, "failed", &answered("failed"))]);
    for generation in BOTH {
        // The answer to a run that was started synchronously is the failure itself.
        let (status, words) = match generation {
            Generation::V1 => (400, "Boom: it broke"),
            _ => (500, "Internal server error"),
        };
        let (answer, look) = (resume_target(generation), run_target(generation, ""));
        for (replies, expected) in [
            (
                vec![refused(generation, status, words), failed()],
                vec![answer.clone(), DETAIL.to_owned()],
            ),
            (
                vec![receipt(generation), nowhere(generation), failed()],
                vec![answer, look, DETAIL.to_owned()],
            ),
        ] {
            let script = Script::new(replies);
            let result = resumed(subject, generation, &script).expect("a result");
            assert_eq!((&result.status, result.success), (&RunStatus::Failed, false));
            assert_eq!(result.error.expect("an error").message, "Boom: it broke");
            assert_eq!(result.run_id, Some(RunId::from("mine")));
            assert_eq!(targets(&script), expected);
        }
    }
}

pub fn of_two_people_in_a_row_the_second_is_handed_over<S: Subject>(subject: &impl Fn(Api) -> S) {
    for generation in BOTH {
        // v0.8 files the second pause under the id of the attempt.
        let script = Script::new([
            receipt(generation),
            nowhere(generation),
            detail("paused", &[point(CONTEXT, "resuming", &answered("completed"))]),
            detail("paused", &[point("sign", "paused", &Value::Null)]),
        ]);
        let result = resumed(subject, generation, &script).expect("a result");
        assert_eq!((&result.status, &result.run_id), (&RunStatus::Paused, &Some("mine".into())));
        let points = result.pause.expect("a pause").points;
        assert_eq!(points[0].context_id.as_str(), "sign");
        let targets = targets(&script);
        assert_eq!(targets[2..], [DETAIL, "/api/workflows/wf-1/paused/attempt"]);
    }
}

pub fn an_answer_that_the_server_takes_back_is_an_error<S: Subject>(subject: &impl Fn(Api) -> S) {
    for generation in BOTH {
        let script = Script::new([
            receipt(generation),
            refused(generation, 404, "Execution not found"),
            detail("paused", &[point(CONTEXT, "paused", &answered("failed"))]),
        ]);
        let error = resumed(subject, generation, &script).expect_err("it was taken back");
        assert_eq!((error.kind(), error.code()), (&ErrorKind::Api, "CONFLICT"));
        assert!(error.message().contains("Boom: it broke"), "{error}");
        let look = run_target(generation, "");
        assert_eq!(targets(&script), [resume_target(generation), look, DETAIL.to_owned()]);
    }
}

pub fn an_answer_that_was_replaced_is_an_error_that_holds_the_other<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    for generation in BOTH {
        // Servers before v0.8 refuse a second answer with 400.
        for status in [400, 409] {
            let mut empty = answered("completed");
            empty["resumeInput"] = json!({});
            let script = Script::new([
                Reply::close(""),
                refused(generation, status, TAKEN),
                detail("fully_resumed", &[point(CONTEXT, "resumed", &empty)]),
            ]);
            let error = resumed(subject, generation, &script).expect_err("it was replaced");
            assert_eq!((error.kind(), error.code()), (&ErrorKind::Api, "ANSWER_REPLACED"));
            assert_eq!(error.details(), Some(&json!({})));
            assert_eq!(error.run_id(), Some(&RunId::from("mine")));
            let answer = resume_target(generation);
            assert_eq!(targets(&script), [answer.clone(), answer, DETAIL.to_owned()]);
        }
    }
}
