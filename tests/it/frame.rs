//! A program of a user, async and blocking: options of a request and of a handle reach every kind of call, and calls
//! can be made on many tasks and threads.

use std::thread;
use std::time::Duration;

use serde_json::json;
use sim_mock::{Sim, Workflow};
use simstudio::{ExecuteWorkflow, RunStatus, WaitPolicy};
use tokio::task::JoinSet;

fn server() -> Sim {
    let echo = Workflow::new("w", |input| json!({"got": input}));
    Sim::builder().workflow(echo).start().expect("a server")
}

fn input(n: u32) -> ExecuteWorkflow {
    ExecuteWorkflow::new("w").input(json!({"n": n}))
}

/// A request whose options are set by a condition and a loop: none of them changes its type.
fn with_options(
    limit: Option<Duration>,
    headers: &[(&'static str, &'static str)],
) -> ExecuteWorkflow {
    let mut execute = input(1);
    if let Some(limit) = limit {
        execute = execute.timeout(limit);
    }
    for (name, value) in headers {
        execute = execute.header(*name, *value);
    }
    execute
}

/// Asserts that each request since the last time has these headers.
struct Wire<'a>(&'a Sim, usize);

impl Wire<'_> {
    fn expect(&mut self, what: &str, headers: &[(&str, &str)]) {
        let requests = self.0.requests().split_off(self.1);
        self.1 += requests.len();
        assert!(!requests.is_empty(), "{what}: nothing was sent");
        for request in requests {
            for (name, value) in headers {
                assert_eq!(request.header(name), Some(*value), "{what}");
            }
        }
    }
}

const OWN: [(&str, &str); 2] = [("x-team", "a"), ("x-trace", "b")];
const SCOPE: [(&str, &str); 1] = [("x-scope", "nightly")];
const MINUTE: Duration = Duration::from_secs(60);

/// The program, for a client of either kind: `$wait` takes a value out of what a call gives.
macro_rules! program {
    ($client:expr, $sim:expr, $wait:tt, $events:ident) => {{
        let (client, mut wire) = ($client, Wire($sim, 0));
        let execute = with_options(Some(MINUTE / 2), &OWN);
        let result = $wait!(client.call(execute.clone())).expect("a result");
        assert_eq!(result.output["got"]["n"], 1);
        wire.expect("execute", &OWN);
        let mut $events = $wait!(client.stream(execute.clone().stream())).expect("a stream");
        while let Some(event) = $wait!($events.next()) {
            event.expect("an event");
        }
        wire.expect("stream", &OWN);
        let once = $wait!(client.execute_once(execute.once())).expect("a result");
        assert_eq!(once.status, RunStatus::Completed);
        wire.expect("once", &OWN);

        let scoped = client.with_header("x-scope", "nightly").with_deadline(MINUTE);
        $wait!(scoped.execute_workflow("w", json!({"n": 2}))).expect("a result");
        wire.expect("scoped execute", &SCOPE);
        $wait!(scoped.execute_once(input(3).once())).expect("a result");
        wire.expect("scoped once", &SCOPE);
        let receipt = $wait!(scoped.call(input(4).queue())).expect("a receipt");
        let handle = receipt.handle("w").expect("a receipt names its run");
        $wait!(scoped.wait_for(&handle, WaitPolicy::default())).expect("a result");
        wire.expect("scoped wait", &SCOPE);
        let hurried = client.with_deadline(Duration::from_nanos(1));
        let once = ExecuteWorkflow::new("w").once();
        let error = $wait!(hurried.execute_once(once)).expect_err("there is no time");
        assert!(error.is_timeout(), "a deadline bounds conversations: {error:?}");
        (scoped, handle)
    }};
}

macro_rules! awaited {
    ($call:expr) => {
        $call.await
    };
}

macro_rules! blocked {
    ($call:expr) => {
        $call
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn an_async_program() {
    let sim = server();
    let client = simstudio::reqwest::Client::builder().base_url(sim.url()).api_key(sim.key());
    let client = client.build().expect("a client");
    let (scoped, handle) = program!(client, &sim, awaited, events);
    let mut calls = JoinSet::new();
    for n in 0..20 {
        let (client, handle) = (scoped.clone(), handle.clone());
        calls.spawn(async move {
            client.wait_for(&handle, WaitPolicy::default()).await?;
            let result = client.execute_once(input(n).once()).await?;
            Ok::<_, simstudio::Error>(result.output["got"]["n"] == n)
        });
    }
    let right = calls.join_all().await;
    assert!(right.len() == 20 && right.into_iter().all(|right| right.expect("a result")));
}

#[test]
fn a_blocking_program() {
    let sim = server();
    let client = simstudio::ureq::Client::builder().base_url(sim.url()).api_key(sim.key());
    let client = client.build().expect("a client");
    let (scoped, handle) = program!(client, &sim, blocked, events);
    thread::scope(|scope| {
        for n in 0..20 {
            let (client, handle) = (scoped.clone(), handle.clone());
            scope.spawn(move || {
                client.wait_for(&handle, WaitPolicy::default()).expect("a result");
                let result = client.execute_once(input(n).once()).expect("a result");
                assert_eq!(result.output["got"]["n"], n);
            });
        }
    });
}
