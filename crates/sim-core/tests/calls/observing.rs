//! What observers are told of calls, streams and conversations.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sim_core::observe::{Attempt, CallEnd, CallInfo, Context, Dropped, Observer, WaitInfo};
use sim_core::transport::{Exchange as _, RunEvents, Step};
use sim_core::{Api, ExecuteWorkflow, Generation, RetryPolicy, RunHandle, WaitPolicy};

use super::{SECOND, answer, broken};
use sim_core::transport::{Phase, TransportErrorKind as Kind};

/// Notes all that it is told, a line each.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Notes {
    fn note(&self, call: &CallInfo<'_>, what: std::fmt::Arguments<'_>) {
        let nested = if call.is_nested { "  " } else { "" };
        let line = format!("{nested}{} {what}", call.operation);
        self.0.lock().expect("a lock").push(line);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("a lock"))
    }
}

/// What the observer returned at the start comes back with everything else.
fn state<'a>(call: &CallInfo<'a>) -> &'a str {
    call.state.and_then(Context::get::<&str>).copied().expect("the state of the call")
}

impl Observer for Notes {
    fn start(&self, call: &CallInfo<'_>) -> Option<Context> {
        assert!(call.state.is_none());
        let workflow = call.workflow.map_or("-", |id| id.as_str());
        let route = call.route.map_or("-", |route| route.path);
        self.note(call, format_args!("starts for {workflow} by {route}"));
        Some(Context::new("mine"))
    }

    fn attempt(&self, attempt: &Attempt<'_>) {
        assert_eq!(state(&attempt.call), "mine");
        let status = attempt.status.map_or(0, |status| status.as_u16());
        let code = attempt.code.unwrap_or("-");
        self.note(&attempt.call, format_args!("tries {}: {status} {code}", attempt.number));
    }

    fn wait(&self, wait: &WaitInfo<'_>) {
        assert_eq!(state(&wait.call), "mine");
        self.note(&wait.call, format_args!("waits after {}", wait.attempts));
    }

    fn end(&self, end: &CallEnd<'_>) {
        assert_eq!(state(&end.call), "mine");
        let run = end.call.run_id.map_or("-", |id| id.as_str());
        let (code, attempts) = (end.code.unwrap_or("-"), end.attempts);
        self.note(
            &end.call,
            format_args!("ends {} {code} run {run} after {attempts}", end.outcome),
        );
    }

    fn dropped(&self, dropped: &Dropped<'_>) {
        assert_eq!(state(&dropped.call), "mine");
        self.note(&dropped.call, format_args!("dropped after {}", dropped.attempts));
    }
}

fn observed() -> (Api, Arc<Notes>) {
    let notes = Arc::new(Notes::default());
    let api = Api::builder([1; 32]).generation(Generation::V2).base_url("http://localhost");
    let api = api.api_key("sk-sim-test").observer(Arc::clone(&notes)).build().expect("a core");
    (api, notes)
}

const V2: &str = "/api/v2/workflows/{workflow}/execute";
const DONE: &str = r#"{"data":{"runId":"r","status":"completed","output":{}}}"#;
const FAILED: &str =
    r#"{"data":{"runId":"r","status":"failed","output":{},"error":{"message":"m"}}}"#;

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf").run_id("r")
}

