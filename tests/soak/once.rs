//! Many runs under faults, each started once: every call returns the result of its own run, and the server
//! starts as many runs as there are calls.
//!
//! `SIM_SOAK_CALLS` sets the number of calls, 300 by default; `cargo xtask soak` sets it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};
use serde_json::{Value, json};
use sim_mock::{Fault, Faults, Sim, Workflow};
use simstudio::transport::Connector;
use simstudio::{
    CancelToken, ClientBuilder, ExecuteWorkflow, OnceWorkflow, Result, RetryPolicy, RunHandle,
    Timeouts, WaitPolicy, WorkflowExecutionResult,
};

use crate::scale::{number, tell};

const SEED: u64 = 20_261_124;
pub(crate) const THREADS: usize = 8;

/// How long a run may be missing before it counts as never started. This server files its runs at once.
const GRACE: Duration = Duration::from_millis(10);

fn calls() -> usize {
    number("SIM_SOAK_CALLS", 300)
}

fn server(faults: Faults) -> Sim {
    let echo = Workflow::new("echo", |input: Value| json!({"nonce": input["nonce"]}));
    let builder = Sim::builder().workflow(echo).disconnect_delay(Duration::from_millis(5));
    builder.faults(faults).start().expect("a server")
}

/// Shortens the waits, but does not remove them: the policies still decide what is repeated, and how often.
pub(crate) fn patient<C: Connector>(builder: ClientBuilder<C>, url: &str, key: &str) -> C::Client {
    let limits =
        Timeouts::default().first_byte(Duration::from_millis(400)).idle(Duration::from_millis(400));
    let client = builder.base_url(url).api_key(key).timeouts(limits).retry_policy(short(20));
    client.build().expect("a client")
}

pub(crate) fn short(retries: u32) -> RetryPolicy {
    let wait = Duration::from_millis(2);
    RetryPolicy::new().max_retries(retries).initial_delay(wait).max_delay(8 * wait)
}

pub(crate) fn once(nonce: usize) -> OnceWorkflow {
    let wait = WaitPolicy::new().interval(Duration::from_millis(2), Duration::from_millis(20));
    ExecuteWorkflow::new("echo")
        .input(json!({"nonce": nonce}))
        .once()
        .retry(short(60))
        .wait(wait.failures(60).grace(GRACE))
}

/// Asserts that the server started one run for each nonce, and no other.
fn assert_one_run_each(sim: &Sim, calls: usize) {
    let mut runs: HashMap<u64, usize> = HashMap::new();
    for run in sim.runs() {
        *runs.entry(run.input["nonce"].as_u64().expect("a nonce")).or_default() += 1;
    }
    let doubled: Vec<_> = runs.iter().filter(|(_, count)| **count != 1).collect();
    assert!(doubled.is_empty(), "runs that were started again: {doubled:?}");
    assert_eq!(runs.len(), calls, "runs that the server started");
}

/// Makes every call on one of a few threads, and returns the failures.
fn each_call(calls: usize, call: impl Fn(usize) -> Result<WorkflowExecutionResult> + Sync) {
    let next = AtomicUsize::new(0);
    let (wrong, all) = channel();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            let (next, call, wrong) = (&next, &call, wrong.clone());
            scope.spawn(move || {
                loop {
                    let nonce = next.fetch_add(1, Ordering::Relaxed);
                    if nonce >= calls {
                        return;
                    }
                    match call(nonce) {
                        Ok(result) if result.output == json!({"nonce": nonce}) => {}
                        other => {
                            wrong.send(format!("{nonce}: {other:?}")).expect("somebody listens");
                        }
                    }
                }
            });
        }
    });
    drop(wrong);
    let wrong: Vec<_> = all.iter().collect();
    assert!(
        wrong.is_empty(),
        "{} of {calls} calls: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(3)]
    );
}

#[test]
fn every_call_ends_with_the_result_of_its_one_run() {
    let calls = calls();
    let sim = server(Faults::seeded(SEED).share(0.4).among(Fault::RECOVERABLE));
    let ureq = patient(simstudio::ureq::Client::builder(), sim.url(), sim.key());
    let reqwest = patient(simstudio::reqwest::Client::builder(), sim.url(), sim.key());
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let restarts = calls / 100;
    each_call(calls, |nonce| {
        if nonce % 100 == 50 {
            sim.restart().expect("the same port");
        }
        match nonce % 2 {
            0 => ureq.execute_once(once(nonce)),
            _ => runtime.block_on(reqwest.execute_once(once(nonce))),
        }
    });
    assert_one_run_each(&sim, calls);
    let requests = sim.requests().len();
    tell(&format!(
        "once: {calls} calls, {requests} requests, {restarts} restarts, {calls} runs; faults: {:?}",
        sim.faults()
    ));
}

#[test]
fn a_client_that_is_killed_goes_on_where_it_was() {
    let calls = calls() / 3;
    let faults = [
        Fault::CloseUnread,
        Fault::CloseAfterRead,
        Fault::CutHead,
        Fault::CutBody,
        Fault::GatewayPage,
    ];
    let sim = server(Faults::seeded(SEED).share(0.3).among(faults));
    let killed = AtomicUsize::new(0);
    each_call(calls, |nonce| {
        let mut random = StdRng::seed_from_u64(SEED + nonce as u64);
        let first = patient(simstudio::ureq::Client::builder(), sim.url(), sim.key());
        let handle = first.api().new_handle(&ExecuteWorkflow::new("echo")).expect("a handle");
        let stored = serde_json::to_string(&handle).expect("it serialises");
        loop {
            // This is like a new process: only the stored handle remains.
            let handle: RunHandle = serde_json::from_str(&stored).expect("it comes back");
            let cancel = CancelToken::new();
            let client = patient(simstudio::ureq::Client::builder(), sim.url(), sim.key())
                .with_cancel(&cancel);
            let life = Duration::from_micros(random.random_range(0..250_000));
            let plan = ExecuteWorkflow::new(&handle.workflow_id).input(json!({"nonce": nonce}));
            let wait =
                WaitPolicy::new().interval(Duration::from_millis(5), Duration::from_millis(20));
            let plan = plan
                .run_id(&handle.run_id)
                .once()
                .retry(short(60))
                .wait(wait.failures(60).grace(GRACE));
            let outcome = thread::scope(|scope| {
                let (ended, end) = channel::<()>();
                scope.spawn(move || {
                    if end.recv_timeout(life).is_err() {
                        cancel.cancel();
                    }
                });
                let outcome = client.execute_once(plan);
                let _ = ended.send(());
                outcome
            });
            match outcome {
                Err(error) if error.is_cancelled() => killed.fetch_add(1, Ordering::Relaxed),
                outcome => return outcome,
            };
        }
    });
    assert_one_run_each(&sim, calls);
    tell(&format!(
        "once, killed: {calls} calls, {} kills, {calls} runs; faults: {:?}",
        killed.into_inner(),
        sim.faults()
    ));
}
