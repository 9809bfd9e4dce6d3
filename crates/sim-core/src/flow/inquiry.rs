//! The inquiry into a paused run. The run itself does not tell whether an answer is being worked on, whether what
//! followed it failed, or whether another person is asked by now. The detail of the pause tells, under the id of the
//! run or of the attempt to go on, and after it the log. Waits and answers use it. It must not decide how long to wait.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::conversation::Conversation;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::exchange::{Exchange, Step};
use crate::flow::pass_on;
use crate::model::{PauseKind, PausePoint, RunError, RunStatus};
use crate::primitives::{ContextId, Generation, RunId, WorkflowId};
use crate::run::{GetLog, Log};
use crate::v1::{GetPaused, PauseRecord, PausedRunDetail, PausedState, ResumeEntry, ResumeState};
use crate::wire::Outcome;

/// What an inquiry found.
#[derive(Debug)]
pub(super) struct Found {
    /// The record of the place that was asked about. `None` if the server has none, or could not be asked.
    pub(super) record: Option<Box<PauseRecord>>,
    /// What the run is doing.
    pub(super) doing: Doing,
}

/// What a paused run is doing.
#[derive(Debug)]
pub(super) enum Doing {
    /// It waits for people, in these places.
    Asks(Vec<PausePoint>),
    /// It failed when it went on from its pause.
    Failed(RunError),
    /// It is going on from its pause.
    GoesOn,
    /// It went on from every place, so it ended or is about to.
    WentOn,
    /// Somebody cancelled it where it waited.
    Cancelled,
    /// The server does not say, for this reason.
    Unknown(Error),
}

/// The exchange that finds out what a paused run is doing.
pub(super) struct Inquiry {
    conversation: Conversation,
    run_id: RunId,
    workflow: WorkflowId,
    /// The place that was answered, or `None` if it is not known.
    place: Option<ContextId>,
    record: Option<Box<PauseRecord>>,
    /// Whether to ask the log if the detail does not tell.
    has_log: bool,
    asks: Asks,
}

enum Asks {
    Detail(Call<GetPaused>),
    /// The pause is filed under the id of the attempt to go on.
    Attempt(Call<GetPaused>),
    /// The detail did not tell, for this reason.
    Log(Call<GetLog>, Error),
}

impl Inquiry {
    /// The reason of a run that failed after its pause, where the server gives none.
    pub(super) const NO_REASON: &str =
        "the run failed after its pause, and the server does not say why";

    pub(super) fn new(
        conversation: &Conversation,
        workflow: &WorkflowId,
        run: &RunId,
        place: Option<ContextId>,
        begins: Duration,
    ) -> Result<Self> {
        let detail = conversation.call(GetPaused::new(workflow, run), begins)?;
        Ok(Self {
            conversation: conversation.clone(),
            run_id: run.clone(),
            workflow: workflow.clone(),
            place,
            record: None,
            // Only servers with the second generation have a log that tells.
            has_log: conversation.api().generation() != Generation::V1,
            asks: Asks::Detail(detail),
        })
    }

    /// Does not ask the log, because the caller knows enough without it.
    pub(super) fn without_log(mut self) -> Self {
        self.has_log = false;
        self
    }

    fn detailed(&mut self, detail: &PausedRunDetail, elapsed: Duration) -> Step<Found> {
        let points = &detail.run.pause_points;
        if points.is_empty() {
            let error = Error::decode("the detail of the pause names no place".to_owned());
            return self.ask_log(error, elapsed);
        }
        if let Some(place) = &self.place {
            let record = points.iter().find(|record| record.context_id == *place);
            self.record = record.cloned().map(Box::new);
        }
        if let Some(doing) = judge(detail, self.record.as_deref()) {
            return self.found(doing);
        }
        let attempt = detail.run.pause_points.iter().find_map(attempt_of);
        match attempt.filter(|attempt| *attempt != self.run_id) {
            Some(attempt) => self.ask_for_attempt(&attempt, elapsed),
            None => self.found(Doing::GoesOn),
        }
    }

    fn ask_for_attempt(&mut self, attempt: &RunId, elapsed: Duration) -> Step<Found> {
        match self.conversation.call(GetPaused::new(&self.workflow, attempt), elapsed) {
            Ok(call) => {
                self.asks = Asks::Attempt(call);
                Step::Again(Duration::ZERO)
            }
            Err(error) => self.found(Doing::Unknown(error)),
        }
    }

    fn ask_log(&mut self, error: Error, elapsed: Duration) -> Step<Found> {
        let log = || self.conversation.read(GetLog::new(&self.run_id), Duration::ZERO, elapsed);
        match self.has_log.then(log) {
            Some(Ok((call, delay))) => {
                self.asks = Asks::Log(call, error);
                Step::Again(delay)
            }
            Some(Err(_)) | None => self.found(Doing::Unknown(error)),
        }
    }

