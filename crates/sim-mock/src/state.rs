//! The state of the server, shared by its connections and the test.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::access::Access;
use crate::catalog::Catalog;
use crate::fault::Injector;
use crate::files::Files;
use crate::hosted::Hosted;
use crate::queue::Queue;
use crate::record::Log;
use crate::release::{Release, V2};
use crate::run::Status;
use crate::runs::{Record, Runs};
use crate::script::Script;
use crate::slots::Slots;
use crate::stream::Gate;
use crate::things::Things;
use crate::tokens::{Buckets, Requests};
use crate::usage::Usage;
use crate::visitors::Visitors;

/// The whole state of the server.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) keys: Vec<String>,
    pub(crate) catalog: Catalog,
    pub(crate) workspace: String,
    /// The id of the organization that the workspace belongs to.
    pub(crate) organization: String,
    pub(crate) v2: Mutex<V2>,
    /// The time between two heartbeats of a result that comes line by line.
    pub(crate) heartbeat: Duration,
    /// The origin of the addresses that the server writes into its answers.
    pub(crate) app_url: String,
    /// How long after its caller left a run is cancelled, or `None` for the release's own time.
    pub(crate) disconnect_delay: Option<Duration>,
    /// How long a run that has ended still reads as running.
    pub(crate) read_lag: Duration,
    pub(crate) time_limit: Option<Duration>,
    pub(crate) runs: Runs,
    pub(crate) queue: Queue,
    pub(crate) gate: Arc<Gate>,
    pub(crate) buckets: Buckets,
    pub(crate) requests: Requests,
    pub(crate) admission: Slots,
    pub(crate) concurrency: Slots,
    pub(crate) usage: Mutex<Usage>,
    pub(crate) files: Files,
    /// The resources of v2 around running workflows.
    pub(crate) things: Things,
    /// What each key may do, in the order of the keys.
    pub(crate) access: Vec<Access>,
    pub(crate) visitors: Visitors,
    /// The size of the parts of uploads, in bytes.
    pub(crate) part_size: u64,
    pub(crate) log: Log,
    pub(crate) script: Script,
    pub(crate) faults: Injector,
}

impl State {
    pub(crate) fn workflow(&self, id: &str) -> Option<Arc<Hosted>> {
        self.catalog.workflow(id)
    }

    /// Returns a workflow that keys may see. A workflow of another workspace looks as if it did not exist.
    pub(crate) fn own_workflow(&self, id: &str) -> Option<Arc<Hosted>> {
        self.workflow(id).filter(|hosted| !hosted.workflow.foreign)
    }

    pub(crate) fn v2(&self) -> V2 {
        let set = *self.v2.lock().expect("no code panics while it holds the switch");
        if self.release().has_v2() { set } else { V2::Missing }
    }

    /// Returns the release that the server behaves like now.
    pub(crate) fn release(&self) -> Release {
        self.runs.release()
    }

    /// Returns how long after its caller left a run is cancelled, or `None` if it goes on to its end.
    pub(crate) fn disconnect_delay(&self) -> Option<Duration> {
        let own = (!self.release().keeps_abandoned_runs()).then_some(Duration::from_secs(1));
        self.disconnect_delay.or(own)
    }

    pub(crate) fn set_v2(&self, v2: V2) {
        *self.v2.lock().expect("no code panics while it holds the switch") = v2;
    }

    /// Returns a run as reads find it now: one that has just ended still runs, and an older server knows no run
    /// that waits in the queue.
    pub(crate) fn readable_run(&self, id: &str) -> Option<Record> {
        let record = self.runs.readable(id)?;
        let queued = record.status() == Status::Queued && !self.release().reads_queued_runs();
        (!queued).then(|| record.seen_after(self.read_lag))
    }

    /// Sets a lock of a table.
    pub(crate) fn lock_table(&self, table: &str, key: &str, locked: bool) {
        let mut shelves = self.things.open();
        if let Some(table) = shelves.of_mut("table", "").get_mut(table) {
            if let Some(serde_json::Value::Object(locks)) = table.shown.get_mut("locks") {
                locks.insert(key.to_owned(), locked.into());
            }
        }
    }

    pub(crate) fn usage(&self) -> Usage {
        self.usage.lock().expect("no code panics while it holds the usage").clone()
    }

    pub(crate) fn set_usage(&self, usage: Usage) {
        *self.usage.lock().expect("no code panics while it holds the usage") = usage;
    }

    pub(crate) fn charge_run(&self) {
        self.usage.lock().expect("no code panics while it holds the usage").charge_run();
    }

    /// Returns the id of the user behind a key.
    pub(crate) fn user(key: usize) -> String {
        format!("user-{}", key + 1)
    }
}
