//! Many rows through a batch with a store, on a server with a bucket for starts and one for reads, behind a proxy that
//! loses requests and answers. The program is killed twice on the way: every row has its result, and one run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sim_mock::{Bucket, Limits, Sim, Workflow};
use simstudio::batch_file::BatchFile;
use simstudio::{BatchPlan, BatchRun};

use crate::memory;
use crate::proxy::Proxy;
use crate::scale::{number, tell};

const SEED: u64 = 26;

/// The share of requests, and of answers, that the proxy loses: one of twenty connections fails.
const SHARE: f64 = 0.025;

/// The number of starts that the server allows in a second, and of reads.
const STARTS: u32 = 100;
const READS: u32 = 1000;

/// How often the program is killed.
const KILLS: usize = 2;

/// The most memory that a program may need, in KiB. It would not hold the rows of a whole soak and their requests.
const MEMORY: u64 = 192 * 1024;

fn plan(rows: u64, file: &Path) -> BatchPlan {
    let store = BatchFile::open(file).expect("a file");
    let rows = (0..rows).map(|row| json!({"row": row, "ballast": "x".repeat(1000)}));
    BatchPlan::new("order", rows).at_once(200).store(store)
}

/// Counts the results that are right.
fn right(runs: impl Iterator<Item = BatchRun>) -> usize {
    let is_right = |run: &BatchRun| match &run.result {
        Ok(result) => result.output == json!({"ordered": run.position}),
        Err(error) => {
            eprintln!("row {}: {error}", run.position);
            false
        }
    };
    runs.filter(is_right).count()
}

/// The program that the soak starts; in an ordinary run of the tests it has nothing to do. It says with its exit
/// whether every row had its result.
#[test]
fn rows_of_the_environment() {
    let variable = |name: &str| std::env::var(name).ok();
    let Some(file) = variable("SIM_SOAK_BATCH") else { return };
    let url = variable("SIM_SOAK_URL").expect("the address of the server");
    let key = variable("SIM_SOAK_KEY").expect("a key");
    let rows: u64 = number("SIM_SOAK_ROWS", 0);
    let plan = plan(rows, Path::new(&file));
    let count = if variable("SIM_SOAK_TASKS").is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let client = simstudio::reqwest::Client::builder().base_url(&url).api_key(&key);
            let mut runs = client.build().expect("a client").batch(plan);
            let mut count = 0;
            while let Some(run) = runs.next().await {
                count += right(std::iter::once(run));
            }
            count
        })
    } else {
        let client = simstudio::ureq::Client::builder().base_url(&url).api_key(&key);
        right(client.build().expect("a client").batch(plan).expect("threads"))
    };
    assert_eq!(count as u64, rows);
}

fn start(file: &Path, rows: u64, is_async: bool, url: &str, key: &str) -> Child {
    let mut program = Command::new(std::env::current_exe().expect("this program has a path"));
    program
        .args(["batch::rows_of_the_environment", "--exact", "--nocapture"])
        .env("SIM_SOAK_BATCH", file)
        .env("SIM_SOAK_ROWS", rows.to_string())
        .env("SIM_SOAK_URL", url)
        .env("SIM_SOAK_KEY", key)
        .env_remove("SIM_SOAK_SUMMARY")
        .stdout(Stdio::null())
        .stderr(Stdio::inherit());
    if is_async {
        program.env("SIM_SOAK_TASKS", "1");
    }
    program.spawn().expect("the program starts")
}

fn soak(rows: u64, is_async: bool) {
    let order = Workflow::new("order", |input: Value| json!({ "ordered": input["row"] }));
    let order = order.takes(Duration::from_millis(20));
    let (starts, reads) = (Bucket::per_minute(STARTS), Bucket::per_minute(READS));
    let (starts, reads) = (starts.burst(STARTS), reads.burst(READS));
    let limits = Limits::unlimited().sync(starts).queued(starts).requests(reads);
    let limits = limits.refill(Duration::from_secs(1));
    let sim = Sim::builder().workflow(order).limits(limits).start().expect("a server");
    let proxy = Proxy::start(sim.url(), SHARE, SEED);
    let name = format!("sim-batch-{}-{is_async}.jsonl", std::process::id());
    let file: PathBuf = std::env::temp_dir().join(name);
    let _ = std::fs::remove_file(&file);
    let (began, mut most) = (Instant::now(), 0);
    for life in 1..=KILLS + 1 {
        let mut program = start(&file, rows, is_async, &proxy.url(), sim.key());
        // Killed after one third of the rows, and after two.
        let all = usize::try_from(rows).expect("it counts what is in memory");
        let until = all * life / (KILLS + 1);
        let end = loop {
            most = most.max(memory::most(program.id()));
            if let Some(end) = program.try_wait().expect("it is a child") {
                break Some(end);
            }
            if life <= KILLS && sim.runs().len() >= until {
                break None;
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        if let Some(end) = end {
            assert!(end.success() && life > KILLS, "program {life} ended: {end}");
        } else {
            program.kill().expect("it is a child");
            program.wait().expect("it is a child");
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    let mut runs: HashMap<u64, usize> = HashMap::new();
    for run in sim.runs() {
        *runs.entry(run.input["row"].as_u64().expect("a row")).or_default() += 1;
    }
    let twice = runs.values().filter(|count| **count > 1).count();
    let refused =
        sim.requests().iter().filter(|sent| sent.method == "POST").count() - sim.runs().len();
    let used = 100.0 * f64::from(u32::try_from(rows).expect("not so many"))
        / (seconds * f64::from(STARTS));
    let (lost, unheard) = proxy.lost();
    let colour = if is_async { "tasks" } else { "threads" };
    tell(&format!(
        "batch on {colour}: {rows} rows, {KILLS} kills, {} runs, {twice} started twice, {refused} starts more than runs, \
         {lost} requests and {unheard} answers lost, {used:.1} % of the server's limit, {} MiB at most, {seconds:.1} s",
        sim.runs().len(),
        most / 1024,
    ));
    std::fs::remove_file(&file).expect("the file is ours");
    assert_eq!((runs.len() as u64, twice), (rows, 0));
    assert!(most <= MEMORY, "{most} KiB");
    let wanted: f64 = number("SIM_SOAK_USED", 0.0);
    assert!(used >= wanted, "{used:.1} % of what the server allows were used");
}

#[test]
fn every_row_has_its_result_and_one_run_on_threads() {
    soak(number("SIM_SOAK_ROWS", 150), false);
}

#[test]
fn every_row_has_its_result_and_one_run_on_tasks() {
    soak(number("SIM_SOAK_ROWS", 150), true);
}
