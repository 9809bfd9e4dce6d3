//! One poll of a run.

use crate::error::{Error, ErrorKind, FailureClass, Result};
use crate::operation::{Endpoint, Operation, Route};
use crate::primitives::{Generation, JobId, WorkflowId};
use crate::response::{Answer, Missing};
use crate::run::{GetRun, Run};
use crate::v1::GetJobStatus;

use crate::model::RunHandle;

/// Returns whether a later poll may succeed after this failure.
pub(super) fn may_pass(error: &Error) -> bool {
    match error.failure_class() {
        FailureClass::NeverSent | FailureClass::Lost | FailureClass::Refused(_) => true,
        FailureClass::Answered(status) => {
            status.is_server_error() || matches!(status.as_u16(), 408 | 429 | 499)
        }
        // An answer that is not HTTP comes from something between client and server, which may be gone next time.
        FailureClass::Final => *error.kind() == ErrorKind::Protocol,
    }
}

/// The request that reads the status of a run: by its id, or by its job on servers that cannot read a run.
#[derive(Debug, Clone)]
pub(super) enum RunPoll {
    Run(GetRun, bool),
    Job(GetJobStatus, RunHandle),
}

impl RunPoll {
    pub(super) fn at(handle: &RunHandle, output: bool) -> Self {
        let is_the_only_name = |job: &&JobId| job.as_str() == handle.run_id.as_str();
        if let Some(job) = handle.job_id.as_ref().filter(is_the_only_name) {
            return Self::Job(GetJobStatus::new(job), handle.clone());
        }
        let run = GetRun::new(&handle.workflow_id, &handle.run_id);
        Self::Run(run.include_output(output), output)
    }

    /// Returns the poll of the job, if this one failed because the server cannot read a run and the run has a job.
    pub(super) fn instead(&self, error: &Error, handle: &RunHandle) -> Option<Self> {
        let is_too_old =
            matches!(self, Self::Run(..)) && Missing::read(error) == Some(Missing::Route);
        let job = handle.job_id.as_ref().filter(|_| is_too_old)?;
        Some(Self::Job(GetJobStatus::new(job), handle.clone()))
    }

    /// Returns whether the answer includes the output.
    pub(super) fn has_output(&self) -> bool {
        matches!(self, Self::Run(_, true) | Self::Job(..))
    }

    fn inner(&self) -> &dyn Operation {
        match self {
            Self::Run(run, _) => run,
            Self::Job(job, _) => job,
        }
    }
}

impl Operation for RunPoll {
    fn route(&self) -> Route {
        self.inner().route()
    }

    fn name(&self) -> &'static str {
        self.inner().name()
    }

    fn workflow(&self) -> Option<&WorkflowId> {
        match self {
            Self::Run(run, _) => run.workflow(),
            Self::Job(_, handle) => Some(&handle.workflow_id),
        }
    }

    fn set_generation(&mut self, generation: Generation) -> bool {
        match self {
            Self::Run(run, _) => run.set_generation(generation),
            Self::Job(job, _) => job.set_generation(generation),
        }
    }

    fn path(&self) -> Result<String> {
        self.inner().path()
    }

    fn query(&self) -> Result<String> {
        self.inner().query()
    }
}

impl Endpoint for RunPoll {
    type Output = Run;

    fn decode(&self, answer: &Answer) -> Result<Run> {
        match self {
            Self::Run(run, _) => run.decode(answer),
            Self::Job(job, handle) => {
                let mut run = job.decode(answer)?.into_run(handle);
                run.error = run.error.map(|error| error.without(answer.secret()));
                Ok(run)
            }
        }
    }
}
