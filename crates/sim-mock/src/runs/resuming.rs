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
use crate::release::Release;
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
    /// The run waits once more after an answer, which this server cannot resume.
    NoLonger,
}

impl NotResumed {
    /// Returns the reason in the words of the server.
    pub(crate) fn message(self, release: Release) -> &'static str {
        match self {
            Self::NoRun if release < Release::V0732 => {
                "Paused execution not found or already resumed"
            }
            Self::TimedPause if release < Release::V0732 => {
                "Pause kind 'time' is not allowed for this resume endpoint (allowed: human)"
            }
            Self::TimedPause if release >= Release::V089 => {
                "Time-based pauses resume automatically and cannot be resumed manually"
            }
            Self::NoRun | Self::TimedPause => "Paused execution not found",
            Self::NoContext => "Pause point not found for execution",
            Self::NotWaiting => "Paused execution is not resumable",
            Self::AlreadyResumed => "Pause point already resumed or in progress",
            Self::NoLonger => "Execution can no longer be resumed",
        }
    }
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
    /// Whether the server accepts the attempt and never carries it out.
    pub(crate) stuck: bool,
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
        let release = table.release;
        let parent = table.entry(run).filter(|entry| entry.record.workflow == workflow);
        let record = &mut parent.ok_or(NotResumed::NoRun)?.record;
        let status = record.status();
        let pauses = record.pauses.as_mut().ok_or(NotResumed::NoRun)?;
        let ahead: Vec<String> =
            pauses.open_attempts().map(|attempt| attempt.run_id.clone()).collect();
        let over = status != Status::Paused || pauses.cancelled || pauses.cancelling;
        let place = pauses.place(context).ok_or(NotResumed::NoContext)?;
        if over {
            return Err(NotResumed::NotWaiting);
        }
        if place.status != ResumeStatus::Paused {
            return Err(NotResumed::AlreadyResumed);
        }
        if place.pause.time.is_some() && by == ResumedBy::Caller {
            return Err(NotResumed::TimedPause);
        }
        let (id, pause, mode) = (ids::uuid(), place.pause.clone(), record.mode);
        if record.parent.is_some() {
            pauses.refuse(Attempt::new(&id, context, input), NotResumed::NoLonger.message(release));
            let workflow = workflow.to_owned();
            let resumed = Resumed { run_id: id, workflow, mode, pause, ahead, stuck: true };
            return if mode == Mode::Queued { Ok(resumed) } else { Err(NotResumed::NoLonger) };
        }
        let by_hand = by == ResumedBy::Caller;
        let stuck = by_hand && mode == Mode::Queued && !release.resumes_queued_runs();
        place.status = if ahead.is_empty() { ResumeStatus::Resuming } else { ResumeStatus::Queued };
        let mut attempt = Attempt::new(&id, context, input.clone());
        attempt.stuck = stuck;
        attempt.claimed_at = (stuck && ahead.is_empty()).then(Timestamp::now);
        pauses.attempts.push(attempt);
        let stage = if ahead.is_empty() && !stuck { Stage::Running } else { Stage::Queued };
        let attempt = Record {
            id: id.clone(),
            parent: Some(run.to_owned()),
            pauses: None,
            failure: None,
            input,
            stage,
            started_at: Timestamp::now(),
            ended_at: None,
            began: false,
            outputs: Vec::new(),
            ..record.clone()
        };
        table.reserved_ids.insert(id.clone());
        table.insert(Entry {
            record: attempt,
            began: Instant::now(),
            slot: None,
            progress: watch::Sender::new(Progress::Waiting),
        });
        Ok(Resumed { run_id: id, workflow: workflow.to_owned(), mode, pause, ahead, stuck })
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
    ///
    /// If what follows an answer fails, the run goes on waiting. If the run waits once more, an older server
    /// files the new pause under the run, and a newer one under the attempt.
    pub(super) fn complete_attempt(
        &mut self,
        run: &str,
        outcome: Outcome,
        outputs: &[(Block, Value)],
    ) -> Outcome {
        let (now, release) = (Timestamp::now(), self.release);
        let Some(pauses) = self.pauses_of(run) else { return outcome };
        let error = outcome.error();
        let (outcome, again) = match outcome {
            Outcome::Paused(pause) => {
                let pause = pause.begin(now);
                (Outcome::Paused(pause.clone()), Some(pause))
            }
            outcome => (outcome, None),
        };
        let goes_nowhere = error.is_some() || (again.is_some() && !release.resumes_again());
        let Some(attempt) = pauses.attempt(run) else { return outcome };
        attempt.completed_at = Some(now);
        attempt.failure.clone_from(&error);
        let context = attempt.context.clone();
        if let Some(place) = pauses.place(&context) {
            place.status = match (&error, goes_nowhere) {
                (Some(_), _) => ResumeStatus::Failed,
                (None, true) => ResumeStatus::Resuming,
                (None, false) => ResumeStatus::Resumed,
            };
        }
        let mut told = outcome.clone();
        if !goes_nowhere {
            pauses.updated_at = now;
            again.clone().into_iter().for_each(|pause| pauses.add(pause));
            let rest = Pause::joined(pauses.unresumed().map(|place| place.pause.clone()));
            if let Some(rest) = rest.filter(|_| outcome != Outcome::Cancelled) {
                told = Outcome::Paused(rest);
            }
        }
        if let Some(parent) = self.parent_of(run) {
            let record = &mut parent.record;
            if !goes_nowhere {
                record.stage = Stage::Done(told);
            }
            record.failure = error;
            record.ended_at = Some(now);
            let took: SignedDuration = now.duration_since(record.started_at);
            record.duration = took.try_into().unwrap_or_default();
            record.outputs.extend_from_slice(outputs);
        }
        if let (Some(pause), true, Some(entry)) = (again, goes_nowhere, self.entry(run)) {
            entry.record.pauses = Some(Pauses::new(pause));
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
