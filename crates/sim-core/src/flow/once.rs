//! Starts a run once, and ends with its result.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use serde_json::Value;

use super::look::may_pass;
use super::tries::Tries;
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

    /// How the run is waited for once it is accepted. Its deadline is that of the whole call: no attempt of a
    /// start outlasts it either, and a synchronous run that it cuts off is cancelled by the server.
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
    tries: Tries,
    /// A request went out under this id and its answer was lost so.
    lost: Option<Error>,
}

enum State {
    Sync(Call<With<ExecuteWorkflow>>),
    Queue(Call<With<QueueWorkflow>>),
    Probe(Call<GetRun>),
    Wait(Wait),
}

/// Hands a call to the exchange of the state that is current.
macro_rules! current {
    ($state:expr, $exchange:ident => $do:expr) => {
        match $state {
            State::Sync($exchange) => $do,
            State::Queue($exchange) => $do,
            State::Probe($exchange) => $do,
            State::Wait($exchange) => $do,
        }
    };
}

impl Once {
    pub(crate) fn new(api: &Api, plan: OnceWorkflow) -> Result<Self> {
        let run = plan.execute.chosen_id().cloned().unwrap_or_else(|| api.mint());
        let state = claim(api, &plan, &run, Duration::ZERO)?;
        Ok(Self { api: api.clone(), plan, run, state, tries: Tries::first(), lost: None })
    }

    /// The id under which the run is asked for now.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    fn queued(
        &mut self,
        receipt: AsyncExecutionResult,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        if receipt.run_id.as_ref() == Some(&self.run) {
            return self.wait_for(None, elapsed);
        }
        // Our id did not get there. The run has one of the server's, or on a server that knows no ids a job.
        if let Some(run) = receipt.run_id {
            self.run = run;
        }
        self.wait_for(receipt.task_id, elapsed)
    }

    fn not_started(&mut self, error: Error, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        if self.is_ours(&error) {
            return self.wait_for(None, elapsed);
        }
        if error.is_ambiguous() {
            let Some(delay) = self.pause(&error, elapsed) else { return Step::Done(Err(error)) };
            self.lost = Some(error);
            return self.probe(delay, elapsed);
        }
        match error.fate() {
            Fate::NeverSent | Fate::Refused(Claim::Free) => {
                let delay = self.pause(&error, elapsed);
                self.claim_again(error, delay, elapsed)
            }
            Fate::Refused(Claim::Spent) if self.plan.execute.chosen_id().is_none() => {
                // What was lost under the old id had not arrived, or this refusal would have been a conflict.
                self.lost = None;
                let delay = self.pause(&error, elapsed);
                self.run = self.api.mint();
                self.claim_again(error, delay, elapsed)
            }
            _ => self.refused(error),
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

    fn probe(&mut self, delay: Duration, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let probe = GetRun::new(self.plan.execute.workflow(), &self.run);
        match self.plan.wait.call(&self.api, probe, elapsed.saturating_add(delay)) {
            Ok(probe) => {
                self.state = State::Probe(probe);
                Step::Again(delay)
            }
            Err(error) => self.unknown(error),
        }
    }

    fn probed(&mut self, found: Result<Run>, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        match found {
            Ok(_) => self.wait_for(None, elapsed),
            Err(error) if error.is_not_found() => {
                let known = serde_json::from_slice(error.body())
                    .is_ok_and(|body| Envelope::read(&body).is_some());
                if known {
                    return self.claim_again(error, Some(Duration::ZERO), elapsed);
                }
                // Not even the address is known: sent again, the run could start twice.
                let lost = self.lost.take().unwrap_or(error);
                Step::Done(Err(lost.unknowable()))
            }
            Err(error) if error.is_cancelled() => Step::Done(Err(error.cancelled_for(&self.run))),
            Err(error) => {
                let delay = may_pass(&error).then(|| self.pause(&error, elapsed)).flatten();
                match delay {
                    Some(delay) => self.probe(delay, elapsed),
                    None => self.unknown(error),
                }
            }
        }
    }

    fn claim_again(
        &mut self,
        error: Error,
        delay: Option<Duration>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let then = elapsed.saturating_add(delay.unwrap_or_default());
        let Some(delay) = delay.filter(|_| !self.plan.wait.ends_before(then)) else {
            return self.refused(error);
        };
        match claim(&self.api, &self.plan, &self.run, then) {
            Ok(state) => {
                self.state = state;
                Step::Again(delay)
            }
            Err(error) => self.refused(error),
        }
    }

    fn wait_for(&mut self, job: Option<JobId>, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        self.tries.accepted(&self.api);
        let handle = RunHandle { job, ..RunHandle::new(self.plan.execute.workflow(), &self.run) };
        match Wait::accepted(&self.api, handle, self.plan.wait, elapsed) {
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
        self.tries.next(&self.api, &self.plan.retry, &self.plan.wait, error, elapsed)
    }

    /// Ends with the refusal of a start: while an answer is lost, it does not settle what became of the run.
    ///
    /// A spending limit does: it is looked at once the id is claimed, so the same id had been refused as taken if
    /// the lost request had been accepted.
    fn refused(&self, error: Error) -> Step<WorkflowExecutionResult> {
        let settled = self.lost.is_none() || error.is_usage_limited() || error.is_cancelled();
        if settled { Step::Done(Err(error)) } else { self.unknown(error) }
    }

    /// Ends with what hides the end of a run that may have started.
    fn unknown(&self, error: Error) -> Step<WorkflowExecutionResult> {
        Step::Done(Err(error.ambiguous(Some(self.run.clone()))))
    }
}

/// The request that claims `run`, sent once: what follows is decided here.
fn claim(api: &Api, plan: &OnceWorkflow, run: &RunId, begins: Duration) -> Result<State> {
    let execute = plan.execute.clone().run_id(run);
    if plan.sync {
        let execute = execute.with_retry(RetryPolicy::NEVER);
        return plan.wait.call(api, execute, begins).map(State::Sync);
    }
    let mut queue = execute.queue();
    if let Some(limit) = plan.execution_timeout {
        queue = queue.execution_timeout(limit);
    }
    plan.wait.call(api, queue.with_retry(RetryPolicy::NEVER), begins).map(State::Queue)
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
            State::Probe(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(found) => self.probed(found, elapsed),
            },
            State::Sync(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(result)) => {
                    self.tries.accepted(&self.api);
                    Step::Done(Ok(result))
                }
                Step::Done(Err(error)) => self.not_started(error, elapsed),
            },
            State::Queue(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(receipt)) => self.queued(receipt, elapsed),
                Step::Done(Err(error)) => self.not_started(error, elapsed),
            },
        }
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once")
            .field("run", &self.run)
            .field("tries", &self.tries.count())
            .finish_non_exhaustive()
    }
}
