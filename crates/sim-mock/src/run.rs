//! A run as a test sees it.

use serde_json::Value;

/// How a run was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// The caller waits for the result.
    Sync,
    /// The caller watches the run.
    Stream,
    /// The caller got a receipt and the run waits in the queue.
    Queued,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// Waiting in the queue.
    Queued,
    /// Its closure is at work.
    Running,
    /// Waiting for a human.
    Paused,
    /// Ended with an output.
    Completed,
    /// Ended with an error.
    Failed,
    /// Ended by a cancel or by a caller that left.
    Cancelled,
}

impl Status {
    /// The word of an execution.
    pub(crate) fn execution_word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The word of a job, which is done once its run waits for a human.
    pub(crate) fn job_word(self) -> &'static str {
        match self {
            Self::Queued => "pending",
            Self::Running => "processing",
            Self::Paused | Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A run that was started.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Run {
    /// The execution id.
    pub id: String,
    /// Id of its workflow.
    pub workflow: String,
    /// The input as the closure got it.
    pub input: Value,
    /// How it was asked for.
    pub mode: Mode,
    /// Where it stands.
    pub status: Status,
}
