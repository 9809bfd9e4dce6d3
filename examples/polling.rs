//! Queues a run and polls it until it ends: `cargo run --example polling`.

use std::error::Error;
use std::time::Duration;

use examples::Server;
use serde_json::json;
use sim_mock::{Sim, Workflow};
use simstudio::reqwest::Client;
use simstudio::{ExecuteWorkflow, RunHandle, WaitPolicy};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let report = Workflow::new("report", |input| json!({"pages": 12, "about": input["topic"]}));
    let mock = Sim::builder().workflow(report.takes(Duration::from_secs(2)));
    let server = Server::start(mock.queue_delay(Duration::from_millis(600)))?;
    let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;

    // A queued run continues even if this program ends. Its own limit bounds it.
    let workflow = server.workflow("report");
    let endpoint = ExecuteWorkflow::new(workflow).input(json!({"topic": "tea"})).queue();
    let receipt = client.call(endpoint.execution_timeout(Duration::from_secs(600))).await?;
    let handle: RunHandle = receipt.handle(workflow).ok_or("the receipt names no run")?;
    println!("queued:  run {}", handle.run_id);

    // The time between two polls grows from a quarter of a second to five seconds.
    let policy = WaitPolicy::new().interval(Duration::from_millis(250), Duration::from_secs(5));
    let patient = client.with_deadline(Duration::from_secs(120));
    let wait = patient.api().wait(handle, policy)?;
    let wait = wait.on_change(|status| println!("status:  {status}"));
    let result = client.drive(wait).await?;
    match result.error {
        None => println!("output:  {}", result.output),
        Some(error) => println!("{}:  {error}", result.status),
    }
    Ok(())
}
