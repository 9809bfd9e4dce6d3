//! The conversation that reports each state of a run until its end.

use std::fmt;
use std::time::Duration;

use super::{Wait, WaitPolicy};
use crate::client::Api;
use crate::error::Result;
use crate::exchange::{Exchange, Step};
use crate::flow::pass_on;
use crate::model::{RunHandle, RunStatus, WorkflowExecutionResult};
use crate::run::Run;
use crate::wire::Outcome;

/// A state of a run, as a [`Watch`] sees it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RunState {
    /// The run is not over: it is queued, works, or waits at a pause that ends by itself.
    Ongoing(Box<Run>),
    /// The run has ended or waits for a person. This is what a wait for the run returns, and the last state.
    Outcome(Box<WorkflowExecutionResult>),
}

impl RunState {
    /// Returns the status of the run.
    pub fn status(&self) -> &RunStatus {
        match self {
            Self::Ongoing(run) => &run.status,
            Self::Outcome(result) => &result.status,
        }
    }

    /// Returns the outcome, or `None` for a run that is not over.
    pub fn into_outcome(self) -> Option<WorkflowExecutionResult> {
        match self {
            Self::Ongoing(_) => None,
            Self::Outcome(result) => Some(*result),
        }
    }
}

/// The exchange that reports the states of a run, each once.
///
/// It polls like a [`Wait`], with the same pace and bounds. Drive it again for each state: first wait for
/// [`delay`](Self::delay), and measure the time from the beginning of the whole.
pub struct Watch {
    wait: Wait,
    /// When the next poll is due, in the time of the conversation. `None` after the last state.
    due: Option<Duration>,
}

impl Watch {
    /// Returns how long to wait before driving on, or `None` after the last state.
    pub fn delay(&self, elapsed: Duration) -> Option<Duration> {
        self.due.map(|due| due.saturating_sub(elapsed))
    }
}

impl Exchange for Watch {
    type Output = RunState;

    pass_on! { this => &this.wait }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<RunState> {
        match self.wait.receive(outcome, elapsed) {
            Step::Again(delay) => match self.wait.take_change() {
                Some(run) => {
                    self.due = Some(elapsed.saturating_add(delay));
                    Step::Done(Ok(RunState::Ongoing(Box::new(run))))
                }
                None => Step::Again(delay),
            },
            Step::Done(result) => {
                self.due = None;
                Step::Done(result.map(|result| RunState::Outcome(Box::new(result))))
            }
        }
    }
}

impl Api {
    /// Returns the exchange that reports the states of a run.
    ///
    /// # Errors
    /// If its request cannot be built.
    pub fn watch(&self, handle: impl Into<RunHandle>, policy: WaitPolicy) -> Result<Watch> {
        let wait = self.wait(handle, policy)?.keeping_changes();
        Ok(Watch { wait, due: Some(Duration::ZERO) })
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("wait", &self.wait).finish_non_exhaustive()
    }
}

/// Gives a client the call that watches a run. An adapter writes it beside its type `RunStates`, whose
/// `new(client, watch)` drives a [`Watch`](crate::transport::Watch) once for each of its items.
#[doc(hidden)]
#[macro_export]
macro_rules! watch_methods {
    () => {
        /// Watches a run that was started before: returns its states as they change, and its outcome as the last one.
        /// It polls as [`wait_for`](Self::wait_for) does, whose result is that outcome.
        ///
        /// # Errors
        /// If the request cannot be built. The last item is an error where `wait_for` would return one.
        pub fn watch(
            &self,
            handle: &$crate::RunHandle,
            policy: $crate::WaitPolicy,
        ) -> $crate::Result<RunStates> {
            Ok(RunStates::new(self.clone(), self.api.watch(handle.clone(), policy)?))
        }
    };
}