#[test]
fn a_call_is_told_from_its_start_to_its_end() {
    let (api, notes) = observed();
    let mut call = api.call(execute().retry(RetryPolicy::new())).expect("a call");
    assert!(notes.take().is_empty(), "nothing was sent yet");
    let (request, again) = (call.request(), call.request());
    assert_eq!(request.uri(), again.uri());
    assert_eq!(notes.take(), [format!("ExecuteWorkflow starts for wf by {V2}")]);
    let Step::Again(_) = call.receive(broken(Kind::Connect, Phase::NotSent), SECOND) else {
        panic!("it never left")
    };
    let Step::Done(Ok(_)) = call.receive(answer(200, &[], DONE), SECOND * 2) else {
        panic!("it is done")
    };
    drop(call);
    let told = notes.take();
    let expected = [
        "ExecuteWorkflow tries 1: 0 CONNECTION_ERROR",
        "ExecuteWorkflow waits after 1",
        "ExecuteWorkflow tries 2: 200 -",
        "ExecuteWorkflow ends completed - run r after 2",
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_outcome_of_a_call_is_that_of_its_run_or_an_error() {
    let refused = r#"{"error":{"code":"NOT_FOUND","message":"Workflow not found"}}"#;
    let table = [
        (answer(200, &[], FAILED), "ends failed - run r after 1"),
        (answer(404, &[], refused), "ends error WORKFLOW_NOT_FOUND run r after 1"),
        (broken(Kind::Cancelled, Phase::Sent), "ends error CANCELLED run r after 1"),
    ];
    for (outcome, end) in table {
        let (api, notes) = observed();
        let mut call = api.call(execute()).expect("a call");
        let _request = call.request();
        let Step::Done(_) = call.receive(outcome, SECOND) else { panic!("it is over") };
        assert_eq!(notes.take().last(), Some(&format!("ExecuteWorkflow {end}")));
    }
}

#[test]
fn a_call_that_is_dropped_says_so_unless_it_never_began() {
    let (api, notes) = observed();
    drop(api.call(execute()).expect("a call"));
    assert!(notes.take().is_empty());
    let call = api.call(execute()).expect("a call");
    let _request = call.request();
    drop(call);
    assert_eq!(notes.take().last().map(String::as_str), Some("ExecuteWorkflow dropped after 0"));
}

/// The reader of a stream whose answer has arrived.
fn opened(api: &Api) -> RunEvents {
    let mut call = api.stream(execute().stream()).expect("a call");
    let _request = call.request();
    let head = [("content-type", "text/event-stream")];
    let Step::Done(Ok(events)) = call.receive(answer(200, &head, ""), SECOND) else {
        panic!("a stream")
    };
    events
}

#[test]
fn a_stream_ends_with_its_outcome_and_not_with_its_head() {
    let last = |data| format!("data: {{\"event\":\"final\",\"data\":{data}}}\n\n");
    let done = last(r#"{"success":true,"output":{}}"#);
    let failed = last(r#"{"success":false,"output":{},"error":"m"}"#);
    let cut = &done[..20];
    let table = [
        (&*done, "ends completed - run r after 1"),
        (&*failed, "ends failed - run r after 1"),
        (cut, "ends error TRUNCATED run r after 1"),
    ];
    for (bytes, end) in table {
        let (api, notes) = observed();
        let mut events = opened(&api);
        assert_eq!(notes.take().last().map(String::as_str), Some("StreamWorkflow tries 1: 200 -"));
        let mut piece = bytes.as_bytes();
        while events.next(&mut piece).is_some() {}
        while events.end().is_some() {}
        drop(events);
        assert_eq!(notes.take(), [format!("StreamWorkflow {end}")]);
    }
    let (api, notes) = observed();
    drop(opened(&api));
    assert_eq!(notes.take().last().map(String::as_str), Some("StreamWorkflow dropped after 1"));
}

#[test]
fn a_conversation_is_told_around_its_calls() {
    let (api, notes) = observed();
    let mut wait = api.wait(RunHandle::new("wf", "r"), WaitPolicy::new()).expect("a wait");
    let mut elapsed = Duration::ZERO;
    let running = r#"{"data":{"runId":"r","workflowId":"wf","status":"running"}}"#;
    let completed = r#"{"data":{"runId":"r","workflowId":"wf","status":"completed","output":{}}}"#;
    for body in [running, completed, completed] {
        let _request = wait.request();
        match wait.receive(answer(200, &[], body), elapsed) {
            Step::Again(delay) => elapsed += delay,
            Step::Done(result) => {
                result.expect("it completed");
                break;
            }
        }
    }
    let told = notes.take();
    let own: Vec<_> = told.iter().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(own.first().map(|line| line.as_str()), Some("Wait starts for wf by -"));
    assert!(own[1..own.len() - 1].iter().all(|line| line.starts_with("Wait waits")), "{told:?}");
    assert_eq!(told.first(), own.first().copied(), "it begins before its calls");
    assert_eq!(told.last(), own.last().copied(), "it ends after its calls");
    let starts = told.iter().filter(|line| line.starts_with("  GetRun starts for wf")).count();
    assert!(starts >= 2, "{told:?}");
    assert_eq!(
        **own.last().expect("an end"),
        format!("Wait ends completed - run r after {starts}")
    );

    let mut dropped = api.once(execute().once()).expect("a plan");
    let _request = dropped.request();
    let _again = dropped.receive(broken(Kind::Connect, Phase::NotSent), SECOND);
    drop(dropped);
    let told = notes.take();
    assert_eq!(told.last().map(String::as_str), Some("Once dropped after 1"), "{told:?}");
}
