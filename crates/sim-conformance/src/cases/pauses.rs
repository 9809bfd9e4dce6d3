//! Runs that wait for a human: what is asked, one answer whatever the network does, and the end under the
//! run's own id.

use std::time::Duration;

use serde_json::{Value, json};
use sim_core::v1::{GetPaused, ListPaused};
use sim_core::{
    Api, Error, ErrorKind, ExecuteWorkflow, Generation, GetRun, PauseKind, PausePoint, Result,
    ResumeRun, Resumed, RunId, RunStatus, WaitPolicy, WorkflowExecutionResult,
};
use sim_mock::{Pause, Sim, Workflow};

use super::run;
use crate::canned::Canned;
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{KEY, Proven as _, api, times};

pub(super) const BOTH: [Generation; 2] = [Generation::V1, Generation::V2];
pub(super) const TAKEN: &str = "Paused execution is not resumable";
/// The target of the detail of the pause.
pub(super) const DETAIL: &str = "/api/workflows/wf-1/paused/mine";
/// A place in the first branch of a parallel block.
pub(super) const CONTEXT: &str = "ask₍0₎";
const ENCODED: &str = "ask%E2%82%8D0%E2%82%8E";

/// Ends what a wrong client would wait for: its own limits last an hour.
const BOUND: Duration = Duration::from_secs(60);

pub(super) fn core(generation: Generation, url: &str) -> Api {
    api(url).generation(generation).deadline(BOUND).proven()
}

fn wait() -> WaitPolicy {
    let (first, longest) = (Duration::from_millis(2), Duration::from_millis(10));
    WaitPolicy::new().interval(first, longest).grace(Duration::from_millis(100))
}

/// What a block puts out that waits for a human.
fn asks() -> Value {
    json!({
        "data": {
            "operation": "human",
            "responseStructure": [{"name": "amount", "type": "number", "value": 7}],
            "inputFormat": [{"id": "f", "name": "approved", "label": "Approve?", "type": "boolean", "required": true}],
            "submission": null,
            "_resume": {
                "apiUrl": "https://elsewhere.test/api/resume/wf-1/mine/x", "uiUrl": "https://elsewhere.test/resume",
                "contextId": CONTEXT, "executionId": "mine", "workflowId": "wf-1",
            },
        },
        "status": 200, "headers": {},
    })
}

fn paused(generation: Generation) -> Value {
    match generation {
        Generation::V1 => {
            json!({"success": true, "executionId": "mine", "output": asks(), "metadata": times()})
        }
        _ => json!({"data": {
            "runId": "mine", "workflowId": "wf-1", "status": "paused", "output": asks(), "error": null,
        }}),
    }
}

/// How the run reads, with its id and its status in the words of a generation.
pub(super) fn reads(generation: Generation, status: &str, paused: &Value, output: &Value) -> Reply {
    let run = match generation {
        Generation::V1 => json!({
            "executionId": "mine", "workflowId": "wf-1", "status": status, "paused": paused, "finalOutput": output,
        }),
        _ => json!({"data": {
            "runId": "mine", "workflowId": "wf-1", "status": status, "paused": paused, "output": output,
        }}),
    };
    Reply::json(200, &run.to_string())
}

/// The detail of a pause, which only the first generation has.
pub(super) fn detail(status: &str, points: &[Value]) -> Reply {
    let detail = json!({
        "id": "row", "workflowId": "wf-1", "executionId": "mine", "status": status, "triggerIds": [],
        "pausePoints": points, "executionSnapshot": {"snapshot": "{}"}, "queue": [],
    });
    Reply::json(200, &detail.to_string())
}

/// A place of the pause, with its latest answer or `null`.
pub(super) fn point(context: &str, state: &str, answer: &Value) -> Value {
    let mut response = asks();
    response["data"]["_resume"]["contextId"] = json!(context);
    json!({
        "contextId": context, "blockId": context, "resumeStatus": state, "snapshotReady": true, "pauseKind": "human",
        "latestResumeEntry": answer, "response": response,
    })
}

/// The answer of these cases, as the detail of the pause keeps it.
pub(super) fn answered(status: &str) -> Value {
    json!({
        "id": "entry", "parentExecutionId": "mine", "newExecutionId": "attempt", "contextId": CONTEXT,
        "resumeInput": {"approved": true}, "status": status,
        "failureReason": if status == "failed" { json!("Boom: it broke") } else { Value::Null },
    })
}

pub(super) fn receipt(generation: Generation) -> Reply {
    let receipt = match generation {
        Generation::V1 => json!({
            "success": true, "async": true, "jobId": "j", "executionId": "attempt", "message": "m",
            "statusUrl": "https://elsewhere.test/api/jobs/j",
        }),
        _ => {
            json!({"data": {"runId": "attempt", "statusUrl": "https://elsewhere.test/runs/attempt"}})
        }
    };
    Reply::json(202, &receipt.to_string())
}

