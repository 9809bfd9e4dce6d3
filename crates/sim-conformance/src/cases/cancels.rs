//! Calls that their caller ends: at any point, at once, with the run's id, and at nobody else's cost.

use std::collections::HashSet;
use std::io::{self, Read as _};
use std::sync::Once;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use http::response::Parts;
use serde_json::json;
use sim_core::transport::{BodyPlan, Exchange, Outcome, RequestBody, Step};
use sim_core::v1::GetUsageLimits;
use sim_core::{
    Api, CancelToken, Error, ErrorKind, ExecuteWorkflow, Raw, Result, RetryPolicy, RunHandle,
    Timeouts, WaitPolicy,
};

use crate::late::Late;
use crate::script::{Reply, Script};
use crate::subject::Subject;
use crate::tools::{
    CONNECTED, CONNECTING, FullQueue, Proven as _, api, black_hole, full_queue, has_socket,
    is_connecting, nobody, prove,
};

/// Longer than any of these tests takes: what ends sooner was ended by the cancel.
const LONG: Duration = Duration::from_secs(30);
/// A request that has no room on its way, in bytes.
pub(crate) const LARGE: usize = 9 << 20;

pub(crate) fn core(url: &str) -> Api {
    let policy = RetryPolicy::new().initial_delay(LONG).max_delay(LONG);
    api(url).retry_policy(policy).timeouts(Timeouts::default().connect(LONG)).proven()
}

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf-1").run_id("run-own")
}

/// How far an exchange got.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Point {
    Begun,
    Head,
    Again,
}

/// An exchange that can be cancelled, and that reports how far it got.
struct Reporting<X> {
    inner: X,
    told: Sender<Point>,
    token: CancelToken,
}

impl<X: Exchange> Exchange for Reporting<X> {
    type Output = X::Output;

    fn request(&self) -> http::Request<RequestBody> {
        let _ = self.told.send(Point::Begun);
        self.inner.request()
    }

    fn timeouts(&self) -> Timeouts {
        self.inner.timeouts()
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        Some(&self.token)
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        let _ = self.told.send(Point::Head);
        self.inner.plan(head)
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<X::Output> {
        let step = self.inner.receive(outcome, elapsed);
        if matches!(step, Step::Again(_)) {
            let _ = self.told.send(Point::Again);
        }
        step
    }
}

/// Runs an exchange on a thread of its own, cancels it when it got to `point` and `ready` says so, and gives
/// what it ended with.
pub(crate) fn cancelled<S: Subject, X: Exchange + Send>(
    subject: &S,
    exchange: X,
    point: &Point,
    ready: impl Fn() -> bool,
) -> Error {
    let token = CancelToken::new();
    let (told, points) = channel();
    let exchange = Reporting { inner: exchange, told, token: token.clone() };
    thread::scope(|scope| {
        let (ended, end) = channel();
        scope.spawn(move || ended.send(subject.drive(exchange).map(drop)));
        while points.recv_timeout(LONG / 3).expect("it gets there") != *point {}
        wait_until(ready);
        token.cancel();
        let outcome: Result<()> = end.recv_timeout(LONG / 3).expect("it ends at once");
        outcome.expect_err("it was cancelled")
    })
}

/// Waits until it is so, and fails long before a call would end by itself.
pub(crate) fn wait_until(is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < LONG / 3, "it never comes");
        thread::yield_now();
    }
}

/// Asserts what a cancelled call ends with. One that names a run names the caller's own.
fn assert_cancelled(error: &Error, names_a_run: bool) {
    assert_eq!(error.kind(), &ErrorKind::Cancelled, "{error:?}");
    assert_eq!(error.code(), "CANCELLED");
    let run = error.run_id().map(ToString::to_string);
    assert_eq!(run.as_deref(), names_a_run.then_some("run-own"), "{error:?}");
}

/// Makes and cancels a call of one kind.
type Kind<'a, S> = &'a dyn Fn(&S, &Api, &dyn Fn() -> bool) -> Error;

/// Cancels a call of each kind at that point: a read, a run, a queued run, a stream. `server` is asked for one
/// for each, and whether it is ready.
fn each_kind<S: Subject, T>(
    subject: &impl Fn(Api) -> S,
    server: impl Fn() -> (String, T),
    point: &Point,
    ready: impl Fn(&str, &T) -> bool,
    after: impl Fn(&T),
) {
    let one = |names_a_run, call: Kind<S>| {
        let (url, server) = server();
        let api = core(&url);
        let error = call(&subject(api.clone()), &api, &|| ready(&url, &server));
        assert_cancelled(&error, names_a_run);
        after(&server);
    };
    one(false, &|subject, api, ready| {
        cancelled(subject, api.call(GetUsageLimits::new()).expect("a call"), point, ready)
    });
    one(true, &|subject, api, ready| {
        cancelled(subject, api.call(execute()).expect("a call"), point, ready)
    });
    one(true, &|subject, api, ready| {
        cancelled(subject, api.call(execute().queue()).expect("a call"), point, ready)
    });
    one(true, &|subject, api, ready| {
        cancelled(subject, api.stream(execute().stream()).expect("a call"), point, ready)
    });
}

fn stalled(bytes: &str) -> (String, Script) {
    let script = Script::new([Reply::stall(bytes)]);
    (script.url().to_owned(), script)
}

/// The request arrived, once, and the server sees that nobody waits any more.
fn assert_closed(script: &Script) {
    wait_until(|| script.left() == 1);
    assert_eq!(script.seen().len(), 1);
}

