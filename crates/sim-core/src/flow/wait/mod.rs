//! The conversation that waits for a run which the server has accepted. Starts and answers end with it. It must not
//! depend on how a run was started.

mod answered;
mod paused;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::WaitPolicy;
use super::conversation::Conversation;
use super::inquiry::Inquiry;
use super::poll::{RunPoll, may_pass};
use super::state_clock::StateClock;
use super::watcher::Watcher;
use crate::call::Call;
use crate::client::Api;
use crate::error::{Error, Result};
use crate::exchange::{Exchange, Step};
use crate::flow::pass_on;
use crate::model::{RunHandle, RunStatus, WorkflowExecutionResult};
use crate::operation::{CallOptions, Operation as _};
use crate::response::{ReadDelay, Share};
use crate::run::Run;
use crate::wire::Outcome;
pub(super) use answered::Answered;
use answered::Subject;
use http::StatusCode;

/// The exchange that waits for a run. It polls until the run has ended or waits for a person, and then reads the
/// output.
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
pub struct Wait {
    conversation: Conversation,
    handle: RunHandle,
    policy: WaitPolicy,
    poll: Call<RunPoll>,
    /// The inquiry into what the run does, after a poll that did not tell; otherwise `None`.
    inquiry: Option<(Inquiry, Subject)>,
    /// Whether an answer proved that the server took the run, or at least its id.
    accepted: bool,
    clock: StateClock,
    share: Share,
    /// Whether a lost connection cancels the run.
    interruptible: bool,
    /// Whether this call started the run, so that a row which no run left is not a result.
    of_a_start: bool,
    /// The answer after which the run goes on, or `None` if the wait follows none.
    answered: Option<Answered>,
    seen: Option<RunStatus>,
    watcher: Option<Watcher>,
    /// Whether to keep changes until somebody takes them.
    keeps_changes: bool,
    change: Option<Run>,
    polls_made: u32,
    failures: u32,
    /// Since when the run, or the output of a completed run, has been missing. `None` while it is there.
    missing: Option<Duration>,
}

/// The number of polls by which a failed one counts for more: a server in trouble is left alone.
const SLOWER: u32 = 2;

impl Wait {
    pub(crate) fn new(api: &Api, handle: RunHandle, policy: WaitPolicy) -> Result<Self> {
        let conversation = Conversation::new(
            api,
            &CallOptions::default(),
            ("Wait", (Some(&handle.workflow_id), Some(&handle.run_id))),
        );
        Self::from(conversation, handle, policy, Duration::ZERO)
    }

    /// Waits for a run that was accepted after `elapsed` of the conversation's time.
    pub(super) fn accepted(
        conversation: Conversation,
        handle: RunHandle,
        policy: WaitPolicy,
        elapsed: Duration,
    ) -> Result<Self> {
        let run = handle.run_id.clone();
        let wait = if conversation.ends_before(elapsed) {
            Err(Error::out_of_time())
        } else {
            Self::from(conversation, handle, policy, elapsed)
        };
        let wait = wait.map(|wait| Self { accepted: true, ..wait });
        wait.map_err(|error| error.ambiguous(Some(run)))
    }

    fn from(
        conversation: Conversation,
        handle: RunHandle,
        policy: WaitPolicy,
        begins: Duration,
    ) -> Result<Self> {
        let poll = poll_once(&conversation, RunPoll::at(&handle, false), begins)?;
        Ok(Self {
            share: conversation.api().share(),
            conversation,
            handle,
            policy,
            poll,
            inquiry: None,
            accepted: false,
            clock: StateClock::new(begins),
            interruptible: false,
            of_a_start: false,
            answered: None,
            seen: None,
            watcher: None,
            keeps_changes: false,
            change: None,
            polls_made: 0,
            failures: 0,
            missing: None,
        })
    }

    /// Calls `watcher` with each status of the run that differs from the one before.
    #[must_use]
    pub fn on_change(mut self, watcher: impl FnMut(&RunStatus) + Send + 'static) -> Self {
        self.watcher = Some(Watcher::new(Arc::new(Mutex::new(watcher))));
        self
    }

    /// Reads the output with the first poll, for a run that has probably ended.
    pub(super) fn reading_output(mut self, begins: Duration) -> Self {
        let poll = RunPoll::at(&self.handle, true);
        if let Ok(poll) = poll_once(&self.conversation, poll, begins) {
            self.poll = poll;
        }
        self
    }

