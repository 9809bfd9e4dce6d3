//! One run and its result, in simulated time: every way through the states of the flow.

mod second;
mod server;
mod starting;
mod waiting;

use serde_json::json;
use sim_core::{Api, ExecuteWorkflow, Generation, Once, OnceWorkflow};

use server::{Answer, Played, drive};

fn api() -> Api {
    speaking(Generation::V1)
}

fn speaking(generation: Generation) -> Api {
    let api = Api::builder([1; 32]).generation(generation).base_url("http://localhost");
    api.api_key("sk-sim-test").build().expect("a core")
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

/// Plays a script in both generations: what is asked, and what comes of it, is the same. Jobs are of the first
/// alone.
fn play_as(plan: &dyn Fn() -> OnceWorkflow, script: &[Answer]) -> Played {
    let exchange = |generation| speaking(generation).once(plan()).expect("an exchange");
    let first = drive(exchange(Generation::V1), script);
    if !first.shape().contains('J') {
        let second = drive(exchange(Generation::V2), script);
        assert_eq!((second.shape(), second.outcome()), (first.shape(), first.outcome()));
        assert_eq!(second.starts(), first.starts());
    }
    first
}
