//! Waits for a run that was accepted.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::api::Api;
use crate::call::Call;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::{BodyPlan, Exchange, Outcome, Step};
use crate::generation::Generation;
use crate::id::{ContextId, JobId, RunId, WorkflowId};
use crate::operation::{Endpoint, Operation, Route};
use crate::retry::{Fate, RetryPolicy};
use crate::run::{GetRun, Run, RunStatus, WorkflowExecutionResult};
use crate::timeouts::Timeouts;
use crate::v1::GetJobStatus;

/// What it takes to find a run again: it serialises, so that a program can store it, end, and come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunHandle {
    /// The workflow.
    pub workflow: WorkflowId,
    /// The run. It may be chosen and stored before the run is started.
    pub run: RunId,
    /// The job, where the server knows the run by nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
}

impl RunHandle {
    /// The handle of a run by its id.
    pub fn new(workflow: impl Into<WorkflowId>, run: impl Into<RunId>) -> Self {
        Self { workflow: workflow.into(), run: run.into(), job: None }
    }
}

/// How patiently a run is waited for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaitPolicy {
    polls: RetryPolicy,
    grace: Duration,
    failures: u32,
    deadline: Option<Duration>,
}

impl WaitPolicy {
    /// Looks after 2 s, doubling to 15 s, without a deadline; a run that is not found yet is looked for
    /// during 30 s, and 20 looks in a row may fail.
    pub const fn new() -> Self {
        let polls = RetryPolicy::new()
            .max_retries(u32::MAX)
            .initial_delay(Duration::from_secs(2))
            .max_delay(Duration::from_secs(15));
        Self { polls, grace: Duration::from_secs(30), failures: 20, deadline: None }
    }

    /// The time between two looks: the first, and the longest that it grows to.
    #[must_use]
    pub const fn interval(mut self, first: Duration, longest: Duration) -> Self {
        self.polls = self.polls.initial_delay(first).max_delay(longest);
        self
    }

    /// For how long a run that is not found, or not found any more, may still appear.
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// How many looks in a row may fail.
    #[must_use]
    pub const fn failures(mut self, failures: u32) -> Self {
        self.failures = failures;
        self
    }

    /// The time after which waiting ends. The run goes on.
    #[must_use]
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    pub(super) fn ends_before(&self, then: Duration) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= then)
    }
}

impl Default for WaitPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// Is told each new status of a run.
pub(super) type Watcher = Box<dyn FnMut(&RunStatus) + Send>;

/// The exchange that waits for a run: it looks until the run ended or waits for a human, and fetches the
/// output at the end.
pub struct Wait {
    api: Api,
    handle: RunHandle,
    policy: WaitPolicy,
    look: Call<Look>,
    /// A lost connection cancels the run.
    interruptible: bool,
    /// The place that was answered: the run may read as waiting there for a moment.
    answered: Option<ContextId>,
    seen: Option<RunStatus>,
    watcher: Option<Watcher>,
    looks: u32,
    failures: u32,
    /// When the run was found last, or else was first looked for.
    found: Option<Duration>,
}

impl Wait {
    pub(crate) fn new(api: &Api, handle: RunHandle, policy: WaitPolicy) -> Result<Self> {
        let look = api.call(Look::at(&handle, false))?;
        let api = api.clone();
        Ok(Self {
            api,
            handle,
            policy,
            look,
            interruptible: false,
            answered: None,
            seen: None,
            watcher: None,
            looks: 0,
            failures: 0,
            found: None,
        })
    }

    /// Calls `watcher` with each status that differs from the one before.
    #[must_use]
    pub fn on_change(mut self, watcher: impl FnMut(&RunStatus) + Send + 'static) -> Self {
        self.watcher = Some(Box::new(watcher));
        self
    }

    pub(super) fn interruptible(mut self) -> Self {
        self.interruptible = true;
        self
    }

    pub(super) fn answered(mut self, context: &ContextId) -> Self {
        self.answered = Some(context.clone());
        self
    }

    pub(super) fn watched(mut self, watcher: Option<Watcher>) -> Self {
        self.watcher = watcher;
        self
    }