    /// Keeps each state that differs from the one before, for [`take_change`](Self::take_change).
    pub(super) fn keeping_changes(mut self) -> Self {
        self.keeps_changes = true;
        self
    }

    /// Returns the state that the latest poll saw, if it differs from the one before. A state that is asked about
    /// further may turn out to be the outcome.
    pub(super) fn take_change(&mut self) -> Option<Run> {
        if self.inquiry.is_some() { None } else { self.change.take() }
    }

    pub(super) fn interruptible(mut self) -> Self {
        self.interruptible = true;
        self
    }

    /// Polls first after `delay`, or later if the bucket of the reads asks for that.
    pub(super) fn first_poll(
        &mut self,
        delay: Duration,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let pace = self.pace();
        match self.conversation.fit(delay.max(pace.fair), Some(pace.closed), elapsed) {
            Some(delay) => self.poll_after(self.poll.endpoint().clone(), delay, elapsed),
            None => self.give_up(Error::out_of_time()),
        }
    }

    /// Returns the delay that the bucket of the reads asks for.
    fn pace(&self) -> ReadDelay {
        self.conversation.api().pace(&self.share, &self.poll.endpoint().route())
    }

    pub(super) fn take_watcher(&mut self) -> Option<Watcher> {
        self.watcher.take()
    }

    /// Ends with an error if the row is what a refused start left behind.
    pub(super) fn of_a_start(mut self) -> Self {
        self.of_a_start = true;
        self
    }

    pub(super) fn watched(mut self, watcher: Option<Watcher>) -> Self {
        self.watcher = watcher;
        self
    }

    fn seen_run(&mut self, run: Run, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        if self.seen.as_ref() != Some(&run.status) {
            if let Some(watcher) = &self.watcher {
                (watcher.lock())(&run.status);
            }
            self.seen = Some(run.status.clone());
        }
        self.failures = 0;
        self.missing = None;
        let changed = self.clock.see(&run, elapsed);
        if changed && self.keeps_changes && !run.status.is_terminal() {
            self.change = Some(run.clone());
        }
        if self.clock.is_new() {
            self.polls_made = 0;
        }
        let was_answered = self.was_answered(&run, elapsed);
        match &run.status {
            RunStatus::Completed if run.output.is_none() && !self.poll_has_output() => {
                self.poll_after(RunPoll::at(&self.handle, true), Duration::ZERO, elapsed)
            }
            RunStatus::Cancelled if self.interruptible => {
                Step::Done(Err(Error::interrupted(self.handle.run_id.clone())))
            }
            RunStatus::Failed if self.of_a_start && run.is_burned() => {
                let text = run.error.as_ref().map_or("", |error| &error.message);
                Step::Done(Err(Error::burned(self.handle.run_id.clone(), text)))
            }
            status if status.is_terminal() => Step::Done(Ok(run.into())),
            RunStatus::Paused if run.tells_its_places() && !was_answered => {
                Step::Done(Ok(run.into()))
            }
            RunStatus::Paused if !run.waits_for_a_time() && !was_answered => {
                self.inquire(Subject::Run(Box::new(run)), elapsed)
            }
            _ => self.poll_again(None, run.resumes_in, elapsed),
        }
    }

    fn is_within_grace(&self, since: Duration, elapsed: Duration) -> bool {
        elapsed.saturating_sub(since) < self.policy.grace
    }

    fn poll_has_output(&self) -> bool {
        self.poll.endpoint().has_output()
    }

    fn failed(&mut self, error: Error, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        if let Some(job) = self.poll.endpoint().instead(&error, &self.handle) {
            return self.poll_after(job, Duration::ZERO, elapsed);
        }
        if error.is_404() && self.answered.is_some() {
            return self.inquire(Subject::Missing(error), elapsed);
        }
        if self.is_missing(&error) {
            return self.still_missing(error, elapsed);
        }
        // A refusal by a rate limit says nothing about the server's health. The bounds end a row of them.
        if !error.is_rate_limited() {
            self.failures += 1;
            self.polls_made = self.polls_made.saturating_add(SLOWER);
        }
        let too_long = !self.policy.polls.honours(error.retry_after());
        if !may_pass(&error) || too_long || self.failures > self.policy.failures {
            return self.give_up(error);
        }
        let asked = error.retry_after();
        self.poll_again(asked, None, elapsed)
    }

