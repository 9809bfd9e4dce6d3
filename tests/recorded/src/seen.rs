//! What a call gave, in the words of its results.

use serde_json::Value;
use sim_core::logs::Log;
use sim_core::v1::{JobStatus, PauseContext, PausedRunDetail};
use sim_core::{
    AsyncExecutionResult, Cancellation, Error, QueuedResume, Run, WorkflowExecutionResult,
};

use crate::Sent;

/// What a call gave, and what reached the server.
#[derive(Debug)]
pub struct Seen {
    /// What the call ended with.
    pub end: End,
    /// The chunks of text of a stream, each with its block.
    pub texts: Vec<(String, String)>,
    /// The requests that reached the server.
    pub sent: Vec<Sent>,
}

/// The end of a call.
#[derive(Debug)]
pub enum End {
    /// A run that ended.
    Run(Box<WorkflowExecutionResult>),
    /// The receipt of a queued run.
    Receipt(Box<AsyncExecutionResult>),
    /// A run as it stands.
    Read(Box<Run>),
    /// A job as it stands.
    Job(Box<JobStatus>),
    /// What came of a cancellation.
    Cancelled(Cancellation),
    /// The receipt of a run that will go on.
    GoesOn(QueuedResume),
    /// The points of a paused run.
    Paused(Box<PausedRunDetail>),
    /// One point of a paused run.
    Point(Box<PauseContext>),
    /// The log of a run.
    Log(Box<Log>),
    /// The ids of the runs of a list.
    List(Vec<String>),
    /// An error.
    Error(Box<Error>),
    /// The call does not end.
    Endless,
}

impl End {
    /// Returns the status of the run in the words of the API, or `None` if this tells none.
    #[must_use]
    pub fn status(&self) -> Option<&str> {
        match self {
            Self::Run(run) => Some(run.status.as_str()),
            Self::Read(run) => Some(run.status.as_str()),
            Self::Job(job) => Some(job.status.as_str()),
            Self::Log(log) => Some(log.status.as_str()),
            Self::Receipt(_) | Self::GoesOn(_) => Some("queued"),
            _ => None,
        }
    }

    /// Returns the output of the run, or `None` if this has none.
    #[must_use]
    pub fn output(&self) -> Option<&Value> {
        match self {
            Self::Run(run) => Some(&run.output),
            Self::Read(run) => run.output.as_ref(),
            Self::Job(job) => job.output.as_ref(),
            Self::Log(log) => log.final_output.as_ref(),
            _ => None,
        }
    }

    /// Returns whether this says that the run completed.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        match self {
            Self::Run(run) => {
                run.status.as_str() == "completed" || run.success && run.status.as_str() != "paused"
            }
            Self::Job(job) => job.status.as_str() == "completed" && job.run_success != Some(false),
            _ => self.status() == Some("completed"),
        }
    }

    /// Returns the error, or `None` if the call succeeded.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        if let Self::Error(error) = self { Some(error) } else { None }
    }
}
