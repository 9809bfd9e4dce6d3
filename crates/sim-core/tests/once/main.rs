//! One run and its result, in simulated time: every way through the states of the flow.

mod bounds;
mod budget;
mod deadlines;
mod lasting;
mod pacing;
mod resuming;
mod server;
mod starting;
mod v2;
mod waiting;

use serde_json::json;
use sim_core::transport::{Bare, Exchange, Once};
use sim_core::{
    Api, ClientBuilder, ExecuteWorkflow, Generation, OnceWorkflow, WorkflowExecutionResult,
};

use server::{Answer, Played, drive};

fn api() -> Api {
    speaking(Generation::V1)
}

fn speaking(generation: Generation) -> Api {
    builder(generation).build().expect("a core")
}

fn builder(generation: Generation) -> ClientBuilder<Bare> {
    let api = Api::builder([1; 32]).generation(generation).base_url("http://localhost");
    api.api_key("sk-sim-test")
}

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf").input(json!({"n": 1}))
}

fn once(plan: OnceWorkflow) -> Once {
    api().once(plan).expect("an exchange")
}

fn play(script: &[Answer]) -> Played {
    play_as(&|| execute().once(), script)
}

fn play_sync(script: &[Answer]) -> Played {
    play_as(&|| execute().once().sync(), script)
}

fn play_as(plan: &dyn Fn() -> OnceWorkflow, script: &[Answer]) -> Played {
    play_both(|api| api.once(plan()).expect("an exchange"), script)
}

/// Plays a script in both generations: what is asked, and what comes of it, is the same. Jobs are of the first
/// alone.
fn play_both<E>(exchange: impl Fn(Api) -> E, script: &[Answer]) -> Played
where
    E: Exchange<Output = WorkflowExecutionResult>,
{
    let first = drive(exchange(speaking(Generation::V1)), script);
    assert_eq!(first.generations(), vec![1; first.asked.len()]);
    if !first.shape().contains('J') {
        let second = drive(exchange(speaking(Generation::V2)), script);
        assert_eq!((second.shape(), second.outcome()), (first.shape(), first.outcome()));
        assert_eq!(second.starts(), first.starts());
        assert_eq!(second.generations(), vec![2; second.asked.len()]);
    }
    first
}
