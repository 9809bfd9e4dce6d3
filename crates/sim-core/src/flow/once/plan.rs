//! The plan of a run that is started once.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::flow::WaitPolicy;
use crate::flow::watcher::Watcher;
use crate::model::RunStatus;
use crate::operation::CallOptions;
use crate::run::ExecuteWorkflow;

/// A plan to run a workflow once; returned by [`ExecuteWorkflow::once`].
///
/// By default the run is queued, because only a queued run survives a lost connection.
///
/// ```
/// use std::time::Duration;
/// use serde_json::json;
/// use sim_core::ExecuteWorkflow;
///
/// let plan = ExecuteWorkflow::new("wf-1")
///     .input(json!({"city": "Oslo"}))
///     .once()
///     .execution_timeout(Duration::from_secs(600))
///     .on_change(|status| println!("the run is {status}"));
/// // Hand it to `execute_once` of a client.
/// # drop(plan);
/// ```
#[derive(Clone)]
#[must_use]
pub struct OnceWorkflow {
    pub(in crate::flow) execute: ExecuteWorkflow,
    pub(in crate::flow) sync: bool,
    pub(in crate::flow) execution_timeout: Option<Duration>,
    pub(in crate::flow) options: CallOptions,
    pub(in crate::flow) wait: WaitPolicy,
    pub(in crate::flow) watcher: Option<Watcher>,
}

impl ExecuteWorkflow {
    /// Runs the workflow once, whatever the network does: the client finds a lost answer again and never starts a
    /// second run. See [`Once`](crate::transport::Once).
    pub fn once(self) -> OnceWorkflow {
        OnceWorkflow::of(self)
    }
}

impl OnceWorkflow {
    crate::call_options!();

    pub(crate) fn of(execute: ExecuteWorkflow) -> Self {
        Self {
            options: execute.options.clone(),
            execute,
            sync: false,
            execution_timeout: None,
            wait: WaitPolicy::new(),
            watcher: None,
        }
    }

    /// Runs the workflow synchronously: the answer holds the result, the server converts files in the input, and a
    /// lost connection cancels the run. In that case the call ends as [`Interrupted`](crate::ErrorKind::Interrupted);
    /// the client never runs the workflow again. A run that waits for a time goes on by itself, so the call waits for
    /// it, as for a queued run; a plain execute returns it as paused.
    pub fn sync(mut self) -> Self {
        self.sync = true;
        self
    }

    /// Limits the duration of the queued run itself; see
    /// [`QueueWorkflow::execution_timeout`](crate::QueueWorkflow::execution_timeout).
    pub fn execution_timeout(mut self, limit: Duration) -> Self {
        self.execution_timeout = Some(limit);
        self
    }

    /// Sets how to wait for the run once the server has accepted it.
    pub fn wait(mut self, policy: WaitPolicy) -> Self {
        self.wait = policy;
        self
    }

    /// Calls `watcher` with each status of the run that differs from the one before.
    pub fn on_change(mut self, watcher: impl FnMut(&RunStatus) + Send + 'static) -> Self {
        self.watcher = Some(Watcher::new(Arc::new(Mutex::new(watcher))));
        self
    }
}

impl fmt::Debug for OnceWorkflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceWorkflow").field("execute", &self.execute).finish_non_exhaustive()
    }
}
