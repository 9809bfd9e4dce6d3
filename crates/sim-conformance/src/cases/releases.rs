//! The same conversations on every release of the server: what each guarantee is there.

use std::time::Duration;

use serde_json::{Value, json};
use sim_core::{
    Api, CancelRun, ExecuteWorkflow, OnceWorkflow, Pause as Paused, Result, ResumeRun, RunHandle,
    RunId, RunStatus, WaitPolicy, WorkflowExecutionResult,
};
use sim_mock::{
    Fault, Faults, Outcome, Pause, Release, ResponseBlock, Scope, Sim, Status, Workflow,
};

use super::cancels::wait_until;
use super::run;
use crate::subject::Subject;
use crate::tools::{KEY, api, quick};

/// The longest time that one conversation may take.
const LONGEST: Duration = Duration::from_secs(20);

fn server(release: Release, workflow: Workflow) -> (Sim, Api) {
    let sim = Sim::builder().key(KEY).release(release).workflow(workflow).start();
    let sim = sim.expect("a server");
    let api = api(sim.url()).build().expect("a core");
    (sim, api)
}

fn echo() -> Workflow {
    Workflow::new("w", |input: Value| input)
}

fn wait() -> WaitPolicy {
    let (first, longest) = (Duration::from_millis(2), Duration::from_millis(10));
    WaitPolicy::new().interval(first, longest).grace(Duration::from_millis(100))
}

fn plan(id: &str) -> OnceWorkflow {
    let plan = ExecuteWorkflow::new("w").input(json!({"n": 7})).run_id(id).once();
    plan.retry(quick(5)).wait(wait()).deadline(LONGEST)
}

fn once<S: Subject>(
    subject: &impl Fn(Api) -> S,
    api: &Api,
    plan: OnceWorkflow,
) -> Result<WorkflowExecutionResult> {
    subject(api.clone()).drive(api.once(plan)?)
}

/// Answers the first point of a pause.
fn resume<S: Subject>(
    subject: &impl Fn(Api) -> S,
    api: &Api,
    pause: &Paused,
) -> Result<WorkflowExecutionResult> {
    let resume = ResumeRun::at(&pause.points[0]).expect("a run").input(json!({"approved": true}));
    subject(api.clone()).drive(api.resume(resume.once().wait(wait()).deadline(LONGEST))?)
}

/// Starts a run that waits, without a queue.
fn start_paused<S: Subject>(subject: &impl Fn(Api) -> S, api: &Api, release: Release) -> Paused {
    let paused = run(subject, api, ExecuteWorkflow::new("w").input(json!({"amount": 7})));
    let paused = paused.expect("a result");
    assert_eq!(paused.status, RunStatus::Paused, "{release}");
    paused.pause.expect("where it waits")
}

pub fn a_call_is_one_run_and_its_result<S: Subject>(subject: &impl Fn(Api) -> S) {
    for release in Release::ALL {
        let (sim, api) = server(release, echo());
        let result = once(subject, &api, plan("mine")).expect("a result");
        assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &json!({"n": 7})));
        let runs = sim.runs();
        assert_eq!(runs.len(), 1, "{release}");
        let told = result.run_id.expect("a run");
        assert_eq!(told.as_str(), runs[0].id, "{release}: the id of the server's run");
        assert_eq!(told.as_str() == "mine", release.honours_run_ids(), "{release}");
    }
}

pub fn a_lost_answer_starts_no_second_run<S: Subject>(subject: &impl Fn(Api) -> S) {
    for release in Release::ALL {
        let (sim, api) = server(release, echo());
        // What the client asks before its start is not lost.
        sim.set_faults(Faults::script([Fault::CutHead]).only(Scope::Queues));
        let outcome = once(subject, &api, plan("mine"));
        assert_eq!(sim.runs().len(), 1, "{release}: {outcome:?}");
        match outcome {
            Ok(result) => {
                assert!(release.honours_run_ids(), "{release}: {result:?}");
                assert_eq!(result.output, json!({"n": 7}), "{release}");
            }
            Err(error) => {
                assert!(!release.honours_run_ids() && error.is_ambiguous(), "{release}: {error:?}");
            }
        }
    }
}

