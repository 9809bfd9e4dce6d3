//! Looking for a run whose start lost its answer, and waiting for a run that is there.

use std::time::Duration;

use super::{Once, State};
use crate::error::Result;
use crate::exchange::Step;
use crate::flow::poll::may_pass;
use crate::flow::wait::Wait;
use crate::model::{RunHandle, WorkflowExecutionResult};
use crate::primitives::JobId;
use crate::response::Envelope;
use crate::run::{GetRun, Run};

impl Once {
    /// Reads the run of a start whose answer was lost.
    pub(super) fn look(
        &mut self,
        delay: Duration,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let look = GetRun::new(self.plan.execute.workflow(), &self.run_id);
        match self.conversation.call(look, elapsed.saturating_add(delay)) {
            Ok(look) => {
                self.state = State::Look(look);
                Step::Again(delay)
            }
            Err(error) => self.unknown(error),
        }
    }

    /// Decides what follows such a read.
    pub(super) fn looked(
        &mut self,
        found: Result<Run>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        match found {
            Ok(_) => self.wait_for(None, elapsed),
            Err(error) if error.is_not_found() => {
                let known = serde_json::from_slice(error.body())
                    .is_ok_and(|body| Envelope::read(&body).is_some());
                if known {
                    return self.start_again(error, Some(Duration::ZERO), elapsed);
                }
                // The server does not even know the URL, so a repeat could start a second run.
                let lost = self.lost.take().unwrap_or(error);
                Step::Done(Err(lost.unknowable()))
            }
            Err(error) if error.is_cancelled() => {
                Step::Done(Err(error.cancelled_for(&self.run_id)))
            }
            Err(error) => {
                let delay = may_pass(&error).then(|| self.pause(&error, elapsed)).flatten();
                match delay {
                    Some(delay) => self.look(delay, elapsed),
                    None => self.unknown(error),
                }
            }
        }
    }

    /// Waits for a run that was queued just now, so that it cannot have ended yet.
    pub(super) fn follow(
        &mut self,
        job: Option<JobId>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let delay = self.plan.wait.first_interval(self.conversation.api());
        match self.wait_for(job, elapsed.saturating_add(delay)) {
            Step::Again(_) => Step::Again(delay),
            done @ Step::Done(_) => done,
        }
    }

    /// Waits for a run that the server accepted, by its job where the server knows no run ids.
    pub(super) fn wait_for(
        &mut self,
        job: Option<JobId>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        self.attempts.accepted(self.conversation.api());
        let handle =
            RunHandle { job_id: job, ..RunHandle::new(self.plan.execute.workflow(), &self.run_id) };
        let policy = self.plan.wait.for_execution_timeout(self.plan.execution_timeout);
        match Wait::accepted(self.conversation.clone(), handle, policy, elapsed) {
            Ok(wait) => {
                let wait = wait.watched(self.plan.watcher.take());
                self.state = State::Wait(if self.plan.sync { wait.interruptible() } else { wait });
                Step::Again(Duration::ZERO)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }
}
