//! Runs a workflow once and keeps its result, even across a crash: `cargo run --example once`.

use std::error::Error;
use std::fs;
use std::time::Duration;

use examples::Server;
use serde_json::json;
use sim_mock::{Sim, Workflow};
use simstudio::ureq::Client;
use simstudio::{ExecuteWorkflow, RunHandle, WaitPolicy};

fn main() -> Result<(), Box<dyn Error>> {
    let order = Workflow::new("order", |input| json!({"ordered": input["item"]}));
    let server = Server::start(Sim::builder().workflow(order.takes(Duration::from_millis(300))))?;
    let workflow = server.workflow("order").to_owned();
    // An observer sees every attempt of a call; this one prints it.
    let client =
        Client::builder().base_url(&server.url).api_key(&server.key).on_attempt(|attempt| {
            let outcome =
                attempt.status.map_or("no answer".to_owned(), |status| status.to_string());
            println!("  {} {}: {outcome}", attempt.route.method, attempt.route.path);
        });
    let client = client.build()?;

    // The first answer is lost. A plain call would fail with `Ambiguous`; this call finds its run
    // again.
    if let Some(sim) = &server.mock {
        println!("the answer to the first request will be a gateway's page:");
        sim.fail_next(502, &[("content-type", "text/html")], "<html>Bad Gateway</html>");
    }
    let soon = WaitPolicy::new().interval(Duration::from_millis(200), Duration::from_secs(2));
    let once = ExecuteWorkflow::new(&workflow).input(json!({"item": "tea"})).once().wait(soon);
    let result = client.execute_once(once)?;
    println!("{}: {}\n", result.status, result.output);

    // To survive a crash, the program stores the handle before it sends anything.
    println!("a program that is started twice:");
    let file = std::env::temp_dir().join(format!("sim-run-{}.json", std::process::id()));
    let input = json!({"item": "cake"});
    fs::write(&file, serde_json::to_vec(&client.new_handle(&workflow, &input)?)?)?;
    for attempt in 1..=2 {
        let handle: RunHandle = serde_json::from_slice(&fs::read(&file)?)?;
        let result = client.execute_and_wait(&handle, &input)?;
        println!("start {attempt}: run {}: {}", handle.run_id, result.output);
    }
    fs::remove_file(file)?;

    if let Some(sim) = &server.mock {
        println!("\nruns on the server: {}", sim.runs().len());
    }
    Ok(())
}
