//! Runs a workflow for many inputs on a few threads: `cargo run --example batch_blocking`.

use std::error::Error;
use std::time::{Duration, Instant};

use examples::Server;
use serde_json::json;
use sim_mock::{Sim, Workflow};
use simstudio::ureq::Client;
use simstudio::{BatchPlan, WorkflowExecutionResult};

const NAMES: [&str; 10] =
    ["Ann", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gail", "Hugo", "Ida", "Jon"];

/// The number of runs in progress at once. The plans of the service limit it.
const AT_ONCE: usize = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let score = Workflow::new("score", |input| match input["name"].as_str() {
        Some(name) if name != "Eve" => Ok(json!({"letters": name.len()})),
        _ => Err("Score: no score for this name".to_owned()),
    });
    let server = Server::start(Sim::builder().workflow(score.takes(Duration::from_millis(300))))?;
    let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;

    let started = Instant::now();
    let inputs = NAMES.map(|name| json!({"name": name}));
    let plan = BatchPlan::new(server.workflow("score"), inputs).at_once(AT_ONCE);
    // The results come in the order of the inputs. A failed run does not stop the others.
    for (run, name) in client.batch(plan.ordered())?.zip(NAMES) {
        match run.result.and_then(WorkflowExecutionResult::into_result) {
            Ok(run) => println!("{name:5} {}", run.output),
            Err(error) => println!("{name:5} {error}"),
        }
    }
    println!("\n{} runs, {AT_ONCE} at once: {:.1?}", NAMES.len(), started.elapsed());
    Ok(())
}
