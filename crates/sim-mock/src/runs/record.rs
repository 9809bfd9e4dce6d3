//! The record of one run on the server.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::outcome::Outcome;
use crate::pauses::Pauses;
use crate::release::Release;
use crate::run::{Mode, Run, Status};
use crate::workflow::Block;

/// How far a run has come.
#[derive(Debug, Clone)]
pub(crate) enum Stage {
    Queued,
    Running,
    Done(Outcome),
}

/// Everything that the server knows about a run.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) workflow: String,
    /// The position of the key that started it.
    pub(crate) owner: usize,
    pub(crate) request_id: String,
    pub(crate) input: Value,
    pub(crate) mode: Mode,
    pub(crate) stage: Stage,
    /// The longest time that it may run, or `None` without a limit.
    pub(crate) limit: Option<Duration>,
    /// Whether the run started. It is false for a request that was refused after its id was reserved.
    pub(crate) started: bool,
    /// When the run began, or before that, when it was queued.
    pub(crate) started_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) duration: Duration,
    /// Whether its closure was called.
    pub(crate) began: bool,
    /// The output of each block, once the run has ended.
    pub(crate) outputs: Vec<(Block, Value)>,
    /// The points where it waits or has waited, or `None` if it never waited.
    pub(crate) pauses: Option<Pauses>,
    /// The id of the deployment version that it runs, or `None` without one.
    pub(crate) version: Option<String>,
    /// The error of what followed an answer, or `None`. The run itself goes on waiting.
    pub(crate) failure: Option<String>,
    /// Whether a webhook started it.
    pub(crate) is_delivery: bool,
    /// The run that this one resumes, or `None` for an original run.
    pub(crate) parent: Option<String>,
}

impl Record {
    pub(crate) fn status(&self) -> Status {
        match &self.stage {
            Stage::Queued => Status::Queued,
            Stage::Running => Status::Running,
            Stage::Done(Outcome::Completed(_) | Outcome::Response(_)) => Status::Completed,
            Stage::Done(Outcome::Failed(_) | Outcome::TimedOut(_)) => Status::Failed,
            Stage::Done(Outcome::Paused(_)) => Status::Paused,
            Stage::Done(Outcome::Cancelled) => Status::Cancelled,
        }
    }

    /// Returns whether lists show the run. They leave out a run that never left the queue.
    pub(crate) fn is_logged(&self) -> bool {
        let logged = self.began || !self.started || self.status() == Status::Cancelled;
        logged && self.parent.is_none()
    }

    /// Returns the run as it reads while its end is this young: still at work.
    pub(crate) fn seen_after(mut self, lag: Duration) -> Self {
        let age = self.ended_at.map(|ended| Timestamp::now().duration_since(ended));
        let is_young =
            age.and_then(|age| Duration::try_from(age).ok()).is_some_and(|age| age < lag);
        if is_young && self.began && self.status() != Status::Paused {
            (self.stage, self.ended_at) = (Stage::Running, None);
        }
        self
    }

    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        match &self.stage {
            Stage::Done(outcome) => Some(outcome),
            Stage::Queued | Stage::Running => None,
        }
    }

    /// Returns the error of the run, or of what followed an answer, as logs tell it.
    pub(crate) fn logged_error(&self) -> Option<String> {
        self.failure.clone().or_else(|| self.outcome()?.error())
    }

    /// Returns the time that it ran, in milliseconds.
    pub(crate) fn millis(&self) -> f64 {
        self.duration.as_secs_f64() * 1000.0
    }

    /// Returns the time in whole milliseconds, or `None` before the run has ended.
    pub(crate) fn whole_millis(&self) -> Option<u64> {
        self.ended_at?;
        u64::try_from(self.duration.as_millis()).ok()
    }

    /// Returns the name of what started the run.
    pub(crate) fn trigger(&self) -> &'static str {
        match self.parent {
            Some(_) => "resume",
            None if self.is_delivery => "generic",
            None => "api",
        }
    }

    /// Returns the id of the run that was started: that of the run itself, or of the run that it resumes.
    pub(crate) fn original_run_id(&self) -> &str {
        self.parent.as_ref().unwrap_or(&self.id)
    }

    /// Returns the id under which the pauses of the run are found.
    pub(crate) fn paused_id(&self) -> &str {
        if self.pauses.is_some() { &self.id } else { self.original_run_id() }
    }

    /// Returns the id that answers give to the run, or to the attempt to resume one.
    pub(crate) fn told_id(&self, release: Release) -> &str {
        if release.names_attempts() { &self.id } else { self.original_run_id() }
    }

    /// Returns whether the run has an answer that nobody carries out.
    pub(crate) fn is_stuck(&self) -> bool {
        self.pauses.as_ref().is_some_and(|pauses| pauses.attempts.iter().any(|one| one.stuck))
    }

    pub(super) fn public(&self) -> Run {
        Run {
            id: self.id.clone(),
            workflow: self.workflow.clone(),
            input: self.input.clone(),
            mode: self.mode,
            status: self.status(),
        }
    }
}
