//! Runs one workflow over both transports.

use serde_json::json;
use sim_mock::Sim;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sim = Sim::demo().start()?;
    let client =
        simstudio::ureq::Client::builder().base_url(sim.url()).api_key(sim.key()).build()?;
    let result = client.execute_workflow("greet", json!({"name": "Ann"}))?;
    println!("{result:#?}");
    let client =
        simstudio::reqwest::Client::builder().base_url(sim.url()).api_key(sim.key()).build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(client.execute_workflow("greet", json!({"name": "Ann"})))?;
    println!("{result:#?}");
    println!("{:#?}", sim.requests());
    Ok(())
}