pub(super) fn refused(generation: Generation, status: u16, message: &str) -> Reply {
    let body = match generation {
        Generation::V1 => json!({"error": message}),
        _ => json!({"error": {"code": "CONFLICT", "message": message}}),
    };
    Reply::json(status, &body.to_string())
}

pub(super) fn resume() -> ResumeRun {
    ResumeRun::new("wf-1", "mine", CONTEXT).input(json!({"approved": true}))
}

pub(super) fn resumed<S: Subject>(
    subject: &impl Fn(Api) -> S,
    generation: Generation,
    script: &Script,
) -> Result<WorkflowExecutionResult> {
    let api = core(generation, script.url());
    let exchange = api.resume(resume().once().wait(wait())).expect("an exchange");
    subject(api).drive(exchange)
}

/// The targets of the requests that reached a server.
pub(super) fn targets(script: &Script) -> Vec<String> {
    script.seen().iter().map(|seen| seen.target().to_owned()).collect()
}

pub(super) fn run_target(generation: Generation, query: &str) -> String {
    match generation {
        Generation::V1 => format!("/api/workflows/wf-1/executions/mine{query}"),
        _ => format!("/api/v2/workflows/wf-1/runs/mine{query}"),
    }
}

pub(super) fn resume_target(generation: Generation) -> String {
    match generation {
        Generation::V1 => format!("/api/resume/wf-1/mine/{ENCODED}"),
        _ => "/api/v2/workflows/wf-1/runs/mine/resume".to_owned(),
    }
}

pub fn a_pause_says_what_is_asked<S: Subject>(subject: &impl Fn(Api) -> S) {
    for generation in BOTH {
        let server = Canned::json(200, &paused(generation));
        let api = core(generation, &server.url());
        let execute = ExecuteWorkflow::new("wf-1").run_id("mine");
        let result = run(subject, &api, execute).expect("a result");
        assert_eq!((&result.status, result.success), (&RunStatus::Paused, true));
        let pause = result.pause.expect("a pause");
        let [point] = &pause.points[..] else { panic!("one place: {pause:?}") };
        assert_eq!((point.context_id.as_str(), &point.kind), (CONTEXT, &Some(PauseKind::Human)));
        assert_eq!(point.form[0].label.as_deref(), Some("Approve?"));
        assert_eq!(point.shown[0]["value"], 7);
        let resume = ResumeRun::at(point);
        assert!(resume.is_ok(), "the place says of which run it is");
    }
}

pub fn an_answer_goes_to_the_place_that_waits<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (generation, body) in [
        (Generation::V1, json!({"input": {"approved": true}})),
        (Generation::V2, json!({"contextId": CONTEXT, "input": {"approved": true}})),
    ] {
        let script = Script::new([receipt(generation)]);
        let told = run(subject, &core(generation, script.url()), resume()).expect("a receipt");
        let Resumed::Queued(receipt) = told else { panic!("a receipt: {told:?}") };
        assert_eq!(receipt.attempt, Some(RunId::from("attempt")));
        let seen = script.seen();
        assert_eq!((seen.len(), seen[0].target()), (1, &*resume_target(generation)));
        assert_eq!(serde_json::from_slice::<Value>(&seen[0].body).expect("JSON"), body);
    }
    let nowhere = ResumeRun::new("wf-1", "mine", "");
    for generation in BOTH {
        let script = Script::new([receipt(generation)]);
        let error = run(subject, &core(generation, script.url()), nowhere.clone());
        assert_eq!(error.expect_err("no place").kind(), &ErrorKind::Request);
        assert_eq!(script.seen().len(), 0);
    }
}

pub fn the_end_of_a_resumed_run_is_told_in_each_way<S: Subject>(subject: &impl Fn(Api) -> S) {
    let sync = json!({
        "success": true, "status": "completed", "executionId": "attempt", "output": {"n": 7},
        "metadata": {"duration": 50.0},
    });
    let second = json!({"data": {
        "runId": "attempt", "workflowId": "wf-1", "status": "completed", "output": {"n": 7}, "error": null,
    }});
    let stream = "data: {\"event\":\"final\",\"data\":{\"success\":true,\"output\":{\"n\":7}}}\n\ndata: \"[DONE]\"\n\n";
    let stream = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {}\r\n\r\n{stream}",
        stream.len()
    );
    for (generation, reply) in [
        (Generation::V1, Reply::json(200, &sync.to_string())),
        (Generation::V2, Reply::json(200, &second.to_string())),
        (Generation::V1, Reply::keep_open(stream)),
    ] {
        let ended = reads(generation, "completed", &Value::Null, &json!({"n": 7}));
        let script = Script::new([reply.clone(), ended]);
        let result = resumed(subject, generation, &script).expect("a result");
        assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &json!({"n": 7})));
        assert_eq!(result.run_id, Some(RunId::from("mine")), "the server forgets the attempt");
        let read = run_target(generation, "?includeOutput=true");
        assert_eq!(targets(&script), [resume_target(generation), read], "the run decides");
        let script = Script::new([reply]);
        let events = subject(core(generation, script.url())).stream(resume().stream(), 9);
        let last = events.expect("a stream").pop().expect("an event").expect("the outcome");
        assert_eq!(last.result().map(|result| &result.output), Some(&json!({"n": 7})));
    }
}

