//! The conversation that finds out what became of a run whose stream was cut.

use std::fmt;
use std::time::Duration;

use super::{Wait, WaitPolicy};
use crate::client::Api;
use crate::error::{Error, Result};
use crate::exchange::{Exchange, Step};
use crate::flow::pass_on;
use crate::model::{Collected, RunHandle, Texts};
use crate::wire::Outcome;

/// The exchange that waits for the run of a stream that was cut. It ends with the result of the run and the text that
/// arrived before the cut.
pub struct Recovery {
    wait: Wait,
    handle: RunHandle,
    texts: Texts,
}

impl Recovery {
    pub(super) fn new(
        api: &Api,
        error: &Error,
        handle: RunHandle,
        policy: WaitPolicy,
    ) -> Result<Self> {
        // A row that a refused start left is not what became of a run.
        let wait = api.wait(handle.clone(), policy)?.of_a_start();
        Ok(Self { wait, handle, texts: error.texts().cloned().unwrap_or_default() })
    }

    /// Makes a run that the lost connection cancelled an error.
    pub(super) fn interruptible(mut self) -> Self {
        self.wait = self.wait.interruptible();
        self
    }

    /// Adds to an error the text so far, and why the run may be impossible to find.
    fn failed(&mut self, error: Error) -> Error {
        let is_unknown = error.is_404() && !self.handle.claims_proven;
        let error = if is_unknown { error.unknowable() } else { error };
        let texts = std::mem::take(&mut self.texts);
        error.with(|inner| inner.texts = Some(texts))
    }
}

impl Exchange for Recovery {
    type Output = Collected;

    pass_on! { this => &this.wait }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Collected> {
        match self.wait.receive(outcome, elapsed) {
            Step::Again(delay) => Step::Again(delay),
            Step::Done(Ok(result)) => {
                Step::Done(Ok(Collected::new(result, std::mem::take(&mut self.texts))))
            }
            Step::Done(Err(error)) => Step::Done(Err(self.failed(error))),
        }
    }
}

impl Api {
    /// Returns the exchange that finds out what became of the run of a stream that was cut.
    ///
    /// # Errors
    /// The given error, if it is not that of a stream that may have left a run.
    pub fn recover(&self, error: Error, policy: WaitPolicy) -> Result<Recovery> {
        let may_go_on = error.is_truncated() || error.is_ambiguous();
        match error.handle().cloned().filter(|_| may_go_on) {
            Some(handle) => Recovery::new(self, &error, handle, policy),
            // The server is not known to honour the id that was sent, and the stream named no other.
            None if may_go_on && error.sent_id().is_some() => Err(error.unknowable()),
            None => Err(error),
        }
    }
}

impl fmt::Debug for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recovery").field("wait", &self.wait).finish_non_exhaustive()
    }
}
