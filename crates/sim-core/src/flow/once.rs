//! The conversation that starts a run once and ends with its result.

use std::fmt;
use std::time::Duration;

use http::response::Parts;
use serde_json::Value;

use super::WaitPolicy;
use super::attempts::Attempts;
use super::conversation::Conversation;
use super::poll::may_pass;
use super::wait::{Wait, Watcher};
use crate::call::Call;
use crate::client::Api;
use crate::error::{Error, FailureClass, Result, RunIdState, code};
use crate::exchange::{BodyPlan, Exchange, Step};
use crate::model::{RunHandle, RunStatus, WorkflowExecutionResult};
use crate::operation::{CallOptions, RetryPolicy};
use crate::primitives::{JobId, RunId};
use crate::response::Envelope;
use crate::run::{AsyncExecutionResult, ExecuteWorkflow, GetRun, QueueWorkflow, Run};
use crate::wire::{CancelToken, Outcome, RequestBody, Timeouts};

/// A plan to run a workflow once; returned by [`ExecuteWorkflow::once`].
///
/// By default the run is queued, because only a queued run survives a lost connection.
///
/// ```
/// use std::time::Duration;
/// use serde_json::json;
/// use sim_core::ExecuteWorkflow;
///
/// let plan = ExecuteWorkflow::new("wf-1")
///     .input(json!({"city": "Oslo"}))
///     .once()
///     .execution_timeout(Duration::from_secs(600))
///     .on_change(|status| println!("the run is {status}"));
/// // Hand it to `execute_once` of a client.
/// # drop(plan);
/// ```
#[must_use]
pub struct OnceWorkflow {
    execute: ExecuteWorkflow,
    sync: bool,
    execution_timeout: Option<Duration>,
    options: CallOptions,
    wait: WaitPolicy,
    watcher: Option<Watcher>,
}

impl ExecuteWorkflow {
    /// Runs the workflow once, whatever the network does: the client finds a lost answer again and never starts a
    /// second run. See [`Once`](crate::transport::Once).
    pub fn once(self) -> OnceWorkflow {
        OnceWorkflow::of(self)
    }
}

impl OnceWorkflow {
    crate::call_options!();

    pub(crate) fn of(execute: ExecuteWorkflow) -> Self {
        Self {
            options: execute.options.clone(),
            execute,
            sync: false,
            execution_timeout: None,
            wait: WaitPolicy::new(),
            watcher: None,
        }
    }

    /// Runs the workflow synchronously: the answer holds the result, the server converts files in the input, and a
    /// lost connection cancels the run. In that case the call ends as [`Interrupted`](crate::ErrorKind::Interrupted);
    /// the client never runs the workflow again.
    pub fn sync(mut self) -> Self {
        self.sync = true;
        self
    }

    /// Limits the duration of the queued run itself; see [`QueueWorkflow::execution_timeout`].
    pub fn execution_timeout(mut self, limit: Duration) -> Self {
        self.execution_timeout = Some(limit);
        self
    }

