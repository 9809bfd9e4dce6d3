//! The memory of a batch in a table: one row for each input, with the handle of its run and, later, its outcome.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};
use simstudio::{BatchStore, RunHandle, StoredOutcome, StoredRun};

/// How long a program waits while another one writes.
const BUSY: Duration = Duration::from_secs(5);

/// A store in a `SQLite` database. Programs on one machine can share the file.
pub(crate) struct SqliteStore(Mutex<Connection>);

impl SqliteStore {
    pub(crate) fn open(path: impl AsRef<Path>) -> rusqlite::Result<Self> {
        let database = Connection::open(path)?;
        database.busy_timeout(BUSY)?;
        // A row must outlive a crash from the moment at which it was written.
        database.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE IF NOT EXISTS runs (
                 position INTEGER PRIMARY KEY, handle TEXT NOT NULL, outcome TEXT
             ) STRICT;",
        )?;
        Ok(Self(Mutex::new(database)))
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BatchStore for SqliteStore {
    /// The first handle wins, whichever program brings it: the key of the table decides.
    fn reserve(&self, position: u64, handle: &RunHandle) -> io::Result<StoredRun> {
        let (place, text) = (place(position)?, serde_json::to_string(handle)?);
        let database = self.database();
        let mut insert = database
            .prepare("INSERT OR IGNORE INTO runs (position, handle) VALUES (?1, ?2)")
            .map_err(io::Error::other)?;
        insert.execute(params![place, text]).map_err(io::Error::other)?;
        let mut read = database
            .prepare("SELECT handle, outcome FROM runs WHERE position = ?1")
            .map_err(io::Error::other)?;
        let row = read
            .query_row(params![place], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
            .optional()
            .map_err(io::Error::other)?;
        let (stored, outcome): (String, Option<String>) =
            row.ok_or_else(|| io::Error::other("the row is gone"))?;
        let mut run = StoredRun::new(serde_json::from_str(&stored)?);
        run.outcome = outcome.map(|outcome| serde_json::from_str(&outcome)).transpose()?;
        Ok(run)
    }

    fn finish(&self, position: u64, outcome: &StoredOutcome) -> io::Result<()> {
        let (place, text) = (place(position)?, serde_json::to_string(outcome)?);
        let update = "UPDATE runs SET outcome = ?2 WHERE position = ?1";
        let database = self.database();
        let mut update = database.prepare(update).map_err(io::Error::other)?;
        update.execute(params![place, text]).map(drop).map_err(io::Error::other)
    }
}

/// Returns a position as `SQLite` keeps it.
fn place(position: u64) -> io::Result<i64> {
    i64::try_from(position).map_err(io::Error::other)
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;

    use serde_json::json;
    use sim_mock::Sim;
    use simstudio::ureq::Client;
    use simstudio::{BatchPlan, RunStatus};

    use super::*;

    struct Database(std::path::PathBuf);

    impl Database {
        fn new(name: &str) -> Self {
            Self(std::env::temp_dir().join(format!("batch-{name}-{}.sqlite", std::process::id())))
        }

        fn store(&self) -> SqliteStore {
            SqliteStore::open(&self.0).expect("a database")
        }
    }

    impl Drop for Database {
        fn drop(&mut self) {
            for end in ["", "-wal", "-shm"] {
                drop(fs::remove_file(format!("{}{end}", self.0.display())));
            }
        }
    }

    #[test]
    fn of_many_programs_the_first_handle_counts_for_all() {
        let database = Database::new("first");
        let reserve = |n: u32| {
            let handle = RunHandle::new("wf", format!("run-{n}"));
            database.store().reserve(7, &handle).expect("an entry").handle
        };
        let handles: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|n| scope.spawn(move || reserve(n))).collect();
            threads.into_iter().map(|thread| thread.join().expect("a handle")).collect()
        });
        assert!(handles.windows(2).all(|two| two[0] == two[1]), "{handles:?}");
    }

    #[test]
    fn a_batch_that_is_started_again_starts_nothing_twice() {
        let database = Database::new("again");
        let sim = Sim::demo().start().expect("a server");
        let client = Client::builder().base_url(sim.url()).api_key(sim.key()).build();
        let client = client.expect("a client");
        let batch = |count: u32| {
            let inputs: Vec<_> = (0..count).map(|n| json!({"name": n})).collect();
            let plan = BatchPlan::new("greet", inputs).store(database.store());
            client.batch(plan).expect("a batch").collect::<Vec<_>>()
        };
        assert!(batch(3).iter().all(|run| !run.is_stored && run.result.is_ok()));
        let again = batch(5);
        assert_eq!(again.iter().filter(|run| run.is_stored).count(), 3);
        let completed = |run: &simstudio::BatchRun| {
            run.result.as_ref().is_ok_and(|result| result.status == RunStatus::Completed)
        };
        assert!(again.iter().all(completed));
        assert_eq!(sim.runs().len(), 5);
    }
}
