//! The conversation that belongs to a stored handle: it starts a run, or goes on with one, across limits and crashes.

use std::fmt;
use std::time::Duration;

use super::conversation::Conversation;
use super::once::{Once, OnceWorkflow};
use super::poll::may_pass;
use super::wait::Wait;
use super::watcher::Watcher;
use crate::call::Call;
use crate::client::Api;
use crate::error::{Error, FailureClass, Result, RunIdState};
use crate::exchange::{Exchange, Step};
use crate::flow::pass_on;
use crate::model::{Claims, RunHandle, RunStatus, WaitBound, WorkflowExecutionResult};
use crate::operation::{CallOptions, RetryPolicy};
use crate::primitives::RunId;
use crate::response::Missing;
use crate::run::{ExecuteWorkflow, GetRun, Run};
use crate::wire::Outcome;

/// The delays between starts that a limit refuses. A bound of the wait ends them.
const LIMITED: RetryPolicy =
    RetryPolicy::new().max_retries(u32::MAX).max_delay(Duration::from_secs(10));

/// The exchange that ends with the result of the run of a handle, whatever happened under the handle before.
///
/// The run has the id of the handle. A limit can refuse a start and spend its id; the next start then has an id that is
/// derived from the handle. All programs that hold the handle derive the same ids, and a server accepts each of them
/// once. So nothing has to be stored in between, and a crash at any point loses nothing:
///
/// ```text
///           a handle that came back                    a new handle
///                    │                                      │
///                    ▼                                      ▼
///               ┌─────────┐  there is no run            ┌───────┐
///  burned: the ▶│ look up │────────────────────────────▶│ start │◀── refused: the next id, or the same if it is free
///  next id  └───│ the id  │◀────────────────────────────│ once  │───┘
///               └─────────┘  the run failed: burned?    └───────┘
///                    │ there is a run                       │
///                    ▼                                      ▼
///                  wait ──────────────────────────────▶  result
/// ```
///
/// A *burned* id belongs to a failed log entry that no run stands behind. Such an entry has cost nothing, and every
/// run costs something. In doubt a run failed.
///
/// A handle whose server was not known to honour run ids before the handle was made allows one start, and no second one
/// later: a run of the first may exist under an id that nobody knows.
pub struct Durable {
    api: Api,
    conversation: Conversation,
    plan: Plan,
    handle: RunHandle,
    /// The number of ids that are known to be burned.
    burned: u32,
    /// Whether a start was sent under the handle before, which may still be on its way.
    was_used: bool,
    state: State,
    /// When a limit first refused the starts in a row, and how many it refused.
    refused: Option<(Duration, u32)>,
    /// The number of reads in a row that failed.
    failures: u32,
    /// A failed run that may turn out to be a burned id.
    failed: Option<WorkflowExecutionResult>,
}

/// What each start needs.
struct Plan {
    once: OnceWorkflow,
    watcher: Option<Watcher>,
}

#[expect(clippy::large_enum_variant, reason = "a conversation is driven one at a time")]
enum State {
    Poll(Call<GetRun>),
    /// A start, with the time at which it began.
    Start(Once, Duration),
    Wait(Wait),
}

impl Durable {
    fn new(api: &Api, handle: RunHandle, mut once: OnceWorkflow) -> Result<Self> {
        if *once.execute.workflow_id() != handle.workflow_id {
            return Err(Error::request("the handle belongs to another workflow"));
        }
        let input = once.execute.input_digest()?;
        if handle.input.as_ref().is_some_and(|own| *own != input) {
            return Err(Error::request("the handle belongs to another input"));
        }
        if once.sync {
            return Err(Error::request("only a queued run outlives its caller"));
        }
        let api = handle.generation.map_or_else(|| api.clone(), |proven| api.fixed(proven));
        let about = ("Durable", (Some(&handle.workflow_id), Some(&handle.run_id)));
        let conversation = Conversation::new(&api, &once.options, about);
        let api = conversation.adopt(&api);
        let plan = Plan { watcher: once.watcher.take(), once };
        let was_used = !handle.is_first_use();
        let state = if was_used {
            let read = GetRun::new(&handle.workflow_id, handle.derived(0));
            State::Poll(conversation.call(read, Duration::ZERO)?)
        } else {
            plan.start(&api, &handle, (0, true), Duration::ZERO)?
        };
        Ok(Self {
            api,
            conversation,
            plan,
            handle,
            burned: 0,
            was_used,
            state,
            refused: None,
            failures: 0,
            failed: None,
        })
    }

