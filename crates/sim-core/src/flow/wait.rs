//! Waits for a run that was accepted.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::response::Parts;
use serde::{Deserialize, Serialize};

use super::look::{Look, may_pass};
use crate::api::Api;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::exchange::{BodyPlan, Exchange, Outcome, Step};
use crate::id::{ContextId, JobId, RunId, WorkflowId};
use crate::operation::Endpoint;
use crate::retry::RetryPolicy;
use crate::run::{Run, RunStatus, WorkflowExecutionResult};
use crate::timeouts::Timeouts;

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

    /// For how long a run that is not found, or not found any more, may still appear; an output may still be
    /// written; and a pause that was answered may still read as waiting.
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

    /// The time after which waiting ends, in the middle of a look too. The run goes on.
    #[must_use]
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    pub(super) fn ends_before(&self, then: Duration) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= then)
    }

    /// A call that begins when so much time has passed, within what the deadline leaves.
    pub(super) fn call<E: Endpoint>(
        &self,
        api: &Api,
        endpoint: E,
        begins: Duration,
    ) -> Result<Call<E>> {
        Ok(api.call(endpoint)?.within(self.deadline, begins))
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
    /// The place that was answered, until the run was seen to go on from there.
    answered: Option<Answered>,
    seen: Option<RunStatus>,
    watcher: Option<Watcher>,
    looks: u32,
    failures: u32,
    /// Since when the run, or the output of one that is completed, is not there.
    missing: Option<Duration>,
}

/// A pause that was answered.
struct Answered {
    context: ContextId,
    /// Since when the run reads as waiting there all the same.
    since: Option<Duration>,
}

impl Wait {
    pub(crate) fn new(api: &Api, handle: RunHandle, policy: WaitPolicy) -> Result<Self> {
        Self::from(api, handle, policy, Duration::ZERO)
    }

    /// Waits for a run that was accepted when `elapsed` of the whole time had passed.
    pub(super) fn accepted(
        api: &Api,
        handle: RunHandle,
        policy: WaitPolicy,
        elapsed: Duration,
    ) -> Result<Self> {
        let run = handle.run.clone();
        let wait = if policy.ends_before(elapsed) {
            Err(Error::out_of_time())
        } else {
            Self::from(api, handle, policy, elapsed)
        };
        wait.map_err(|error| error.ambiguous(Some(run)))
    }

    fn from(api: &Api, handle: RunHandle, policy: WaitPolicy, begins: Duration) -> Result<Self> {
        let look = policy.call(api, Look::at(&handle, false), begins)?;
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
            missing: None,
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
        self.answered = Some(Answered { context: context.clone(), since: None });
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
        self.missing = None;
        let is_answered = self.is_answered(&run, elapsed);
        match &run.status {
            RunStatus::Completed if run.output.is_none() && !self.look_has_output() => {
                self.look(Look::at(&self.handle, true), Duration::ZERO, elapsed)
            }
            RunStatus::Cancelled if self.interruptible => {
                Step::Done(Err(Error::interrupted(self.handle.run.clone())))
            }
            status if status.is_terminal() || run.waits_for_a_human() && !is_answered => {
                Step::Done(Ok(run.into()))
            }
            _ => self.look_again(None, run.resumes_in, elapsed),
        }
    }

    /// Whether the run still reads as waiting where it was answered. That passes unless the answer was not taken,
    /// or its attempt failed: then the pause stays, or comes back.
    fn is_answered(&mut self, run: &Run, elapsed: Duration) -> bool {
        let there = self.answered.as_mut().filter(|answered| run.waits_at(&answered.context));
        let since = there.map(|answered| *answered.since.get_or_insert(elapsed));
        let is_answered = since.is_some_and(|since| self.is_within_grace(since, elapsed));
        if !is_answered {
            self.answered = None;
        }
        is_answered
    }

    fn is_within_grace(&self, since: Duration, elapsed: Duration) -> bool {
        elapsed.saturating_sub(since) < self.policy.grace
    }

    fn look_has_output(&self) -> bool {
        self.look.endpoint().has_output()
    }

    fn failed(&mut self, error: Error, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        if self.is_missing(&error) {
            let since = *self.missing.get_or_insert(elapsed);
            if !self.is_within_grace(since, elapsed) {
                return self.give_up(error);
            }
            return self.look_again(None, None, elapsed);
        }
        self.failures += 1;
        let too_long = !self.policy.polls.honours(error.retry_after());
        if !may_pass(&error) || too_long || self.failures > self.policy.failures {
            return self.give_up(error);
        }
        let asked = error.retry_after();
        self.look_again(asked, None, elapsed)
    }

    /// Whether what was looked for may appear yet: on its way from the queue to its start a run may be in neither
    /// place, and an output may still be being written when its run is completed.
    fn is_missing(&self, error: &Error) -> bool {
        let conflicts = error.status() == Some(StatusCode::CONFLICT);
        error.is_not_found() || conflicts && self.look_has_output()
    }

    /// Ends without a result. Of a run that was seen to be completed only the output is not known.
    fn give_up(&self, error: Error) -> Step<WorkflowExecutionResult> {
        let run = self.handle.run.clone();
        Step::Done(Err(match self.seen {
            Some(RunStatus::Completed) => error.without_output(run),
            _ => error.ambiguous(Some(run)),
        }))
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
            Some(delay) => self.look(self.look.endpoint().clone(), delay, elapsed),
            None => self.give_up(Error::out_of_time()),
        }
    }

    fn look(
        &mut self,
        look: Look,
        delay: Duration,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let then = elapsed.saturating_add(delay);
        if self.policy.ends_before(then) {
            return self.give_up(Error::out_of_time());
        }
        match self.policy.call(&self.api, look, then) {
            Ok(look) => {
                self.look = look;
                Step::Again(delay)
            }
            Err(error) => self.give_up(error),
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
