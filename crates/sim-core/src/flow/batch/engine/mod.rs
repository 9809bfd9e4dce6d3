//! The course of a batch: which request comes next, and what came of the last ones.

mod inputs;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::io;
use std::time::Duration;

use super::job::{Job, RunWork, TakenUp, Work};
use super::later::Later;
use super::pace::{StartPace, Verdict};
use super::plan::BatchPlan;
use super::server_clock::ServerClock;
use super::{BatchProgress, BatchRun, StoredOutcome};
use crate::client::Api;
use crate::error::{Error, Result};
use crate::exchange::{Exchange as _, Step};
use crate::model::{RunHandle, RunStatus, WorkflowExecutionResult};
use crate::operation::RetryPolicy;
use crate::primitives::{Generation, rate_limit};
use crate::run::ExecuteWorkflow;
use crate::v1::{GetUsageLimits, UsageLimits};
use crate::wire::{CancelToken, Outcome};

/// How often the server is asked what it promises, before runs start without knowing it.
const QUESTIONS: u32 = 3;
/// The retries of the question what is left of the bucket: no run starts meanwhile.
const SOON: RetryPolicy =
    RetryPolicy::new().max_retries(5).initial_delay(Duration::from_millis(50));
/// The number of results that wait for the caller, before no more requests are sent.
const BACKLOG: usize = 1024;

/// The course of a batch, without I/O. A driver calls [`next`](Self::next) and does what it says, from any number of
/// threads or tasks at once; [`take`](Self::take) returns what came of the inputs. Both `next` and `receive` may make
/// something ready to take.
///
/// All times are since the batch began.
pub struct Batch {
    api: Api,
    plan: BatchPlan,
    /// The request of the next input, taken from the inputs.
    peeked: Option<ExecuteWorkflow>,
    has_more: bool,
    /// Work that goes on later.
    later: Later,
    /// Starts that are due and wait for the pace.
    held: VecDeque<Work>,
    /// The number of requests on their way.
    in_flight: usize,
    /// The number of runs that were taken up and have not ended.
    open: usize,
    pace: StartPace,
    clock: ServerClock,
    questions: u32,
    is_asking_claims: bool,
    ready: VecDeque<BatchRun>,
    /// What came of inputs before its turn.
    early: BTreeMap<u64, BatchRun>,
    next_in_order: u64,
    progress: BatchProgress,
}

/// What a driver of a batch does next.
#[derive(Debug)]
#[must_use]
pub enum BatchStep {
    /// Send the request of this job, and give it back to [`Batch::receive`].
    Send(Job),
    /// Ask again after this long, or as soon as a job was given back or a result was taken.
    Wait(Duration),
    /// Ask again as soon as a job was given back or a result was taken.
    Busy,
    /// Nothing more is to be sent.
    Over,
}

impl Api {
    /// Returns the course of a batch.
    pub fn batch(&self, plan: BatchPlan) -> Batch {
        let options = plan.options.clone();
        let api = self.scoped(|scope| *scope = options.or(scope));
        let (least, most) = plan.inputs.size_hint();
        let total = most.filter(|most| *most == least).and_then(|most| u64::try_from(most).ok());
        Batch {
            api,
            plan,
            peeked: None,
            has_more: true,
            later: Later::default(),
            held: VecDeque::new(),
            in_flight: 0,
            open: 0,
            pace: StartPace::new(),
            clock: ServerClock::default(),
            questions: 0,
            is_asking_claims: false,
            ready: VecDeque::new(),
            early: BTreeMap::new(),
            next_in_order: 0,
            progress: BatchProgress { total, ..BatchProgress::default() },
        }
    }
}

impl Batch {
    /// Returns what to do at `now`.
    pub fn next(&mut self, now: Duration) -> BatchStep {
        let is_cancelled = self.is_cancelled();
        if is_cancelled {
            (self.has_more, self.peeked) = (false, None);
        }
        loop {
            if self.in_flight >= self.plan.requests || self.ready.len() >= BACKLOG {
                return BatchStep::Busy;
            }
            if let Some(work) = self.due(is_cancelled, now) {
                return self.send(work);
            }
            let wants_start = !self.held.is_empty() || self.wants_input();
            if wants_start && self.pace.asks(now) {
                match self.api.call(GetUsageLimits::new().retry(SOON)) {
                    Ok(call) => {
                        self.pace.asked();
                        return self.send(Work::Usage(Box::new(call), now));
                    }
                    Err(_) => self.pace.untold(),
                }
            } else if self.wants_input() && self.pace.allows(now) {
                match self.take_up(now) {
                    TakenUp::Work(work) => return self.send(work),
                    TakenUp::Nothing => {}
                    TakenUp::Later => return self.rest(false, now),
                }
            } else {
                return self.rest(wants_start, now);
            }
        }
    }