    /// Returns whether the next request starts a run.
    pub(crate) fn is_start(&self) -> bool {
        matches!(&self.state, State::Start(once, _) if once.is_start())
    }

    /// Decides what follows the read of an id.
    fn polled(&mut self, found: Result<Run>, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let failed = self.failed.take();
        match (found, failed) {
            // The next id may have been started, whatever is proven.
            (Ok(run), _) if run.is_burned() => {
                self.burned += 1;
                self.poll(Duration::ZERO, elapsed)
            }
            // In doubt the run failed.
            (Ok(_) | Err(_), Some(failed)) => Step::Done(Ok(failed)),
            (Ok(_), None) => self.wait(elapsed),
            (Err(error), None) => self.unread(error, elapsed),
        }
    }

    fn unread(&mut self, error: Error, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        match Missing::read(&error) {
            Some(Missing::Run) if self.handle.claims_proven => self.start(Duration::ZERO, elapsed),
            Some(Missing::Run | Missing::Route) => Step::Done(Err(error.unproven_handle())),
            Some(Missing::Workflow) => Step::Done(Err(error)),
            None if error.is_cancelled() => {
                let run = self.known_run();
                Step::Done(Err(error.with(|inner| inner.run_id = run)))
            }
            // A start under this handle may have left before.
            None if !may_pass(&error) => Step::Done(Err(error.ambiguous(self.known_run()))),
            None => {
                self.failures += 1;
                let policy = self.plan.once.wait;
                let delay = self.api.delay_after(&LIMITED, self.failures, &error);
                match delay.filter(|_| self.failures <= policy.failures) {
                    Some(delay) => self.poll(delay, elapsed),
                    None => Step::Done(Err(error.ambiguous(self.known_run()))),
                }
            }
        }
    }

    /// Decides what follows a start.
    fn started(
        &mut self,
        result: Result<WorkflowExecutionResult>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        match result {
            Ok(failed) if failed.status == RunStatus::Failed && self.handle.claims_proven => {
                match self.poll(Duration::ZERO, elapsed) {
                    Step::Done(_) => Step::Done(Ok(failed)),
                    again @ Step::Again(_) => {
                        self.failed = Some(failed);
                        again
                    }
                }
            }
            Ok(result) => Step::Done(Ok(result)),
            Err(error) => match error.failure_class() {
                FailureClass::Refused(id) => self.limited(error, id, elapsed),
                _ => self.refused(error),
            },
        }
    }

    /// Starts again after a refusal which proves that nothing started.
    fn limited(
        &mut self,
        error: Error,
        id: RunIdState,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        // A row under the id proves by itself that the server took it.
        let is_burned = id == RunIdState::Spent && (self.handle.claims_proven || error.is_burned());
        if is_burned {
            self.burned += 1;
        } else if error.is_ambiguous() {
            return Step::Done(Err(error));
        }
        let (since, count) = self.refused.unwrap_or((elapsed, 0));
        self.refused = Some((since, count + 1));
        let bound = self.plan.once.wait.limit(WaitBound::Queued);
        let is_over = elapsed.saturating_sub(since) >= bound;
        let policy = self.conversation.retry().unwrap_or(LIMITED).max_retries(u32::MAX);
        let delay = self.api.delay_after(&policy, count + 1, &error).filter(|_| !is_over);
        let delay = delay.filter(|delay| !self.conversation.ends_before(elapsed + *delay));
        match delay {
            Some(delay) => self.start(delay, elapsed),
            // A start that is still on its way finds its id burned.
            None if is_burned => Step::Done(Err(error)),
            None => self.refused(error),
        }
    }

    /// Ends with the refusal of a start. It says nothing of an earlier start under the handle that may still be on its
    /// way, unless the server took the id first, or does not have the workflow.
    fn refused(&self, error: Error) -> Step<WorkflowExecutionResult> {
        let is_settled = error.is_usage_limited()
            || error.is_cancelled()
            || error.may_have_started()
            || Missing::read(&error) == Some(Missing::Workflow);
        if !self.was_used || is_settled {
            return Step::Done(Err(error));
        }
        Step::Done(Err(error.ambiguous(self.known_run())))
    }

    fn start(&mut self, delay: Duration, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let then = elapsed.saturating_add(delay);
        if self.conversation.ends_before(then) {
            return self.refused(Error::out_of_time());
        }
        let state = self.plan.start(&self.api, &self.handle, (self.burned, false), then);
        self.go_on(state, delay)
    }

