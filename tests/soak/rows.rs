//! Many rows through the durable form, under limits for starts and for reads, with the program killed again and
//! again: every row has its result, and every row's run did its work once.

use std::collections::HashMap;
use std::fs;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};
use serde_json::{Value, json};
use sim_mock::{Bucket, Limits, Sim, Workflow};

use crate::program::Work;
use crate::scale::{number, tell};

const SEED: u64 = 500;

/// The limits of the soak: so many starts, and so many reads of each operation, in a step.
fn limits() -> Limits {
    let (starts, reads) = (Bucket::per_minute(40).burst(40), Bucket::per_minute(120).burst(120));
    let limits = Limits::unlimited().sync(starts).queued(starts).requests(reads);
    limits.refill(Duration::from_secs(1))
}

fn soak(rows: usize, kills: usize) {
    let order = Workflow::new("order", |input: Value| json!({ "ordered": input["row"] }));
    let order = order.takes(Duration::from_millis(20));
    let sim = Sim::builder().workflow(order).limits(limits()).start().expect("a server");
    let folder = std::env::temp_dir().join(format!("sim-rows-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let (url, key) = (sim.url().to_owned(), sim.key().to_owned());
    let work = Work { folder: folder.clone(), rows, url, key };
    let mut random = StdRng::seed_from_u64(SEED);
    let began = Instant::now();
    let mut killed = 0;
    while killed < kills {
        let mut program = work.start();
        let life = Duration::from_millis(random.random_range(100..900));
        std::thread::sleep(life);
        let ended = program.try_wait().expect("it is a child").is_some();
        program.kill().expect("it is a child");
        program.wait().expect("it is a child");
        assert!(!ended || work.done() == rows, "the program gave up");
        killed += 1;
    }
    let end = work.start().wait().expect("it is a child");
    assert!(end.success(), "the last program ends well: {end}");
    let mut runs: HashMap<u64, usize> = HashMap::new();
    for run in sim.runs() {
        *runs.entry(run.input["row"].as_u64().expect("a row")).or_default() += 1;
    }
    let right = |row: &usize| {
        let done = fs::read_to_string(work.result(*row)).unwrap_or_default();
        let done: Value = serde_json::from_str(&done).unwrap_or_default();
        done == json!({ "status": "completed", "output": { "ordered": row } })
    };
    let results = (0..rows).filter(right).count();
    let second = runs.values().filter(|count| **count > 1).count();
    let posts = sim.requests().iter().filter(|request| request.method == "POST").count();
    fs::remove_dir_all(folder).expect("the folder is ours");
    tell(&format!(
        "rows: {rows} rows, {killed} kills, {results} results, {} runs that did work, {second} started twice, \
         {posts} starts sent, {:.1} s",
        sim.runs().len(),
        began.elapsed().as_secs_f64(),
    ));
    assert_eq!((results, sim.runs().len(), second), (rows, rows, 0));
}

#[test]
fn every_row_has_its_result_and_one_run() {
    soak(number("SIM_SOAK_ROWS", 60), number("SIM_SOAK_KILLS", 3));
}
