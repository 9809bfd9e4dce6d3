//! Many calls at once that repeat what the server refuses: all of them succeed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sim_mock::{Bucket, Limits, Sim, Workflow};
use simstudio::reqwest::Client;
use simstudio::{ExecuteWorkflow, RetryPolicy};

use crate::scale::{number, tell};

/// The runs that the server lets start in a second.
const RATE: u32 = 40;

#[test]
fn every_call_of_a_crowd_succeeds() {
    let calls: usize = number("SIM_SOAK_CALLS", 80);
    let echo = Workflow::new("echo", |input: Value| json!({ "n": input["n"] }));
    let bucket = Bucket::per_minute(RATE).burst(RATE);
    let limits = Limits::unlimited().sync(bucket).queued(bucket).refill(Duration::from_secs(1));
    let sim = Sim::builder().workflow(echo).limits(limits).start().expect("a server");
    let client = Client::builder().base_url(sim.url()).api_key(sim.key());
    let client = Arc::new(client.build().expect("a client"));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let began = Instant::now();
    let outcomes = runtime.expect("a runtime").block_on(async {
        let call = |number: usize| {
            let client = Arc::clone(&client);
            tokio::spawn(async move {
                let execute = ExecuteWorkflow::new("echo").input(json!({ "n": number }));
                let policy = RetryPolicy::new().max_retries(50);
                let result = client.execute_with_retry(execute, policy).await?;
                assert_eq!(result.output, json!({ "n": number }));
                Ok::<_, simstudio::Error>(())
            })
        };
        let calls: Vec<_> = (0..calls).map(call).collect();
        let mut outcomes = Vec::new();
        for call in calls {
            outcomes.push(call.await.expect("no panic"));
        }
        outcomes
    });
    let failed: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    tell(&format!(
        "retries: {calls} calls at {RATE} runs a second, {} succeeded, {} runs, {} requests, {:.1} s",
        calls - failed.len(),
        sim.runs().len(),
        sim.requests().len(),
        began.elapsed().as_secs_f64(),
    ));
    assert!(failed.is_empty(), "{} of {calls}: {:?}", failed.len(), failed.first());
    assert_eq!(sim.runs().len(), calls);
}