    /// Sets how to wait for the run once the server has accepted it.
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

/// The default limit of attempts to start a run.
const STARTS: RetryPolicy = RetryPolicy::new().max_retries(9);

/// The exchange that starts a run once and ends with its result. The module's documentation shows its states.
pub struct Once {
    conversation: Conversation,
    plan: OnceWorkflow,
    run_id: RunId,
    state: State,
    attempts: Attempts,
    /// The error by which the answer to a request under this id was lost; `None` if none was lost.
    lost: Option<Error>,
}

#[expect(clippy::large_enum_variant, reason = "a conversation is driven one at a time")]
enum State {
    Sync(Call<ExecuteWorkflow>),
    Queue(Call<QueueWorkflow>),
    Probe(Call<GetRun>),
    Wait(Wait),
}

/// Passes a call on to the exchange of the current state.
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
        let run = plan.execute.chosen_id().cloned().unwrap_or_else(|| api.new_run_id());
        let conversation = Conversation::new(api, &plan.options);
        let state = start_request(&conversation, &plan, &run, Duration::ZERO)?;
        Ok(Self { conversation, plan, run_id: run, state, attempts: Attempts::first(), lost: None })
    }

    /// Returns the id under which the run is requested now.
    pub fn run_id(&self) -> &RunId {
        &self.run_id
    }

    fn queued(
        &mut self,
        receipt: AsyncExecutionResult,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        if receipt.run_id.as_ref() == Some(&self.run_id) {
            return self.wait_for(None, elapsed);
        }
        // The server did not receive our id: the run has an id of the server's, or only a job on a server that knows
        // no ids.
        if let Some(run) = receipt.run_id {
            self.run_id = run;
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
        match error.failure_class() {
            FailureClass::NeverSent | FailureClass::Refused(RunIdState::Free) => {
                let delay = self.pause(&error, elapsed);
                self.start_again(error, delay, elapsed)
            }
            FailureClass::Refused(RunIdState::Spent) if self.plan.execute.chosen_id().is_none() => {
                // The request that was lost under the old id never arrived; otherwise this refusal would be a
                // conflict.
                self.lost = None;
                let delay = self.pause(&error, elapsed);
                self.run_id = self.conversation.api().new_run_id();
                self.start_again(error, delay, elapsed)
            }
            _ => self.refused(error),
        }
    }

    /// Returns whether an answer proves that the server accepted our own claim before.
    fn is_ours(&self, error: &Error) -> bool {
        let named = |body: &Value| {
            let id = body.get("executionId").or_else(|| body.pointer("/error/details/runId"));
            id.and_then(Value::as_str) == Some(self.run_id.as_str())
        };
        error.code() == code::EXECUTION_ID_CONFLICT
            && serde_json::from_slice(error.body()).is_ok_and(|body| named(&body))
    }

    fn probe(&mut self, delay: Duration, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let probe = GetRun::new(self.plan.execute.workflow(), &self.run_id);
        match self.conversation.call(probe, elapsed.saturating_add(delay)) {
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
                    Some(delay) => self.probe(delay, elapsed),
                    None => self.unknown(error),
                }
            }
        }
    }

    fn start_again(
        &mut self,
        error: Error,
        delay: Option<Duration>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let then = elapsed.saturating_add(delay.unwrap_or_default());
        let Some(delay) = delay.filter(|_| !self.conversation.ends_before(then)) else {
            return self.refused(error);
        };
        match start_request(&self.conversation, &self.plan, &self.run_id, then) {
            Ok(state) => {
                self.state = state;
                Step::Again(delay)
            }
            Err(error) => self.refused(error),
        }
    }

    fn wait_for(&mut self, job: Option<JobId>, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        self.attempts.accepted(self.conversation.api());
        let handle =
            RunHandle { job_id: job, ..RunHandle::new(self.plan.execute.workflow(), &self.run_id) };
        match Wait::accepted(self.conversation.clone(), handle, self.plan.wait, elapsed) {
            Ok(wait) => {
                let wait = wait.watched(self.plan.watcher.take());
                self.state = State::Wait(if self.plan.sync { wait.interruptible() } else { wait });
                Step::Again(Duration::ZERO)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    /// Returns the delay before the next attempt, or `None` if there must be none.
    fn pause(&mut self, error: &Error, elapsed: Duration) -> Option<Duration> {
        let policy = self.conversation.retry().unwrap_or(STARTS);
        self.attempts.next(&self.conversation, &policy, error, elapsed)
    }

    /// Ends with the refusal of a start. While an answer is lost, the refusal does not settle whether a run started.
    ///
    /// A spending limit does settle it: the server checks the limit after it claims the id, so if it had accepted the
    /// lost request, it would have refused the same id as taken.
    fn refused(&self, error: Error) -> Step<WorkflowExecutionResult> {
        let settled = self.lost.is_none() || error.is_usage_limited() || error.is_cancelled();
        if settled { Step::Done(Err(error)) } else { self.unknown(error) }
    }

    /// Ends with the error that hides the end of a run which may have started.
    fn unknown(&self, error: Error) -> Step<WorkflowExecutionResult> {
        Step::Done(Err(error.ambiguous(Some(self.run_id.clone()))))
    }
}

/// Creates the request that claims `run`. It is sent once; the conversation decides about repeats.
fn start_request(
    conversation: &Conversation,
    plan: &OnceWorkflow,
    run: &RunId,
    begins: Duration,
) -> Result<State> {
    let mut execute = plan.execute.clone().run_id(run);
    // The conversation applies the options.
    execute.options = CallOptions::default();
    if plan.sync {
        return conversation.call(execute.retry(RetryPolicy::NEVER), begins).map(State::Sync);
    }
    let mut queue = execute.queue().retry(RetryPolicy::NEVER);
    if let Some(limit) = plan.execution_timeout {
        queue = queue.execution_timeout(limit);
    }
    conversation.call(queue, begins).map(State::Queue)
}

impl Exchange for Once {
    type Output = WorkflowExecutionResult;

    fn request(&self) -> http::Request<RequestBody> {
        current!(&self.state, exchange => exchange.request())
    }

    fn timeouts(&self) -> Timeouts {
        current!(&self.state, exchange => exchange.timeouts())
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        self.conversation.cancel_token()
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
                    self.attempts.accepted(self.conversation.api());
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

impl Api {
    /// Returns the exchange that starts a run once and ends with its result.
    ///
    /// # Errors
    /// If its request cannot be built.
    pub fn once(&self, plan: OnceWorkflow) -> Result<Once> {
        Once::new(self, plan)
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once")
            .field("run", &self.run_id)
            .field("attempts", &self.attempts.count())
            .finish_non_exhaustive()
    }
}