    fn saw(&mut self, run: Run, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        if self.seen.as_ref() != Some(&run.status) {
            self.looks = 0;
            if let Some(watcher) = &mut self.watcher {
                watcher(&run.status);
            }
            self.seen = Some(run.status.clone());
        }
        self.failures = 0;
        self.found = Some(elapsed);
        match &run.status {
            RunStatus::Completed if run.output.is_none() && !self.look_has_output() => {
                match self.api.call(Look::at(&self.handle, true)) {
                    Ok(look) => {
                        self.look = look;
                        Step::Again(Duration::ZERO)
                    }
                    Err(error) => Step::Done(Err(error)),
                }
            }
            RunStatus::Cancelled if self.interruptible => {
                Step::Done(Err(Error::interrupted(self.handle.run.clone())))
            }
            status if status.is_terminal() || run.waits_for_a_human(self.answered.as_ref()) => {
                Step::Done(Ok(run.into()))
            }
            _ => self.look_again(None, run.resumes_in, elapsed),
        }
    }

    fn look_has_output(&self) -> bool {
        self.look.endpoint().has_output()
    }

    fn failed(&mut self, error: Error, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let since = elapsed.saturating_sub(self.found.unwrap_or(elapsed));
        let passing = match error.fate() {
            Fate::NeverSent | Fate::Lost | Fate::Refused(_) => true,
            Fate::Answered(status) => {
                status.is_server_error() || matches!(status.as_u16(), 408 | 429 | 499)
            }
            // What is no HTTP comes from something in between, and that may be gone the next time.
            Fate::Final => *error.kind() == ErrorKind::Protocol,
        };
        // On its way from the queue to its start a run may be in neither place.
        if error.is_not_found() && since < self.policy.grace {
            return self.look_again(None, None, elapsed);
        }
        self.failures += 1;
        let too_long = !self.policy.polls.honours(error.retry_after());
        if !passing || too_long || self.failures > self.policy.failures {
            return Step::Done(Err(error.ambiguous(Some(self.handle.run.clone()))));
        }
        let asked = error.retry_after();
        self.look_again(asked, None, elapsed)
    }

    /// Looks again later: after the interval, not before the server wants it, nor before a pause is over.
    fn look_again(
        &mut self,
        asked: Option<Duration>,
        pause: Option<Duration>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        self.looks = self.looks.saturating_add(1);
        let delay = self.api.delay(&self.policy.polls, self.looks, asked);
        let delay = delay.map(|delay| delay.max(pause.unwrap_or_default()));
        match delay {
            Some(delay) if !self.policy.ends_before(elapsed.saturating_add(delay)) => {
                match self.api.call(self.look.endpoint().clone()) {
                    Ok(look) => self.look = look,
                    Err(error) => return Step::Done(Err(error)),
                }
                Step::Again(delay)
            }
            _ => Step::Done(Err(Error::still_running(self.handle.run.clone()))),
        }
    }
}

impl Exchange for Wait {
    type Output = WorkflowExecutionResult;

    fn request(&self) -> http::Request<Bytes> {
        self.look.request()
    }

    fn timeouts(&self) -> Timeouts {
        self.look.timeouts()
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        self.look.plan(head)
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        self.found.get_or_insert(elapsed);
        match self.look.receive(outcome, elapsed) {
            Step::Again(delay) => Step::Again(delay),
            Step::Done(Ok(run)) => self.saw(run, elapsed),
            Step::Done(Err(error)) if error.is_cancelled() => {
                Step::Done(Err(error.cancelled_for(&self.handle.run)))
            }
            Step::Done(Err(error)) => self.failed(error, elapsed),
        }
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("handle", &self.handle)
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}

/// Reads how a run stands: by its id, or on servers that know no ids by its job.
#[derive(Debug, Clone)]
enum Look {
    Run(GetRun, bool),
    Job(GetJobStatus, RunHandle),
}

impl Look {
    fn at(handle: &RunHandle, output: bool) -> Self {
        if let Some(job) = &handle.job {
            return Self::Job(GetJobStatus::new(job), handle.clone());
        }
        let run = GetRun::new(&handle.workflow, &handle.run);
        Self::Run(run.include_output(output), output)
    }

    fn has_output(&self) -> bool {
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
                let mut run = Run::of_job(handle, job.decode(answer)?);
                run.error = run.error.map(|error| error.without(answer.secret()));
                Ok(run)
            }
        }
    }
}