pub fn a_call_that_connects<S: Subject>(subject: &impl Fn(Api) -> S) {
    each_kind(subject, black_hole, &Point::Begun, |url, _| is_connecting(url), |_| ());
}

pub fn a_call_that_ended_while_it_connected_sends_nothing_later<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    let FullQueue { url, full, listener } = full_queue();
    let api = core(&url);
    let subject = subject(api.clone());
    let call = api.call(execute().queue()).expect("a call");
    let error = cancelled(&subject, call, &Point::Begun, || is_connecting(&url));
    assert_cancelled(&error, true);
    // There is room again. Whoever goes on connecting gets through, or leaves it.
    for _ in &full {
        listener.accept().expect("one that fills the queue");
    }
    wait_until(|| has_socket(&url, CONNECTING) != Some(true));
    drop(subject);
    listener.set_nonblocking(true).expect("a listener");
    for mut late in listener.incoming().map_while(io::Result::ok) {
        late.set_nonblocking(false).expect("a connection");
        let mut sent = String::new();
        late.read_to_string(&mut sent).expect("it is closed");
        assert_eq!(sent, "", "what was cancelled is sent");
    }
}

pub fn a_call_whose_request_is_on_its_way<S: Subject>(subject: &impl Fn(Api) -> S) {
    let late = Late::new("{}");
    let api = core(late.url());
    let large = execute().input(json!({"text": "x".repeat(LARGE)}));
    let call = api.call(large).expect("a call");
    let begun = Once::new();
    let ready = || {
        begun.call_once(|| late.begun());
        true
    };
    assert_cancelled(&cancelled(&subject(api), call, &Point::Begun, ready), true);
    // Also while the server reads nothing.
    wait_until(|| has_socket(late.url(), CONNECTED) != Some(true));
    assert_eq!(late.read(), (None, 0), "the rest of it never leaves");
}

pub fn a_call_that_waits_for_its_answer<S: Subject>(subject: &impl Fn(Api) -> S) {
    for bytes in ["", "HTTP/1.1 200 OK\r\nx-request-id: 1\r\n"] {
        let arrived = |_: &str, script: &Script| script.seen().len() == 1;
        each_kind(subject, || stalled(bytes), &Point::Begun, arrived, assert_closed);
    }
}

pub fn a_call_whose_body_is_on_its_way<S: Subject>(subject: &impl Fn(Api) -> S) {
    for rest in ["content-length: 100\r\n\r\n{", "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n"] {
        let bytes = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{rest}");
        each_kind(subject, || stalled(&bytes), &Point::Head, |_, _| true, assert_closed);
    }
}

pub fn a_call_that_waits_for_its_next_attempt<S: Subject>(subject: &impl Fn(Api) -> S) {
    each_kind(subject, nobody, &Point::Again, |_, _| true, |_| ());
    let script = Script::new([Reply::json(500, "{}")]);
    let api = core(script.url());
    let call = api.call(GetUsageLimits::new()).expect("a call");
    let error = cancelled(&subject(api), call, &Point::Again, || true);
    assert_cancelled(&error, false);
    assert_eq!((error.attempts(), script.seen().len()), (2, 1));
}

pub fn a_run_that_is_waited_for<S: Subject>(subject: &impl Fn(Api) -> S) {
    let running =
        Reply::json(200, r#"{"executionId":"run-own","workflowId":"wf-1","status":"running"}"#);
    let script = Script::new([running, Reply::stall("")]);
    let api = core(script.url());
    let policy = |wait| WaitPolicy::new().interval(wait, wait);
    let look = |wait| api.wait(RunHandle::new("wf-1", "run-own"), policy(wait)).expect("a wait");
    let subject = subject(api.clone());
    let error = cancelled(&subject, look(LONG), &Point::Again, || true);
    assert_cancelled(&error, true);
    let looks = || script.seen().len() == 2;
    let error = cancelled(&subject, look(Duration::from_millis(1)), &Point::Begun, looks);
    assert_cancelled(&error, true);
    wait_until(|| script.left() == 1);
}

pub fn a_call_that_was_cancelled_before_it_began<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::stall("")]);
    let api = core(script.url());
    let token = CancelToken::new();
    token.cancel();
    let call = api.call(execute().cancel(&token)).expect("a call");
    let error = subject(api).drive(call).expect_err("it was cancelled");
    assert_cancelled(&error, true);
    assert_eq!(script.seen(), [], "nothing is sent");
}

pub fn other_calls_go_on_and_keep_their_connections<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::json(200, r#"{"data":1}"#)]);
    let silent = Script::new([Reply::stall("")]);
    let api = core(script.url());
    let mut elsewhere = api.clone();
    elsewhere.set_base_url(silent.url()).expect("a base URL");
    prove(&elsewhere);
    let subject = subject(api.clone());
    let call = || subject.drive(api.call(Raw::get("/x")).expect("a call")).expect("a value");
    call();
    let meanwhile = || {
        call();
        silent.seen().len() == 1
    };
    let execute = elsewhere.call(execute()).expect("a call");
    assert_cancelled(&cancelled(&subject, execute, &Point::Begun, meanwhile), true);
    let before: HashSet<_> = script.seen().iter().map(|seen| seen.connection).collect();
    (0..3).for_each(|_| drop(call()));
    assert!(script.seen().len() >= 5, "a call at each point");
    let after: HashSet<_> = script.seen().iter().map(|seen| seen.connection).collect();
    // A transport may put a connection back a moment after the answer is read.
    assert!(after.len() <= before.len() + 1, "the pool lost nothing: {before:?} {after:?}");
}
