//! The read of a run that was resumed. The answer tells of one branch, and the state of the run decides.

use super::rereads::Rereads;
use crate::error::{Error, Result};
use crate::model::{RunStatus, WorkflowExecutionResult};
use crate::operation::{Endpoint as _, FollowUp, Next, Operation};
use crate::primitives::{ContextId, Generation};
use crate::response::{Answer, Missing};
use crate::run::resumed::{QueuedResume, Resumed};
use crate::run::{GetRun, Run};

/// The second request of a resume whose answer says that the run completed.
#[derive(Debug)]
pub(super) struct RunRead {
    read: GetRun,
    answer: Answer,
    /// What the answer told.
    told: Box<WorkflowExecutionResult>,
    /// The place that was answered.
    context: ContextId,
    rereads: Rereads,
}

impl RunRead {
    pub(super) fn new(
        read: GetRun,
        generation: Generation,
        answer: &Answer,
        told: Box<WorkflowExecutionResult>,
        context: &ContextId,
    ) -> Self {
        let mut read = read.include_output(true);
        read.set_generation(generation);
        let (answer, context) = (answer.clone(), context.clone());
        Self { read, answer, told, context, rereads: Rereads::new() }
    }

    /// Decides by the state of the run.
    fn row(&mut self, run: Run) -> Next<Resumed> {
        let result = match &run.status {
            RunStatus::Queued | RunStatus::Pending | RunStatus::Running | RunStatus::Redacting => {
                return self.goes_on();
            }
            RunStatus::Paused if self.is_late(&run) => match self.rereads.next() {
                Some(delay) => return Next::Again(delay),
                None => run.into(),
            },
            RunStatus::Completed => self.completed(run),
            RunStatus::Paused | RunStatus::Cancelled | RunStatus::Failed | RunStatus::TimedOut => {
                run.into()
            }
            RunStatus::Unknown | RunStatus::Other(_) => {
                let why = format!("the run reads as {}", run.status);
                return Next::Done(Err(self.unsettled(self.answer.not_as_documented(&why))));
            }
        };
        Next::Done(Ok(Resumed::Ended(Box::new(result))))
    }

    /// Returns whether the run still reads as it did before its answer, or as one that is just being resumed.
    fn is_late(&self, run: &Run) -> bool {
        run.waits_at(&self.context) || !(run.waits_for_a_human() || run.waits_for_a_time())
    }

    fn goes_on(&mut self) -> Next<Resumed> {
        self.rereads
            .next()
            .map_or_else(|| Next::Done(Ok(Resumed::Queued(QueuedResume::default()))), Next::Again)
    }

    /// Returns what was told, with the output of the run in place of that of the branch.
    fn completed(&mut self, run: Run) -> WorkflowExecutionResult {
        let told = std::mem::replace(&mut *self.told, WorkflowExecutionResult::of(run.status));
        match run.output.filter(|output| !output.is_null()) {
            Some(output) => WorkflowExecutionResult { output, ..told },
            None => told,
        }
    }

    fn unread(&mut self, error: Error) -> Next<Resumed> {
        if Missing::read(&error) == Some(Missing::Route) {
            let nothing = WorkflowExecutionResult::of(RunStatus::Unknown);
            let told = std::mem::replace(&mut *self.told, nothing);
            return Next::Done(Ok(Resumed::Ended(Box::new(told))));
        }
        Next::Done(Err(self.unsettled(error)))
    }

    /// Returns the error of an answer that counted, where nobody knows what became of the run. It holds the answer.
    fn unsettled(&self, error: Error) -> Error {
        match &self.told.run_id {
            Some(run) if error.is_cancelled() => error.cancelled_for(run),
            _ => error.with(|inner| {
                inner.settled = false;
                inner.body = self.answer.body.clone();
            }),
        }
    }
}

impl FollowUp<Resumed> for RunRead {
    fn operation(&self) -> &dyn Operation {
        &self.read
    }

    fn conclude(&mut self, read: Result<Answer>) -> Next<Resumed> {
        match read.and_then(|answer| self.read.decode(&answer)) {
            Ok(run) => self.row(run),
            Err(error) => self.unread(error),
        }
    }
}
