//! Starts a workflow by its webhook, without an API key, and finds the run: `cargo run --example webhook_send`.

use std::error::Error;

use serde_json::{Value, json};
use sim_mock::{Fault, Faults, Sim, Webhook, Workflow};
use simstudio::ureq::Client;
use simstudio::webhooks::{FindDelivery, TriggerWebhook, WebhookAddress};

fn main() -> Result<(), Box<dyn Error>> {
    let webhook = Webhook::new("order-hook").token("owner-token");
    let orders = Workflow::new("orders", |input: Value| json!({"ordered": input["item"]}));
    let sim = Sim::builder().workspace("ws-1").workflow(orders.webhook(webhook)).start()?;

    // Whoever delivers needs the address and its token, and no key.
    let address: WebhookAddress =
        format!("{}/api/webhooks/trigger/order-hook", sim.url()).parse()?;
    let client = Client::builder().base_url(address.base_url()).build()?;
    let order = TriggerWebhook::new(address.path())
        .token("owner-token")
        .body(&json!({"item": "tea"}))
        .mark("orderId", "order-17");
    // The answer to the first request is lost; the second one has the same key, so there is one run.
    sim.set_faults(Faults::script([Fault::CloseAfterRun]));
    let delivery = client.call(order)?;
    println!("delivered under the key {}: {} run", delivery.key, sim.runs().len());

    // Whoever owns the workspace can find the run, by the mark in the body.
    let owner = Client::builder().base_url(sim.url()).api_key(sim.key()).build()?;
    match owner.find_delivery(FindDelivery::of("ws-1", &delivery))? {
        Some(log) => println!("run {}: {}", log.run_id, log.status),
        None => println!("no run was seen"),
    }
    Ok(())
}
