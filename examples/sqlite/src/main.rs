//! Runs a workflow for many inputs and keeps the batch in a `SQLite` database, so that several programs can share it and a
//! program that is started again goes on: `cargo run -p batch-sqlite [DATABASE]`.

mod store;

use std::error::Error;

use serde_json::json;
use sim_mock::Sim;
use simstudio::BatchPlan;
use simstudio::ureq::Client;

use store::SqliteStore;

const NAMES: [&str; 6] = ["Ann", "Ben", "Cleo", "Dan", "Eve", "Finn"];

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| ":memory:".to_owned());
    let sim = Sim::demo().start()?;
    let client = Client::builder().base_url(sim.url()).api_key(sim.key()).build()?;

    let inputs = NAMES.map(|name| json!({"name": name}));
    let plan = BatchPlan::new("greet", inputs).store(SqliteStore::open(path)?).ordered();
    for (run, name) in client.batch(plan)?.zip(NAMES) {
        let from = if run.is_stored { "  (from the database)" } else { "" };
        match run.result {
            Ok(result) => println!("{name:5} {}{from}", result.output),
            Err(error) => println!("{name:5} {error:#}"),
        }
    }
    Ok(())
}
