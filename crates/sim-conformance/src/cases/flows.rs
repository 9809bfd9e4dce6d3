//! One run and its result, and what becomes of runs whose callers vanish.

use std::time::Duration;

use serde_json::{Value, json};
use sim_core::{
    Api, CancelReason, CancelRun, ErrorKind, ExecuteWorkflow, Generation, GetRun, OnceWorkflow,
    Result, RetryPolicy, RunHandle, RunId, RunStatus, WaitPolicy, WorkflowExecutionResult,
};
use sim_mock::{Sim, Workflow};

use super::run;
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{KEY, Proven as _, api, quick};

const CONFLICT: &str = r#"{"error":"Execution ID has already been used","code":"EXECUTION_ID_CONFLICT","executionId":"mine"}"#;

fn wait() -> WaitPolicy {
    let (first, longest) = (Duration::from_millis(2), Duration::from_millis(10));
    WaitPolicy::new().interval(first, longest).grace(Duration::from_millis(100))
}

fn plan(workflow: &str) -> OnceWorkflow {
    ExecuteWorkflow::new(workflow)
        .input(json!({"n": 7}))
        .run_id("mine")
        .once()
        .retry(quick(5))
        .wait(wait())
}

fn once<S: Subject>(
    subject: &impl Fn(Api) -> S,
    url: &str,
    plan: OnceWorkflow,
) -> Result<WorkflowExecutionResult> {
    once_in(Generation::V1, subject, url, plan)
}

fn once_in<S: Subject>(
    generation: Generation,
    subject: &impl Fn(Api) -> S,
    url: &str,
    plan: OnceWorkflow,
) -> Result<WorkflowExecutionResult> {
    let api = api(url).generation(generation).proven();
    let exchange = api.once(plan).expect("an exchange");
    subject(api).drive(exchange)
}

/// Does the same in each generation, against a server that has both.
fn in_both(check: impl Fn(Generation, &Sim)) {
    for generation in [Generation::V1, Generation::V2, Generation::Auto] {
        check(generation, &sim());
    }
}

fn sim() -> Sim {
    let echo = Workflow::new("echo", |input: Value| input);
    let slow = Workflow::new("slow", |input: Value| input).takes(Duration::from_secs(60));
    let builder = Sim::builder().key(KEY).workflow(echo).workflow(slow);
    builder.disconnect_delay(Duration::from_millis(10)).start().expect("a server")
}

fn found(status: &str) -> Reply {
    let run =
        json!({"executionId": "mine", "workflowId": "echo", "status": status, "finalOutput": null});
    Reply::json(200, &run.to_string())
}

fn output() -> Reply {
    let run = json!({"executionId": "mine", "workflowId": "echo", "status": "completed", "finalOutput": {"n": 7}});
    Reply::json(200, &run.to_string())
}

pub fn a_queued_run_is_started_once_and_waited_for<S: Subject>(subject: &impl Fn(Api) -> S) {
    in_both(|generation, sim| {
        let result = once_in(generation, subject, sim.url(), plan("echo")).expect("a result");
        assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &json!({"n": 7})));
        assert_eq!(result.run_id, Some(RunId::from("mine")));
        assert_eq!(sim.runs().len(), 1);
    });
}

pub fn an_answer_that_is_lost_is_found_again<S: Subject>(subject: &impl Fn(Api) -> S) {
    let missing = || Reply::json(404, r#"{"error":"Execution not found"}"#);
    let receipt = || Reply::json(202, r#"{"success":true,"jobId":"j","executionId":"mine"}"#);
    for (replies, starts) in [
        (vec![Reply::close(""), found("running"), found("completed"), output()], 1),
        (vec![Reply::close("HTTP/1.1 202"), missing(), receipt(), found("completed"), output()], 2),
        (
            vec![
                Reply::close(""),
                missing(),
                Reply::json(409, CONFLICT),
                found("running"),
                found("completed"),
                output(),
            ],
            2,
        ),
        (vec![Reply::json(502, "<html>"), found("running"), found("completed"), output()], 1),
    ] {
        let script = Script::new(replies);
        let result = once(subject, script.url(), plan("echo")).expect("a result");
        assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &json!({"n": 7})));
        let seen = script.seen();
        let started: Vec<_> = seen.iter().filter(|seen| seen.head.starts_with("POST")).collect();
        assert_eq!(started.len(), starts);
        for request in started {
            assert_eq!(request.header("x-execution-id"), Some("mine"), "always the same id");
            assert_eq!(request.header("x-execution-mode"), Some("async"));
        }
        let last = seen.last().expect("a request").target();
        assert_eq!(last, "/api/workflows/echo/executions/mine?includeOutput=true");
    }
}

pub fn an_output_that_is_not_ready_is_asked_for_again<S: Subject>(subject: &impl Fn(Api) -> S) {
    let not_ready = || Reply::json(409, r#"{"error":"Outputs are not ready"}"#);
    let receipt = || Reply::json(202, r#"{"success":true,"jobId":"j","executionId":"mine"}"#);
    let start = || vec![receipt(), found("completed"), not_ready()];
    let script = Script::new(start().into_iter().chain([output()]));
    let result = once(subject, script.url(), plan("echo")).expect("a result");
    assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &json!({"n": 7})));
    let targets: Vec<_> = script.seen().iter().map(|seen| seen.target().to_owned()).collect();
    let look = "/api/workflows/echo/executions/mine";
    let last = format!("{look}?includeOutput=true");
    assert_eq!(targets, ["/api/workflows/echo/execute", look, &last, &last]);
    // One that never comes does not hide that the run is over.
    let script = Script::new(start());
    let error = once(subject, script.url(), plan("echo")).expect_err("there is none");
    assert_eq!((error.kind(), error.run_id()), (&ErrorKind::Api, Some(&RunId::from("mine"))));
    assert!(script.seen().iter().skip(2).all(|seen| seen.target() == last));
}

