//! Whole stories against a server with a memory.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use serde_json::{Value, json};
use sim_core::v1::{GetJobStatus, GetUsageLimits, GetWorkflowStatus, JobState, ValidateWorkflow};
use sim_core::{Api, ExecuteWorkflow, RetryPolicy, RunId, RunStatus};
use sim_mock::{Bucket, Limits, Sim, Usage, Workflow};

use super::run;
use crate::subject::Subject;
use crate::tools::{KEY, Proven as _, api};

fn echo() -> Workflow {
    Workflow::new("echo", |input: Value| input)
}

fn start(builder: sim_mock::Builder) -> (Sim, Api) {
    let sim = builder.key(KEY).start().expect("a server");
    let api = api(sim.url()).proven();
    (sim, api)
}

/// Polls until there is a value, for ten seconds at the most.
fn poll_until<T>(what: &str, poll: impl Fn() -> Option<T>) -> T {
    for _ in 0..1000 {
        if let Some(found) = poll() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("never {what}")
}

pub fn a_run_from_end_to_end<S: Subject>(subject: &impl Fn(Api) -> S) {
    let (sim, api) = start(Sim::builder().workflow(echo()).workflow(echo_draft()));
    let result =
        run(subject, &api, ExecuteWorkflow::new("echo").input(json!({"n": 1}))).expect("a result");
    assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &json!({"n": 1})));
    let runs = sim.runs();
    assert_eq!(runs.len(), 1);
    assert_eq!(result.run_id.as_ref().map(RunId::as_str), Some(runs[0].id.as_str()));
    assert_eq!(runs[0].input, json!({"n": 1}));
    assert!(run(subject, &api, GetWorkflowStatus::new("echo")).expect("a status").is_deployed);
    assert_eq!(run(subject, &api, ValidateWorkflow::new("draft")).ok(), Some(false));
    let error = run(subject, &api, ExecuteWorkflow::new("draft")).expect_err("not deployed");
    assert_eq!(
        (error.code(), error.message()),
        ("WORKFLOW_NOT_DEPLOYED", "Workflow is not deployed")
    );
    assert_eq!(sim.runs().len(), 1);
}

fn echo_draft() -> Workflow {
    Workflow::new("draft", |input: Value| input).not_deployed()
}

pub fn a_queued_run_from_receipt_to_output<S: Subject>(subject: &impl Fn(Api) -> S) {
    let (sim, api) = start(Sim::builder().workflow(echo()));
    sim.hold_queue();
    let queued = ExecuteWorkflow::new("echo").input(json!({"n": 1})).queue();
    let receipt = run(subject, &api, queued).expect("a receipt");
    let task = receipt.task_id.expect("a job of the first generation");
    let job = || run(subject, &api, GetJobStatus::new(&task)).expect("a job");
    let pending = job();
    assert_eq!((pending.status, pending.output), (JobState::Pending, None));
    sim.release_queue();
    let done = poll_until("over", || Some(job()).filter(|job| job.status.is_terminal()));
    assert_eq!((done.status, done.output), (JobState::Completed, Some(json!({"n": 1}))));
    assert_eq!((done.run_id, done.run_success), (receipt.run_id, Some(true)));
    assert_eq!(sim.runs().len(), 1);
}

pub fn a_rate_limit_that_refills<S: Subject>(subject: &impl Fn(Api) -> S) {
    let limits =
        Limits::default().sync(Bucket::per_minute(1).burst(1)).refill(Duration::from_millis(300));
    let (sim, api) = start(Sim::builder().workflow(echo()).limits(limits));
    let execute = || ExecuteWorkflow::new("echo").input(json!({"n": 1}));
    assert!(run(subject, &api, execute()).is_ok());
    let error = run(subject, &api, execute()).expect_err("the bucket is empty");
    assert!(
        error.is_rate_limited() && error.retry_after().is_none(),
        "the first generation names no wait"
    );
    let wait = Duration::from_millis(200);
    let policy = RetryPolicy::new().max_retries(10).initial_delay(wait).max_delay(wait);
    assert!(run(subject, &api, execute().retry(policy)).is_ok());
    assert_eq!(sim.runs().len(), 2, "what was refused never ran");
}

pub fn a_usage_limit<S: Subject>(subject: &impl Fn(Api) -> S) {
    let (sim, api) =
        start(Sim::builder().workflow(echo()).usage(Usage::new(1.59, 1.0).plan("free")));
    let policy = RetryPolicy::new();
    let error =
        run(subject, &api, ExecuteWorkflow::new("echo").retry(policy)).expect_err("no money");
    assert!(error.is_usage_limited(), "{error}");
    assert_eq!((sim.requests().len(), sim.runs().len()), (2, 0), "the row is read, and no more");
    let usage = run(subject, &api, GetUsageLimits::new()).expect("usage").usage;
    assert_eq!((usage.current_period_cost, usage.limit), (Some(1.59), Some(1.0)));
}

pub fn a_caller_that_stops_waiting_cancels_the_run<S: Subject>(subject: &impl Fn(Api) -> S) {
    let gate = Arc::new(Barrier::new(2));
    let inside = Arc::clone(&gate);
    let slow = Workflow::new("slow", move |input: Value| {
        inside.wait();
        input
    });
    let builder = Sim::builder().workflow(slow).disconnect_delay(Duration::from_millis(20));
    let (sim, api) = start(builder);
    let execute = ExecuteWorkflow::new("slow").run_id("mine").timeout(Duration::from_millis(200));
    let error = run(subject, &api, execute).expect_err("the caller stops waiting");
    assert!(error.is_ambiguous() && error.is_timeout(), "{error:?}");
    let cancelled = || sim.run("mine").filter(|run| run.status == sim_mock::Status::Cancelled);
    poll_until("cancelled", cancelled);
    assert_eq!(sim.requests().len(), 1, "it was never sent again");
    gate.wait();
}
