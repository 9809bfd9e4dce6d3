//! How a run stands.

use crate::model::RunError;
use crate::open_enum;

open_enum! {
    /// How a run stands.
    RunStatus {
        /// It waits for its turn.
        Queued = "queued",
        /// It is about to start.
        Pending = "pending",
        /// It is under way.
        Running = "running",
        /// It reached its end, and its output is being scrubbed.
        Redacting = "redacting",
        /// It reached its end.
        Completed = "completed",
        /// A block failed, or the run could not go on.
        Failed = "failed",
        /// Somebody cancelled it, or its caller went away.
        Cancelled = "cancelled",
        /// It waits: for a human, or for a time.
        Paused = "paused",
        /// The server's time limit ended it. The server says `failed`, and this of the reason.
        TimedOut = "timed_out",
        /// Its stream came to an end that does not say: an output that was selected is no part of it.
        Unknown = "unknown",
    }
}

impl RunStatus {
    /// Whether nothing more will come. A word that is not known counts as not the end.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled | Self::TimedOut)
    }

    /// The status of a run that failed for that reason, if it did.
    #[must_use]
    pub(crate) fn because_of(self, error: Option<&RunError>) -> Self {
        match self {
            Self::Failed if error.is_some_and(RunError::is_timeout) => Self::TimedOut,
            other => other,
        }
    }
}
