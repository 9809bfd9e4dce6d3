//! What a refused or lost answer means. The same status can be a refusal or the failure of what followed the answer,
//! so the detail of the pause decides.

use std::time::Duration;

use super::{Resume, State, answer};
use crate::error::{Error, FailureClass, Result, code};
use crate::exchange::Step;
use crate::flow::inquiry::{Doing, Found};
use crate::model::{RunError, WorkflowExecutionResult};
use crate::operation::RetryPolicy;
use crate::v1::ResumeState;

/// The default limit of attempts to send an answer.
const ANSWERS: RetryPolicy = RetryPolicy::new().max_retries(9);

impl Resume {
    pub(super) fn refused(
        &mut self,
        error: Error,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        if self.asks_why(&error) {
            return match self.inquiry(elapsed) {
                Ok(inquiry) => {
                    self.state = State::Refused(inquiry, error);
                    Step::Again(Duration::ZERO)
                }
                Err(_) => self.unsettled(error),
            };
        }
        self.lost |= error.is_ambiguous();
        let again = error.is_ambiguous()
            || matches!(error.failure_class(), FailureClass::NeverSent | FailureClass::Refused(_));
        let delay = again.then(|| self.pause(&error, elapsed)).flatten();
        let then = elapsed.saturating_add(delay.unwrap_or_default());
        match (delay, answer(&self.conversation, &self.plan.resume, then)) {
            (Some(delay), Ok(state)) => {
                self.state = state;
                Step::Again(delay)
            }
            (Some(_), Err(error)) => Step::Done(Err(error)),
            (None, _) => self.unsettled(error),
        }
    }

    /// Returns whether the detail of the pause can tell more than this refusal. By itself a 400 or a 500 may be the
    /// failure of what followed the answer, and a 409 does not tell whose answer counted. After a loss, every refusal of
    /// a pause may mean that it was answered.
    fn asks_why(&self, error: &Error) -> bool {
        let status = error.status().map(|status| status.as_u16());
        !error.is_ambiguous()
            && match status {
                Some(400 | 409 | 500) => true,
                Some(404) => self.lost,
                _ => false,
            }
    }

    /// Ends with a refusal. After a loss it does not settle whether the server accepted the answer. That holds for a
    /// spending limit too, unlike for a start: the server checks it before it claims anything.
    fn unsettled(&self, error: Error) -> Step<WorkflowExecutionResult> {
        if self.lost && !error.is_cancelled() && !error.is_ambiguous() {
            return Step::Done(Err(error.ambiguous(Some(self.plan.resume.run_id().clone()))));
        }
        Step::Done(Err(error))
    }

    /// Decides by the detail of the pause what a refusal means.
    pub(super) fn inquired(
        &mut self,
        refusal: Error,
        found: Result<Found>,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                return Step::Done(Err(error.cancelled_for(self.plan.resume.run_id())));
            }
        };
        if let (Doing::Unknown(_), true) = (&found.doing, self.lost) {
            let Doing::Unknown(error) = found.doing else { return self.unsettled(refusal) };
            return self.unsettled(error);
        }
        let input = self.plan.resume.answer();
        let is_ours = found.holds(&input);
        match found.taken_back().filter(|_| is_ours) {
            Some(reason) => Step::Done(Err(Error::taken_back(reason, self.plan.resume.run_id()))),
            None if self.lost => self.after_loss(refusal, found, is_ours, elapsed),
            None => self.without_loss(refusal, found, is_ours, elapsed),
        }
    }

    /// An answer was lost, and the pause takes no other.
    fn after_loss(
        &mut self,
        refusal: Error,
        found: Found,
        is_ours: bool,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        match found.entry() {
            // Without the input there is nothing to compare.
            Some(entry) if entry.resume_input.is_null() && !is_ours => self.unsettled(refusal),
            Some(entry) if !is_ours => {
                let given = entry.resume_input.clone();
                let run = self.plan.resume.run_id();
                Step::Done(Err(Error::answer_replaced(refusal, given, run)))
            }
            _ if found.record.is_none() && !matches!(found.doing, Doing::Cancelled) => {
                self.unsettled(refusal)
            }
            _ => match found.doing {
                Doing::Failed(error) => {
                    let failed = self.failed(error);
                    self.done(failed)
                }
                _ => self.wait(None, elapsed),
            },
        }
    }

    /// The first answer that was sent was refused, or what followed it failed.
    fn without_loss(
        &mut self,
        refusal: Error,
        found: Found,
        is_ours: bool,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let is_server_error = refusal.status().is_some_and(|status| status.is_server_error());
        // Without a record, only the log told that the run failed.
        let is_here = found.record.is_none() || found.is_failed() && is_ours;
        let is_answered = found.entry().is_some() || matches!(found.doing, Doing::Cancelled);
        let is_reason =
            |why: &RunError| is_server_error || code::readable(&why.message) == refusal.message();
        match found.doing {
            Doing::Failed(error) if is_here && is_reason(&error) => {
                let failed = self.failed(error);
                self.done(failed)
            }
            // The server would have refused somebody else's answer, not failed at it.
            _ if is_server_error && is_ours => self.wait(None, elapsed),
            // Servers before v0.8 refuse with 400 where later ones say 409.
            _ if is_answered && !is_server_error => {
                let given = found.entry().map(|entry| entry.resume_input.clone());
                Step::Done(Err(refusal.answered(given.filter(|given| !given.is_null()), is_ours)))
            }
            _ => Step::Done(Err(refusal)),
        }
    }

    /// Returns the delay before the next attempt, or `None` if there must be none.
    fn pause(&mut self, error: &Error, elapsed: Duration) -> Option<Duration> {
        let policy = self.conversation.retry().unwrap_or(ANSWERS);
        self.attempts.next(&self.conversation, &policy, error, elapsed)
    }
}

impl Found {
    /// Returns whether the run failed when it went on from the place that was asked about.
    fn is_failed(&self) -> bool {
        let state = self.record.as_ref().and_then(|record| record.resume_status.as_ref());
        state == Some(&ResumeState::Failed)
    }
}