    fn found(&mut self, doing: Doing) -> Step<Found> {
        let doing = match doing {
            Doing::Failed(error) => {
                let secret = self.conversation.api().secret();
                Doing::Failed(error.without(secret.as_ref()))
            }
            other => other,
        };
        Step::Done(Ok(Found { record: self.record.take(), doing }))
    }
}

/// Returns what the detail tells of the run, or `None` if it tells only that no place waits or failed.
fn judge(detail: &PausedRunDetail, asked: Option<&PauseRecord>) -> Option<Doing> {
    if matches!(detail.run.status, PausedState::Cancelling | PausedState::Cancelled) {
        return Some(Doing::Cancelled);
    }
    // A failure of the place that was asked about is the answer, even if another place still waits.
    if let Some(error) = asked.and_then(failure) {
        return Some(Doing::Failed(error));
    }
    let open = detail.run.open_points().filter(|point| point.kind != Some(PauseKind::Time));
    let open: Vec<_> = open.collect();
    if !open.is_empty() {
        return Some(Doing::Asks(open));
    }
    let failed = detail.run.pause_points.iter().find_map(failure).map(Doing::Failed);
    failed.or((detail.run.status == PausedState::FullyResumed).then_some(Doing::WentOn))
}

/// Returns why the run failed when it went on from a place, or `None` if it did not fail there.
fn failure(record: &PauseRecord) -> Option<RunError> {
    let failed = record.resume_status == Some(ResumeState::Failed);
    failed.then(|| {
        let reason =
            record.latest_resume_entry.as_ref().and_then(|entry| entry.failure_reason.as_deref());
        RunError::saying(reason.unwrap_or(Inquiry::NO_REASON))
    })
}

/// Returns the id of an attempt that ended while its place still reads as going on: it reached another pause, which
/// servers from v0.8 on file under this id.
fn attempt_of(record: &PauseRecord) -> Option<RunId> {
    let resuming = record.resume_status == Some(ResumeState::Resuming);
    let entry = record.latest_resume_entry.as_ref().filter(|_| resuming)?;
    let ended = entry.status.as_deref() == Some("completed");
    entry.attempt.clone().filter(|_| ended)
}

/// Returns why a run failed, by its log, or `None` if its log does not say that it failed.
fn failed_by(log: &Log) -> Option<RunError> {
    (log.status == RunStatus::Failed).then(|| {
        let error = log.final_output.as_ref().and_then(|output| output.get("error"));
        error
            .cloned()
            .and_then(RunError::of)
            .unwrap_or_else(|| RunError::saying(Inquiry::NO_REASON))
    })
}

impl Found {
    /// Returns the latest answer that the place received, or `None` if it received none or is not known.
    pub(super) fn entry(&self) -> Option<&ResumeEntry> {
        self.record.as_ref()?.latest_resume_entry.as_ref()
    }

    /// Returns whether this input is the latest answer that the place received.
    pub(super) fn holds(&self, input: &Value) -> bool {
        self.entry().is_some_and(|entry| entry.holds(input))
    }

    /// Returns why the server took an answer back: it accepted the answer, could not go on, and waits again.
    pub(super) fn taken_back(&self) -> Option<&str> {
        let waits = self.record.as_ref()?.resume_status == Some(ResumeState::Paused);
        let entry = self.entry().filter(|entry| waits && entry.status.as_deref() == Some("failed"));
        entry.map(|entry| entry.failure_reason.as_deref().unwrap_or("the server does not say why"))
    }
}

impl Exchange for Inquiry {
    type Output = Found;

    pass_on! { this: &this.asks => { Asks::Detail(call) | Asks::Attempt(call) => call, Asks::Log(call, _) => call } }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Found> {
        match &mut self.asks {
            Asks::Detail(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(detail)) => self.detailed(&detail, elapsed),
                Step::Done(Err(error)) if error.is_cancelled() => Step::Done(Err(error)),
                Step::Done(Err(error)) => self.ask_log(error, elapsed),
            },
            Asks::Attempt(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Ok(detail)) => self.found(judge(&detail, None).unwrap_or(Doing::GoesOn)),
                Step::Done(Err(error)) if error.is_cancelled() => Step::Done(Err(error)),
                // The server forgets an attempt that reached no pause.
                Step::Done(Err(_)) => self.found(Doing::GoesOn),
            },
            Asks::Log(call, _) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Step::Again(delay),
                Step::Done(Err(error)) if error.is_cancelled() => Step::Done(Err(error)),
                Step::Done(read) => self.logged(read.ok().as_ref()),
            },
        }
    }
}

impl Inquiry {
    fn logged(&mut self, log: Option<&Log>) -> Step<Found> {
        if let Some(error) = log.and_then(failed_by) {
            return self.found(Doing::Failed(error));
        }
        let Asks::Log(_, error) = &mut self.asks else { return self.found(Doing::GoesOn) };
        let error = std::mem::replace(error, Error::out_of_time());
        self.found(Doing::Unknown(error))
    }
}

impl fmt::Debug for Inquiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inquiry").field("run", &self.run_id).finish_non_exhaustive()
    }
}