pub fn an_id_that_comes_back_starts_no_second_run<S: Subject>(subject: &impl Fn(Api) -> S) {
    for release in Release::ALL.into_iter().filter(|release| release.honours_run_ids()) {
        let (sim, api) = server(release, echo());
        for _ in 0..2 {
            let result = once(subject, &api, plan("mine")).expect("the same result");
            assert_eq!(result.output, json!({"n": 7}), "{release}");
        }
        assert_eq!(sim.runs().len(), 1, "{release}");
    }
}

pub fn a_stored_handle_that_comes_back_starts_no_second_run<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    for release in Release::ALL {
        let (sim, api) = server(release, echo());
        if let Some(question) = api.ask_claims().expect("an exchange") {
            subject(api.clone()).drive(question).expect("an answer");
        }
        let execute = ExecuteWorkflow::new("w").input(json!({"n": 7}));
        let handle = api.new_handle(&execute).expect("a handle");
        let call = |handle: RunHandle| {
            let plan = execute.clone().once().retry(quick(5)).wait(wait()).deadline(LONGEST);
            subject(api.clone()).drive(api.durable(handle, plan)?)
        };
        let stored = serde_json::to_string(&handle).expect("it serialises");
        assert_eq!(call(handle).expect("a result").output, json!({"n": 7}), "{release}");
        let again = call(serde_json::from_str(&stored).expect("it comes back"));
        assert_eq!(again.is_ok(), release.honours_run_ids(), "{release}: {again:?}");
        assert_eq!(sim.runs().len(), 1, "{release}");
    }
}

pub fn a_queued_run_is_followed<S: Subject>(subject: &impl Fn(Api) -> S) {
    for release in Release::ALL {
        let (sim, api) = server(release, echo());
        let queued = ExecuteWorkflow::new("w").input(json!({"n": 7})).queue();
        let receipt = run(subject, &api, queued).expect("a receipt");
        let handle = receipt.handle("w").expect("a run");
        let waiting = api.wait(handle, wait()).expect("an exchange");
        let result = subject(api.clone()).drive(waiting).expect("a result");
        assert_eq!((&result.status, &result.output), (&RunStatus::Completed, &json!({"n": 7})));
        assert_eq!(sim.runs().len(), 1, "{release}");
    }
}

pub fn a_cancel_reaches_the_run_that_the_answer_names<S: Subject>(subject: &impl Fn(Api) -> S) {
    for release in Release::ALL {
        let (sim, api) = server(release, echo().takes(Duration::from_secs(60)));
        let queued = ExecuteWorkflow::new("w").run_id("mine").queue();
        let receipt = run(subject, &api, queued).expect("a receipt");
        assert_eq!(receipt.sent_id, Some(RunId::from("mine")), "{release}");
        let named = receipt.run_id.expect("every release names it");
        assert_eq!(named.as_str() == "mine", release.honours_run_ids(), "{release}: {named}");
        await_status(&sim, Status::Running);
        let told = run(subject, &api, CancelRun::new("w", &named)).expect("a cancellation");
        assert!(told.success, "{release}: {told:?}");
        await_status(&sim, Status::Cancelled);
        assert_eq!(sim.runs()[0].id, named.as_str(), "{release}");
    }
}

pub fn no_answer_names_a_run_that_the_server_does_not_have<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let fails = || Workflow::new("w", |_| Outcome::failed("Boom"));
    let answers = || Workflow::new("w", |_| ResponseBlock::new(json!({"made": 1})).status(201));
    for release in Release::ALL {
        for (workflow, word) in [(fails(), RunStatus::Failed), (answers(), RunStatus::Completed)] {
            let (sim, api) = server(release, workflow);
            let execute = || ExecuteWorkflow::new("w").run_id("mine");
            let result = run(subject, &api, execute()).expect("a result");
            assert_eq!((&result.status, &result.sent_id), (&word, &Some(RunId::from("mine"))));
            let known = |id: &RunId| sim.runs().iter().any(|run| run.id == id.as_str());
            assert!(result.run_id.iter().all(known), "{release}: {:?}", result.run_id);
            let stream = ExecuteWorkflow::new("w").stream();
            let events = subject(api).stream(stream, usize::MAX).expect("a stream");
            let last = events.last().and_then(|event| event.as_ref().ok()?.result());
            let last = last.expect("the end");
            assert!(last.run_id.iter().all(known), "{release}: {:?}", last.run_id);
            assert!(last.sent_id.is_some(), "{release}");
        }
    }
}