pub fn a_queued_answer_is_waited_for_under_the_id_of_the_run<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    // While it goes on, the run reads as paused: at first in the place that was answered, then nowhere.
    let there = json!({"contextId": CONTEXT, "pauseKind": "human", "pausePointCount": 1, "resumedCount": 0});
    let nowhere =
        json!({"contextId": null, "pauseKind": null, "pausePointCount": 1, "resumedCount": 0});
    for generation in BOTH {
        let script = Script::new([
            receipt(generation),
            reads(generation, "paused", &there, &Value::Null),
            reads(generation, "paused", &nowhere, &Value::Null),
            detail("paused", &[point(CONTEXT, "resuming", &answered("claimed"))]),
            reads(generation, "running", &Value::Null, &Value::Null),
            reads(generation, "completed", &Value::Null, &Value::Null),
            reads(generation, "completed", &Value::Null, &json!({"n": 7})),
        ]);
        let result = resumed(subject, generation, &script).expect("a result");
        assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &json!({"n": 7})));
        let look = run_target(generation, "");
        let last = run_target(generation, "?includeOutput=true");
        let (answer, detail) = (resume_target(generation), DETAIL.to_owned());
        let expected = [&answer, &look, &look, &detail, &look, &look, &last];
        assert_eq!(targets(&script).iter().collect::<Vec<_>>(), expected);
    }
}

pub fn a_pause_that_outlasts_its_answer_is_handed_over<S: Subject>(subject: &impl Fn(Api) -> S) {
    let there = json!({"contextId": CONTEXT, "pauseKind": "human", "pausePointCount": 1, "resumedCount": 0});
    for generation in BOTH {
        let paused = || reads(generation, "paused", &there, &Value::Null);
        let running = reads(generation, "running", &Value::Null, &Value::Null);
        let open = || detail("paused", &[point(CONTEXT, "paused", &Value::Null)]);
        let comes_back = vec![receipt(generation), paused(), running, paused(), open()];
        // The last reply serves for all that follow, and a detail that cannot be read is as good as none.
        let stays = vec![receipt(generation), paused()];
        for (replies, looks) in [(comes_back, 3..=3), (stays, 2..=99)] {
            let script = Script::new(replies);
            let result = resumed(subject, generation, &script).expect("a result");
            assert_eq!(result.status, RunStatus::Paused);
            let point: PausePoint = result.pause.expect("a pause").points.remove(0);
            assert_eq!(point.context_id.as_str(), CONTEXT);
            let targets = targets(&script);
            assert_eq!(targets[0], resume_target(generation));
            let look = run_target(generation, "");
            let of_detail = |target: &&String| **target == DETAIL;
            let begins = targets.iter().position(|target| target == DETAIL).expect("a detail");
            assert!(looks.contains(&(begins - 1)), "{targets:?}");
            assert!(targets[1..begins].iter().all(|target| *target == look), "{targets:?}");
            assert_eq!(targets[begins..].iter().filter(of_detail).count(), targets.len() - begins);
        }
    }
}

