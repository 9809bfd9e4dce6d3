//! The durable program that the soak of rows starts and kills: this test binary, started once more.
//!
//! Each row has a file with the handle of its run, written before anything is sent, and one with its result.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;
use simstudio::ureq::Client;
use simstudio::{RetryPolicy, RunHandle};

use crate::scale::number;

const WORKERS: usize = 8;

/// How often the program goes through its rows before it gives up.
const PASSES: usize = 20;

/// The work of a program: its rows, its files, its server.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) folder: PathBuf,
    pub(crate) rows: usize,
    pub(crate) url: String,
    pub(crate) key: String,
}

impl Work {
    /// Starts the program.
    pub(crate) fn start(&self) -> Child {
        let program = std::env::current_exe().expect("this program has a path");
        Command::new(program)
            .args(["program::rows_of_the_environment", "--exact", "--nocapture"])
            .env("SIM_SOAK_FOLDER", &self.folder)
            .env("SIM_SOAK_ROWS", self.rows.to_string())
            .env("SIM_SOAK_URL", &self.url)
            .env("SIM_SOAK_KEY", &self.key)
            .env_remove("SIM_SOAK_SUMMARY")
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts")
    }

    fn of_environment() -> Option<Self> {
        let variable = |name: &str| std::env::var(name).ok();
        Some(Self {
            folder: variable("SIM_SOAK_FOLDER")?.into(),
            rows: number("SIM_SOAK_ROWS", 0),
            url: variable("SIM_SOAK_URL")?,
            key: variable("SIM_SOAK_KEY")?,
        })
    }

    fn handle(&self, row: usize) -> PathBuf {
        self.folder.join(format!("{row}.run"))
    }

    /// Returns the file with the result of a row.
    pub(crate) fn result(&self, row: usize) -> PathBuf {
        self.folder.join(format!("{row}.done"))
    }

    /// Returns how many rows have a result.
    pub(crate) fn done(&self) -> usize {
        (0..self.rows).filter(|row| self.result(*row).exists()).count()
    }
}

/// Replaces a file as a whole: after a kill there is the old one or the new one.
fn store(path: &Path, bytes: &[u8]) {
    let next = path.with_extension("next");
    let mut file = fs::File::create(&next).expect("the folder is there");
    file.write_all(bytes).expect("the disk has room");
    fs::rename(next, path).expect("both are in one folder");
}

/// Runs the workflow for one row, from its stored handle if there is one. The program of docs/one-run.md does the same.
fn work_on(client: &Client, work: &Work, row: usize) -> simstudio::Result<()> {
    let (path, input) = (work.handle(row), json!({ "row": row }));
    let handle: RunHandle = if let Ok(stored) = fs::read(&path) {
        serde_json::from_slice(&stored).expect("it was stored whole")
    } else {
        let handle = client.new_handle("order", &input)?;
        store(&path, &serde_json::to_vec(&handle).expect("it serialises"));
        handle
    };
    let result = client.execute_and_wait(&handle, &input)?;
    let end = json!({ "status": result.status.to_string(), "output": result.output });
    store(&work.result(row), end.to_string().as_bytes());
    Ok(())
}

/// The program that the soak of rows starts; in an ordinary run of the tests it has nothing to do.
#[test]
fn rows_of_the_environment() {
    let Some(work) = Work::of_environment() else { return };
    let wait = Duration::from_millis(50);
    let policy = RetryPolicy::new().max_retries(100).initial_delay(wait).max_delay(20 * wait);
    let client = Client::builder().base_url(&work.url).api_key(&work.key).retry_policy(policy);
    let client = client.build().expect("a client");
    let mut passes = 0;
    while work.done() < work.rows {
        passes += 1;
        assert!(passes <= PASSES, "{} of {} rows are done", work.done(), work.rows);
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| {
                    loop {
                        let row = next.fetch_add(1, Ordering::Relaxed);
                        if row >= work.rows {
                            return;
                        }
                        if work.result(row).exists() {
                            continue;
                        }
                        // The program goes on with other rows, and comes back to this one.
                        let done = work_on(&client, &work, row);
                        done.unwrap_or_else(|error| eprintln!("row {row}: {error}"));
                    }
                });
            }
        });
    }
}
