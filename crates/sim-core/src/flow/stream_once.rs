//! A streamed run and its result, whatever happens to the stream.

use std::fmt;

use super::WaitPolicy;
use super::recovery::Recovery;
use crate::client::Api;
use crate::error::{Error, Result};
use crate::model::{Claims, RunHandle};
use crate::operation::{CallOptions, RetryPolicy};
use crate::primitives::WorkflowId;
use crate::run::StreamWorkflow;
use crate::stream::{Collector, RunEvent};

/// The default limit of attempts to open the stream.
const STARTS: RetryPolicy = RetryPolicy::new().max_retries(9);

type Watcher = Box<dyn FnMut(&RunEvent<'_>) + Send>;

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
        self.watcher = Some(Box::new(watcher));
        self
    }

    /// Returns the request of the stream, the collector of its events, and what follows a cut.
    pub fn into_parts(self, api: &Api) -> (StreamWorkflow, Collector, AfterCut) {
        let options = api.scoped_options(&self.options);
        let after = AfterCut {
            workflow: self.stream.workflow_id().clone(),
            claims_proven: api.claims() == Claims::Proven,
            wait: self.wait,
            api: api.scoped(|scope| *scope = CallOptions { retry: None, ..options.clone() }),
        };
        let stream = self
            .stream
            .with_options(CallOptions { retry: Some(options.retry.unwrap_or(STARTS)), ..options });
        let collector = self.watcher.map_or_else(Collector::default, Collector::watched);
        (stream, collector, after)
    }
}

/// What follows a stream that was cut, as it was known before the start.
#[derive(Debug)]
pub struct AfterCut {
    api: Api,
    workflow: WorkflowId,
    claims_proven: bool,
    wait: WaitPolicy,
}

impl AfterCut {
    /// Returns the exchange that finds out what became of the run. It ends as
    /// [`Interrupted`](crate::ErrorKind::Interrupted) if the cut cancelled the run.
    ///
    /// # Errors
    /// The given error, if no run can have started.
    pub fn recover(self, error: Error) -> Result<Recovery> {
        let may_go_on = error.is_truncated() || error.is_ambiguous();
        let Some(run) = error.run_id().filter(|_| may_go_on) else {
            let is_lost = may_go_on && error.sent_id().is_some();
            return Err(if is_lost { error.unknowable() } else { error });
        };
        let handle = RunHandle {
            claims_proven: self.claims_proven,
            ..RunHandle::new(self.workflow, run.clone())
        };
        Recovery::new(&self.api, &error, handle, self.wait).map(Recovery::interruptible)
    }
}

impl fmt::Debug for OnceStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceStream").field("stream", &self.stream).finish_non_exhaustive()
    }
}
