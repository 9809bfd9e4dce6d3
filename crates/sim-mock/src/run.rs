//! Runs as a test sees them.

use serde_json::Value;

/// The way in which a caller started a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// The caller waits for the result.
    Sync,
    /// The caller reads a stream of events.
    Stream,
    /// The caller got a receipt, and the run waits in the queue.
    Queued,
}

/// The status of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// The run waits in the queue.
    Queued,
    /// The closure of the workflow is working.
    Running,
    /// The run waits for a human or for a time.
    Paused,
    /// The run ended with an output.
    Completed,
    /// The run ended with an error.
    Failed,
    /// The run was cancelled, by a request or because its caller left.
    Cancelled,
}

impl Status {
    /// Returns the name of the status as executions spell it.
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

    /// Returns the name of the status as jobs spell it. A job is completed once its run waits for a human.
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

/// A run that the server started.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Run {
    /// The id of the run.
    pub id: String,
    /// The id of the run's workflow.
    pub workflow: String,
    /// The input that the closure received.
    pub input: Value,
    /// The way in which the caller started it.
    pub mode: Mode,
    /// The status of the run now.
    pub status: Status,
}
