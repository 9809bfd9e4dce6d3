//! Taking up the inputs of a batch.

use std::time::Duration;

use super::{Batch, QUESTIONS, unstored};
use crate::error::{Error, Result};
use crate::flow::batch::StoredOutcome;
use crate::flow::batch::job::{RunWork, TakenUp, Work};
use crate::model::{Claims, RunHandle};
use crate::run::ExecuteWorkflow;

impl Batch {
    /// Returns whether another input can be taken up, apart from the pace.
    pub(super) fn wants_input(&mut self) -> bool {
        if self.open >= self.plan.at_once || self.is_window_full() {
            return false;
        }
        if self.peeked.is_none() && self.has_more {
            self.peeked = self.plan.inputs.next();
            self.has_more = self.peeked.is_some();
        }
        self.peeked.is_some()
    }

    /// Returns whether as many results wait for an earlier one as may.
    fn is_window_full(&self) -> bool {
        let window = u64::try_from(self.plan.at_once).unwrap_or(u64::MAX).saturating_mul(4);
        self.plan.is_ordered && self.progress.taken - self.next_in_order >= window
    }

    /// Takes the next input up. Something may come of it at once.
    pub(super) fn take_up(&mut self, now: Duration) -> TakenUp {
        if self.is_asking_claims {
            return TakenUp::Later;
        }
        if self.api.claims() == Claims::Unknown && self.questions < QUESTIONS {
            self.questions += 1;
            if let Ok(Some(question)) = self.api.ask_claims() {
                self.is_asking_claims = true;
                return TakenUp::Work(Work::Claims(Box::new(question), now));
            }
        }
        let Some(execute) = self.peeked.take() else { return TakenUp::Nothing };
        let position = self.progress.taken;
        self.progress.taken += 1;
        match self.begin(position, execute, now) {
            Ok(Begun::Work(work)) => {
                self.open += 1;
                self.tell();
                TakenUp::Work(Work::Run(work))
            }
            Ok(Begun::Before(before)) => {
                let (handle, outcome) = *before;
                let result = Ok(outcome.into_result(&handle));
                self.came(position, Some(handle), result, true);
                TakenUp::Nothing
            }
            Err((handle, error)) => {
                self.came(position, handle.map(|handle| *handle), Err(error), false);
                TakenUp::Nothing
            }
        }
    }

    fn begin(
        &self,
        position: u64,
        execute: ExecuteWorkflow,
        now: Duration,
    ) -> Result<Begun, (Option<Box<RunHandle>>, Error)> {
        let made = self.api.new_handle(&execute).map_err(|error| (None, error))?;
        let mut handle = made.clone();
        if let Some(store) = &self.plan.store {
            let entry = store.reserve(position, &made);
            let entry = entry.map_err(|error| (None, unstored(&error)))?;
            if entry.handle != made {
                handle = entry.handle;
            }
            let fits = handle.input == made.input && handle.workflow_id == made.workflow_id;
            if let Some(outcome) = entry.outcome.filter(|_| fits) {
                return Ok(Begun::Before(Box::new((handle, outcome))));
            }
        }
        let mut once = execute.once().wait(self.plan.wait);
        if let Some(limit) = self.plan.execution_timeout {
            once = once.execution_timeout(limit);
        }
        match self.api.durable(handle.clone(), once) {
            Ok(exchange) => {
                let work = RunWork { position, handle, exchange, begins: now };
                Ok(Begun::Work(Box::new(work)))
            }
            Err(error) => Err((Some(Box::new(handle)), error)),
        }
    }
}

/// How the run of an input begins.
enum Begun {
    Work(Box<RunWork>),
    /// It ended in an earlier batch with the same store.
    Before(Box<(RunHandle, StoredOutcome)>),
}
