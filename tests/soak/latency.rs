//! How long a call takes that runs a short workflow once. It is a figure, not a test of time.

use std::time::{Duration, Instant};

use serde_json::json;
use sim_mock::{Sim, Workflow};
use simstudio::ExecuteWorkflow;
use simstudio::ureq::Client;

use crate::scale::{number, tell};

/// The time that the workflow takes.
const TAKES: Duration = Duration::from_millis(30);

#[test]
fn a_short_run_once() {
    let calls: usize = number("SIM_SOAK_CALLS", 5);
    let short = Workflow::new("short", |_| json!({})).takes(TAKES);
    let sim = Sim::builder().workflow(short).start().expect("a server");
    let client = Client::builder().base_url(sim.url()).api_key(sim.key());
    let client = client.build().expect("a client");
    let mut times: Vec<Duration> = (0..calls)
        .map(|_| {
            let began = Instant::now();
            client.execute_once(ExecuteWorkflow::new("short").once()).expect("a result");
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |part: usize| times[(calls - 1) * part / 100].as_secs_f64() * 1000.0;
    tell(&format!(
        "latency: {calls} calls of execute_once, a run of {} ms, {} requests: median {:.0} ms, 90 % {:.0} ms",
        TAKES.as_millis(),
        sim.requests().len(),
        at(50),
        at(90),
    ));
    assert_eq!(sim.runs().len(), calls);
}
