//! Starts a run once, and ends with its result.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use serde_json::Value;

use super::next_try;
use super::wait::{RunHandle, Wait, WaitPolicy, Watcher};
use crate::api::Api;
use crate::call::Call;
use crate::code;
use crate::error::{Error, Result};
use crate::exchange::{BodyPlan, Exchange, Outcome, Step};
use crate::id::{JobId, RunId};
use crate::operation::Operation;
use crate::refusal::Envelope;
use crate::retry::{Claim, Fate, RetryPolicy};
use crate::run::{
    AsyncExecutionResult, ExecuteWorkflow, GetRun, QueueWorkflow, Run, RunStatus,
    WorkflowExecutionResult,
};
use crate::timeouts::Timeouts;
use crate::with::With;

/// What to run once, and how: from [`ExecuteWorkflow::once`].
///
/// By default the run is queued, because only a queued run survives a lost connection.
#[must_use]
pub struct OnceWorkflow {
    execute: ExecuteWorkflow,
    sync: bool,
    execution_timeout: Option<Duration>,
    retry: RetryPolicy,
    wait: WaitPolicy,
    watcher: Option<Watcher>,
}

impl OnceWorkflow {
    pub(crate) fn of(execute: ExecuteWorkflow) -> Self {
        Self {
            execute,
            sync: false,
            execution_timeout: None,
            retry: RetryPolicy::new().max_retries(9),
            wait: WaitPolicy::new(),
            watcher: None,
        }
    }

    /// Runs it synchronously: the answer carries the result, files in the input are converted, and a lost
    /// connection cancels the run. Then the call ends as [`Interrupted`](crate::ErrorKind::Interrupted); it is
    /// never run again.
    pub fn sync(mut self) -> Self {
        self.sync = true;
        self
    }

    /// Bounds the queued run itself: see [`QueueWorkflow::execution_timeout`].
    pub fn execution_timeout(mut self, limit: Duration) -> Self {
        self.execution_timeout = Some(limit);
        self
    }

    /// How often the start is tried, and after how long. By default 9 retries.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How the run is waited for once it is accepted. Its deadline is that of the whole call.
    pub fn wait(mut self, policy: WaitPolicy) -> Self {
        self.wait = policy;
        self
    }

    /// Calls `watcher` with each status of the run that differs from the one before.
    pub fn on_change(mut self, watcher: impl FnMut(&RunStatus) + Send + 'static) -> Self {
        self.watcher = Some(Box::new(watcher));
        self
    }
}

impl fmt::Debug for OnceWorkflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceWorkflow").field("execute", &self.execute).finish_non_exhaustive()
    }
}

/// The exchange that starts a run once and ends with its result; the states are those of the module.
pub struct Once {
    api: Api,
    plan: OnceWorkflow,
    run: RunId,
    state: State,
    tries: u32,
    /// A request went out under this id and its answer was lost.
    lost: bool,
}

enum State {
    Sync(Call<With<ExecuteWorkflow>>),
    Queue(Call<With<QueueWorkflow>>),
    Probe(Call<GetRun>, Error),
    Wait(Wait),
}

/// Hands a call to the exchange of the state that is current.
macro_rules! current {
    ($state:expr, $exchange:ident => $do:expr) => {
        match $state {
            State::Sync($exchange) => $do,
            State::Queue($exchange) => $do,
            State::Probe($exchange, _) => $do,
            State::Wait($exchange) => $do,
        }
    };
}

impl Once {
    pub(crate) fn new(api: &Api, plan: OnceWorkflow) -> Result<Self> {
        let run = plan.execute.chosen_id().cloned().unwrap_or_else(|| api.mint());
        let state = claim(api, &plan, &run)?;
        Ok(Self { api: api.clone(), plan, run, state, tries: 1, lost: false })
    }

