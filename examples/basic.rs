//! Checks a workflow, runs it, and reads its output into a type: `cargo run --example basic`.

use std::error::Error;
use std::time::Duration;

use examples::Server;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sim_mock::Sim;
use simstudio::ExecuteWorkflow;
use simstudio::ureq::Client;

#[derive(Serialize)]
struct Guest {
    name: String,
}

#[derive(Deserialize)]
struct Welcome {
    greeting: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start(Sim::demo())?;
    let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    let workflow = server.workflow("greet");

    let status = client.get_workflow_status(workflow)?;
    println!("deployed: {}, needs redeployment: {}", status.is_deployed, status.needs_redeployment);
    if !client.validate_workflow(workflow)? {
        return Err(format!("the workflow {workflow} is not deployed").into());
    }

    // The input can be any value that implements `Serialize`: your own type, a map, `json!`.
    let result = client.execute_workflow(workflow, Guest { name: "Ann".to_owned() })?;
    println!("status:   {}", result.status);
    println!("output:   {}", result.output);

    // A failed run is a result too, until `into_result` turns it into an error.
    let result = result.into_result()?;
    match result.output_as::<Welcome>() {
        Ok(welcome) => println!("greeting: {}", welcome.greeting),
        Err(error) => println!("this workflow does not put out a greeting: {error}"),
    }

    // Set options on the request, and pass it to `call`.
    let endpoint = ExecuteWorkflow::new(workflow).input(json!({"name": "Ben"}));
    let answer = client.call(endpoint.timeout(Duration::from_secs(30)).with_meta())?;
    println!("output:   {}", answer.output.output);
    println!("HTTP:     {}", answer.status);
    if let Some(run) = answer.run_id {
        println!("run:      {run}");
    }
    Ok(())
}
