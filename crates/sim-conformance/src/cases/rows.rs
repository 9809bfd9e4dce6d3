//! Answers that tell too little: the row of the run decides what became of it, and where nobody can read that, nothing is
//! guessed.

use std::time::Duration;

use serde_json::{Value, json};
use sim_core::{
    Api, Error, ErrorKind, ExecuteWorkflow, Generation, PauseKind, Result, RetryPolicy, RunId,
    RunStatus, WaitBound, WaitPolicy, WorkflowExecutionResult,
};

use super::pauses::{BOTH, CONTEXT, DETAIL, core, detail, point, reads, targets};
use super::run;
use crate::reply::Reply;
use crate::script::Script;
use crate::subject::Subject;
use crate::tools::{TIMES, api, quick, times};

const LIMITED: &str = r#"{"error":"Rate limit exceeded. Please try again later."}"#;
const RESUME_AT: &str = "2026-11-29T07:09:56.503Z";

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").run_id("mine")
}

/// The row of the run in the first generation.
fn row(status: &str, more: &Value) -> Reply {
    let mut row = json!({"executionId": "mine", "workflowId": "wf-1", "status": status});
    for (key, value) in more.as_object().into_iter().flatten() {
        row[key] = value.clone();
    }
    Reply::json(200, &row.to_string())
}

/// What comes of a start that is answered so if the row reads so, and how often it was read. The start is sent once.
fn told<S: Subject>(
    subject: &impl Fn(Api) -> S,
    api: impl FnOnce(&str) -> Api,
    answer: Reply,
    rows: impl IntoIterator<Item = Reply>,
) -> (Result<WorkflowExecutionResult>, usize) {
    let script = Script::new([answer]).with_rows(rows);
    let result = run(subject, &api(script.url()), execute());
    assert_eq!(script.seen().len(), 1, "it is sent once: {result:?}");
    (result, script.looks())
}

fn proven(url: &str) -> Api {
    core(Generation::V1, url)
}

/// A core whose server has not shown whether it honours the ids of callers.
fn unproven(url: &str) -> Api {
    api(url).build().expect("a core")
}

pub fn the_row_decides_what_a_plain_answer_was<S: Subject>(subject: &impl Fn(Api) -> S) {
    let mine = json!({"mine": 1});
    let place = json!({"paused": {"contextId": "ask", "pauseKind": "human"}});
    let boom = json!({"error": "Boom: it broke", "cost": {"total": 0.01}});
    for (rows, expected, output, looks) in [
        (
            vec![row("running", &json!({})), row("completed", &json!({}))],
            RunStatus::Completed,
            &mine,
            2,
        ),
        (vec![row("paused", &place)], RunStatus::Paused, &Value::Null, 1),
        (vec![row("cancelled", &json!({}))], RunStatus::Cancelled, &Value::Null, 1),
        (vec![row("failed", &boom)], RunStatus::Failed, &Value::Null, 1),
    ] {
        for status in [200, 404, 429] {
            let answer = Reply::json(status, &mine.to_string());
            let (result, looked) = told(subject, proven, answer, rows.clone());
            let result = result.unwrap_or_else(|error| panic!("{status} {expected:?}: {error:?}"));
            assert_eq!((&result.status, looked), (&expected, looks), "{status}");
            let is_success = matches!(expected, RunStatus::Completed | RunStatus::Paused);
            assert_eq!(result.success, is_success, "{status} {expected:?}");
            assert!(&result.output == output || expected != RunStatus::Completed, "{result:?}");
            assert_eq!(result.run_id, Some(RunId::from("mine")));
        }
    }
}

pub fn the_row_of_a_spent_id_is_a_refusal_and_only_a_new_id_follows<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let burned = json!({"error": LIMITED, "cost": {"total": 0}, "totalDurationMs": 1});
    let worked = json!({"error": "Boom", "cost": {"total": 0.01}, "totalDurationMs": 40});
    let limited = || Reply::json(429, LIMITED);
    let (refused, _) = told(subject, proven, limited(), [row("failed", &burned)]);
    let refused = refused.expect_err("a refusal");
    assert_eq!((refused.kind(), refused.code()), (&ErrorKind::Api, "RATE_LIMIT_EXCEEDED"));
    // A Response block wrote those words: its run failed later, and is no refusal.
    let (failed, _) = told(subject, proven, limited(), [row("failed", &worked)]);
    assert_eq!(failed.expect("a run").status, RunStatus::Failed);
    // No id of its own is chosen here, so a new one may follow.
    for (more, sent) in [(&burned, 2), (&worked, 1)] {
        let done = format!(r#"{{"success":true,"output":7,"metadata":{TIMES}}}"#);
        let script = Script::new([limited(), Reply::json(200, &done)]);
        let script = script.with_row(row("failed", more));
        let start = ExecuteWorkflow::new("wf-1").retry(quick(3));
        let result = run(subject, &proven(script.url()), start).expect("a result");
        assert_eq!((script.seen().len(), result.success), (sent, sent == 2), "{more}");
        let ids: Vec<_> =
            script.seen().iter().map(|seen| seen.headers("x-execution-id").concat()).collect();
        assert!(sent == 1 || ids[0] != ids[1], "{ids:?}");
    }
}

