//! Asking a server of the first generation whether it honours run ids, before anything is at stake.

use std::time::Duration;

use super::{Once, State};
use crate::error::{Error, Result};
use crate::exchange::Step;
use crate::flow::claims::probe;
use crate::model::{Claims, WorkflowExecutionResult};

impl Once {
    /// Starts the run after a probe. A probe that failed leaves the question open, and is never the call's error.
    pub(super) fn probed(
        &mut self,
        probed: Result<Claims>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        if let Err(error) = probed {
            if error.is_cancelled() {
                return Step::Done(Err(error));
            }
        }
        self.start(elapsed)
    }

    /// Starts the run in the first generation, because the server lacks the second. A start that may have arrived rules
    /// that out: the same id might start a second run there.
    pub(super) fn fall_back(
        &mut self,
        error: Error,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        if self.lost.is_some() || self.has_fallen_back {
            return self.give_up(error);
        }
        self.has_fallen_back = true;
        match probe(&self.conversation, elapsed) {
            Ok(Some(probe)) => {
                self.state = State::Probe(probe);
                Step::Again(Duration::ZERO)
            }
            Ok(None) => self.start(elapsed),
            Err(error) => Step::Done(Err(error)),
        }
    }

    /// Sends a start now, before which none can have arrived.
    fn start(&mut self, elapsed: Duration) -> Step<WorkflowExecutionResult> {
        if self.conversation.ends_before(elapsed) {
            return Step::Done(Err(Error::out_of_time()));
        }
        self.claims = self.conversation.claims();
        if self.is_stored && self.claims == Claims::Refuted {
            return Step::Done(Err(Error::contradicted()));
        }
        match State::start(&self.conversation, &self.plan, &self.sent_id, elapsed) {
            Ok(state) => {
                self.state = state;
                Step::Again(Duration::ZERO)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }
}