    /// Takes back a job whose request was sent.
    pub fn receive(&mut self, job: Job, now: Duration) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let Some(outcome) = job.outcome else {
            // Nobody sent it.
            return self.later.add(job.work, now);
        };
        if let Ok(answer) = &outcome {
            self.clock.note(answer.headers(), now);
        }
        if job.is_start {
            self.pace.answered(verdict(&outcome), now);
        }
        match job.work {
            Work::Run(run) => self.receive_run(run, outcome, now),
            Work::Usage(mut call, asked) => {
                match call.receive(outcome, now.saturating_sub(asked)) {
                    Step::Again(delay) => {
                        self.later.add(Work::Usage(call, asked), now.saturating_add(delay));
                    }
                    Step::Done(Ok(limits)) => self.told(&limits, now),
                    Step::Done(Err(_)) => self.pace.untold(),
                }
            }
            Work::Claims(mut question, asked) => {
                match question.receive(outcome, now.saturating_sub(asked)) {
                    Step::Again(delay) => {
                        self.later.add(Work::Claims(question, asked), now.saturating_add(delay));
                    }
                    Step::Done(_) => self.is_asking_claims = false,
                }
            }
        }
    }

    /// Returns what came of an input, if anything is ready.
    pub fn take(&mut self) -> Option<BatchRun> {
        self.ready.pop_front()
    }

    /// Returns whether something is ready to take.
    pub fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Returns whether something came of every input, and the caller has taken it.
    pub fn is_over(&self) -> bool {
        self.is_done() && self.ready.is_empty()
    }

    /// Returns how far the batch has come.
    pub fn progress(&self) -> BatchProgress {
        self.progress
    }

    /// Returns how many requests may be on their way at once.
    pub fn requests_at_once(&self) -> usize {
        self.plan.requests
    }

    fn is_done(&self) -> bool {
        !self.has_more && self.peeked.is_none() && self.open == 0
    }

    fn is_cancelled(&self) -> bool {
        let options = self.api.scoped_options(&self.plan.options);
        options.cancel.as_ref().is_some_and(CancelToken::is_cancelled)
    }

    fn send(&mut self, work: Work) -> BatchStep {
        let job = work.into_job();
        self.in_flight += 1;
        if job.is_start {
            self.pace.started();
        }
        BatchStep::Send(job)
    }

    /// Returns work that is due. After a cancellation all work is: it ends at its next request.
    fn due(&mut self, is_cancelled: bool, now: Duration) -> Option<Work> {
        while let Some(work) = self.later.due(if is_cancelled { Duration::MAX } else { now }) {
            if is_cancelled || !work.is_start() {
                return Some(work);
            }
            self.held.push_back(work);
        }
        if is_cancelled || self.pace.allows(now) { self.held.pop_front() } else { None }
    }

    /// Returns what to do while no request can be sent.
    fn rest(&self, wants_start: bool, now: Duration) -> BatchStep {
        let parked = self.later.next_due();
        let start = if wants_start { self.pace.ready_at() } else { None };
        match parked.into_iter().chain(start).min() {
            Some(then) => BatchStep::Wait(then.saturating_sub(now)),
            None if self.is_done() => BatchStep::Over,
            None => BatchStep::Busy,
        }
    }

    fn receive_run(&mut self, mut run: Box<RunWork>, outcome: Outcome, now: Duration) {
        match run.exchange.receive(outcome, now.saturating_sub(run.begins)) {
            Step::Again(delay) => self.later.add(Work::Run(run), now.saturating_add(delay)),
            Step::Done(result) => {
                self.open -= 1;
                let RunWork { position, handle, .. } = *run;
                self.came(position, Some(handle), result, false);
            }
        }
    }

    /// Takes what came of an input.
    fn came(
        &mut self,
        position: u64,
        handle: Option<RunHandle>,
        result: Result<WorkflowExecutionResult>,
        is_stored: bool,
    ) {
        let count = match &result {
            Ok(result) if result.status == RunStatus::Completed => &mut self.progress.completed,
            Ok(_) => &mut self.progress.not_completed,
            Err(_) => &mut self.progress.errors,
        };
        *count += 1;
        // A run that waits for a person goes on, so that is not its end.
        let ended = result.as_ref().ok().filter(|result| result.status != RunStatus::Paused);
        let kept = match (&self.plan.store, ended) {
            (Some(store), Some(result)) if !is_stored => {
                store.finish(position, &StoredOutcome::of(result))
            }
            _ => Ok(()),
        };
        let not_stored = kept.err().map(|error| unstored(&error));
        let run = BatchRun { position, handle, result, is_stored, not_stored };
        if self.plan.is_ordered {
            self.early.insert(position, run);
            while let Some(run) = self.early.remove(&self.next_in_order) {
                self.next_in_order += 1;
                self.ready.push_back(run);
            }
        } else {
            self.ready.push_back(run);
        }
        self.tell();
    }

    fn tell(&mut self) {
        if let Some(watcher) = &mut self.plan.watcher {
            watcher(&self.progress);
        }
    }

    /// Takes what the server says of its buckets. In the first generation queued runs count as synchronous ones.
    fn told(&mut self, limits: &UsageLimits, now: Duration) {
        let bucket = limits.rate_limit.as_ref().map(|limits| match self.api.generation() {
            Generation::V1 => &limits.sync,
            Generation::V2 | Generation::Auto => &limits.queued,
        });
        self.pace.told(bucket, &self.clock, now);
    }
}

fn unstored(error: &io::Error) -> Error {
    Error::request(format!("the store of the batch failed: {error}"))
}

/// Returns what the outcome of a start says about the limits.
fn verdict(outcome: &Outcome) -> Verdict {
    match outcome {
        Ok(answer) if matches!(answer.status().as_u16(), 429 | 503) => {
            Verdict::Limited(rate_limit::retry_after(answer.headers()))
        }
        _ => Verdict::Other,
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("plan", &self.plan)
            .field("open", &self.open)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}