pub fn a_missing_row_is_a_refusal_only_under_a_proof<S: Subject>(subject: &impl Fn(Api) -> S) {
    let no_run = || Reply::json(404, r#"{"error":"Execution not found"}"#);
    let no_workflow = || Reply::json(404, r#"{"error":"Workflow not found"}"#);
    let limited = || Reply::json(429, LIMITED);
    for (core, missing, may_have_started) in [
        (proven as fn(&str) -> Api, no_run as fn() -> Reply, false),
        (unproven, no_run, true),
        (proven, no_workflow, false),
        (unproven, no_workflow, false),
    ] {
        let (error, _) = told(subject, core, limited(), [missing()]);
        let error: Error = error.expect_err("no run");
        assert_eq!(error.code(), "RATE_LIMIT_EXCEEDED", "the words keep their code");
        assert_eq!(error.may_have_started(), may_have_started, "{error:?}");
        assert_eq!(error.sent_id(), Some(&RunId::from("mine")));
        // Where a run may have started, none is started again.
        let script = Script::new([limited()]).with_row(missing());
        let start = ExecuteWorkflow::new("wf-1").retry(quick(2));
        run(subject, &core(script.url()), start).expect_err("it stays so");
        assert_eq!(script.seen().len(), if may_have_started { 1 } else { 3 });
    }
}

pub fn where_no_row_can_be_read_nothing_is_guessed<S: Subject>(subject: &impl Fn(Api) -> S) {
    let answer = |status: u16, id: &str| {
        let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{id}");
        Reply::keep_open(format!("{head}content-length: 10\r\n\r\n{{\"mine\":1}}"))
    };
    let unread: [fn() -> Reply; 2] = [
        || Reply::json(401, r#"{"error":"Invalid API key"}"#),
        || Reply::json(403, r#"{"detail":"Forbidden"}"#),
    ];
    let core = |url: &str| api(url).retry_policy(RetryPolicy::NEVER).build().expect("a core");
    for unread in unread {
        let of_sim = answer(200, "x-request-id: 1a2b3c4d\r\n");
        let (block, _) = told(subject, core, of_sim, [unread()]);
        let block = block.expect("Sim's own request id is on it");
        assert_eq!((block.status, block.output), (RunStatus::Completed, json!({"mine": 1})));
        for (status, id) in
            [(200, ""), (200, "x-request-id: f3b8-77\r\n"), (403, "x-request-id: 1a2b3c4d\r\n")]
        {
            let (error, _) = told(subject, core, answer(status, id), [unread()]);
            let error = error.expect_err("nobody knows");
            assert!(error.is_ambiguous(), "{status} {id}: {error:?}");
            assert_eq!(error.body(), br#"{"mine":1}"#);
        }
    }
}

/// A whole answer of the first generation with this output.
fn whole(output: &Value) -> Reply {
    let body =
        json!({"success": true, "executionId": "mine", "output": output, "metadata": times()});
    Reply::json(200, &body.to_string())
}

pub fn the_keys_of_a_timed_pause_make_the_client_look<S: Subject>(subject: &impl Fn(Api) -> S) {
    let output = json!({"waitDuration": 60000, "resumeAt": RESUME_AT});
    let place =
        json!({"paused": {"contextId": "wait", "pauseKind": "time", "resumeAt": RESUME_AT}});
    let (paused, looks) = told(subject, proven, whole(&output), [row("paused", &place)]);
    let paused = paused.expect("a result");
    assert_eq!((&paused.status, looks), (&RunStatus::Paused, 1));
    let pause = paused.pause.expect("a pause");
    assert_eq!(pause.points[0].kind, Some(PauseKind::Time));
    assert_eq!(pause.points[0].resume_at, RESUME_AT.parse().ok());
    // A workflow may write such keys itself.
    let (completed, _) = told(subject, proven, whole(&output), [row("completed", &json!({}))]);
    let completed = completed.expect("a result");
    assert_eq!((completed.status, completed.output), (RunStatus::Completed, output.clone()));
    let (unread, _) = told(subject, proven, whole(&output), [Reply::json(404, "<html>")]);
    assert!(unread.expect_err("the keys alone tell nothing").is_ambiguous());
    // The second generation and streams say that the run is paused; when it goes on is in the output alone.
    let data = json!({"data": {
        "runId": "mine", "workflowId": "wf-1", "status": "paused", "output": output, "error": null,
    }});
    let script = Script::new([Reply::json(200, &data.to_string())]);
    let second = run(subject, &core(Generation::V2, script.url()), execute()).expect("a result");
    let last =
        json!({"event": "final", "data": {"success": true, "status": "paused", "output": output}});
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let script = Script::new([Reply::close(format!("{head}data: {last}\n\n"))]);
    let events = subject(core(Generation::V1, script.url())).stream(execute().stream(), 9);
    let event = events.expect("a stream").pop().expect("an event").expect("the outcome");
    for result in [&second, event.result().expect("the end")] {
        assert_eq!(result.status, RunStatus::Paused);
        let pause = result.pause.as_ref().expect("a pause");
        assert_eq!((pause.points.len(), pause.resume_at), (0, RESUME_AT.parse().ok()));
    }
}

pub fn a_pause_at_an_odd_place_is_a_pause<S: Subject>(subject: &impl Fn(Api) -> S) {
    let of = |context: &Value| json!({"data": {"operation": "human", "_resume": {"contextId": context, "executionId": "mine"}}});
    for odd in [json!(null), json!(7), json!({}), json!([]), json!(true)] {
        let several = json!({"pausedBlocks": [of(&odd), of(&json!("b"))], "pauseCount": 2});
        for (output, places) in [(of(&odd), 0), (several, 1)] {
            let (result, _) = told(subject, proven, whole(&output), [row("paused", &json!({}))]);
            let result = result.expect("a result");
            assert_eq!((&result.status, result.success), (&RunStatus::Paused, true), "{output}");
            assert_eq!(result.pause.expect("a pause").points.len(), places, "{output}");
        }
    }
}

pub fn a_failure_without_words_is_a_failure<S: Subject>(subject: &impl Fn(Api) -> S) {
    let body = json!({"success": false, "output": {}, "metadata": times()}).to_string();
    let (result, looks) = told(subject, proven, Reply::json(500, &body), []);
    assert_eq!((result.expect("a run").status, looks), (RunStatus::Failed, 0));
}

fn wait() -> WaitPolicy {
    WaitPolicy::new().interval(Duration::from_millis(2), Duration::from_millis(10))
}

pub fn the_form_of_a_queued_run_that_pauses_is_fetched<S: Subject>(subject: &impl Fn(Api) -> S) {
    let place = json!({"contextId": CONTEXT, "pauseKind": "human", "pausePointCount": 1});
    for generation in BOTH {
        let receipt = match generation {
            Generation::V1 => json!({
                "success": true, "async": true, "jobId": "j", "executionId": "mine", "statusUrl": "/x",
            }),
            _ => json!({"data": {"runId": "mine", "statusUrl": "/x"}}),
        };
        let open = detail("paused", &[point(CONTEXT, "paused", &Value::Null)]);
        let script = Script::new([
            Reply::json(202, &receipt.to_string()),
            reads(generation, "paused", &place, &Value::Null),
            open,
        ]);
        let api = core(generation, script.url());
        let once = api.once(execute().once().wait(wait())).expect("an exchange");
        let result = subject(api).drive(once).expect("a result");
        assert_eq!(result.status, RunStatus::Paused);
        let points = result.pause.expect("a pause").points;
        let [point] = &points[..] else { panic!("one place: {points:?}") };
        assert_eq!(point.form[0].label.as_deref(), Some("Approve?"), "it can be shown to a human");
        assert_eq!(point.shown[0]["value"], 7);
        let targets = targets(&script);
        assert_eq!((targets.len(), &*targets[2]), (3, DETAIL), "one more read: {targets:?}");
    }
}

pub fn a_status_of_a_later_server_is_named_and_the_wait_for_it_ends<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    for generation in BOTH {
        let script = Script::new([reads(generation, "aborted", &Value::Null, &Value::Null)]);
        let api = core(generation, script.url());
        let policy = wait().bound(WaitBound::Working, Duration::from_millis(50));
        let waiting = api.wait(sim_core::RunHandle::new("wf-1", "mine"), policy);
        let error = subject(api).drive(waiting.expect("an exchange")).expect_err("it never ends");
        let cause = Box::new(ErrorKind::WaitBound(WaitBound::Working));
        assert_eq!(error.kind(), &ErrorKind::Ambiguous { run_id: Some("mine".into()), cause });
        assert!(error.to_string().contains("aborted"), "{error}");
        assert_eq!(error.last_status().map(RunStatus::as_str), Some("aborted"));
    }
}

pub fn a_number_that_json_cannot_hold_never_leaves<S: Subject>(subject: &impl Fn(Api) -> S) {
    for odd in [f64::NAN, f64::INFINITY] {
        let script = Script::new([whole(&json!(1))]);
        let api = proven(script.url());
        let subject = subject(api.clone());
        for error in [
            api.call(execute().input(odd)).and_then(|call| subject.drive(call)).map(drop),
            api.call(execute().input([1.0, odd])).and_then(|call| subject.drive(call)).map(drop),
            subject.stream(execute().input([odd]).stream(), 9).map(drop),
        ] {
            assert_eq!(error.expect_err("no number").kind(), &ErrorKind::Request);
        }
        assert_eq!(script.seen().len(), 0);
    }
}
