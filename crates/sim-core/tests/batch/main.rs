//! Batches in simulated time, on a server with a bucket of runs.

mod world;

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use sim_core::{
    Api, BatchPlan, BatchProgress, BatchStore, CancelToken, ErrorKind, Generation, RunHandle,
    RunStatus, StoredOutcome, StoredRun,
};
use world::{Driven, Memory, World, drive};

const FOREVER: Duration = Duration::MAX;

fn api() -> Api {
    api_of(1)
}

/// The core of one process: each has its own random ids.
fn api_of(process: u8) -> Api {
    let api = Api::builder([process; 32]).generation(Generation::V1).base_url("http://localhost");
    api.api_key("sk-sim-test").build().expect("a core")
}

fn rows(count: u64) -> impl Iterator<Item = Value> + Send + 'static {
    (0..count).map(|row| json!({"row": row}))
}

fn plan(count: u64) -> BatchPlan {
    BatchPlan::new("wf", rows(count)).at_once(60)
}

fn run(plan: BatchPlan, world: &mut World) -> Driven {
    drive(api().batch(plan), world, Duration::ZERO, FOREVER)
}

fn positions(driven: &Driven) -> Vec<u64> {
    driven.runs.iter().map(|run| run.position).collect()
}

/// Asserts that each row completed with its own output, and had one run.
fn assert_whole(driven: &Driven, world: &World, count: u64) {
    let mut done = positions(driven);
    done.sort_unstable();
    assert_eq!(done, (0..count).collect::<Vec<_>>());
    for run in &driven.runs {
        let result = run.result.as_ref().expect("a result");
        assert_eq!(result.output, json!({"done": run.position}));
    }
    assert_eq!(world.of_rows(), (0..count).map(|row| (row, 1)).collect());
}

#[test]
fn the_bucket_of_runs_is_used_up_and_hardly_ever_overdrawn() {
    for losses in [0.0, 0.05] {
        let mut world = World { losses, ..World::new(100) };
        let driven = run(plan(3000), &mut world);
        assert_whole(&driven, &world, 3000);
        // The server allows 100 starts in a second.
        let used = 30.0 / driven.ended.as_secs_f64();
        assert!(used > 0.9, "{used:.3} of what the server allows, {losses} lost");
        assert!(world.refused <= 30, "{} starts were refused", world.refused);
        assert!(driven.most <= 16, "{} requests at once", driven.most);
    }
}

#[test]
fn a_server_that_does_not_tell_its_bucket_is_paced_by_its_refusals() {
    let mut world = World { tells: false, ..World::new(20) };
    let driven = run(plan(200), &mut world);
    assert_whole(&driven, &world, 200);
    assert!(driven.ended < Duration::from_secs(60), "{:?}", driven.ended);
}

#[test]
fn a_batch_that_is_killed_goes_on_with_its_store_and_starts_nothing_twice() {
    let mut world = World { losses: 0.05, ..World::new(100) };
    let (store, mut began) = (Memory::default(), Duration::ZERO);
    for (process, life) in [(2, 1300), (3, 2100), (4, 900)] {
        let stop = began + Duration::from_millis(life);
        let batch = api_of(process).batch(plan(1000).store(store.clone()));
        let driven = drive(batch, &mut world, began, stop);
        assert!(driven.runs.len() < 1000);
        began = stop;
    }
    let before = store.finished();
    assert!(before > 100, "{before}");
    let driven = drive(api().batch(plan(1000).store(store)), &mut world, began, FOREVER);
    assert_whole(&driven, &world, 1000);
    assert_eq!(driven.runs.iter().filter(|run| run.is_stored).count(), before);
}

#[test]
fn results_come_in_order_if_that_is_wanted_and_hold_back_only_so_much() {
    let mut world = World::new(1000);
    let plan = BatchPlan::new("wf", rows(300)).at_once(10).ordered();
    let driven = run(plan, &mut world);
    assert_eq!(positions(&driven), (0..300).collect::<Vec<_>>());
    assert_whole(&driven, &world, 300);
}

