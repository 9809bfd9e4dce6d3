//! The shared state of a conversation's calls: their options, and the deadline of all of them.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::call::Call;
use crate::client::{Api, Telling};
use crate::error::{Error, Result};
use crate::exchange::Step;
use crate::model::{Claims, RunStatus, WorkflowExecutionResult};
use crate::operation::{CallOptions, Endpoint, RetryPolicy};
use crate::primitives::{RunId, WorkflowId};
use crate::run::ExecuteWorkflow;

/// The least and the most time before the deadline that the last request gets.
const LAST_REQUEST: Range<Duration> = Duration::from_millis(100)..Duration::from_secs(1);

/// The context of a conversation: each call has its options and ends with its deadline.
#[derive(Debug)]
pub(super) struct Conversation {
    api: Api,
    options: CallOptions,
    /// The name of the conversation.
    name: &'static str,
    /// What tells the observers of the conversation. `None` if there are none, or if another part tells them.
    watch: Option<Arc<Telling>>,
}

/// The subject of a conversation, for observers: its name, and the workflow and the run that it is about.
pub(super) type About<'a> = (&'static str, (Option<&'a WorkflowId>, Option<&'a RunId>));

/// A clone is for a part of the conversation, whose end is not that of the whole.
impl Clone for Conversation {
    fn clone(&self) -> Self {
        let (api, options) = (self.api.clone(), self.options.clone());
        Self { api, options, name: self.name, watch: None }
    }
}

impl Conversation {
    /// Creates a conversation with the options of its request and of its client's handle.
    pub(super) fn new(api: &Api, options: &CallOptions, (name, ids): About<'_>) -> Self {
        let options = api.scoped_options(options);
        let watch = api.observed_conversation(name, ids, options.context.as_ref());
        // The conversation decides about repeats, and each call gets the time that the deadline leaves.
        let of_each = CallOptions { deadline: None, retry: None, ..options.clone() };
        let api = api.scoped(|scope| *scope = of_each).within(watch.as_ref());
        Self { api, options, name, watch }
    }

    /// Returns a handle with the options of `api`, for a part of this conversation that has options of its own.
    pub(super) fn adopt(&self, api: &Api) -> Api {
        api.within(self.watch.as_ref())
    }

    /// Tells the observers of the conversation what follows. `run_of` names the run that a result is the result of.
    pub(super) fn told<T>(
        &self,
        step: Step<T>,
        elapsed: Duration,
        run_of: impl Fn(&T) -> Option<(Option<&RunId>, &RunStatus)>,
    ) -> Step<T> {
        let step = match step {
            Step::Done(Err(error)) => Step::Done(Err(error.of(self.name, None))),
            step => step,
        };
        if let Some(watch) = &self.watch {
            match &step {
                Step::Again(delay) if delay.is_zero() => {}
                Step::Again(delay) => watch.waits(*delay),
                Step::Done(Ok(output)) => {
                    let (run, status) = run_of(output).unzip();
                    watch.ended(run.flatten(), Ok(status), Some(elapsed));
                }
                Step::Done(Err(error)) => watch.ended(error.run_id(), Err(error), Some(elapsed)),
            }
        }
        step
    }

    /// Tells the observers of a conversation that ends with the result of a run what follows.
    pub(super) fn told_of_run(
        &self,
        step: Step<WorkflowExecutionResult>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        self.told(step, elapsed, |result| Some((result.run_id.as_ref(), &result.status)))
    }

    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    /// Returns whether a start in the generation in use claims the id that it sends, as far as that is proven now.
    pub(super) fn claims(&self) -> Claims {
        self.api.claims_by(&ExecuteWorkflow::route_in(self.api.generation()))
    }

    /// Returns the retry policy of the options; `None` leaves it to the conversation.
    pub(super) fn retry(&self) -> Option<RetryPolicy> {
        self.options.retry
    }

    /// Returns whether the deadline passes before `then`.
    pub(super) fn ends_before(&self, then: Duration) -> bool {
        self.options.deadline.is_some_and(|deadline| deadline <= then)
    }

    /// Shortens a delay so that one more request fits before the deadline. Returns `None` if none fits. `asked` is a
    /// part of the delay that cannot be shortened.
    pub(super) fn fit(
        &self,
        delay: Duration,
        asked: Option<Duration>,
        elapsed: Duration,
    ) -> Option<Duration> {
        let Some(deadline) = self.options.deadline else { return Some(delay) };
        let left = deadline.saturating_sub(elapsed);
        if delay < left {
            return Some(delay);
        }
        let room = (left / 10).clamp(LAST_REQUEST.start, LAST_REQUEST.end);
        let last = left.checked_sub(room).filter(|last| *last >= room)?;
        (asked.unwrap_or_default() <= last).then_some(last)
    }

    /// Returns a read that begins after `delay`, or later if its bucket asks for that. Returns the delay with it.
    ///
    /// # Errors
    /// If the request cannot be built, or if it would begin after the deadline.
    pub(super) fn read<E: Endpoint>(
        &self,
        endpoint: E,
        delay: Duration,
        elapsed: Duration,
    ) -> Result<(Call<E>, Duration)> {
        let call = self.api.call(endpoint)?;
        let pace = self.api.pace(&self.api.share(), &call.endpoint().route());
        let asked = delay.max(pace.closed);
        let delay = self.fit(delay.max(pace.fair), Some(asked), elapsed);
        let delay = delay.ok_or_else(Error::out_of_time)?;
        Ok((call.within(self.options.deadline, elapsed.saturating_add(delay)), delay))
    }

    /// Returns a call that starts after `begins`, within the time that the deadline leaves.
    pub(super) fn call<E: Endpoint>(&self, endpoint: E, begins: Duration) -> Result<Call<E>> {
        Ok(self.api.call(endpoint)?.within(self.options.deadline, begins))
    }
}
