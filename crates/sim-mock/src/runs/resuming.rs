//! Runs that wait and are resumed. Each attempt has its own id, which is gone once the attempt has ended. Its
//! result is recorded on the run that waited.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::watch;

use super::record::{Record, Stage};
use super::table::{Entry, Progress, Runs, Table};
use crate::ids;
use crate::outcome::{Outcome, Pause};
use crate::pauses::{Attempt, Pauses, ResumeStatus};
use crate::run::{Mode, Status};
use crate::workflow::Block;

/// The actor that resumes a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResumedBy {
    /// A caller, with a request.
    Caller,
    /// The server, at the end of a timed pause.
    Timer,
}

/// The reason why a run is not resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotResumed {
    NoRun,
    NoContext,
    /// The run no longer waits.
    NotWaiting,
    /// The run waits, but no longer at this point.
    AlreadyResumed,
    /// The pause is timed, and ends by itself.
    TimedPause,
}

/// An attempt to resume a run, in line after others.
#[derive(Debug)]
pub(crate) struct Resumed {
    /// The run id of the attempt.
    pub(crate) run_id: String,
    pub(crate) workflow: String,
    pub(crate) mode: Mode,
    pub(crate) pause: Pause,
    /// The attempts ahead of it, by run id.
    pub(crate) ahead: Vec<String>,
}

impl Runs {
    /// Puts an attempt to resume a run in line.
    pub(crate) fn resume(
        &self,
        (workflow, run, context): (&str, &str, &str),
        input: Value,
        by: ResumedBy,
    ) -> Result<Resumed, NotResumed> {
        let mut table = self.table();
        let parent = table.entry(run).filter(|entry| entry.record.workflow == workflow);
        let record = &mut parent.ok_or(NotResumed::NoRun)?.record;
        let status = record.status();
        let pauses = record.pauses.as_mut().ok_or(NotResumed::NoRun)?;
        let ahead: Vec<String> =
            pauses.open_attempts().map(|attempt| attempt.run_id.clone()).collect();
        let place = pauses.place(context).ok_or(NotResumed::NoContext)?;
        if status != Status::Paused {
            return Err(NotResumed::NotWaiting);
        }
        if place.status != ResumeStatus::Paused {
            return Err(NotResumed::AlreadyResumed);
        }
        if place.pause.time.is_some() && by == ResumedBy::Caller {
            return Err(NotResumed::TimedPause);
        }
        place.status = if ahead.is_empty() { ResumeStatus::Resuming } else { ResumeStatus::Queued };
        let (id, pause) = (ids::uuid(), place.pause.clone());
        pauses.attempts.push(Attempt::new(&id, context, input.clone()));
        pauses.updated_at = Timestamp::now();
        let stage = if ahead.is_empty() { Stage::Running } else { Stage::Queued };
        let attempt = Record {
            id: id.clone(),
            parent: Some(run.to_owned()),
            pauses: None,
            input,
            stage,
            started_at: Timestamp::now(),
            ended_at: None,
            began: false,
            outputs: Vec::new(),
            ..record.clone()
        };
        let mode = attempt.mode;
        table.reserved_ids.insert(id.clone());
        table.insert(Entry {
            record: attempt,
            began: Instant::now(),
            slot: None,
            progress: watch::Sender::new(Progress::Waiting),
        });
        Ok(Resumed { run_id: id, workflow: workflow.to_owned(), mode, pause, ahead })
    }

    /// Returns the timed pauses of a waiting run: the id of each point, and when it ends.
    pub(crate) fn timers(&self, run: &str) -> Vec<(String, Timestamp)> {
        let mut table = self.table();
        let pauses = table.entry(run).and_then(|entry| entry.record.pauses.as_ref());
        let waiting = pauses.into_iter().flat_map(Pauses::waiting);
        let timers = waiting
            .filter_map(|place| Some((place.pause.context_id.clone(), place.pause.resume_at?)));
        timers.collect()
    }

    /// Returns the runs of a workflow that wait or have waited, newest first.
    pub(crate) fn paused(&self, workflow: &str) -> Vec<Record> {
        let table = self.table();
        let records = table.entries.iter().map(|entry| &entry.record).rev();
        let paused = records.filter(|record| record.workflow == workflow);
        paused.filter(|record| record.pauses.is_some()).cloned().collect()
    }
}

impl Table {
    /// Records that an attempt begins.
    pub(super) fn begin_attempt(&mut self, run: &str) {
        let Some(pauses) = self.pauses_of(run) else { return };
        let Some(attempt) = pauses.attempt(run) else { return };
        attempt.claimed_at = Some(Timestamp::now());
        let context = attempt.context.clone();
        if let Some(place) = pauses.place(&context) {
            place.status = ResumeStatus::Resuming;
        }
    }

    /// Records the outcome of an attempt on the run that waited, and returns the outcome of the attempt
    /// itself.
    pub(super) fn complete_attempt(
        &mut self,
        run: &str,
        outcome: Outcome,
        outputs: &[(Block, Value)],
    ) -> Outcome {
        let now = Timestamp::now();
        let Some(pauses) = self.pauses_of(run) else { return outcome };
        let Some(attempt) = pauses.attempt(run) else { return outcome };
        attempt.completed_at = Some(now);
        attempt.failure = outcome.error();
        let context = attempt.context.clone();
        let failed = matches!(outcome, Outcome::Failed(_) | Outcome::TimedOut(_));
        if let Some(place) = pauses.place(&context) {
            place.status = if failed { ResumeStatus::Failed } else { ResumeStatus::Resumed };
        }
        pauses.updated_at = now;
        let mut outcome = outcome;
        if let Outcome::Paused(pause) = &outcome {
            pauses.add(pause.clone().begin(now));
        }
        let goes_on =
            matches!(outcome, Outcome::Paused(_) | Outcome::Completed(_) | Outcome::Response(_));
        let rest = Pause::joined(pauses.unresumed().map(|place| place.pause.clone()));
        if let Some(rest) = rest.filter(|_| goes_on) {
            outcome = Outcome::Paused(rest);
        }
        if let Some(parent) = self.parent_of(run) {
            let record = &mut parent.record;
            record.stage = Stage::Done(outcome.clone());
            record.ended_at = Some(now);
            let took: SignedDuration = now.duration_since(record.started_at);
            record.duration = took.try_into().unwrap_or_default();
            record.outputs.extend_from_slice(outputs);
        }
        outcome
    }

    /// Cancels a waiting run and all attempts to resume it.
    pub(super) fn cancel_attempts(&mut self, run: &str) {
        let Some(entry) = self.entry(run) else { return };
        let Some(pauses) = entry.record.pauses.as_mut() else { return };
        pauses.cancelled = true;
        let now = Timestamp::now();
        pauses.updated_at = now;
        let mut open = Vec::new();
        for attempt in pauses.attempts.iter_mut().filter(|one| one.completed_at.is_none()) {
            attempt.completed_at = Some(now);
            open.push(attempt.run_id.clone());
        }
        for run in open {
            if let Some(entry) = self.entry(&run) {
                entry.end(Outcome::Cancelled, Vec::new());
            }
        }
    }

    fn parent_of(&mut self, run: &str) -> Option<&mut Entry> {
        let parent = self.entry(run)?.record.parent.clone()?;
        self.entry(&parent)
    }

    fn pauses_of(&mut self, run: &str) -> Option<&mut Pauses> {
        self.parent_of(run)?.record.pauses.as_mut()
    }
}
