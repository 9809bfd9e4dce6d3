//! Runs one workflow over both clients: `cargo run --example quickstart`.

use std::error::Error;

use examples::Server;
use serde_json::{Value, json};
use sim_mock::Sim;
use simstudio::WorkflowExecutionResult;

fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start(Sim::demo())?;
    let input = json!({"name": "Ann"});
    report("Blocking, on ureq", &input, &run_blocking(&server, &input)?);
    report("Async, on reqwest", &input, &run_async(&server, &input)?);
    Ok(())
}

fn run_blocking(server: &Server, input: &Value) -> simstudio::Result<WorkflowExecutionResult> {
    let client =
        simstudio::ureq::Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    client.execute_workflow(server.workflow("greet"), input)
}

#[tokio::main(flavor = "current_thread")]
async fn run_async(server: &Server, input: &Value) -> simstudio::Result<WorkflowExecutionResult> {
    let client =
        simstudio::reqwest::Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    client.execute_workflow(server.workflow("greet"), input).await
}

fn report(transport: &str, input: &Value, result: &WorkflowExecutionResult) {
    println!("{transport}");
    println!("  input     {input}");
    println!("  output    {}", result.output);
    if let Some(duration) = result.duration() {
        println!("  duration  {duration:.1?}");
    }
    println!("  status    {}", result.status);
    if let Some(error) = &result.error {
        println!("  error     {error}");
    }
}