pub fn an_answer_that_may_be_lost_is_given_once<S: Subject>(subject: &impl Fn(Api) -> S) {
    let taken = || detail("fully_resumed", &[point(CONTEXT, "resumed", &answered("completed"))]);
    for generation in BOTH {
        let ended = || reads(generation, "completed", &Value::Null, &json!({"n": 7}));
        let answer = resume_target(generation);
        let (look, detail) = (run_target(generation, ""), DETAIL.to_owned());
        for (replies, expected) in [
            // It had arrived: the refusal of the second says that the pause was answered, and its detail by whom.
            (
                vec![Reply::close(""), refused(generation, 409, TAKEN), taken(), ended()],
                vec![&answer, &answer, &detail, &look],
            ),
            // It had not: it is taken now.
            (
                vec![Reply::close("HTTP/1.1 2"), receipt(generation), ended()],
                vec![&answer, &answer, &look],
            ),
        ] {
            let script = Script::new(replies);
            let result = resumed(subject, generation, &script).expect("a result");
            assert_eq!(result.output, json!({"n": 7}));
            assert_eq!(targets(&script).iter().collect::<Vec<_>>(), expected);
        }
        // Without a loss, the detail says whether it was this answer that was given before.
        let script = Script::new([refused(generation, 409, TAKEN), taken()]);
        let error: Error = resumed(subject, generation, &script).expect_err("it is taken");
        assert_eq!((error.kind(), error.run_id()), (&ErrorKind::Api, Some(&RunId::from("mine"))));
        assert_eq!(error.code(), "ANSWER_REPEATED");
        assert_eq!(targets(&script).iter().collect::<Vec<_>>(), [&answer, &detail]);
        // A plain call is sent once.
        let script = Script::new([Reply::close("")]);
        let error = run(subject, &core(generation, script.url()), resume()).expect_err("lost");
        assert!(error.is_ambiguous() && script.seen().len() == 1);
        assert_eq!(error.run_id(), Some(&RunId::from("mine")));
    }
}

pub fn a_pause_for_a_time_is_slept_through<S: Subject>(subject: &impl Fn(Api) -> S) {
    let timed =
        json!({"contextId": "wait1", "pauseKind": "time", "resumeAt": "2026-11-23T18:00:00Z"});
    for generation in BOTH {
        let script = Script::new([
            reads(generation, "paused", &timed, &Value::Null),
            reads(generation, "completed", &Value::Null, &json!({"n": 7})),
        ]);
        let api = core(generation, script.url());
        let waiting = api.wait(sim_core::RunHandle::new("wf-1", "mine"), wait());
        let result = subject(api).drive(waiting.expect("an exchange")).expect("a result");
        assert_eq!(result.output, json!({"n": 7}));
        let found = Script::new([reads(generation, "paused", &timed, &Value::Null)]);
        let api = core(generation, found.url());
        let found = run(subject, &api, GetRun::new("wf-1", "mine")).expect("a run");
        let point = found.pause_point().expect("a place");
        assert_eq!((point.kind, point.resume_at.is_some()), (Some(PauseKind::Time), true));
    }
}

pub fn a_run_that_asks_from_end_to_end<S: Subject>(subject: &impl Fn(Api) -> S) {
    for generation in [Generation::V1, Generation::V2, Generation::Auto] {
        let ask = |input: Value| {
            let place = Pause::new().context_id(CONTEXT).show("amount", input["amount"].clone());
            place.ask("approved", "boolean").then(|answer| json!({"paid": answer["approved"]}))
        };
        let sim = Sim::builder().key(KEY).workflow(Workflow::new("pay", ask)).start();
        let sim = sim.expect("a server");
        let api = core(generation, sim.url());
        let execute = |id: &str| ExecuteWorkflow::new("pay").input(json!({"amount": 7})).run_id(id);
        let paused = run(subject, &api, execute("sync")).expect("a result");
        assert_eq!(paused.status, RunStatus::Paused);
        let queued = api.once(execute("queued").once().wait(wait())).expect("an exchange");
        let queued = subject(api.clone()).drive(queued).expect("a result");
        assert_eq!((queued.status, queued.run_id), (RunStatus::Paused, Some("queued".into())));
        let events = subject(api.clone()).stream(execute("streamed").stream(), 9);
        let last = events.expect("a stream").pop().expect("an event").expect("the outcome");
        assert_eq!(last.result().map(|result| &result.status), Some(&RunStatus::Paused));

        let waiting = run(subject, &api, ListPaused::new("pay")).expect("a list");
        assert_eq!(waiting.len(), 3);
        for id in ["sync", "queued", "streamed"] {
            let detail = run(subject, &api, GetPaused::new("pay", id)).expect("where it waits");
            let point = detail.run.open_points().next().expect("a place");
            assert_eq!(
                (point.form[0].name.as_str(), &point.shown[0]["value"]),
                ("approved", &json!(7))
            );
            let resume = ResumeRun::at(&point).expect("a run").input(json!({"approved": true}));
            let exchange = api.resume(resume.clone().once().wait(wait())).expect("an exchange");
            let result = subject(api.clone()).drive(exchange).expect("a result");
            assert_eq!(
                (&result.status, &result.output),
                (&RunStatus::Completed, &json!({"paid": true}))
            );
            assert_eq!(result.run_id, Some(RunId::from(id)));
            let found = run(subject, &api, GetRun::new("pay", id).include_output(true));
            assert_eq!(found.expect("a run").output, Some(json!({"paid": true})));
            let twice = api.resume(resume.once().wait(wait())).expect("an exchange");
            let error = subject(api.clone()).drive(twice).expect_err("it is answered");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(409));
        }
        assert_eq!(sim.runs().len(), 3);
    }
}
