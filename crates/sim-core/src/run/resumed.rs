//! What comes of resuming a run.

use serde::Serialize;

use crate::model::WorkflowExecutionResult;
use crate::object;
use crate::primitives::RunId;
use crate::primitives::json::field;

/// The outcome of resuming a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Resumed {
    /// The run went on to its end or to its next pause. If people are asked in parallel, the result of all answers but
    /// the last is [`Paused`](crate::RunStatus::Paused), with the other place where the server names it: v0.8 and later
    /// do, unless there are several. A client's `resume` finds all places on every version.
    ///
    /// Servers up to v0.6.80 cannot read a run, so their word stands: there, a run that waits for another person
    /// reads as completed.
    Ended(Box<WorkflowExecutionResult>),
    /// The run will go on. Read its end under the id of the run, never under that of the attempt.
    Queued(QueuedResume),
}

object! {
    /// The receipt of a run that will go on.
    #[derive(Debug, Clone, PartialEq, Default, Serialize)]
    #[non_exhaustive]
    pub struct QueuedResume {
        /// The id of this attempt, or `None` if the server did not name it. The server forgets it when the attempt is over.
        pub attempt: Option<RunId> = "runId" | "executionId" as field::word,
        /// The number of answers in the queue before this one, or `None` if there are none.
        pub queue_position: Option<u64> = "queuePosition" as field::count,
        /// The URL of the attempt as the server sees itself, for display only. `None` if the server sent none.
        pub status_url: Option<String> = "statusUrl" as field::text,
    }
}