#[test]
fn one_failure_stops_nothing() {
    let inputs =
        [json!({"row": 0}), json!({"row": 1, "fails": true}), json!("odd"), json!({"row": 3})];
    let inputs = inputs.into_iter().chain([json!({"row": 4, "stream": true})]);
    let seen = Arc::new(Mutex::new(Vec::<BatchProgress>::new()));
    let told = Arc::clone(&seen);
    let plan = BatchPlan::new("wf", inputs.collect::<Vec<_>>()).ordered();
    let plan = plan.on_progress(move |it| told.lock().expect("nobody panics").push(*it));
    let mut world = World { takes: Duration::ZERO, ..World::new(1000) };
    let driven = run(plan, &mut world);
    let told: Vec<_> = driven.runs.iter().map(|run| run.result.as_ref()).collect();
    assert_eq!(told[1].expect("a result").status, RunStatus::Failed);
    // A field with the name of a control key is refused before anything is sent.
    assert_eq!(told[4].expect_err("refused").kind(), &ErrorKind::Request);
    assert!([0, 2, 3].iter().all(|n| told[*n].is_ok_and(|it| it.status == RunStatus::Completed)));
    let last = *seen.lock().expect("nobody panics").last().expect("it was told");
    assert_eq!((last.total, last.taken, last.done(), last.in_progress()), (Some(5), 5, 5, 0));
    assert_eq!((last.completed, last.not_completed, last.errors), (3, 1, 1));
}

/// Returns the most runs that a batch of rows had in progress at once, each of which takes a minute.
fn most_in_progress(plan: BatchPlan, rows: u64) -> u64 {
    let most = Arc::new(Mutex::new(0));
    let seen = Arc::clone(&most);
    let plan = plan.on_progress(move |it| {
        let mut most = seen.lock().expect("nobody panics");
        *most = it.in_progress().max(*most);
    });
    let mut world = World { takes: Duration::from_secs(60), ..World::new(1000) };
    assert_whole(&run(plan, &mut world), &world, rows);
    *most.lock().expect("nobody panics")
}

#[test]
fn a_queued_batch_leaves_the_number_of_runs_to_the_server() {
    assert_eq!(most_in_progress(BatchPlan::new("wf", rows(100)), 100), 16);
    assert_eq!(most_in_progress(BatchPlan::new("wf", rows(300)).queued(), 300), 300);
    assert_eq!(most_in_progress(BatchPlan::new("wf", rows(2100)).queued(), 2100), 2000);
}

#[test]
fn nothing_is_sent_for_no_inputs() {
    let mut world = World::new(1);
    assert!(run(plan(0), &mut world).runs.is_empty());
    assert_eq!(world.requests, 0);
}

#[test]
fn a_batch_asks_once_what_the_server_claims_before_it_starts_a_run() {
    let mut world = World::new(100);
    assert_whole(&run(plan(3), &mut world), &world, 3);
    assert_eq!(world.asked, [0]);
}

#[test]
fn an_input_that_changed_is_not_started() {
    let (mut world, store) = (World::new(100), Memory::default());
    let first = BatchPlan::new("wf", rows(2)).store(store.clone());
    assert_whole(&run(first, &mut world), &world, 2);
    let changed = BatchPlan::new("wf", [json!({"row": 0}), json!({"row": 7})]).store(store);
    let driven = run(changed.ordered(), &mut world);
    assert!(driven.runs[0].is_stored && driven.runs[0].result.is_ok());
    let error = driven.runs[1].result.as_ref().expect_err("another input");
    assert!(error.to_string().contains("another input"), "{error}");
    assert_eq!(world.runs.len(), 2);
}

#[test]
fn a_cancelled_batch_starts_nothing_more_and_keeps_its_handles() {
    let (mut world, token) = (World::new(1), CancelToken::new());
    token.cancel();
    let driven = run(plan(10).cancel(&token), &mut world);
    assert!(driven.runs.is_empty() && world.requests == 0, "{}", world.requests);
}

#[test]
fn a_store_that_fails_costs_no_result_and_starts_no_run_that_it_cannot_keep() {
    /// A store that takes the handles of even positions, and no results.
    struct Broken;
    impl BatchStore for Broken {
        fn reserve(&self, position: u64, handle: &RunHandle) -> io::Result<StoredRun> {
            let full = || io::Error::other("the disk is full");
            (position % 2 == 0).then(|| StoredRun::new(handle.clone())).ok_or_else(full)
        }
        fn finish(&self, _: u64, _: &StoredOutcome) -> io::Result<()> {
            Err(io::Error::other("the disk is full"))
        }
    }
    let mut world = World::new(100);
    let driven = run(plan(6).store(Broken).ordered(), &mut world);
    for run in &driven.runs {
        let is_even = run.position % 2 == 0;
        assert_eq!((run.result.is_ok(), run.not_stored.is_some()), (is_even, is_even));
    }
    assert_eq!(world.of_rows().into_keys().collect::<Vec<_>>(), [0, 2, 4]);
}
