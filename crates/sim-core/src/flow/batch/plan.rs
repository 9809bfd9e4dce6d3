//! The plan of a batch: its inputs, and how to go through them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::{BatchProgress, BatchStore};
use crate::flow::policy::WaitPolicy;
use crate::operation::CallOptions;
use crate::primitives::WorkflowId;
use crate::run::ExecuteWorkflow;

/// The number of runs in progress at once, unless the plan says otherwise.
const AT_ONCE: usize = 16;
/// The number of queued runs whose ends are awaited at once.
const QUEUED: usize = 2000;
/// The number of requests on their way at once, unless the plan says otherwise.
const REQUESTS: usize = 16;

/// A plan to run a workflow for many inputs. Hand it to `batch` of a client.
///
/// Each run is queued, has a durable handle of its own, and takes place once, whatever the network does. A failure
/// stops nothing: it is what came of its input.
///
/// Starts go as fast as the server's bucket of runs allows, and reads share what the server allows of them.
///
/// ```
/// use serde_json::json;
/// use sim_core::BatchPlan;
///
/// let rows = (0..1000).map(|row| json!({"row": row}));
/// let plan = BatchPlan::new("workflow-id", rows)
///     .at_once(50)
///     .on_progress(|progress| println!("{} done", progress.done()));
/// // for run in client.batch(plan) { .. }
/// # drop(plan);
/// ```
#[must_use]
pub struct BatchPlan {
    pub(super) workflow: WorkflowId,
    pub(super) inputs: Inputs,
    pub(super) at_once: usize,
    pub(super) requests: usize,
    pub(super) is_ordered: bool,
    pub(super) wait: WaitPolicy,
    pub(super) execution_timeout: Option<Duration>,
    pub(super) store: Option<Arc<dyn BatchStore>>,
    pub(super) watcher: Option<Watcher>,
    pub(super) options: CallOptions,
}

/// The requests of a batch, made one after another.
pub(super) type Inputs = Box<dyn Iterator<Item = ExecuteWorkflow> + Send>;
/// What is told how far the batch has come.
pub(super) type Watcher = Box<dyn FnMut(&BatchProgress) + Send>;

impl BatchPlan {
    crate::call_options!();

    /// Creates a plan to run a workflow for each input. The batch takes an input when it starts the run, so the inputs
    /// may be more than fit into memory. The options of the plan are those of each run: its deadline is one for each
    /// run, from the first request on.
    pub fn new<I>(workflow: impl Into<WorkflowId>, inputs: I) -> Self
    where
        I: IntoIterator<Item: Serialize, IntoIter: Send + 'static>,
    {
        let workflow = workflow.into();
        let of = workflow.clone();
        let inputs = inputs.into_iter();
        let inputs = inputs.map(move |input| ExecuteWorkflow::new(&of).input(input));
        Self {
            workflow,
            inputs: Box::new(inputs),
            at_once: AT_ONCE,
            requests: REQUESTS,
            is_ordered: false,
            wait: WaitPolicy::new(),
            execution_timeout: None,
            store: None,
            watcher: None,
            options: CallOptions::default(),
        }
    }

    /// Sets how many runs are in progress at once; 16 by default. A run that waits in the server's queue counts.
    pub fn at_once(mut self, runs: usize) -> Self {
        self.at_once = runs.max(1);
        self
    }

    /// Leaves the number of runs at once to the queue of the server: submits up to 2000 runs, and waits for them.
    pub fn queued(self) -> Self {
        self.at_once(QUEUED)
    }

    /// Sets how many requests are on their way at once; 16 by default. A blocking client has a thread for each.
    pub fn requests_at_once(mut self, requests: usize) -> Self {
        self.requests = requests.max(1);
        self
    }

    /// Returns the results in the order of the inputs. By default each comes as soon as it is known. A result that
    /// takes long holds back up to four times as many results as there are runs at once, and then new starts.
    pub fn ordered(mut self) -> Self {
        self.is_ordered = true;
        self
    }

    /// Sets how to wait for each run.
    pub fn wait(mut self, policy: WaitPolicy) -> Self {
        self.wait = policy;
        self
    }

    /// Limits the duration of each run itself; see
    /// [`QueueWorkflow::execution_timeout`](crate::QueueWorkflow::execution_timeout).
    pub fn execution_timeout(mut self, limit: Duration) -> Self {
        self.execution_timeout = Some(limit);
        self
    }

    /// Keeps the handles and the results in a store, so that the batch goes on after a crash, and with other programs.
    pub fn store(mut self, store: impl BatchStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Calls `watcher` whenever something came of an input, and when a run is taken up.
    pub fn on_progress(mut self, watcher: impl FnMut(&BatchProgress) + Send + 'static) -> Self {
        self.watcher = Some(Box::new(watcher));
        self
    }
}

impl fmt::Debug for BatchPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchPlan")
            .field("workflow", &self.workflow)
            .field("at_once", &self.at_once)
            .field("is_ordered", &self.is_ordered)
            .finish_non_exhaustive()
    }
}
