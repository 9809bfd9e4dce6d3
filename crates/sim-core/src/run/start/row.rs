//! The read of the run that explains the answer to its start.

use std::time::Duration;

use serde_json::Value;

use super::open::{Open, has_marks};
use crate::error::{Error, Result, RunIdState};
use crate::model::{Claims, RunStatus, WorkflowExecutionResult};
use crate::operation::{Endpoint as _, FollowUp, Next, Operation};
use crate::primitives::{Generation, RunId, WorkflowId};
use crate::response::{Answer, Missing, Words};
use crate::run::rereads::Rereads;
use crate::run::{GetRun, Run};

/// For how long a run must be absent. Right after a start, a read may be early.
const ABSENT: Duration = Duration::from_secs(1);

/// The delay before an absent run is read again.
const ABSENT_STEP: Duration = Duration::from_millis(250);

/// The second request of a start whose answer does not tell whether its run took place.
#[derive(Debug)]
pub(super) struct RowRead {
    open: Box<Open>,
    read: GetRun,
    run_id: RunId,
    /// Whether the answer itself named the run, by an id of the server's.
    is_named: bool,
    is_chosen: bool,
    absent: Duration,
    rereads: Rereads,
}

impl RowRead {
    /// Creates the read of the run. Returns the answer if there is nothing to read by: the server ignores ids of
    /// callers without a key, and refuses their reads.
    pub(super) fn at(
        workflow: &WorkflowId,
        open: Box<Open>,
        is_chosen: bool,
    ) -> Result<Self, Box<Open>> {
        let has_key = open.answer.secret().is_some();
        let Some(sent) = open.answer.sent_id().filter(|_| has_key) else {
            return Err(open);
        };
        // A server that ignores ids of callers names the run of a whole answer by its own.
        let named = open.paused.as_ref().and_then(|run| run.run_id.as_ref());
        let run_id = named.unwrap_or(sent).clone();
        let is_named = run_id != *sent;
        let mut read = GetRun::new(workflow, &run_id).include_output(true);
        read.set_generation(Generation::V1);
        let (absent, rereads) = (Duration::ZERO, Rereads::new());
        Ok(Self { open, read, run_id, is_named, is_chosen, absent, rereads })
    }

    fn undecided(&mut self, read: Option<&Error>) -> Next<WorkflowExecutionResult> {
        Next::Done(self.open.undecided(read))
    }

    /// Decides by the row of the run.
    fn row(&mut self, run: Run) -> Next<WorkflowExecutionResult> {
        // The server ignores ids of callers, so the row is that of another run.
        if self.open.answer.claims() == Claims::Refuted && !self.is_named {
            return self.undecided(None);
        }
        match run.status {
            RunStatus::Queued | RunStatus::Pending | RunStatus::Running | RunStatus::Redacting => {
                self.goes_on()
            }
            RunStatus::Completed => self.completed(run),
            RunStatus::Paused | RunStatus::Cancelled => Next::Done(Ok(self.merged(run))),
            RunStatus::Failed | RunStatus::TimedOut => self.failed(run),
            RunStatus::Unknown | RunStatus::Other(_) => self.undecided(None),
        }
    }

    fn goes_on(&mut self) -> Next<WorkflowExecutionResult> {
        match self.rereads.next() {
            Some(delay) => Next::Again(delay),
            None => self.undecided(None),
        }
    }

    fn completed(&mut self, run: Run) -> Next<WorkflowExecutionResult> {
        let output = run.output.as_ref().filter(|output| !output.is_null());
        let (output, body) = (output.cloned(), self.open.body.take());
        let Some(body) = body else { return Next::Done(Ok(self.merged(run))) };
        let wrote_body = || output.as_ref().is_none_or(|output| output.get("data") == Some(&body));
        // An id that the caller chose may be that of an earlier run.
        if self.is_chosen && self.open.words.is_some() && !wrote_body() {
            self.open.body = Some(body);
            return self.undecided(None);
        }
        if output.is_some() && has_marks(&body) && body.get("output") == output.as_ref() {
            return Next::Done(Ok(self.merged(run)));
        }
        let block = WorkflowExecutionResult::response_block(&self.open.answer, body);
        let workflow_id = Some(run.workflow_id);
        Next::Done(Ok(WorkflowExecutionResult { workflow_id, ..self.named(block) }))
    }

