//! Runs a workflow with a type for its input and one for its output, and prints the struct of its input: `cargo run
//! --example typed`.

use std::error::Error;

use examples::Server;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sim_mock::{Sim, Workflow};
use simstudio::ureq::Client;
use simstudio::workflows::GetWorkflow;

#[derive(Serialize)]
struct Order {
    item: String,
    count: u32,
}

#[derive(Deserialize)]
struct Receipt {
    total: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let order = Workflow::new(
        "order",
        |input: Value| json!({"total": input["count"].as_f64().unwrap_or_default() * 2.5}),
    );
    let order = order.input("item", "string").input("count", "number");
    let server = Server::start(Sim::builder().workflow(order))?;
    let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;

    let orders = client.workflow::<Order, Receipt>(server.workflow("order"));
    let order = Order { item: "tea".to_owned(), count: 3 };

    // The fields that the workflow declares, beside those of the struct.
    let declared = client.call(GetWorkflow::new(orders.id()))?;
    declared.check_input(&order)?;
    println!("{}", declared.rust_struct("OrderInput")?);

    println!("{:.2}", orders.execute(&order)?.total);
    println!("{:.2}, whatever the network does", orders.once(&order)?.total);
    Ok(())
}
