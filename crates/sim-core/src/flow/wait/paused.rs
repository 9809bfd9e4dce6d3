//! What a wait does about a paused run: it finds out whether the run asks a person, goes on, or failed.

use std::time::Duration;

use super::Wait;
use super::answered::{Answered, Subject};
use crate::error::Error;
use crate::exchange::{Exchange, Step};
use crate::flow::inquiry::{Doing, Found, Inquiry};
use crate::model::{Pause, PausePoint, RunError, RunStatus, WorkflowExecutionResult};
use crate::run::Run;
use crate::wire::Outcome;

impl Wait {
    /// Waits for what follows an answer to a pause.
    pub(in crate::flow) fn answered(mut self, answered: Answered) -> Self {
        self.answered = Some(answered);
        self
    }

    /// Returns whether the run still reads as waiting at the answered pause. That state passes, unless the server did
    /// not accept the answer or the attempt failed: then the pause stays or comes back.
    pub(super) fn was_answered(&mut self, run: &Run, elapsed: Duration) -> bool {
        let grace = self.policy.grace;
        let Some(answered) = &mut self.answered else { return false };
        answered.is_passing(run.waits_at(&answered.place), grace, elapsed)
    }

    /// Asks further about the run, at once.
    pub(super) fn inquire(
        &mut self,
        subject: Subject,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let place = self.answered.as_ref().map(|answered| answered.place.clone());
        let (workflow, run) = (&self.handle.workflow_id, &self.handle.run_id);
        match Inquiry::new(&self.conversation, workflow, run, place, elapsed) {
            Ok(inquiry) => {
                let inquiry = if subject.is_enough() { inquiry.without_log() } else { inquiry };
                self.inquiry = Some((inquiry, subject));
                Step::Again(Duration::ZERO)
            }
            Err(error) => self.give_up(error),
        }
    }

    /// Takes the outcome of a request of the inquiry.
    pub(super) fn inquired(
        &mut self,
        mut inquiry: Inquiry,
        subject: Subject,
        outcome: Outcome,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        match inquiry.receive(outcome, elapsed) {
            Step::Again(delay) => {
                self.inquiry = Some((inquiry, subject));
                Step::Again(delay)
            }
            Step::Done(Ok(found)) => self.found(found, subject, elapsed),
            Step::Done(Err(error)) => Step::Done(Err(error.cancelled_for(&self.handle.run_id))),
        }
    }

    fn found(
        &mut self,
        found: Found,
        subject: Subject,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        if let (Some(answered), Some(reason)) = (&self.answered, found.taken_back()) {
            if found.holds(&answered.input) {
                return Step::Done(Err(Error::taken_back(reason, &self.handle.run_id)));
            }
        }
        match (found.doing, subject) {
            (Doing::Failed(error), subject) => Step::Done(Ok(self.failed_with(error, subject))),
            (Doing::Asks(points), subject) => self.asks(points, subject, elapsed),
            (Doing::Unknown(_), Subject::Run(run)) if run.waits_for_a_human() => {
                Step::Done(Ok((*run).into()))
            }
            (Doing::Unknown(error), Subject::Run(run)) if run.reads_failed(&error) => {
                let error = RunError::saying(Inquiry::NO_REASON);
                Step::Done(Ok(self.failed_with(error, Subject::Run(run))))
            }
            (_, Subject::Run(_)) => self.poll_again(None, None, elapsed),
            // The run is over, and this server cannot show it.
            (Doing::WentOn, Subject::Missing(error)) => self.give_up(error),
            (_, Subject::Missing(error)) => self.still_missing(error, elapsed),
        }
    }

    fn asks(
        &mut self,
        points: Vec<PausePoint>,
        subject: Subject,
        elapsed: Duration,
    ) -> Step<WorkflowExecutionResult> {
        let grace = self.policy.grace;
        if let Some(answered) = &mut self.answered {
            let is_there = points.iter().any(|point| point.context_id == answered.place);
            let is_alone = is_there && points.len() == 1;
            if is_alone && answered.is_passing(true, grace, elapsed) {
                return self.poll_again(None, None, elapsed);
            }
        }
        let pause = Some(Pause::at(points));
        Step::Done(Ok(WorkflowExecutionResult { pause, ..self.result(subject, RunStatus::Paused) }))
    }

    fn failed_with(&self, error: RunError, subject: Subject) -> WorkflowExecutionResult {
        let status = RunStatus::Failed.because_of(Some(&error));
        WorkflowExecutionResult { error: Some(error), pause: None, ..self.result(subject, status) }
    }

    /// Returns the result of the run with this status.
    fn result(&self, subject: Subject, status: RunStatus) -> WorkflowExecutionResult {
        match subject {
            Subject::Run(run) => Run { status, ..*run }.into(),
            Subject::Missing(_) => WorkflowExecutionResult {
                run_id: Some(self.handle.run_id.clone()),
                workflow_id: Some(self.handle.workflow_id.clone()),
                ..WorkflowExecutionResult::of(status)
            },
        }
    }
}