    fn failed(&mut self, run: Run) -> Next<WorkflowExecutionResult> {
        let status = self.open.answer.status.as_u16();
        let refused = match self.open.words {
            Some(Words::Limit(RunIdState::Spent)) => run.is_burned(),
            Some(Words::Other) if matches!(status, 402 | 403) => run.is_burned(),
            Some(Words::NoFile) => has_not_begun(&run) && self.says_the_same(&run),
            _ => false,
        };
        match self.open.refusal().filter(|_| refused) {
            Some(refusal) => Next::Refused(refusal),
            // An earlier start under the id was refused, and nobody heard that.
            None if run.is_burned() && self.open.paused.is_none() => {
                let text = run.error.as_ref().map_or("", |error| &error.message);
                Next::Refused(Error::burned(self.run_id.clone(), text))
            }
            None => Next::Done(Ok(self.merged(run))),
        }
    }

    fn says_the_same(&self, run: &Run) -> bool {
        let text = self.open.body.as_ref().and_then(|body| body.get("error")?.as_str());
        text.is_some() && text == run.error.as_ref().map(|error| &*error.message)
    }

    /// Returns the result as the row tells it, with what the answer adds.
    fn merged(&mut self, run: Run) -> WorkflowExecutionResult {
        let row = WorkflowExecutionResult::from(run);
        let row = self.named(row);
        if let Some(told) = self.open.paused.take() {
            let WorkflowExecutionResult { success, status, error, pause, .. } = row;
            return self.named(WorkflowExecutionResult { success, status, error, pause, ..*told });
        }
        let told = self.open.body.as_mut().filter(|body| has_marks(body));
        match told.and_then(|body| body.get_mut("output")).map(Value::take) {
            Some(output) if row.output.is_null() => WorkflowExecutionResult { output, ..row },
            _ => row,
        }
    }

    fn named(&self, result: WorkflowExecutionResult) -> WorkflowExecutionResult {
        let (run_id, sent_id) = (Some(self.run_id.clone()), self.open.answer.sent_id().cloned());
        WorkflowExecutionResult { run_id, sent_id, ..result }
    }

    /// Decides by a read that found no row.
    fn unread(&mut self, read: Error) -> Next<WorkflowExecutionResult> {
        if read.is_cancelled() {
            let known = self.is_named || self.open.answer.claims() == Claims::Proven;
            return Next::Done(Err(read.with(|inner| {
                inner.run_id = known.then(|| self.run_id.clone());
            })));
        }
        let refusal = match Missing::read(&read) {
            Some(Missing::Workflow) => self.open.refusal(),
            Some(Missing::Run) if self.open.answer.claims() == Claims::Proven => {
                if self.absent < ABSENT {
                    self.absent += ABSENT_STEP;
                    return Next::Again(ABSENT_STEP);
                }
                self.open.refusal().filter(|_| !self.open.is_on_its_way())
            }
            Some(Missing::Route) => {
                self.open.answer.note_start(Claims::Refuted);
                None
            }
            Some(Missing::Run) | None => None,
        };
        match refusal {
            Some(refusal) => Next::Refused(refusal),
            None => self.undecided(Some(&read)),
        }
    }
}

impl FollowUp<WorkflowExecutionResult> for RowRead {
    fn operation(&self) -> &dyn Operation {
        &self.read
    }

    fn conclude(&mut self, read: Result<Answer>) -> Next<WorkflowExecutionResult> {
        match read.and_then(|answer| self.read.decode(&answer)) {
            Ok(run) => self.row(run),
            Err(error) => self.unread(error),
        }
    }
}

impl Run {
    /// Returns whether the row is what a refused start leaves behind, and not a run.
    pub(crate) fn is_burned(&self) -> bool {
        let costs_nothing = self.cost.as_ref().and_then(|cost| cost.total) == Some(0.0);
        self.status == RunStatus::Failed && costs_nothing && has_not_begun(self)
    }
}

/// Returns whether a failed row shows no sign of work.
fn has_not_begun(run: &Run) -> bool {
    let has_output = run.output.as_ref().is_some_and(|output| !output.is_null());
    !has_output && run.duration.is_some_and(|duration| duration <= Duration::from_millis(1))
}
