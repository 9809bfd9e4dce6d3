//! Runs a workflow that asks for approval, and answers on the terminal: `cargo run --example approval`.

use std::error::Error;
use std::io::{self, Write as _};

use examples::Server;
use serde_json::{Map, Value, json};
use sim_mock::Sim;
use simstudio::ureq::Client;
use simstudio::{ExecuteWorkflow, FormField, PausePoint, ResumeRun, RunStatus};

fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start(Sim::demo())?;
    let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    let workflow = server.workflow("approval");

    // The run is queued, so it outlives this program: any program that has its id can answer.
    let once = ExecuteWorkflow::new(workflow).input(json!({"amount": 250})).once();
    let mut result = client.execute_once(once)?;
    while result.status == RunStatus::Paused {
        let run = result.run_id.ok_or("a run has an id")?;
        println!("run {run} waits");
        let points = client.pauses(workflow, run)?;
        let point = points.first().ok_or("somebody else has answered")?;
        result = client.resume(ResumeRun::at(point)?.input(answer(point)?))?;
    }
    println!("{}:  {}", result.status, result.output);
    Ok(())
}

/// Prints what the run shows, and asks for the fields of its form.
fn answer(point: &PausePoint) -> io::Result<Map<String, Value>> {
    for shown in &point.shown {
        println!("  {}: {}", shown["name"].as_str().unwrap_or_default(), shown["value"]);
    }
    point.form.iter().map(|field| Ok((field.name.clone(), ask(field)?))).collect()
}

fn ask(field: &FormField) -> io::Result<Value> {
    let kind = field.kind.as_deref().unwrap_or("string");
    print!("  {} ({kind})? ", field.label.as_ref().unwrap_or(&field.name));
    io::stdout().flush()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    let line = line.trim();
    println!();
    Ok(match kind {
        "boolean" => matches!(line, "y" | "yes" | "true").into(),
        // Type numbers, objects and arrays as JSON.
        "string" => line.into(),
        _ => serde_json::from_str(line).unwrap_or(Value::Null),
    })
}
