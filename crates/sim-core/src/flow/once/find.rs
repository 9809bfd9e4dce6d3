//! Looking for a run whose start lost its answer, and waiting for a run that is there.

use std::time::Duration;

use http::StatusCode;

use super::{Once, State};
use crate::error::{Error, Result};
use crate::exchange::Step;
use crate::flow::poll::may_pass;
use crate::flow::wait::Wait;
use crate::model::{Claims, RunHandle, WorkflowExecutionResult};
use crate::primitives::{JobId, RunId};
use crate::response::Missing;
use crate::run::{GetRun, Run};

/// For how long a run whose id may not count is looked for.
const ABSENT: Duration = Duration::from_secs(1);

/// The delay between such looks.
const ABSENT_STEP: Duration = Duration::from_millis(250);

impl Once {
    /// Reads the run of a start whose answer was lost.
    pub(super) fn find(
        &mut self,
        delay: Duration,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let look = GetRun::new(self.plan.execute.workflow_id(), &self.sent_id);
        match self.conversation.read(look, delay, elapsed) {
            Ok((look, delay)) => {
                self.state = State::Find(look);
                Step::Again(delay)
            }
            Err(error) => self.unknown(error),
        }
    }

    /// Decides what follows such a read.
    pub(super) fn found(
        &mut self,
        found: Result<Run>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        match found {
            // A row by an id of 128 random bits can only be that of this run.
            Ok(_) => {
                self.run_id = Some(self.sent_id.clone());
                self.wait_for(None, Duration::ZERO, elapsed)
            }
            Err(error) if error.is_cancelled() => {
                Step::Done(Err(error.with(|inner| inner.run_id = self.run_id().cloned())))
            }
            Err(error) if error.status() == Some(StatusCode::NOT_FOUND) => {
                self.absent(error, elapsed)
            }
            Err(error) => {
                let delay = may_pass(&error).then(|| self.pause(&error, elapsed)).flatten();
                match delay {
                    Some(delay) => self.find(delay, elapsed),
                    None => self.unknown(error),
                }
            }
        }
    }

    /// Decides by a 404. Only with a proof that is older than the start it means that there is no run.
    fn absent(&mut self, error: Error, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        match Missing::read(&error) {
            Some(Missing::Run) if self.claims == Claims::Proven => {
                self.start_again(error, Some(Duration::ZERO), elapsed)
            }
            // The run may be on its way, if the server honours ids after all.
            Some(Missing::Run) if self.absent < ABSENT => {
                self.absent += ABSENT_STEP;
                self.find(ABSENT_STEP, elapsed)
            }
            // No run can be of a workflow that is not there.
            Some(Missing::Workflow) => Step::Done(Err(error)),
            Some(Missing::Run | Missing::Route) => match self.lost.take() {
                Some(lost) => Step::Done(Err(lost.error.unknowable())),
                None => self.unknown(error),
            },
            None => self.give_up(error),
        }
    }

    /// Waits for a run that was queued just now, so that it cannot have ended yet.
    pub(super) fn follow(
        &mut self,
        job: Option<JobId>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let delay = self.plan.wait.first_interval(self.conversation.api());
        self.wait_for(job, delay, elapsed)
    }

    /// Waits for a run that the server accepted, by its job where the server knows no run ids. The first poll comes
    /// after `delay`.
    pub(super) fn wait_for(
        &mut self,
        job: Option<JobId>,
        delay: Duration,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        self.attempts.accepted(self.conversation.api());
        let workflow = self.plan.execute.workflow_id();
        // A server that names only the job knows no id of the run.
        let named = self.run_id.as_ref().map(RunId::as_str).or(job.as_ref().map(JobId::as_str));
        let named = named.unwrap_or(self.sent_id.as_str()).to_owned();
        let handle = RunHandle {
            job_id: job,
            claims_proven: self.claims == Claims::Proven,
            ..RunHandle::new(workflow, named)
        };
        let policy = self.plan.wait.for_execution_timeout(self.plan.execution_timeout);
        match Wait::accepted(self.conversation.clone(), handle, policy, elapsed) {
            Ok(wait) => {
                let wait = wait.watched(self.plan.watcher.take()).of_a_start();
                let mut wait = if self.plan.sync { wait.interruptible() } else { wait };
                let step = wait.first_poll(delay, elapsed);
                self.state = State::Wait(wait);
                step
            }
            Err(error) => Step::Done(Err(error)),
        }
    }
}
