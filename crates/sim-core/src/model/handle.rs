//! The handle by which a program finds a run again.

use serde::{Deserialize, Serialize};

use crate::primitives::{JobId, RunId, WorkflowId};

/// The identity of a run, which a program needs to find it again. It serialises, so that a program can store it, end,
/// and come back.
///
/// ```
/// use sim_core::RunHandle;
///
/// let handle = RunHandle::new("wf-1", "run-1");
/// let stored = serde_json::to_string(&handle)?;
/// // Another process, another day:
/// let again: RunHandle = serde_json::from_str(&stored)?;
/// assert_eq!(again.run_id.as_str(), "run-1");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunHandle {
    /// The id of the workflow that runs.
    pub workflow_id: WorkflowId,
    /// The id of the run. You may choose and store it before you start the run.
    pub run_id: RunId,
    /// The id of the job, or `None` if the server finds the run by its run id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<JobId>,
    /// Whether an answer had proved that the server honours run ids of callers before the first start under this id
    /// was sent. Later proof says nothing about that start.
    #[serde(default)]
    pub claims_proven: bool,
}

impl RunHandle {
    /// Creates the handle of a run from its id, with nothing proven about the server.
    pub fn new(workflow: impl Into<WorkflowId>, run: impl Into<RunId>) -> Self {
        Self {
            workflow_id: workflow.into(),
            run_id: run.into(),
            job_id: None,
            claims_proven: false,
        }
    }
}
