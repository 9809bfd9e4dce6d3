//! One run and its result, in simulated time: every way through the states of the flow.

mod bounds;
mod budget;
mod cut;
mod deadlines;
mod durable;
mod earlier;
mod finding;
mod lasting;
mod pacing;
mod pauses;
mod proofs;
mod resuming;
mod server;
mod starting;
mod v2;
mod waiting;
mod watching;

use std::time::Duration;

use serde_json::json;
use sim_core::transport::{Bare, Exchange, Once, Step};
use sim_core::v1::ProbeClaims;
use sim_core::{
    Api, Claims, ClientBuilder, ExecuteWorkflow, Generation, OnceWorkflow, WorkflowExecutionResult,
};

use server::{Answer, Asked, Played, drive, drive_by, rejects_the_id};

fn api() -> Api {
    speaking(Generation::V1)
}

/// A core whose server is known to honour run ids.
fn speaking(generation: Generation) -> Api {
    proven(builder(generation).build().expect("a core"))
}

fn proven(api: Api) -> Api {
    let mut probe = api.call(ProbeClaims::new()).expect("a call");
    let Ok(answer) = rejects_the_id()("") else { unreachable!("it is an answer") };
    assert!(matches!(probe.receive(Ok(answer), Duration::ZERO), Step::Done(Ok(Claims::Proven))));
    api
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
    compare(|generation| drive(exchange(speaking(generation)), script))
}

/// Plays in both generations against a server that has an answer for each kind of request.
fn play_both_by<E>(exchange: impl Fn(Api) -> E, server: impl Fn(&Asked) -> Answer) -> Played
where
    E: Exchange<Output = WorkflowExecutionResult>,
{
    let mut left = 5000_u32;
    let mut answer = |asked: &Asked| {
        left = left.checked_sub(1)?;
        Some(server(asked))
    };
    compare(|generation| drive_by(exchange(speaking(generation)), &mut answer))
}

fn compare(mut play: impl FnMut(Generation) -> Played) -> Played {
    let first = play(Generation::V1);
    assert!(first.generations().iter().all(|generation| *generation == 1));
    if !first.shape().contains('J') {
        let second = play(Generation::V2);
        assert_eq!((second.shape(), second.outcome()), (first.shape(), first.outcome()));
        assert_eq!(second.starts(), first.starts());
        assert!(second.generations().iter().all(|generation| *generation == 2));
    }
    first
}
