//! The status of a run.

use crate::model::RunError;
use crate::open_enum;

open_enum! {
    /// The status of a run.
    RunStatus {
        /// The run waits for its turn.
        Queued = "queued",
        /// The run is about to start.
        Pending = "pending",
        /// The run is in progress.
        Running = "running",
        /// The run completed, and the server is redacting its output.
        Redacting = "redacting",
        /// The run reached its end.
        Completed = "completed",
        /// A block failed, or the run could not continue.
        Failed = "failed",
        /// Somebody cancelled the run, or its caller disconnected.
        Cancelled = "cancelled",
        /// The run waits for a person or for a time.
        Paused = "paused",
        /// The server's time limit ended the run. The server itself reports `failed` with this reason.
        TimedOut = "timed_out",
        /// The stream ended without reporting a status. This happens if a selected output is not part of the stream.
        Unknown = "unknown",
    }
}

impl RunStatus {
    /// Returns whether the run has ended for good. False for a status that this version does not know.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled | Self::TimedOut)
    }

    /// Returns the more specific status if `error` explains why the run failed.
    #[must_use]
    pub(crate) fn because_of(self, error: Option<&RunError>) -> Self {
        match self {
            Self::Failed if error.is_some_and(RunError::is_timeout) => Self::TimedOut,
            other => other,
        }
    }
}
