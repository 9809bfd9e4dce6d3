//! What a call gave.

use serde_json::{Value, json};
use simstudio::{
    AsyncExecutionResult, Cancellation, JobStatus, PauseContext, PausedRun, PausedRunDetail,
    Resumed, Run, UsageLimits, WorkflowExecutionResult, WorkflowStatus,
};

use super::shown::Show;

/// What a call gave.
#[derive(Debug)]
pub(crate) enum Got {
    Run(Box<WorkflowExecutionResult>),
    Receipt(AsyncExecutionResult),
    Job(JobStatus),
    Status(WorkflowStatus),
    Usage(UsageLimits),
    Read(Box<Run>),
    Cancelled(Cancellation),
    Resumed(Resumed),
    PausedRuns(Vec<PausedRun>),
    Paused(Box<PausedRunDetail>),
    Place(Box<PauseContext>),
    Json(Value),
}

impl Got {
    /// The name of what was read, and all that it holds, under the names that the second generation gives it.
    /// `None` for what the first generation alone has.
    pub(crate) fn shown(&self) -> Option<(&'static str, Value)> {
        let (name, data) = match self {
            Self::Run(run) => ("WorkflowExecutionResult", run.show()),
            Self::Receipt(receipt) => ("AsyncExecutionResult", receipt.show()),
            Self::Read(run) => ("Run", run.show()),
            Self::Cancelled(cancellation) => ("Cancellation", cancellation.show()),
            Self::Resumed(resumed) => ("Resumed", resumed.show()),
            _ => return None,
        };
        Some((name, json!({ "data": data })))
    }
}
