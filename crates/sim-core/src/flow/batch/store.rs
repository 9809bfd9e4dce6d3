//! The memory of a batch, so that it goes on after a crash.

use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{RunError, RunHandle, RunStatus, WorkflowExecutionResult};
use crate::primitives::RunId;

/// What a store knows about the run of one input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredRun {
    /// The handle of the run.
    pub handle: RunHandle,
    /// How the run ended, or `None` if that was not stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<StoredOutcome>,
}

impl StoredRun {
    /// Creates the entry of a run whose end is not known.
    pub fn new(handle: RunHandle) -> Self {
        Self { handle, outcome: None }
    }
}

/// How a run ended, as far as a store keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredOutcome {
    /// The status with which the run ended.
    pub status: RunStatus,
    /// The output of the run.
    #[serde(default)]
    pub output: Value,
    /// The id of the run, or `None` if nothing told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<RunId>,
    /// Why the run did not complete, in the server's words. `None` if it completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl StoredOutcome {
    pub(super) fn of(result: &WorkflowExecutionResult) -> Self {
        Self {
            status: result.status.clone(),
            output: result.output.clone(),
            run_id: result.run_id.clone(),
            error: result.error.as_ref().map(|error| error.message.clone()),
        }
    }

    /// Returns the result as far as it was kept.
    pub(super) fn into_result(self, handle: &RunHandle) -> WorkflowExecutionResult {
        WorkflowExecutionResult {
            success: matches!(self.status, RunStatus::Completed | RunStatus::Paused),
            status: self.status,
            output: self.output,
            error: self.error.map(RunError::saying),
            logs: None,
            cost: None,
            metadata: None,
            trace_spans: None,
            total_duration: None,
            run_id: self.run_id,
            sent_id: Some(handle.run_id.clone()),
            workflow_id: Some(handle.workflow_id.clone()),
            block_outputs: None,
            pause: None,
            http_status: None,
            headers: http::HeaderMap::new(),
        }
    }
}

/// The memory of a batch. A program that is started again with the same inputs and the same store goes on where it was,
/// and never starts a run twice. Programs that share a store share the work: each run is started once.
///
/// The position of an input in the batch is its name, so the inputs must come in the same order each time. A batch
/// notices an input that changed, and does not start it.
///
/// A batch calls the store between requests, so each call should take no longer than writing a line to a file.
pub trait BatchStore: Send + Sync {
    /// Stores the handle for the input at this position, unless there is an entry already, and returns the entry. The
    /// first handle wins: of two callers at once, both receive the same entry. The entry must outlive a crash from
    /// then on, because the run starts right after.
    ///
    /// # Errors
    /// If the entry cannot be read or stored. The batch then does not start the run.
    fn reserve(&self, position: u64, handle: &RunHandle) -> io::Result<StoredRun>;

    /// Stores how the run of the input at this position ended.
    ///
    /// # Errors
    /// If it cannot be stored. The result is not lost: the batch still returns it.
    fn finish(&self, position: u64, outcome: &StoredOutcome) -> io::Result<()>;
}

impl<S: BatchStore + ?Sized> BatchStore for Arc<S> {
    fn reserve(&self, position: u64, handle: &RunHandle) -> io::Result<StoredRun> {
        (**self).reserve(position, handle)
    }

    fn finish(&self, position: u64, outcome: &StoredOutcome) -> io::Result<()> {
        (**self).finish(position, outcome)
    }
}
