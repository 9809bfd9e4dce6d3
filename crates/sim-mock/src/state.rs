//! Everything the server knows, shared by its connections and the test.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;

use crate::fault::Injector;
use crate::queue::Queue;
use crate::record::Log;
use crate::runs::Runs;
use crate::script::Script;
use crate::slots::Slots;
use crate::stream::Gate;
use crate::tokens::Buckets;
use crate::usage::Usage;
use crate::workflow::{Deployment, Workflow};

/// A workflow and whether it is deployed now.
#[derive(Debug)]
pub(crate) struct Hosted {
    pub(crate) workflow: Workflow,
    deployed: AtomicBool,
}

impl Hosted {
    pub(crate) fn new(workflow: Workflow) -> Self {
        let deployed = AtomicBool::new(workflow.deployment != Deployment::None);
        Self { workflow, deployed }
    }

    pub(crate) fn is_deployed(&self) -> bool {
        self.deployed.load(Ordering::Acquire)
    }

    pub(crate) fn set_deployed(&self, deployed: bool) {
        self.deployed.store(deployed, Ordering::Release);
    }
}

/// The server's state.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) keys: Vec<String>,
    pub(crate) workflows: Vec<Hosted>,
    pub(crate) workspace: String,
    /// Origin of the addresses that the server writes into its answers.
    pub(crate) app_url: String,
    pub(crate) deployed_at: Timestamp,
    pub(crate) disconnect_delay: Duration,
    pub(crate) time_limit: Option<Duration>,
    pub(crate) runs: Runs,
    pub(crate) queue: Queue,
    pub(crate) gate: Arc<Gate>,
    pub(crate) buckets: Buckets,
    pub(crate) admission: Slots,
    pub(crate) concurrency: Slots,
    pub(crate) usage: Mutex<Usage>,
    pub(crate) log: Log,
    pub(crate) script: Script,
    pub(crate) faults: Injector,
}

impl State {
    pub(crate) fn workflow(&self, id: &str) -> Option<&Hosted> {
        self.workflows.iter().find(|hosted| hosted.workflow.id == id)
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

    /// The user behind a key.
    pub(crate) fn user(key: usize) -> String {
        format!("user-{}", key + 1)
    }
}
