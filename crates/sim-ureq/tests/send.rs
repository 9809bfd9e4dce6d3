//! Whatever the client hands out can be used on another thread: it compiles, so it holds.

use std::fmt::Debug;

use sim_core::{Api, CancelToken, Error, RunHandle, WorkflowExecutionResult};
use sim_ureq::{Client, Events, Text};

fn is_shared<T: Send + Sync + Debug>() {}
fn is_sent<T: Send>() {}

#[test]
fn handles_are_shared_and_streams_are_sent() {
    is_shared::<Client>();
    is_shared::<Api>();
    is_shared::<CancelToken>();
    is_shared::<Error>();
    is_shared::<RunHandle>();
    is_shared::<WorkflowExecutionResult>();
    is_sent::<Events>();
    is_sent::<Text<Events>>();
    is_sent::<sim_core::transport::Once>();
    is_sent::<sim_core::transport::Wait>();
    is_sent::<sim_core::transport::Resume>();
}