pub fn a_limit_of_a_run_is_sent_to_every_release_and_kept_by_the_later_ones<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    for release in Release::ALL {
        let keeps = release >= Release::V0759;
        let takes = Duration::from_millis(if keeps { 60_000 } else { 1100 });
        let (sim, api) = server(release, echo().takes(takes));
        let queued = ExecuteWorkflow::new("w").queue().execution_timeout(Duration::from_secs(1));
        let receipt = run(subject, &api, queued).expect("a receipt");
        let sent = sim.requests().into_iter().find(|request| request.method == "POST");
        let headers = sent.expect("a start").headers;
        let name = "x-execution-timeout-seconds";
        let value = headers.iter().find(|(key, _)| *key == name).map(|(_, value)| &**value);
        assert_eq!(value, Some("1"), "{release}");
        let waiting = api.wait(receipt.handle("w").expect("a run"), wait()).expect("an exchange");
        let result = subject(api.clone()).drive(waiting).expect("a result");
        let expected = if keeps { RunStatus::TimedOut } else { RunStatus::Completed };
        assert_eq!(result.status, expected, "{release}");
    }
}

/// Waits until the only run has that status, for ten seconds at the most.
fn await_status(sim: &Sim, status: Status) {
    wait_until(|| sim.runs().iter().any(|run| run.status == status));
}

pub fn a_person_is_answered_once<S: Subject>(subject: &impl Fn(Api) -> S) {
    for release in Release::ALL {
        let ask = |_| {
            let pause = Pause::new().context_id("one").ask("approved", "boolean");
            pause.then(|answer| json!({"approved": answer["approved"]}))
        };
        let (sim, api) = server(release, Workflow::new("w", ask));
        let pause = start_paused(subject, &api, release);
        let result = resume(subject, &api, &pause).expect("a result");
        assert_eq!(result.status, RunStatus::Completed, "{release}");
        assert_eq!(result.output, json!({"approved": true}), "{release}");
        let told = result.run_id.expect("a run");
        assert_eq!(told.as_str(), sim.runs()[0].id, "{release}: never the id of an attempt");
        let again = resume(subject, &api, &pause).expect_err("it is answered");
        let status = if release < Release::V089 { 400 } else { 409 };
        assert_eq!(again.status().map(|status| status.as_u16()), Some(status), "{release}");
    }
}

pub fn a_second_person_in_a_row_is_answered_or_told_why_not<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    for release in Release::ALL {
        let ask = |_| {
            let second = Pause::new().context_id("two").then(|_| json!({"both": true}));
            Pause::new().context_id("one").then(move |_| second.clone())
        };
        let (_sim, api) = server(release, Workflow::new("w", ask));
        let first = resume(subject, &api, &start_paused(subject, &api, release));
        let first = first.expect("the second pause");
        assert_eq!(first.status, RunStatus::Paused, "{release}");
        let pause = first.pause.expect("where it waits");
        assert_eq!(pause.points[0].context_id.as_str(), "two", "{release}");
        match resume(subject, &api, &pause) {
            Ok(second) => {
                assert!(release.resumes_again(), "{release}: {second:?}");
                assert_eq!(second.output, json!({"both": true}), "{release}");
            }
            Err(error) => assert!(!release.resumes_again(), "{release}: {error:?}"),
        }
    }
}

pub fn a_failure_after_an_answer_is_the_failed_run<S: Subject>(subject: &impl Fn(Api) -> S) {
    for release in Release::ALL {
        let ask = |_| {
            let pause = Pause::new().context_id("one");
            pause.then(|_| Outcome::failed("Boom: after approval"))
        };
        let (_sim, api) = server(release, Workflow::new("w", ask));
        let pause = start_paused(subject, &api, release);
        let result = resume(subject, &api, &pause).expect("a failed run is a result");
        assert_eq!(result.status, RunStatus::Failed, "{release}");
        let error = result.error.expect("the cause");
        assert!(error.message.contains("after approval"), "{release}: {error:?}");
    }
}