    fn poll(&mut self, delay: Duration, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let read = GetRun::new(&self.handle.workflow_id, self.run_id());
        match self.conversation.read(read, delay, elapsed) {
            Ok((read, delay)) => self.go_on(Ok(State::Poll(read)), delay),
            Err(error) => self.refused(error),
        }
    }

    fn wait(&mut self, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let handle = RunHandle { run_id: self.run_id(), ..self.handle.clone() };
        let policy = self.plan.once.wait.for_execution_timeout(self.plan.once.execution_timeout);
        let wait = Wait::accepted(self.conversation.clone(), handle, policy, elapsed);
        match wait {
            Ok(wait) => {
                let mut wait = wait.watched(self.plan.watcher.clone()).of_a_start();
                let step = wait.first_poll(Duration::ZERO, elapsed);
                self.state = State::Wait(wait);
                step
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    fn go_on(&mut self, state: Result<State>, delay: Duration) -> Step<WorkflowExecutionResult> {
        match state {
            Ok(state) => {
                self.state = state;
                Step::Again(delay)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    /// Returns the id of the run, if the server is known to take the ids of callers.
    fn known_run(&self) -> Option<RunId> {
        self.handle.claims_proven.then(|| self.run_id())
    }

    /// Returns the id that is in use now.
    fn run_id(&self) -> RunId {
        self.handle.derived(self.burned)
    }
}

impl Plan {
    /// Returns the start under an id of the handle, which ends with the deadline of the whole.
    /// `is_first` says that nothing can have been sent under the handle before.
    fn start(
        &self,
        api: &Api,
        handle: &RunHandle,
        (burned, is_first): (u32, bool),
        begins: Duration,
    ) -> Result<State> {
        let options = &self.once.options;
        let whole = api.scoped_options(options).deadline;
        let deadline = whole.map(|deadline| deadline.saturating_sub(begins));
        let once = OnceWorkflow {
            execute: self.once.execute.clone().run_id(handle.derived(burned)),
            sync: false,
            execution_timeout: self.once.execution_timeout,
            options: CallOptions { deadline, ..options.clone() },
            wait: self.once.wait,
            watcher: self.watcher.clone(),
        };
        let once = api.once(once)?;
        Ok(State::Start(if is_first { once } else { once.under_a_stored_id() }, begins))
    }
}

impl Exchange for Durable {
    type Output = WorkflowExecutionResult;

    pass_on! { this: &this.state => { State::Poll(call) => call, State::Start(once, _) => once, State::Wait(wait) => wait } }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let step = self.advance(outcome, elapsed);
        self.conversation.told_of_run(step, elapsed)
    }
}

impl Durable {
    fn advance(&mut self, outcome: Outcome, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let step = match &mut self.state {
            State::Wait(wait) => wait.receive(outcome, elapsed),
            State::Poll(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(found) => self.polled(found, elapsed),
            },
            State::Start(once, begins) => {
                match once.receive(outcome, elapsed.saturating_sub(*begins)) {
                    Step::Again(delay) => Step::Again(delay),
                    Step::Done(result) => self.started(result, elapsed),
                }
            }
        };
        match step {
            Step::Done(Err(error)) => {
                let sent = self.run_id();
                let error = error.with(|inner| _ = inner.sent_id.get_or_insert(sent));
                Step::Done(Err(error.with_handle(Some(&self.handle))))
            }
            step => step,
        }
    }
}

impl Api {
    /// Returns a handle for a future run of the workflow with this input, under a new id. The handle records what is
    /// proven of the server by now.
    ///
    /// # Errors
    /// If the input cannot be serialised.
    pub fn new_handle(&self, execute: &ExecuteWorkflow) -> Result<RunHandle> {
        let input = Some(execute.input_digest()?);
        let run = execute.chosen_id().cloned().unwrap_or_else(|| self.new_run_id());
        let claims_proven = self.claims() == Claims::Proven;
        let handle = RunHandle {
            claims_proven,
            generation: claims_proven.then(|| self.generation()),
            input,
            ..RunHandle::new(execute.workflow_id(), run)
        };
        Ok(handle.unused())
    }

    /// Returns the exchange that ends with the result of the run of a handle.
    ///
    /// # Errors
    /// If the handle belongs to another workflow or another input, or if the request cannot be built.
    pub fn durable(&self, handle: impl Into<RunHandle>, plan: OnceWorkflow) -> Result<Durable> {
        Durable::new(self, handle.into(), plan)
    }
}

impl fmt::Debug for Durable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Durable")
            .field("handle", &self.handle)
            .field("burned", &self.burned)
            .finish_non_exhaustive()
    }
}
