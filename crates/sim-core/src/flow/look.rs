//! One look at a run that is waited for.

use crate::answer::Answer;
use crate::error::{Error, ErrorKind, Result};
use crate::generation::Generation;
use crate::operation::{Endpoint, Operation, Route};
use crate::retry::Fate;
use crate::run::{GetRun, Run};
use crate::v1::GetJobStatus;

use super::wait::RunHandle;

/// Whether a look that failed may succeed at another time.
pub(super) fn may_pass(error: &Error) -> bool {
    match error.fate() {
        Fate::NeverSent | Fate::Lost | Fate::Refused(_) => true,
        Fate::Answered(status) => {
            status.is_server_error() || matches!(status.as_u16(), 408 | 429 | 499)
        }
        // What is no HTTP comes from something in between, and that may be gone the next time.
        Fate::Final => *error.kind() == ErrorKind::Protocol,
    }
}

/// Reads how a run stands: by its id, or on servers that know no ids by its job.
#[derive(Debug, Clone)]
pub(super) enum Look {
    Run(GetRun, bool),
    Job(GetJobStatus, RunHandle),
}

impl Look {
    pub(super) fn at(handle: &RunHandle, output: bool) -> Self {
        if let Some(job) = &handle.job {
            return Self::Job(GetJobStatus::new(job), handle.clone());
        }
        let run = GetRun::new(&handle.workflow, &handle.run);
        Self::Run(run.include_output(output), output)
    }

    /// Whether it tells of the output too.
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

impl Operation for Look {
    fn route(&self) -> Route {
        self.inner().route()
    }

    fn speak(&mut self, generation: Generation) -> bool {
        match self {
            Self::Run(run, _) => run.speak(generation),
            Self::Job(job, _) => job.speak(generation),
        }
    }

    fn path(&self) -> Result<String> {
        self.inner().path()
    }

    fn query(&self) -> Result<String> {
        self.inner().query()
    }
}

impl Endpoint for Look {
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
