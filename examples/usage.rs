//! Shows spending and rate limits, with a warning from 80 % on: `cargo run --example usage`.

use std::error::Error;

use examples::Server;
use serde_json::json;
use sim_mock::{Limits, Sim};
use simstudio::ureq::Client;
use simstudio::v1::{RateBucket, UsageLimits};

/// The share of the spending limit at which the warning starts.
const WARN: f64 = 0.8;

fn main() -> Result<(), Box<dyn Error>> {
    let mock = Sim::demo().limits(Limits::free_plan()).usage(sim_mock::Usage::new(7.99, 10.0));
    let server = Server::start(mock)?;
    let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;

    show(&client.get_usage_limits()?);
    for name in ["Ann", "Ben"] {
        client.execute_workflow(server.workflow("greet"), json!({"name": name}))?;
    }
    println!("\nafter two runs");
    show(&client.get_usage_limits()?);

    // Answers carry rate limits in their headers. v1 sends none on an execute, so here the mock
    // refuses a call with such headers.
    if let Some(mock) = &server.mock {
        println!("\nafter a refused call");
        let reset = ("X-RateLimit-Reset", "2030-01-01T00:00:00.000Z");
        let headers = [("X-RateLimit-Limit", "100"), ("X-RateLimit-Remaining", "0"), reset];
        mock.fail_next(429, &headers, r#"{"error": "Rate limit exceeded."}"#);
        if let Err(error) = client.execute_workflow("greet", ()) {
            println!("  {error}");
        }
    }
    match client.get_rate_limit_info() {
        Some(info) => {
            println!("  last seen: {} left of {}", number(info.remaining), number(info.limit));
        }
        None => println!("\nno answer carried a rate limit"),
    }
    Ok(())
}

fn show(limits: &UsageLimits) {
    let usage = &limits.usage;
    if let (Some(cost), Some(limit)) = (usage.current_period_cost, usage.limit) {
        let plan = usage.plan.as_deref().unwrap_or("unknown");
        println!("  spent:     ${cost:.3} of ${limit:.2}, plan {plan}");
    }
    if let Some(buckets) = &limits.rate_limit {
        println!("  sync runs: {}", describe(&buckets.sync));
        println!("  queued:    {}", describe(&buckets.queued));
    }
    match usage.spent() {
        Some(spent) if spent >= WARN => {
            println!("  WARNING:   {:.1} % of the spending limit is used", spent * 100.0);
        }
        Some(spent) => println!("  used:      {:.1} % of the spending limit", spent * 100.0),
        None => println!("  no spending limit"),
    }
}

fn describe(bucket: &RateBucket) -> String {
    let state = if bucket.is_limited { "limited" } else { "free" };
    let (left, rate) = (number(bucket.remaining), number(bucket.limit));
    format!("{state}, {left} left, {rate} more every minute")
}

fn number(number: Option<u64>) -> String {
    number.map_or("?".to_owned(), |number| number.to_string())
}
