//! Repeats an execute that the server refuses for a while: `cargo run --example retry`.

use std::error::Error;
use std::time::{Duration, Instant};

use examples::Server;
use serde_json::json;
use sim_mock::{Bucket, Limits, Sim};
use simstudio::ureq::Client;
use simstudio::{ExecuteWorkflow, RetryPolicy};

fn main() -> Result<(), Box<dyn Error>> {
    let limits =
        Limits::unlimited().sync(Bucket::per_minute(1).burst(1)).refill(Duration::from_millis(500));
    let server = Server::start(Sim::demo().limits(limits))?;
    let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    let endpoint = ExecuteWorkflow::new(server.workflow("greet")).input(json!({"name": "Ann"}));
    if server.mock.is_some() {
        println!("This Sim lets one run start every half second.\n");
    }

    // The client never repeats a plain execute that it sent. The caller gets the refusal.
    for _ in 0..2 {
        match client.call(endpoint.clone()) {
            Ok(result) => println!("plain:       {}", result.output),
            Err(error) => println!("plain:       {error}"),
        }
    }

    // The defaults are those of the official SDKs: 3 retries after 1 s, 2 s and 4 s, plus or minus
    // a quarter, and never before the time that the server asks for. A request that may have
    // started a run is not repeated.
    let started = Instant::now();
    let result = client.execute_with_retry(endpoint.clone(), RetryPolicy::new())?;
    println!("with retry:  {}, after {:.1?}", result.output, started.elapsed());

    // This is a custom policy. Its three quick retries end before the server's limit does, and the
    // call returns the last refusal.
    let hasty = RetryPolicy::new()
        .initial_delay(Duration::from_millis(50))
        .backoff_multiplier(1.5)
        .max_retry_after(Duration::from_secs(10));
    match client.execute_with_retry(endpoint, hasty) {
        Ok(result) => println!("hasty retry: {}", result.output),
        Err(error) => println!("hasty retry: {error}"),
    }

    if let Some(mock) = &server.mock {
        let (requests, runs) = (mock.requests().len(), mock.runs().len());
        println!("\nThe server saw {requests} requests and started {runs} runs.");
    }
    Ok(())
}