    /// The id under which the run is asked for now.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    fn queued(&mut self, receipt: AsyncExecutionResult) -> Step<WorkflowExecutionResult> {
        // A receipt that does not name our run is of a server that knows no ids.
        let ours = receipt.run_id.as_ref() == Some(&self.run);
        self.wait_for(if ours { None } else { receipt.task_id })
    }

    fn not_started(&mut self, error: Error, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        if self.is_ours(&error) {
            return self.wait_for(None);
        }
        if error.is_ambiguous() {
            self.lost = true;
            let probe = GetRun::new(self.plan.execute.workflow(), &self.run);
            return match self.api.call(probe) {
                Ok(probe) => {
                    let delay = self.pause(&error, elapsed);
                    self.state = State::Probe(probe, error);
                    self.after(delay)
                }
                Err(error) => Step::Done(Err(error)),
            };
        }
        match error.fate() {
            Fate::NeverSent | Fate::Refused(Claim::Free) => {
                let delay = self.pause(&error, elapsed);
                self.claim_again(error, delay)
            }
            Fate::Refused(Claim::Spent) if self.plan.execute.chosen_id().is_none() => {
                // What was lost under the old id had not arrived, or this refusal would have been a conflict.
                self.lost = false;
                let delay = self.pause(&error, elapsed);
                self.run = self.api.mint();
                self.claim_again(error, delay)
            }
            _ => self.give_up(error),
        }
    }

    /// Whether an answer proves that our own claim was accepted before.
    fn is_ours(&self, error: &Error) -> bool {
        let named = |body: &Value| {
            let id = body.get("executionId").or_else(|| body.pointer("/error/details/runId"));
            id.and_then(Value::as_str) == Some(self.run.as_str())
        };
        error.code() == code::EXECUTION_ID_CONFLICT
            && serde_json::from_slice(error.body()).is_ok_and(|body| named(&body))
    }

    fn probed(&mut self, found: Result<Run>, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        match found {
            Ok(_) => self.wait_for(None),
            Err(error) if error.is_not_found() => {
                let known = serde_json::from_slice(error.body())
                    .is_ok_and(|body| Envelope::read(&body).is_some());
                if known {
                    return self.claim_again(error, Some(Duration::ZERO));
                }
                // Not even the address is known: sent again, the run could start twice.
                let lost = self.first_loss().unwrap_or(error);
                Step::Done(Err(lost.unknowable()))
            }
            Err(error) if error.is_cancelled() => Step::Done(Err(error.cancelled_for(&self.run))),
            Err(error) => {
                let delay = self.pause(&error, elapsed);
                match self.api.call(GetRun::new(self.plan.execute.workflow(), &self.run)) {
                    Ok(probe) if delay.is_some() => {
                        let lost = self.first_loss().unwrap_or(error);
                        self.state = State::Probe(probe, lost);
                        self.after(delay)
                    }
                    _ => self.give_up(error),
                }
            }
        }
    }

    /// The loss that led to the probe.
    fn first_loss(&mut self) -> Option<Error> {
        match &mut self.state {
            State::Probe(_, lost) => Some(std::mem::replace(lost, Error::request(""))),
            _ => None,
        }
    }

    fn claim_again(
        &mut self,
        error: Error,
        delay: Option<Duration>,
    ) -> Step<WorkflowExecutionResult> {
        match (delay, claim(&self.api, &self.plan, &self.run)) {
            (Some(delay), Ok(state)) => {
                self.state = state;
                Step::Again(delay)
            }
            (None, _) => self.give_up(error),
            (_, Err(error)) => Step::Done(Err(error)),
        }
    }

    fn wait_for(&mut self, job: Option<JobId>) -> Step<WorkflowExecutionResult> {
        let handle = RunHandle { job, ..RunHandle::new(self.plan.execute.workflow(), &self.run) };
        match Wait::new(&self.api, handle, self.plan.wait) {
            Ok(wait) => {
                let wait = wait.watched(self.plan.watcher.take());
                self.state = State::Wait(if self.plan.sync { wait.interruptible() } else { wait });
                Step::Again(Duration::ZERO)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    /// How long to wait before the next try, if there may be one.
    fn pause(&mut self, error: &Error, elapsed: Duration) -> Option<Duration> {
        next_try(&self.api, &self.plan.retry, &self.plan.wait, &mut self.tries, error, elapsed)
    }

    fn after(&mut self, delay: Option<Duration>) -> Step<WorkflowExecutionResult> {
        if let Some(delay) = delay {
            return Step::Again(delay);
        }
        let lost = self
            .first_loss()
            .unwrap_or_else(|| Error::out_of_time().ambiguous(Some(self.run.clone())));
        Step::Done(Err(lost))
    }

    /// Ends with an error: while an answer is lost, no refusal of a later try settles what became of the run.
    fn give_up(&self, error: Error) -> Step<WorkflowExecutionResult> {
        let settled =
            !self.lost || error.is_usage_limited() || error.is_cancelled() || error.is_ambiguous();
        Step::Done(Err(if settled { error } else { error.ambiguous(Some(self.run.clone())) }))
    }
}

/// The request that claims `run`, sent once: what follows is decided here.
fn claim(api: &Api, plan: &OnceWorkflow, run: &RunId) -> Result<State> {
    let execute = plan.execute.clone().run_id(run);
    if plan.sync {
        return api.call(execute.with_retry(RetryPolicy::NEVER)).map(State::Sync);
    }
    let mut queue = execute.queue();
    if let Some(limit) = plan.execution_timeout {
        queue = queue.execution_timeout(limit);
    }
    api.call(queue.with_retry(RetryPolicy::NEVER)).map(State::Queue)
}

impl Exchange for Once {
    type Output = WorkflowExecutionResult;

    fn request(&self) -> http::Request<Bytes> {
        current!(&self.state, exchange => exchange.request())
    }

    fn timeouts(&self) -> Timeouts {
        current!(&self.state, exchange => exchange.timeouts())
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        current!(&self.state, exchange => exchange.plan(head))
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        match &mut self.state {
            State::Wait(wait) => wait.receive(outcome, elapsed),
            State::Probe(call, _) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(found) => self.probed(found, elapsed),
            },
            State::Sync(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(result)) => Step::Done(Ok(result)),
                Step::Done(Err(error)) => self.not_started(error, elapsed),
            },
            State::Queue(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(receipt)) => self.queued(receipt),
                Step::Done(Err(error)) => self.not_started(error, elapsed),
            },
        }
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once")
            .field("run", &self.run)
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}
