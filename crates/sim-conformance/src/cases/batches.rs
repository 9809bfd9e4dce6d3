//! Batches: one run for each input and its result, at the pace that the server allows.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sim_core::transport::{Batch, BatchStep};
use sim_core::{
    Api, BatchPlan, BatchRun, BatchStore, Generation, RunHandle, RunStatus, StoredOutcome,
    StoredRun, WaitPolicy,
};
use sim_mock::{Bucket, Fault, Faults, Limits, Sim, Workflow};

use crate::subject::Subject;
use crate::tools::{KEY, api};

fn rows(count: u64) -> BatchPlan {
    let rows = (0..count).map(|row| json!({"row": row}));
    let quickly = WaitPolicy::new().interval(Duration::from_millis(2), Duration::from_millis(20));
    BatchPlan::new("echo", rows).wait(quickly)
}

fn start(limits: Limits) -> Sim {
    let echo = Workflow::new("echo", |input: Value| match input["row"].as_u64() {
        Some(13) => Err("Echo: an unlucky row".to_owned()),
        _ => Ok(input),
    });
    Sim::builder().key(KEY).workflow(echo).limits(limits).start().expect("a server")
}

fn core(sim: &Sim) -> Api {
    api(sim.url()).generation(Generation::V2).build().expect("a core")
}

/// Drives a batch with one request at a time, until it is over or has returned so many results.
fn drive<S: Subject>(subject: &S, mut batch: Batch, most: usize) -> Vec<BatchRun> {
    let (began, mut runs) = (Instant::now(), Vec::new());
    loop {
        let step = batch.next(began.elapsed());
        if let BatchStep::Send(mut job) = step {
            subject.drive(&mut job).expect("the job keeps its outcome");
            batch.receive(job, began.elapsed());
        } else if let BatchStep::Wait(delay) = step {
            std::thread::sleep(delay);
        }
        runs.extend(std::iter::from_fn(|| batch.take()));
        if batch.is_over() || runs.len() >= most {
            return runs;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{batch:?}");
    }
}

/// Asserts that each of the first rows had one run.
fn assert_one_run_each(sim: &Sim, count: u64) {
    let mut rows: Vec<_> = sim.runs().iter().filter_map(|run| run.input["row"].as_u64()).collect();
    rows.sort_unstable();
    assert_eq!(rows, (0..count).collect::<Vec<_>>());
}

pub fn each_input_has_one_run_whatever_is_lost<S: Subject>(subject: &impl Fn(Api) -> S) {
    let sim = start(Limits::unlimited());
    let lost = [Fault::CloseUnread, Fault::CloseAfterRun, Fault::CutBody, Fault::GatewayPage];
    sim.set_faults(Faults::seeded(26).share(0.05).among(lost));
    let api = core(&sim);
    let runs = drive(&subject(api.clone()), api.batch(rows(13).ordered()), usize::MAX);
    for (row, run) in runs.iter().enumerate() {
        let result = run.result.as_ref().expect("a result");
        assert_eq!((run.position, &result.output), (row as u64, &json!({"row": row})));
    }
    assert_one_run_each(&sim, 13);
}

pub fn starts_keep_to_the_bucket_of_runs<S: Subject>(subject: &impl Fn(Api) -> S) {
    let bucket = Bucket::per_minute(5).burst(5);
    let limits = Limits::unlimited().sync(bucket).queued(bucket).refill(Duration::from_millis(300));
    let sim = start(limits);
    let api = core(&sim);
    let runs = drive(&subject(api.clone()), api.batch(rows(12)), usize::MAX);
    assert!(runs.iter().all(|run| run.result.is_ok()));
    assert_one_run_each(&sim, 12);
    let starts = sim.requests().iter().filter(|sent| sent.method == "POST").count();
    assert!(starts <= 15, "{starts} starts for 12 runs");
}

pub fn a_failure_of_one_input_stops_no_other<S: Subject>(subject: &impl Fn(Api) -> S) {
    let sim = start(Limits::unlimited());
    let api = core(&sim);
    let runs = drive(&subject(api.clone()), api.batch(rows(15).ordered()), usize::MAX);
    let failed = runs
        .iter()
        .filter(|run| run.result.as_ref().expect("a result").status == RunStatus::Failed);
    assert_eq!(failed.map(|run| run.position).collect::<Vec<_>>(), [13]);
    assert_eq!(runs.len(), 15);
}

pub fn a_batch_goes_on_where_its_store_says<S: Subject>(subject: &impl Fn(Api) -> S) {
    let (sim, store) = (start(Limits::unlimited()), Memory::default());
    let api = core(&sim);
    let plan = || rows(12).at_once(4).store(store.clone());
    let before = drive(&subject(api.clone()), api.batch(plan()), 5);
    assert!((5..12).contains(&before.len()), "{}", before.len());
    // Another process has random ids of its own.
    let api = Api::builder([8; 32]).base_url(sim.url()).api_key(KEY).build().expect("a core");
    let runs = drive(&subject(api.clone()), api.batch(plan()), usize::MAX);
    assert_eq!(runs.iter().filter(|run| run.result.is_ok()).count(), 12);
    assert!(runs.iter().filter(|run| run.is_stored).count() >= before.len());
    assert_one_run_each(&sim, 12);
}

/// A store in memory, which outlives its batch.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<HashMap<u64, StoredRun>>>);

impl BatchStore for Memory {
    fn reserve(&self, position: u64, handle: &RunHandle) -> io::Result<StoredRun> {
        let mut entries = self.0.lock().expect("nobody panics");
        Ok(entries.entry(position).or_insert_with(|| StoredRun::new(handle.clone())).clone())
    }

    fn finish(&self, position: u64, outcome: &StoredOutcome) -> io::Result<()> {
        let mut entries = self.0.lock().expect("nobody panics");
        entries.entry(position).and_modify(|entry| entry.outcome = Some(outcome.clone()));
        Ok(())
    }
}
