//! A streamed run and its result, whatever happens to the stream.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::WaitPolicy;
use super::claims::probe;
use super::conversation::Conversation;
use super::recovery::Recovery;
use super::watcher::Shared;
use crate::call::Call;
use crate::client::Api;
use crate::error::{Error, Result};
use crate::exchange::{Exchange, Step};
use crate::flow::pass_on;
use crate::model::RunHandle;
use crate::operation::{CallOptions, RetryPolicy};
use crate::primitives::WorkflowId;
use crate::run::StreamWorkflow;
use crate::stream::{Collector, Opening, RunEvent, RunEvents};
use crate::v1::ProbeClaims;
use crate::wire::Outcome;

/// The default limit of attempts to open the stream.
const STARTS: RetryPolicy = RetryPolicy::new().max_retries(9);

type Watcher = Shared<dyn FnMut(&RunEvent<'_>) + Send>;

/// A plan to stream a run once; returned by [`StreamWorkflow::once`].
///
/// ```
/// use sim_core::{ExecuteWorkflow, RunEvent};
///
/// let plan = ExecuteWorkflow::new("wf-1").stream().select(["agent1.content"]).once().on_event(|event| {
///     if let RunEvent::Text { chunk, .. } = event {
///         print!("{chunk}");
///     }
/// });
/// // Hand it to `stream_once` of a client.
/// # drop(plan);
/// ```
#[derive(Clone)]
#[must_use]
pub struct OnceStream {
    stream: StreamWorkflow,
    options: CallOptions,
    wait: WaitPolicy,
    watcher: Option<Watcher>,
}

impl StreamWorkflow {
    /// Streams the run, and finds out what became of it if the stream is cut. The client never starts a second run.
    pub fn once(self) -> OnceStream {
        let options = self.call_options().clone();
        OnceStream { stream: self, options, wait: WaitPolicy::new(), watcher: None }
    }
}

impl OnceStream {
    crate::call_options!();

    /// Sets how to wait for the run if the stream is cut.
    pub fn wait(mut self, policy: WaitPolicy) -> Self {
        self.wait = policy;
        self
    }

    /// Calls `watcher` with each event of the stream but the last.
    pub fn on_event(mut self, watcher: impl FnMut(&RunEvent<'_>) + Send + 'static) -> Self {
        self.watcher = Some(Watcher::new(Arc::new(Mutex::new(watcher))));
        self
    }

    /// Returns the exchange that opens the stream, the collector of its events, and what follows a cut.
    ///
    /// # Errors
    /// If the request cannot be built.
    pub fn into_parts(self, api: &Api) -> Result<(OpenOnce, Collector, AfterCut)> {
        let options = api.scoped_options(&self.options);
        let after = AfterCut {
            workflow: self.stream.workflow_id().clone(),
            deadline: options.deadline,
            wait: self.wait,
            api: api.scoped(|scope| *scope = CallOptions { retry: None, ..options }),
        };
        let opening = OpenOnce::new(api, self.stream, &self.options)?;
        let collector = self.watcher.map_or_else(Collector::default, |watcher| {
            Collector::watched(Box::new(move |event| (watcher.lock())(event)))
        });
        Ok((opening, collector, after))
    }
}

/// The exchange that opens the stream of a run, once. Its output is the reader for the body.
///
/// A stream does not name its run. So before a start of the first generation it asks, as [`Once`](super::Once) does,
/// whether the server honours run ids: only then the run can be found if the stream is cut.
pub struct OpenOnce {
    conversation: Conversation,
    /// The question that comes before the start; `None` once it is answered, or if it would tell nothing new.
    probe: Option<Call<ProbeClaims>>,
    open: Call<Opening<StreamWorkflow>>,
    /// Whether the server turned out to lack the second generation.
    has_fallen_back: bool,
}

impl OpenOnce {
    fn new(api: &Api, stream: StreamWorkflow, options: &CallOptions) -> Result<Self> {
        let about = ("StreamOnce", (Some(stream.workflow_id()), None));
        let conversation = Conversation::new(api, options, about);
        // The conversation applies the options.
        let stream = Opening::new(stream.with_options(CallOptions::default()));
        let open = conversation.call(stream, Duration::ZERO)?;
        let open = open.with_retry(conversation.retry().unwrap_or(STARTS)).without_fall_back();
        let probe = probe(&conversation, Duration::ZERO)?;
        Ok(Self { conversation, probe, open, has_fallen_back: false })
    }

    /// Goes on in the first generation, because the server lacks the second and so started nothing.
    fn fall_back(&mut self, elapsed: Duration) -> Step<RunEvents> {
        self.has_fallen_back = true;
        match probe(&self.conversation, elapsed) {
            Ok(None) => self.start(elapsed),
            Ok(probe) => {
                self.probe = probe;
                Step::Again(Duration::ZERO)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    /// Starts the run in the first generation, now that nothing more can be learnt of the server. The id stays the same:
    /// something on the way may still repeat a start of the second generation.
    fn start(&mut self, elapsed: Duration) -> Step<RunEvents> {
        match self.open.fall_back(elapsed) {
            Some(Ok(())) => Step::Again(Duration::ZERO),
            Some(Err(error)) => Step::Done(Err(error)),
            None => Step::Done(Err(Error::out_of_time())),
        }
    }
}

impl Exchange for OpenOnce {
    type Output = RunEvents;

    pass_on! { this: &this.probe => { Some(probe) => probe, None => &this.open } }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<RunEvents> {
        let step = self.advance(outcome, elapsed);
        // The call that opened the stream tells of its outcome.
        self.conversation.told(step, elapsed, |_| None)
    }
}

impl OpenOnce {
    fn advance(&mut self, outcome: Outcome, elapsed: Duration) -> Step<RunEvents> {
        if let Some(probe) = &mut self.probe {
            return match probe.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Err(error)) if error.is_cancelled() => Step::Done(Err(error)),
                Step::Done(_) => {
                    self.probe = None;
                    self.start(elapsed)
                }
            };
        }
        match self.open.receive(outcome, elapsed) {
            Step::Done(Err(_)) if self.open.lacks_generation() && !self.has_fallen_back => {
                self.fall_back(elapsed)
            }
            step => step,
        }
    }
}

/// What follows a stream that was cut.
#[derive(Debug)]
pub struct AfterCut {
    api: Api,
    workflow: WorkflowId,
    deadline: Option<Duration>,
    wait: WaitPolicy,
}

impl AfterCut {
    /// Returns the exchange that finds out what became of the run. It ends as
    /// [`Interrupted`](crate::ErrorKind::Interrupted) if the cut cancelled the run. `elapsed` is the time since the
    /// beginning of the whole, whose deadline holds for this part too.
    ///
    /// # Errors
    /// The given error, if no run can have started, or if the deadline has passed.
    pub fn recover(self, error: Error, elapsed: Duration) -> Result<Recovery> {
        let may_go_on = error.is_truncated() || error.is_ambiguous();
        let Some(run) = error.run_id().filter(|_| may_go_on) else {
            let is_lost = may_go_on && error.sent_id().is_some();
            return Err(if is_lost { error.unknowable() } else { error });
        };
        // An error names the run of a start only where its id is proven to count.
        let handle =
            RunHandle { claims_proven: true, ..RunHandle::new(self.workflow, run.clone()) };
        let left = self.deadline.map(|deadline| deadline.saturating_sub(elapsed));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(error.with_handle(Some(&handle)));
        }
        let api = self.api.scoped(|scope| scope.deadline = left);
        Recovery::new(&api, &error, handle, self.wait).map(Recovery::interruptible)
    }
}

impl fmt::Debug for OnceStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceStream").field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl fmt::Debug for OpenOnce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOnce").field("probe", &self.probe).finish_non_exhaustive()
    }
}
