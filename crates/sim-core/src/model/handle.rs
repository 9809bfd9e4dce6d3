//! What it takes to find a run again.

use serde::{Deserialize, Serialize};

use crate::primitives::{JobId, RunId, WorkflowId};

/// What it takes to find a run again. It serialises, so that a program can store it, end, and come back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunHandle {
    /// The workflow that runs.
    pub workflow_id: WorkflowId,
    /// The id of the run. It may be chosen and stored before the run is started.
    pub run_id: RunId,
    /// The job, where the server knows the run by nothing else. `None` where the run is read by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<JobId>,
    /// Whether it was proven, before the first start under this id left, that the server honours the run ids that
    /// callers choose. What is learnt later says nothing about that start.
    #[serde(default)]
    pub claims_proven: bool,
}

impl RunHandle {
    /// Makes the handle of a run by its id. Nothing is taken for proven.
    pub fn new(workflow: impl Into<WorkflowId>, run: impl Into<RunId>) -> Self {
        Self {
            workflow_id: workflow.into(),
            run_id: run.into(),
            job_id: None,
            claims_proven: false,
        }
    }
}