pub fn a_deadline_cuts_a_poll_short<S: Subject>(subject: &impl Fn(Api) -> S) {
    let receipt = || Reply::json(202, r#"{"success":true,"jobId":"j","executionId":"mine"}"#);
    let short = Duration::from_millis(300);
    for replies in [vec![receipt(), Reply::stall("")], vec![receipt(), Reply::stall("HTTP/1.1 2")]]
    {
        let script = Script::new(replies);
        let error = once(subject, script.url(), plan("echo").deadline(short)).expect_err("no time");
        assert!(error.is_ambiguous() && error.is_timeout(), "{error:?}");
        assert_eq!((error.run_id(), script.seen().len()), (Some(&RunId::from("mine")), 2));
    }
    let script = Script::new([Reply::stall("")]);
    let error = once(subject, script.url(), plan("echo").deadline(short)).expect_err("no time");
    assert!(error.is_ambiguous() && error.is_timeout(), "{error:?}");
    assert_eq!(script.seen().len(), 1, "nor is a start waited for");
}

pub fn a_synchronous_run_that_is_lost_is_interrupted_and_never_run_again<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let script = Script::new([Reply::close(""), found("running"), found("cancelled")]);
    let error = once(subject, script.url(), plan("echo").sync()).expect_err("it was cancelled");
    assert_eq!(error.kind(), &ErrorKind::Interrupted { run_id: RunId::from("mine") });
    let posts = script.seen().iter().filter(|seen| seen.head.starts_with("POST")).count();
    assert_eq!(posts, 1);
}

pub fn a_server_that_knows_no_run_ids_gets_nothing_twice<S: Subject>(subject: &impl Fn(Api) -> S) {
    let page = "HTTP/1.1 404 Not Found\r\ncontent-length: 6\r\n\r\n<html>";
    let script = Script::new([Reply::close(""), Reply::keep_open(page)]);
    let error = once(subject, script.url(), plan("echo")).expect_err("nobody can know");
    assert!(error.is_ambiguous(), "{error:?}");
    assert_eq!(script.seen().len(), 2);
}

pub fn a_stored_handle_finds_its_run<S: Subject>(subject: &impl Fn(Api) -> S) {
    in_both(|generation, sim| {
        let api = api(sim.url()).generation(generation).proven();
        let input = json!({"n": 7});
        let handle = api.new_handle(&ExecuteWorkflow::new("echo").input(&input)).expect("a handle");
        let queued = ExecuteWorkflow::new("echo").input(&input).run_id(&handle.run_id).queue();
        run(subject, &api, queued).expect("a receipt");
        let stored = serde_json::to_string(&handle).expect("it serialises");
        let handle: RunHandle = serde_json::from_str(&stored).expect("it comes back");
        let waiting = api.wait(handle.clone(), wait()).expect("an exchange");
        let result = subject(api.clone()).drive(waiting).expect("a result");
        assert_eq!(result.output, json!({"n": 7}));
        let again = ExecuteWorkflow::new("echo").input(&input).once().wait(wait());
        let again = api.durable(handle.clone(), again).expect("an exchange");
        let result = subject(api.clone()).drive(again).expect("the same result");
        assert_eq!(result.output, json!({"n": 7}), "started again, it is the run that it was");
        let other = ExecuteWorkflow::new("echo").input(json!({"n": 8})).once();
        assert!(api.durable(handle, other).is_err(), "it belongs to its input");
        assert_eq!(sim.runs().len(), 1);
    });
}

pub fn a_run_is_read_and_cancelled_by_its_id<S: Subject>(subject: &impl Fn(Api) -> S) {
    in_both(|generation, sim| {
        let api = api(sim.url()).generation(generation).retry_policy(RetryPolicy::NEVER).proven();
        run(subject, &api, ExecuteWorkflow::new("slow").run_id("mine").queue()).expect("a receipt");
        let found = run(subject, &api, GetRun::new("slow", "mine")).expect("a run");
        assert!(!found.status.is_terminal() && found.workflow_id.as_str() == "slow", "{found:?}");
        let cancelled = run(subject, &api, CancelRun::new("slow", "mine")).expect("an answer");
        assert!(cancelled.success && cancelled.run_id.as_str() == "mine");
        let waiting = api.wait(RunHandle::new("slow", "mine"), wait()).expect("an exchange");
        let result = subject(api.clone()).drive(waiting).expect("a result");
        assert_eq!(result.status, RunStatus::Cancelled);
        let unknown = run(subject, &api, GetRun::new("slow", "nothing")).expect_err("no such run");
        assert!(unknown.is_not_found());
        run(subject, &api, ExecuteWorkflow::new("echo").run_id("done")).expect("a result");
        let late = run(subject, &api, CancelRun::new("echo", "done")).expect("it has ended");
        assert_eq!((late.success, late.reason), (true, Some(CancelReason::AlreadyCompleted)));
    });
}

pub fn a_run_whose_caller_vanished_can_be_found<S: Subject>(subject: &impl Fn(Api) -> S) {
    in_both(|generation, sim| {
        let api = api(sim.url()).generation(generation).proven();
        let limited = ExecuteWorkflow::new("slow").timeout(Duration::from_millis(100));
        let error = run(subject, &api, limited).expect_err("the caller stops waiting");
        let lost = error.run_id().cloned().expect("the error names the run");
        let waiting = api.wait(RunHandle::new("slow", lost), wait()).expect("an exchange");
        let result = subject(api.clone()).drive(waiting).expect("a result");
        assert_eq!(result.status, RunStatus::Cancelled, "a synchronous run goes with its caller");
    });
}
