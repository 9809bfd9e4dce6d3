//! One run and its result over whole clients: a stream that is cut, and a stored handle that meets a limit.

use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Agent, Fault, Faults, Scope, Sim, Work, Workflow};
use simstudio::{Collected, ExecuteWorkflow, Generation, Result, RunHandle, RunStatus};
use tokio::runtime::{Builder, Runtime};

const GENERATIONS: [Generation; 2] = [Generation::V1, Generation::V2];

/// A server whose first start meets `fault`. A run whose caller leaves goes on.
fn server(fault: Fault, generation: Generation) -> Sim {
    // In the first generation a question comes before the start: what the server makes of an id.
    let faults = [None, Some(fault)].into_iter().skip(usize::from(generation == Generation::V2));
    let says = |_| Work::agents([Agent::new("a").says("Bon").says("jour")]);
    let echo = |input: Value| json!({"echo": input["n"]});
    Sim::builder()
        .workflow(Workflow::new("says", says))
        .workflow(Workflow::new("echo", echo))
        .disconnect_delay(Duration::from_secs(600))
        .faults(Faults::script(faults).only(Scope::Executes))
        .start()
        .expect("a server")
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn blocking(sim: &Sim, generation: Generation) -> simstudio::ureq::Client {
    let builder = simstudio::ureq::Client::builder().base_url(sim.url()).api_key(sim.key());
    builder.generation(generation).build().expect("a client")
}

fn on_tokio(sim: &Sim, generation: Generation) -> simstudio::reqwest::Client {
    let builder = simstudio::reqwest::Client::builder().base_url(sim.url()).api_key(sim.key());
    builder.generation(generation).build().expect("a client")
}

#[test]
fn a_stream_that_is_cut_is_followed_to_the_result_of_its_one_run() {
    let plan = || ExecuteWorkflow::new("says").stream().select(["a.content"]).once();
    let assert_whole = |sim: &Sim, whole: Result<Collected>| {
        let result = whole.expect("a result").result;
        assert_eq!(result.status, RunStatus::Completed, "{result:?}");
        assert_eq!(sim.faults().get(&Fault::CutBody), Some(&1), "the stream was cut");
        let runs = sim.runs();
        assert_eq!(runs.len(), 1, "{runs:?}");
        assert_eq!(result.run_id.as_ref().map(AsRef::as_ref), Some(&*runs[0].id));
    };
    for generation in GENERATIONS {
        let sim = server(Fault::CutBody, generation);
        assert_whole(&sim, blocking(&sim, generation).stream_once(plan()));
        let sim = server(Fault::CutBody, generation);
        let client = on_tokio(&sim, generation);
        assert_whole(&sim, runtime().block_on(client.stream_once(plan())));
    }
}

#[test]
fn a_stored_handle_outlives_a_limit_that_spends_its_id() {
    let input = json!({"n": 7});
    for generation in GENERATIONS {
        for is_async in [false, true] {
            let sim = server(Fault::Bucket, generation);
            let (blocking, on_tokio, runtime) =
                (blocking(&sim, generation), on_tokio(&sim, generation), runtime());
            let handle = if is_async {
                runtime.block_on(on_tokio.new_handle("echo", &input))
            } else {
                blocking.new_handle("echo", &input)
            };
            let stored = serde_json::to_string(&handle.expect("a handle")).expect("text");
            // The second program finds the run of the first one.
            for program in 1..=2 {
                let handle: RunHandle = serde_json::from_str(&stored).expect("a handle");
                let result = if is_async {
                    runtime.block_on(on_tokio.execute_and_wait(&handle, &input))
                } else {
                    blocking.execute_and_wait(&handle, &input)
                };
                let result = result.expect("a result");
                assert_eq!(result.output, json!({"echo": 7}), "program {program}: {result:?}");
                let runs = sim.runs();
                assert_eq!(runs.len(), 1, "program {program}: {runs:?}");
                assert_ne!(runs[0].id, handle.run_id.as_ref(), "the limit spent the first id");
            }
            assert_eq!(sim.faults().get(&Fault::Bucket), Some(&1));
        }
    }
}
