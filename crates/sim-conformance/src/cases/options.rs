//! Options of one call hold for each kind of call, at each of its requests, whether the request or a handle has them.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use sim_core::v1::GetUsageLimits;
use sim_core::{
    Api, CallOptions, CancelToken, Error, ErrorKind, ExecuteWorkflow, Result, ResumeRun, RunHandle,
    WaitPolicy,
};
use sim_platform::workflows::ListWorkflows;

use super::cancels::wait_until;
use super::streams::{FINAL, TEXT, frames};
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{Proven as _, api, quick};

/// So short that it passes at once, and long enough for every request before it.
const SHORT: Duration = Duration::from_millis(300);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Execute,
    Stream,
    Queue,
    Read,
    Once,
    Wait,
    Resume,
    Pages,
}

const KINDS: [Kind; 8] = [
    Kind::Execute,
    Kind::Stream,
    Kind::Queue,
    Kind::Read,
    Kind::Once,
    Kind::Wait,
    Kind::Resume,
    Kind::Pages,
];

/// Who has the options.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Request,
    Handle,
}

/// Answers to each request of a call of that kind.
fn good(kind: Kind) -> Vec<Reply> {
    let run = |status: &str, output: Value| {
        let run = json!({"executionId": "mine", "workflowId": "wf-1", "status": status, "finalOutput": output});
        Reply::json(200, &run.to_string())
    };
    let receipt = || {
        let receipt = r#"{"success":true,"async":true,"jobId":"j","executionId":"mine","message":"m","statusUrl":"/s"}"#;
        Reply::json(202, receipt)
    };
    let page = |next: Option<&str>| {
        let item = json!({"id": "w", "name": "w", "isDeployed": true});
        Reply::json(200, &json!({"data": [item], "nextCursor": next}).to_string())
    };
    match kind {
        Kind::Execute => {
            vec![Reply::json(
                200,
                r#"{"success":true,"executionId":"mine","output":{},"metadata":{"duration":1,"startTime":"2026-11-23T18:00:00Z","endTime":"2026-11-23T18:00:00Z"}}"#,
            )]
        }
        Kind::Stream => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
            vec![Reply::close(format!("{head}{}", frames(&[TEXT, FINAL])))]
        }
        Kind::Queue => vec![receipt()],
        Kind::Read => vec![Reply::json(200, r#"{"success":true,"usage":{"plan":"free"}}"#)],
        Kind::Once | Kind::Resume => {
            vec![receipt(), run("completed", Value::Null), run("completed", json!(1))]
        }
        Kind::Wait => vec![
            run("running", Value::Null),
            run("completed", Value::Null),
            run("completed", json!(1)),
        ],
        Kind::Pages => vec![page(Some("c-2")), page(None)],
    }
}

/// Gives a request these options, with the setters that every request has.
macro_rules! with_options {
    ($request:expr, $options:expr) => {{
        let (mut request, options): (_, &CallOptions) = ($request, $options);
        for (name, value) in &options.headers {
            request = request.header(name, value);
        }
        if let Some(deadline) = options.deadline {
            request = request.deadline(deadline);
        }
        if let Some(token) = &options.cancel {
            request = request.cancel(token);
        }
        request.timeouts(options.timeouts)
    }};
}

/// Makes a call of that kind.
fn make<S: Subject>(
    subject: &impl Fn(Api) -> S,
    url: &str,
    kind: Kind,
    place: Place,
    options: &CallOptions,
) -> Result<()> {
    let core = api(url).proven();
    let none = CallOptions::default();
    let (api, given) = match place {
        Place::Request => (core, options),
        Place::Handle => (core.scoped(|scope| *scope = options.clone()), &none),
    };
    let subject = subject(api.clone());
    let wait = Duration::from_millis(2);
    let wait = WaitPolicy::new().interval(wait, wait).failures(1);
    let execute = with_options!(ExecuteWorkflow::new("wf-1").run_id("mine"), given);
    let execute = execute.retry(quick(1));
    match kind {
        Kind::Execute => subject.drive(api.call(execute)?).map(drop),
        Kind::Stream => {
            let events = subject.stream(execute.stream(), usize::MAX)?;
            events.into_iter().try_for_each(|event| event.map(drop))
        }
        Kind::Queue => subject.drive(api.call(execute.queue())?).map(drop),
        Kind::Read => {
            let read = with_options!(GetUsageLimits::new(), given);
            subject.drive(api.call(read)?).map(drop)
        }
        Kind::Once => subject.drive(api.once(execute.once().wait(wait))?).map(drop),
        Kind::Wait => subject.drive(api.wait(RunHandle::new("wf-1", "mine"), wait)?).map(drop),
        Kind::Resume => {
            let resume = with_options!(ResumeRun::new("wf-1", "mine", "ctx"), given);
            subject.drive(api.resume(resume.retry(quick(1)).once().wait(wait))?).map(drop)
        }
        Kind::Pages => {
            let list = with_options!(ListWorkflows::new("ws"), given);
            let pages = subject.pages(&api, list, usize::MAX);
            pages.into_iter().try_for_each(|page| page.map(drop))
        }
    }
}

/// Each kind with each place that its options may have: who waits for a run has no request of his own.
fn each() -> impl Iterator<Item = (Kind, Place)> {
    let both = KINDS.into_iter().flat_map(|kind| [(kind, Place::Request), (kind, Place::Handle)]);
    both.filter(|call| *call != (Kind::Wait, Place::Request))
}

/// Each of those with a server that answers all requests before one of them, and not that.
fn each_stalled() -> impl Iterator<Item = (Kind, Place, usize, Script)> {
    each().flat_map(|(kind, place)| {
        (0..good(kind).len()).map(move |at| {
            let replies = good(kind).into_iter().take(at).chain([Reply::stall("")]);
            (kind, place, at, Script::new(replies))
        })
    })
}

pub fn headers_are_in_every_request<S: Subject>(subject: &impl Fn(Api) -> S) {
    let mut options = CallOptions::default();
    options.set_header("x-team", "a");
    options.set_header("x-trace", "b");
    for (kind, place) in each() {
        let script = Script::new(good(kind));
        make(subject, script.url(), kind, place, &options).expect("it is answered");
        let seen = script.seen();
        assert_eq!(seen.len(), good(kind).len(), "{kind:?} {place:?}");
        for seen in seen {
            let sent = ["x-team", "x-trace"].map(|name| seen.headers(name).concat());
            assert_eq!(sent, ["a", "b"], "{kind:?} {place:?}: {}", seen.head);
        }
    }
}

/// Makes calls that stall with these options, all at once, and gives how they ended.
fn stalled<S: Subject>(
    subject: &(impl Fn(Api) -> S + Sync),
    options: &CallOptions,
    check: impl Fn(Kind, usize, &Error, &Script) + Sync,
) {
    thread::scope(|scope| {
        for (kind, place, at, script) in each_stalled() {
            let check = &check;
            scope.spawn(move || {
                let error = make(subject, script.url(), kind, place, options);
                let error = error.expect_err("nobody answers");
                check(kind, at, &error, &script);
            });
        }
    });
}

pub fn a_deadline_ends_every_call<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    let mut options = CallOptions::default();
    options.deadline = Some(SHORT);
    stalled(subject, &options, |kind, at, error, script| {
        assert!(error.is_timeout(), "{kind:?} at {at}: {error:?}");
        assert!(script.seen().len() <= at + 1, "{kind:?} at {at}: nothing is sent after it");
    });
}

pub fn limits_hold_for_every_attempt<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    let mut options = CallOptions::default();
    options.timeouts.total = Some(SHORT);
    stalled(subject, &options, |kind, at, error, _| {
        assert!(error.is_timeout(), "{kind:?} at {at}: {error:?}");
    });
}

pub fn a_token_ends_every_call<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    for (kind, place, at, script) in each_stalled() {
        let token = CancelToken::new();
        let mut options = CallOptions::default();
        options.cancel = Some(token.clone());
        let error = thread::scope(|scope| {
            let call = scope.spawn(|| make(subject, script.url(), kind, place, &options));
            wait_until(|| script.seen().len() == at + 1);
            token.cancel();
            call.join().expect("no panic").expect_err("it was cancelled")
        });
        assert_eq!(error.kind(), &ErrorKind::Cancelled, "{kind:?} {place:?} at {at}: {error:?}");
        wait_until(|| script.left() == 1);
        assert_eq!(script.seen().len(), at + 1, "{kind:?} {place:?} at {at}");
    }
}
