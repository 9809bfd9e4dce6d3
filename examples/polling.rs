//! Queues a run and watches it until it ends: `cargo run --example polling`.

use std::error::Error;
use std::time::Duration;

use examples::Server;
use serde_json::json;
use sim_mock::{Sim, Workflow};
use simstudio::reqwest::Client;
use simstudio::{ExecuteWorkflow, RunHandle, RunState, WaitBound, WaitPolicy};

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

    // A state that lasts too long ends the wait, and so does the deadline of the whole.
    let policy = WaitPolicy::new().bound(WaitBound::Working, Duration::from_secs(60));
    let mut states = client.with_deadline(Duration::from_secs(120)).watch(&handle, policy)?;
    while let Some(state) = states.next().await {
        match state {
            Ok(RunState::Outcome(result)) => match result.error {
                None => println!("output:  {}", result.output),
                Some(error) => println!("{}:  {error}", result.status),
            },
            Ok(state) => println!("status:  {}", state.status()),
            // The run may go on. Its handle is what another wait needs.
            Err(error) => println!("gave up: {error}; the run was {:?}", error.last_status()),
        }
    }
    Ok(())
}
