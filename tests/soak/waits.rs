//! Many waits at once under one small bucket of reads: all of them end, and no read is refused again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sim_mock::{Bucket, Limits, Sim, Workflow};
use simstudio::reqwest::Client;
use simstudio::{ExecuteWorkflow, WaitPolicy};

use crate::scale::{number, tell};

/// How often a read was refused in a row, and how often all reads were.
#[derive(Debug, Default)]
struct Refusals {
    now: HashMap<String, usize>,
    most: usize,
    all: usize,
}

impl Refusals {
    fn count(&mut self, run: String, refused: bool) {
        let now = self.now.entry(run).or_default();
        *now = if refused { *now + 1 } else { 0 };
        self.most = self.most.max(*now);
        self.all += usize::from(refused);
    }
}

#[test]
fn every_wait_of_a_crowd_ends() {
    let waits: usize = number("SIM_SOAK_CALLS", 30);
    let reads: u32 = number("SIM_SOAK_READS", 30);
    let minute = Duration::from_secs(number("SIM_SOAK_MINUTE", 1));
    let takes = minute * number("SIM_SOAK_TENTHS", 15) / 10;
    let slow = Workflow::new("slow", |input: Value| json!({ "n": input["n"] })).takes(takes);
    let bucket = Bucket::per_minute(reads).burst(reads);
    let limits = Limits::unlimited().requests(bucket).refill(minute);
    // The starts have a bucket of their own, of the same size.
    let sim = Sim::builder().workflow(slow).limits(limits).start().expect("a server");
    let refusals = Arc::new(Mutex::new(Refusals::default()));
    let seen = Arc::clone(&refusals);
    let client = Client::builder().base_url(sim.url()).api_key(sim.key());
    let client = client.on_attempt(move |attempt| {
        let (Some(run), Some(status)) = (attempt.run_id, attempt.status) else { return };
        if attempt.route.method == "GET" {
            let mut seen = seen.lock().expect("no code panics while it holds the refusals");
            seen.count(run.to_string(), status == 429);
        }
    });
    let client = Arc::new(client.build().expect("a client"));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let began = Instant::now();
    let ended = runtime.expect("a runtime").block_on(async {
        let wait = |number: usize| {
            let client = Arc::clone(&client);
            tokio::spawn(async move {
                let queued = ExecuteWorkflow::new("slow").input(json!({ "n": number })).queue();
                let handle = client.call(queued).await?.handle("slow").expect("a run");
                Box::pin(client.wait_for(&handle, WaitPolicy::new())).await
            })
        };
        let waits: Vec<_> = (0..waits).map(wait).collect();
        let mut ended = 0;
        for (number, wait) in waits.into_iter().enumerate() {
            let outcome = wait.await.expect("no panic");
            assert_eq!(outcome.expect("a result").output, json!({ "n": number }));
            ended += 1;
        }
        ended
    });
    let refusals = refusals.lock().expect("no code panicked");
    tell(&format!(
        "waits: {waits} waits, {reads} reads in {} s, {ended} ended, {} reads refused, no read more than {} \
         times, {} requests, {:.1} s",
        minute.as_secs(),
        refusals.all,
        refusals.most,
        sim.requests().len(),
        began.elapsed().as_secs_f64(),
    ));
    assert!(refusals.most <= 1, "{refusals:?}");
}
