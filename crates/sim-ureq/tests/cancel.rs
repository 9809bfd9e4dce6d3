//! Ending a blocking call from another thread: at once. What a cancel means for each kind of call is in the suite.

use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use sim_conformance::{Reply, Script, black_hole, is_connecting};
use sim_core::v1::GetUsageLimits;
use sim_core::{
    CancelToken, Error, ExecuteWorkflow, Result, RetryPolicy, RunEvent, StreamWorkflow, Timeouts,
};
use sim_mock::{Agent, Sim, Status, Workflow};
use sim_ureq::Client;

/// Nothing but a cancel ends any of the calls within this time.
const LONG: Duration = Duration::from_secs(30);

fn client(url: &str) -> Client {
    let policy = RetryPolicy::new().initial_delay(LONG).max_delay(LONG);
    Client::builder()
        .base_url(url)
        .api_key("sk-sim-test")
        .retry_policy(policy)
        .timeouts(Timeouts::default().connect(LONG))
        .build()
        .expect("a client")
}

fn stream() -> StreamWorkflow {
    ExecuteWorkflow::new("chat").run_id("mine").stream().select(["a.content"])
}

/// Runs `call` on a thread of its own, cancels it once `ready` says so, and gives what it ended with.
fn cancelled<T: Send>(
    cancel: &CancelToken,
    ready: impl FnOnce(),
    call: impl FnOnce() -> Result<T> + Send,
) -> Error {
    thread::scope(|scope| {
        let (ended, end) = channel();
        scope.spawn(move || ended.send(call().map(drop)));
        ready();
        cancel.cancel();
        let outcome = end.recv_timeout(LONG / 2).expect("it ends");
        outcome.expect_err("it was cancelled")
    })
}

fn until(is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(10), "it never comes");
        thread::yield_now();
    }
}

#[test]
fn a_call_that_connects() {
    let (url, _full) = black_hole();
    let cancel = CancelToken::new();
    let ours = client(&url).with_cancel(&cancel);
    let connecting = || until(|| is_connecting(&url));
    let error = cancelled(&cancel, connecting, || ours.execute_workflow("wf", json!({})));
    assert!(error.is_cancelled() && !error.is_ambiguous(), "{error:?}");
}

#[test]
fn a_stream_between_two_events_cancels_its_run() {
    let chat = Workflow::new("chat", |_| Agent::new("a").says("Hello").says(" again"));
    let sim = Sim::builder()
        .workflow(chat)
        .disconnect_delay(Duration::from_millis(10))
        .start()
        .expect("a server");
    sim.hold_streams();
    sim.pass_frames(1);
    let cancel = CancelToken::new();
    let client = client(sim.url());
    let ours = client.with_cancel(&cancel);
    let (first, seen) = channel();
    let ready = || seen.recv_timeout(Duration::from_secs(10)).expect("a first event");
    let error = cancelled(&cancel, ready, move || {
        for event in ours.stream(stream())? {
            let event = event?;
            assert!(matches!(&event, RunEvent::Text { chunk, .. } if chunk == "Hello"));
            first.send(()).expect("somebody waits");
        }
        Ok(())
    });
    assert!(error.is_cancelled() && !error.is_truncated(), "not a disconnect: {error:?}");
    assert_eq!(error.run_id().map(ToString::to_string).as_deref(), Some("mine"));
    until(|| sim.run("mine").is_some_and(|run| run.status == Status::Cancelled));
    sim.release_streams();
    let later = client
        .stream(ExecuteWorkflow::new("chat").stream().select(["a.content"]))
        .expect("a stream");
    assert_eq!(later.collected().expect("the whole").texts.to_string(), "Hello again");
}

#[test]
fn the_outcome_closes_the_connection_of_events_that_are_kept() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let last = r#"data: {"event":"final","data":{"success":true,"output":{}}}"#;
    let script = Script::new([Reply::stall(format!("{head}{last}\n\n"))]);
    let mut events = client(script.url()).stream(stream()).expect("a stream");
    assert!(matches!(events.next(), Some(Ok(RunEvent::Final(_)))));
    until(|| script.left() == 1);
    assert!(events.next().is_none());
}

#[test]
fn a_stream_that_waits_for_its_head() {
    let script = Script::new([Reply::stall("")]);
    let cancel = CancelToken::new();
    let ours = client(script.url()).with_cancel(&cancel);
    let ready = || until(|| script.seen().len() == 1);
    let error = cancelled(&cancel, ready, || ours.stream(stream()));
    assert!(error.is_cancelled(), "{error:?}");
}

#[test]
fn a_handle_that_was_used_stays_so() {
    let script = Script::new([Reply::stall("")]);
    let cancel = CancelToken::new();
    let ours = client(script.url()).with_cancel(&cancel);
    cancel.cancel();
    let error = ours.call(GetUsageLimits::new()).expect_err("it was cancelled");
    assert!(error.is_cancelled() && script.seen().is_empty(), "nothing is sent: {error:?}");
}
