//! Runs a workflow for many inputs as tasks, a few at a time: `cargo run --example batch_async`.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use examples::Server;
use serde_json::json;
use sim_mock::{Sim, Workflow};
use simstudio::WorkflowExecutionResult;
use simstudio::reqwest::Client;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

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
    let workflow: Arc<str> = server.workflow("score").into();

    let started = Instant::now();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for name in NAMES {
        let (client, workflow, places) = (client.clone(), workflow.clone(), places.clone());
        tasks.spawn(async move {
            let _place = places.acquire_owned().await.expect("nobody closes the semaphore");
            let result = client.execute_workflow(&*workflow, json!({"name": name})).await;
            (name, result.and_then(WorkflowExecutionResult::into_result))
        });
    }

    // Handle each result as it comes. A failed run does not stop the others. Dropping the set would
    // close their connections, and that would cancel the runs.
    while let Some(task) = tasks.join_next().await {
        match task? {
            (name, Ok(run)) => println!("{name:5} {}", run.output),
            (name, Err(error)) => println!("{name:5} {error}"),
        }
    }
    println!("\n{} runs, {AT_ONCE} at once: {:.1?}", NAMES.len(), started.elapsed());
    Ok(())
}
