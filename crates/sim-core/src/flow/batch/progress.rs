//! What a batch returns, and what it tells on the way.

use crate::error::{Error, Result};
use crate::model::{RunHandle, WorkflowExecutionResult};

/// What came of one input of a batch.
#[derive(Debug)]
#[non_exhaustive]
pub struct BatchRun {
    /// The position of the input in the batch, from 0.
    pub position: u64,
    /// The handle of the run, to go on with it later. `None` if the batch could not make one.
    pub handle: Option<RunHandle>,
    /// The result of the run, also if the run failed; or why there is no result. Such a run may go on: the next batch
    /// with the same store goes on with it.
    pub result: Result<WorkflowExecutionResult>,
    /// Whether the result comes from the store. The store keeps the status, the output, the id and the message of an
    /// error.
    pub is_stored: bool,
    /// Why the store could not keep the result, or `None` if it did or there is no store.
    pub not_stored: Option<Error>,
}

/// How far a batch has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct BatchProgress {
    /// The number of inputs in all, or `None` if the inputs do not tell.
    pub total: Option<u64>,
    /// The number of inputs that the batch has taken up.
    pub taken: u64,
    /// The number of runs that completed.
    pub completed: u64,
    /// The number of runs that ended in another way: they failed, were cancelled, or wait for a person.
    pub not_completed: u64,
    /// The number of inputs without a result.
    pub errors: u64,
}

impl BatchProgress {
    /// Returns the number of inputs of which something came.
    pub fn done(&self) -> u64 {
        self.completed + self.not_completed + self.errors
    }

    /// Returns the number of runs that are in progress.
    pub fn in_progress(&self) -> u64 {
        self.taken - self.done()
    }
}
