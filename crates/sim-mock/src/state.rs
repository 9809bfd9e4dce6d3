//! The state of the server, shared by its connections and the test.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::catalog::Catalog;
use crate::fault::Injector;
use crate::hosted::Hosted;
use crate::queue::Queue;
use crate::record::Log;
use crate::release::{Release, V2};
use crate::runs::Runs;
use crate::script::Script;
use crate::slots::Slots;
use crate::stream::Gate;
use crate::tokens::{Buckets, Requests};
use crate::usage::Usage;

/// The whole state of the server.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) keys: Vec<String>,
    pub(crate) catalog: Catalog,
    pub(crate) workspace: String,
    pub(crate) v2: Mutex<V2>,
    pub(crate) release: Release,
    /// The time between two heartbeats of a result that comes line by line.
    pub(crate) heartbeat: Duration,
    /// The origin of the addresses that the server writes into its answers.
    pub(crate) app_url: String,
    pub(crate) disconnect_delay: Duration,
    pub(crate) time_limit: Option<Duration>,
    pub(crate) runs: Runs,
    pub(crate) queue: Queue,
    pub(crate) gate: Arc<Gate>,
    pub(crate) buckets: Buckets,
    pub(crate) requests: Requests,
    pub(crate) admission: Slots,
    pub(crate) concurrency: Slots,
    pub(crate) usage: Mutex<Usage>,
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
        *self.v2.lock().expect("no code panics while it holds the switch")
    }

    pub(crate) fn set_v2(&self, v2: V2) {
        *self.v2.lock().expect("no code panics while it holds the switch") = v2;
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
