//! Runs a workflow for many inputs as tasks, and goes on after a crash: `cargo run --example batch_async [FILE]`. Stop it
//! on the way and start it again with the same file: no input runs twice.

use std::error::Error;
use std::time::{Duration, Instant};

use examples::Server;
use serde_json::json;
use sim_mock::{Sim, Workflow};
use simstudio::batch_file::BatchFile;
use simstudio::reqwest::Client;
use simstudio::{BatchPlan, WorkflowExecutionResult};

const NAMES: [&str; 10] =
    ["Ann", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gail", "Hugo", "Ida", "Jon"];

/// The number of runs in progress at once. The plans of the service limit it.
const AT_ONCE: usize = 4;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let score = Workflow::new("score", |input| match input["name"].as_str() {
        Some(name) if name != "Eve" => Ok(json!({"letters": name.len()})),
        _ => Err("Score: no score for this name".to_owned()),
    });
    let server = Server::start(Sim::builder().workflow(score.takes(Duration::from_millis(300))))?;
    let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;

    let started = Instant::now();
    let inputs = NAMES.map(|name| json!({"name": name}));
    let mut plan = BatchPlan::new(server.workflow("score"), inputs)
        .at_once(AT_ONCE)
        .on_progress(|progress| eprint!("\r{} of {} ", progress.done(), NAMES.len()));
    if let Some(file) = std::env::args().nth(1) {
        plan = plan.store(BatchFile::open(file)?);
    }

    // Each result comes as soon as it is known, with the position of its input. A failed run does not stop the others.
    let mut runs = client.batch(plan);
    while let Some(run) = runs.next().await {
        let name = usize::try_from(run.position).ok().and_then(|at| NAMES.get(at));
        let name = name.ok_or("the batch has no such input")?;
        match run.result.and_then(WorkflowExecutionResult::into_result) {
            Ok(run) => println!("{name:5} {}", run.output),
            Err(error) => println!("{name:5} {error}"),
        }
    }
    println!("\n{} runs, {AT_ONCE} at once: {:.1?}", NAMES.len(), started.elapsed());
    Ok(())
}
