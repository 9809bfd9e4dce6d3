//! Whatever the client hands out can be sent to another task: it compiles, so it holds.

use std::fmt::Debug;

use serde_json::json;
use sim_core::v1::GetUsageLimits;
use sim_core::{Api, ExecuteWorkflow, OnceWorkflow, ResumeRun, RetryPolicy, RunHandle, WaitPolicy};
use sim_reqwest::{Client, Events, Text};

fn sends<T: Send>(_: T) {}

fn is_shared<T: Send + Sync + Debug>() {}

fn is_sent<T: Send>() {}

#[test]
fn handles_are_shared_and_streams_are_sent() {
    is_shared::<Client>();
    is_shared::<Api>();
    is_shared::<sim_core::CancelToken>();
    is_shared::<sim_core::Error>();
    is_sent::<Events>();
    is_sent::<Text<Events>>();
}

#[test]
fn every_future_is_sent() {
    let client = Client::builder()
        .credentials(sim_core::Credentials::None)
        .base_url("http://127.0.0.1:1")
        .build()
        .expect("a client");
    let execute = || ExecuteWorkflow::new("wf-1").input(json!({"n": 1}));
    let handle = RunHandle::new("wf-1", "run-1");
    let once: fn() -> OnceWorkflow = || ExecuteWorkflow::new("wf-1").once();
    let wait = WaitPolicy::new;
    sends(client.execute_workflow("wf-1", json!({})));
    sends(client.call(execute()));
    sends(client.call(execute().queue()));
    sends(client.call(execute().with_meta()));
    sends(client.call(execute().raw()));
    sends(client.call(GetUsageLimits::new()));
    sends(client.stream(execute().stream()));
    sends(client.execute_with_retry(execute(), RetryPolicy::NEVER));
    sends(client.execute_once(once()));
    sends(client.execute_and_wait(&handle, json!({})));
    sends(client.wait_for(&handle, wait()));
    sends(client.find_run("wf-1", "run-1"));
    sends(client.cancel_run("wf-1", "run-1"));
    let resume = || ResumeRun::new("wf-1", "run-1", "ctx");
    sends(client.drive(client.api().resume(resume().once().wait(wait())).expect("a conversation")));
    sends(client.drive(client.api().once(once()).expect("a conversation")));
}

/// A task has room for its largest future as long as it lasts, and a service has thousands of tasks.
#[test]
fn futures_are_small() {
    const KIB: usize = 1024;
    let client = Client::builder().credentials(sim_core::Credentials::None);
    let client = client.base_url("http://127.0.0.1:1").build().expect("a client");
    let execute = || ExecuteWorkflow::new("wf-1").input(json!({"n": 1}));
    assert!(size_of_val(&client.stream(execute().stream())) <= KIB / 16);
    assert!(size_of::<Events>() <= KIB, "it lives as long as its stream");
    assert!(size_of_val(&client.call(execute())) <= 5 * KIB);
    assert!(size_of_val(&client.execute_workflow("wf-1", json!({}))) <= 5 * KIB);
}

/// Reads a stream on whatever task it is called on.
async fn read(mut events: Events) -> usize {
    let mut count = 0;
    while let Some(event) = events.next().await {
        count += usize::from(event.is_ok());
    }
    count
}

#[test]
fn reading_a_stream_is_sent() {
    fn future_of<A, F: Future + Send>(_: impl Fn(A) -> F) {}
    future_of(read);
}
