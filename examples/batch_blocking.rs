//! Runs a workflow for many inputs on a few threads: `cargo run --example batch_blocking`.

use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use examples::Server;
use serde_json::json;
use sim_mock::{Sim, Workflow};
use simstudio::WorkflowExecutionResult;
use simstudio::ureq::Client;

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
    let workflow = server.workflow("score");

    let started = Instant::now();
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            let (client, next, sender) = (&client, &next, sender.clone());
            scope.spawn(move || {
                while let Some(name) = NAMES.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = client.execute_workflow(workflow, json!({"name": name}));
                    let done =
                        sender.send((name, result.and_then(WorkflowExecutionResult::into_result)));
                    done.expect("the receiver outlives the threads");
                }
            });
        }
        drop(sender);

        // Handle each result as it comes. A failed run does not stop the others.
        for (name, result) in results {
            match result {
                Ok(run) => println!("{name:5} {}", run.output),
                Err(error) => println!("{name:5} {error}"),
            }
        }
    });
    println!("\n{} runs, {AT_ONCE} at once: {:.1?}", NAMES.len(), started.elapsed());
    Ok(())
}
