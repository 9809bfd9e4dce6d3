//! Workflows as code: exports a workflow from one workspace, shows what differs from another one, imports it there, deploys
//! it and waits, and rolls back: `cargo run --example promote`.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Rollout, Sim, Workflow};
use simstudio::WorkflowId;
use simstudio::deployments::RollbackWorkflow;
use simstudio::flow::{DeployAndWait, Deployed, Patience};
use simstudio::ureq::Client;
use simstudio::workflows::{ExportWorkflow, ImportWorkflow, WorkflowExport};

fn main() -> Result<(), Box<dyn Error>> {
    let greet = || {
        let workflow = Workflow::new("greet", |input: Value| json!({"hello": input["name"]}));
        workflow.name("Greeting").input("name", "string").block("reply", "Reply")
    };
    let staging = Sim::builder().workspace("staging").workflow(greet().input("city", "string"));
    let production = Sim::builder().workspace("production").workflow(greet());
    let (staging, production) = (staging.start()?, production.start()?);
    let client = |sim: &Sim| Client::builder().base_url(sim.url()).api_key(sim.key()).build();
    let (from, to) = (client(&staging)?, client(&production)?);

    // The document is what a repository keeps: its fields have a fixed order, so that versions compare well.
    let wanted = from.call(ExportWorkflow::new("greet"))?;
    let document = serde_json::to_string_pretty(&wanted)?;
    println!("{} is {} lines of JSON", name(&wanted), document.lines().count());

    let live = to.call(ExportWorkflow::new("greet"))?;
    let changes = changes(&live, &wanted);
    println!("What differs:\n  {}", changes.join("\n  "));
    assert_eq!(changes, ["Start: changed"]);

    let document: WorkflowExport = serde_json::from_str(&document)?;
    let import = ImportWorkflow::new("production", document).name("Greeting, with a city");
    let imported = to.call(import)?;
    println!("Imported as {}", imported.name);

    // The server prepares a version for a while: its webhooks, its schedules, its MCP servers.
    production.plan_deployment(imported.id.as_str(), Rollout::new().slow(2));
    let first = deploy(&to, &imported.id, "with a city")?;
    println!("Version {:?} is live", first.version.map(|version| version.0));
    assert!(first.is_ready());

    // A version that does not become ready is taken back.
    production.plan_deployment(imported.id.as_str(), Rollout::new().failing("a block is broken"));
    let broken = deploy(&to, &imported.id, "broken")?;
    println!("The next one is not: {:?}, {:?}", broken.end, broken.rollback);
    assert!(!broken.is_ready() && broken.rollback.is_some());

    // And one that is ready, and wrong, by hand.
    deploy(&to, &imported.id, "wrong")?;
    let version = first.version.ok_or("a version")?;
    let back = to.call(RollbackWorkflow::new(&imported.id).version(version))?;
    println!("Back at version {}: {}", version, back.is_deployed);
    Ok(())
}

fn deploy(client: &Client, workflow: &WorkflowId, name: &str) -> simstudio::Result<Deployed> {
    let look = Duration::from_millis(20);
    let patience = Patience::new().interval(look, look).bound(Duration::from_secs(60));
    let deploy = DeployAndWait::new(client.api(), workflow)?.name(name).patience(patience);
    client.drive(deploy.roll_back_on_failure())
}

fn name(document: &WorkflowExport) -> String {
    document.workflow().map(|workflow| workflow.name).unwrap_or_default()
}

/// Compares two documents block by block, by their names: an import gives the blocks new ids.
fn changes(live: &WorkflowExport, wanted: &WorkflowExport) -> Vec<String> {
    let (live, wanted) = (blocks(live), blocks(wanted));
    let gone = live.keys().filter(|name| !wanted.contains_key(*name));
    let gone = gone.map(|name| format!("{name}: removed"));
    let others = wanted.iter().filter_map(|(name, block)| match live.get(name) {
        None => Some(format!("{name}: added")),
        Some(before) if before != block => Some(format!("{name}: changed")),
        Some(_) => None,
    });
    gone.chain(others).collect()
}

/// Returns the blocks by their names, without what differs from workspace to workspace.
fn blocks(document: &WorkflowExport) -> BTreeMap<String, Value> {
    let blocks = document.state().and_then(|state| state["blocks"].as_object());
    let blocks = blocks.into_iter().flatten().map(|(_, block)| {
        let mut block = block.clone();
        strip(&mut block);
        (block["name"].as_str().unwrap_or_default().to_owned(), block)
    });
    blocks.collect()
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| name != "id" && name != "position");
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
