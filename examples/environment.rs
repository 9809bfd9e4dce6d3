//! Reads the key and the base URL from the environment: `cargo run --example environment`.

use std::convert::Infallible;
use std::error::Error;
use std::time::Duration;

use serde_json::json;
use sim_mock::Sim;
use simstudio::Timeouts;
use simstudio::ureq::Client;

fn main() -> Result<(), Box<dyn Error>> {
    // This reads `SIM_API_KEY`, and `SIM_BASE_URL` or else `SIM_ENDPOINT`. The default is the
    // hosted service.
    match Client::from_env() {
        Ok(client) => {
            let workflow = std::env::var("SIM_WORKFLOW_ID");
            let workflow = workflow.map_err(|_| "SIM_WORKFLOW_ID must name a workflow")?;
            run(&client, &workflow)
        }
        Err(error) if std::env::var("SIM_API_KEY").unwrap_or_default().is_empty() => {
            println!("from_env:  {error}");
            println!("instead:   a Sim inside this program");
            without_environment()
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads the same variables from another source, here from a Sim server in this program, and adds
/// settings.
fn without_environment() -> Result<(), Box<dyn Error>> {
    let sim = Sim::demo().start()?;
    let lookup = |name: &str| {
        Ok::<_, Infallible>(match name {
            "SIM_API_KEY" => Some(sim.key().to_owned()),
            "SIM_BASE_URL" => Some(sim.url().to_owned()),
            _ => None,
        })
    };
    let client = Client::builder()
        .timeouts(Timeouts::default().total(Duration::from_secs(30)))
        .user_agent("environment-example/1.0")
        .variables(lookup)?
        .build()?;
    run(&client, "greet")
}

fn run(client: &Client, workflow: &str) -> Result<(), Box<dyn Error>> {
    println!("base URL:  {}", client.api().base_url());
    // The `Debug` form of a client or its settings never shows the key.
    println!("settings:  {:?}", client.api());
    let result = client.execute_workflow(workflow, json!({"name": "Ann"}))?;
    println!("status:    {}", result.status);
    println!("output:    {}", result.output);
    Ok(())
}
