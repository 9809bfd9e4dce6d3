//! One run and its result, in simulated time: every way through the states of the flow.

mod server;
mod starting;
mod waiting;

use serde_json::json;
use sim_core::{Api, ExecuteWorkflow, Generation, Once, OnceWorkflow};

use server::{Answer, Played, drive};

fn api() -> Api {
    Api::builder([1; 32])
        .generation(Generation::V1)
        .base_url("http://localhost")
        .api_key("sk-sim-test")
        .build()
        .expect("a core")
}

fn execute() -> ExecuteWorkflow {
    ExecuteWorkflow::new("wf").input(json!({"n": 1}))
}

fn once(plan: OnceWorkflow) -> Once {
    api().once(plan).expect("an exchange")
}

fn play(script: Vec<Answer>) -> Played {
    drive(once(execute().once()), script)
}

fn play_sync(script: Vec<Answer>) -> Played {
    drive(once(execute().once().sync()), script)
}