    fn still_missing(&mut self, error: Error, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let since = *self.missing.get_or_insert(elapsed);
        // Servers before the second generation do not show a run before it leaves the queue.
        let is_queued = self.accepted && self.seen.is_none();
        if !is_queued && !self.is_within_grace(since, elapsed) {
            return self.give_up(error);
        }
        self.poll_again(None, None, elapsed)
    }

    /// Returns whether the missing run or output may still appear. A run can be in neither place on its way from the
    /// queue to its start, and the server may still be writing the output of a completed run.
    fn is_missing(&self, error: &Error) -> bool {
        let conflicts = error.status() == Some(StatusCode::CONFLICT);
        error.is_404() || conflicts && self.poll_has_output()
    }

    /// Ends without a result. If the run was seen to be completed, only its output is unknown.
    fn give_up(&self, error: Error) -> Step<WorkflowExecutionResult> {
        let run = self.handle.run_id.clone();
        Step::Done(Err(match self.seen {
            Some(RunStatus::Completed) => error.without_output(run),
            _ => error.given_up(&self.handle, self.seen.as_ref()),
        }))
    }

    /// Polls again later: after the interval, and not before the time that the server asked for or the end of a timed
    /// pause.
    fn poll_again(
        &mut self,
        asked: Option<Duration>,
        pause: Option<Duration>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let left = self.clock.left(&self.policy, elapsed);
        if left.is_zero() {
            return self.give_up(self.clock.bound_reached(&self.policy));
        }
        self.polls_made = self.polls_made.saturating_add(1);
        let pace = self.pace();
        let delay = self.conversation.api().delay(&self.policy.polls, self.polls_made, asked);
        let asked = pace.closed.max(asked.unwrap_or_default());
        let delay = delay.map(|delay| {
            let delay = delay.max(pace.fair).max(pause.unwrap_or_default());
            // The last poll comes when the bound does, so that nothing is missed.
            delay.min(left).max(asked)
        });
        let delay = delay.and_then(|delay| self.conversation.fit(delay, Some(asked), elapsed));
        match delay {
            Some(delay) => self.poll_after(self.poll.endpoint().clone(), delay, elapsed),
            None => self.give_up(Error::out_of_time()),
        }
    }

    fn poll_after(
        &mut self,
        poll: RunPoll,
        delay: Duration,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let then = elapsed.saturating_add(delay);
        if self.conversation.ends_before(then) {
            return self.give_up(Error::out_of_time());
        }
        match poll_once(&self.conversation, poll, then) {
            Ok(poll) => {
                self.poll = poll;
                Step::Again(delay)
            }
            Err(error) => self.give_up(error),
        }
    }
}

/// Creates the request of a poll. It does not repeat a refusal for which the server names a delay: the wait does that,
/// at the pace of all waits.
fn poll_once(
    conversation: &Conversation,
    poll: RunPoll,
    begins: Duration,
) -> Result<Call<RunPoll>> {
    let retry = conversation.api().retry().max_retry_after(Duration::ZERO);
    Ok(conversation.call(poll, begins)?.with_retry(retry))
}

impl Exchange for Wait {
    type Output = WorkflowExecutionResult;

    pass_on! { this: &this.inquiry => { Some((inquiry, _)) => inquiry, None => &this.poll } }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        let step = self.advance(outcome, elapsed);
        self.conversation.told_of_run(step, elapsed)
    }
}

impl Wait {
    fn advance(&mut self, outcome: Outcome, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        if let Some((inquiry, subject)) = self.inquiry.take() {
            return self.inquired(inquiry, subject, outcome, elapsed);
        }
        match self.poll.receive(outcome, elapsed) {
            Step::Again(delay) => Step::Again(delay),
            Step::Done(Ok(run)) => self.seen_run(run, elapsed),
            Step::Done(Err(error)) if error.is_cancelled() => {
                Step::Done(Err(error.cancelled_for(&self.handle.run_id)))
            }
            Step::Done(Err(error)) => self.failed(error, elapsed),
        }
    }
}

impl Api {
    /// Returns the exchange that waits for a run.
    ///
    /// # Errors
    /// If its request cannot be built.
    pub fn wait(&self, handle: impl Into<RunHandle>, policy: WaitPolicy) -> Result<Wait> {
        Wait::new(self, handle.into(), policy)
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
