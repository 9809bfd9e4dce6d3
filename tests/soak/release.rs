//! Runs that are started once, on a server of a given release behind a proxy that loses requests and answers.
//!
//! Whatever is lost, no call starts a second run. Where the server honours the ids of callers, every call ends
//! with its result; where it does not, what is lost is ambiguous.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};
use sim_mock::{Release, Sim, Workflow};

use crate::once::{THREADS, once, patient};
use crate::proxy::Proxy;
use crate::scale::{number, tell};

const SEED: u64 = 20_261_129;

/// The share of requests, and of answers, that the proxy loses.
const SHARE: f64 = 0.05;

/// What came of the calls, by nonce.
#[derive(Debug, Default)]
struct Ends {
    results: Vec<usize>,
    ambiguous: Vec<usize>,
    others: Vec<String>,
}

fn make(calls: usize, proxy: &Proxy, key: &str) -> Ends {
    let ends = Mutex::new(Ends::default());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let client = patient(simstudio::ureq::Client::builder(), &proxy.url(), key);
                loop {
                    let nonce = next.fetch_add(1, Ordering::Relaxed);
                    if nonce >= calls {
                        return;
                    }
                    let outcome = client.execute_once(once(nonce));
                    let mut ends = ends.lock().expect("no code panics while it holds the ends");
                    match outcome {
                        Ok(result) if result.output == json!({ "nonce": nonce }) => {
                            ends.results.push(nonce);
                        }
                        Err(error) if error.is_ambiguous() => ends.ambiguous.push(nonce),
                        other => ends.others.push(format!("{nonce}: {other:?}")),
                    }
                }
            });
        }
    });
    ends.into_inner().expect("no code panicked")
}

/// Makes the calls on a server of this release, and asserts what the guarantee says.
fn soak(release: Release, calls: usize) {
    let echo = Workflow::new("echo", |input: Value| json!({ "nonce": input["nonce"] }));
    let sim = Sim::builder().release(release).workflow(echo).start().expect("a server");
    let proxy = Proxy::start(sim.url(), SHARE, SEED);
    let ends = make(calls, &proxy, sim.key());
    let mut runs: HashMap<u64, usize> = HashMap::new();
    for run in sim.runs() {
        *runs.entry(run.input["nonce"].as_u64().expect("a nonce")).or_default() += 1;
    }
    let second: Vec<_> = runs.iter().filter(|(_, count)| **count > 1).collect();
    let (requests, answers) = proxy.lost();
    tell(&format!(
        "once on {release}: {calls} calls, {} runs, {} started twice, {} results, {} ambiguous, {} other; \
         the proxy lost {requests} requests and {answers} answers",
        sim.runs().len(),
        second.len(),
        ends.results.len(),
        ends.ambiguous.len(),
        ends.others.len(),
    ));
    assert!(second.is_empty(), "runs that were started again: {second:?}");
    assert!(ends.others.is_empty(), "{:#?}", &ends.others[..ends.others.len().min(3)]);
    for nonce in &ends.results {
        assert!(runs.contains_key(&(*nonce as u64)), "a result without a run: {nonce}");
    }
    if release.honours_run_ids() {
        assert!(ends.ambiguous.is_empty(), "{:?}", ends.ambiguous);
    }
    assert!(answers > 0, "the proxy loses answers");
}

#[test]
fn no_call_starts_a_second_run_whatever_is_lost() {
    let calls = number("SIM_SOAK_CALLS", 120);
    match std::env::var("SIM_SOAK_RELEASE") {
        Ok(name) => soak(name.parse().expect("the name of a release"), calls),
        Err(_) => Release::ALL.into_iter().for_each(|release| soak(release, calls)),
    }
}
