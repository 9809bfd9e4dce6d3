//! Dropping the future of a call: at any point, at once, and at nobody else's cost.

use std::collections::HashSet;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use sim_conformance::{Reply, Script, black_hole, is_connecting};
use sim_core::v1::GetUsageLimits;
use sim_core::{ClientBuilder, ExecuteWorkflow, Raw, RetryPolicy, RunEvent};
use sim_mock::{Agent, Sim, Status, Workflow};
use sim_reqwest::{Client, Reqwest};

fn client(url: &str) -> Client {
    settings(url).build().expect("a client")
}

fn settings(url: &str) -> ClientBuilder<Reqwest> {
    let wait = Duration::from_secs(30);
    let policy = RetryPolicy::new().initial_delay(wait).max_delay(wait);
    Client::builder().base_url(url).api_key("sk-sim-test").retry_policy(policy)
}

/// Waits until it is so, for ten seconds at the most, and lets everything else go on.
async fn until(is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("it never comes");
}

/// Starts a call, drops it once `ready` says so, and sees that it had not ended.
async fn dropped<T: Send + 'static>(
    call: impl Future<Output = T> + Send + 'static,
    ready: impl Fn() -> bool,
) {
    let call = tokio::spawn(call);
    until(ready).await;
    call.abort();
    assert!(call.await.is_err_and(|error| error.is_cancelled()));
}

#[tokio::test]
async fn a_call_that_waits_for_its_answer() {
    for bytes in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"] {
        let script = Script::new([Reply::stall(bytes)]);
        let client = client(script.url());
        let call = async move { client.execute_workflow("wf", json!({})).await };
        dropped(call, || script.seen().len() == 1).await;
        until(|| script.left() == 1).await;
    }
}

#[tokio::test]
async fn a_call_that_connects() {
    let (url, _full) = black_hole();
    let client = client(&url);
    let call = async move { client.execute_workflow("wf", json!({})).await };
    let on_its_way = url.clone();
    dropped(call, move || is_connecting(&on_its_way)).await;
    // Elsewhere nobody can tell.
    if cfg!(target_os = "linux") {
        until(|| !is_connecting(&url)).await;
    }
}

#[tokio::test]
async fn a_call_that_waits_for_its_next_attempt() {
    let script = Script::new([Reply::json(500, "{}")]);
    let attempts = Arc::new(AtomicUsize::new(0));
    let told = Arc::clone(&attempts);
    let builder = settings(script.url()).on_attempt(move |_| {
        told.fetch_add(1, Ordering::SeqCst);
    });
    let waiting = builder.build().expect("a client");
    dropped(async move { waiting.call(GetUsageLimits::new()).await }, || {
        attempts.load(Ordering::SeqCst) == 1
    })
    .await;
    // The call, its client and what was to come are gone.
    until(|| Arc::strong_count(&attempts) == 1).await;
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn a_stream_between_two_events_cancels_its_run() {
    let chat = Workflow::new("chat", |_| Agent::new("a").says("Hello").says(" again"));
    let sim = Sim::builder()
        .workflow(chat)
        .disconnect_delay(Duration::from_millis(10))
        .start()
        .expect("a server");
    sim.hold_streams();
    sim.pass_frames(1);
    let stream = ExecuteWorkflow::new("chat").run_id("mine").stream().select(["a.content"]);
    let mut events = client(sim.url()).stream(stream).await.expect("a stream");
    assert!(events.next().await.is_some_and(|event| event.is_ok()));
    assert_eq!(events.run_id().map(ToString::to_string).as_deref(), Some("mine"));
    drop(events);
    until(|| sim.run("mine").is_some_and(|run| run.status == Status::Cancelled)).await;
}

#[tokio::test]
async fn the_outcome_closes_the_connection_of_events_that_are_kept() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let last = r#"data: {"event":"final","data":{"success":true,"output":{}}}"#;
    let script = Script::new([Reply::stall(format!("{head}{last}\n\n"))]);
    let stream = ExecuteWorkflow::new("chat").stream();
    let mut events = client(script.url()).stream(stream).await.expect("a stream");
    assert!(matches!(events.next().await, Some(Ok(RunEvent::Final(_)))));
    until(|| script.left() == 1).await;
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn other_calls_go_on_and_keep_their_connections() {
    let script = Script::new([Reply::json(200, "{}")]);
    let stalled = Script::new([Reply::stall("")]);
    let client = client(script.url());
    client.call(Raw::get("/x")).await.expect("a value");
    let mut other = client.clone();
    other.set_base_url(stalled.url()).expect("a base URL");
    dropped(async move { other.execute_workflow("wf", json!({})).await }, || {
        stalled.seen().len() == 1
    })
    .await;
    for _ in 0..3 {
        client.call(Raw::get("/x")).await.expect("a value");
    }
    let connections: HashSet<_> = script.seen().iter().map(|seen| seen.connection).collect();
    assert!(connections.len() <= 2, "the pool lost nothing: {connections:?}");
}
