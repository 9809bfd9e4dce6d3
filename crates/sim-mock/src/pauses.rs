//! Where a run has waited, and what resumed it.

use jiff::Timestamp;
use serde_json::Value;

use crate::ids;
use crate::outcome::Pause;

/// How far a place where a run waits has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResumeStatus {
    /// It waits.
    Paused,
    /// An attempt to resume it waits for another one.
    Queued,
    /// An attempt to resume it is at work.
    Resuming,
    Resumed,
    Failed,
}

impl ResumeStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Queued => "queued",
            Self::Resuming => "resuming",
            Self::Resumed => "resumed",
            Self::Failed => "failed",
        }
    }
}

/// A place where a run waits or has waited.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) pause: Pause,
    pub(crate) status: ResumeStatus,
    pub(crate) registered_at: Timestamp,
}

impl Place {
    fn new(pause: Pause, registered_at: Timestamp) -> Self {
        Self { pause, status: ResumeStatus::Paused, registered_at }
    }
}

/// An attempt to resume a run.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) id: String,
    /// The id under which it runs.
    pub(crate) run_id: String,
    pub(crate) context: String,
    pub(crate) input: Value,
    pub(crate) queued_at: Timestamp,
    pub(crate) claimed_at: Option<Timestamp>,
    pub(crate) completed_at: Option<Timestamp>,
    pub(crate) failure: Option<String>,
}

impl Attempt {
    pub(crate) fn new(run: &str, context: &str, input: Value) -> Self {
        Self {
            id: ids::uuid(),
            run_id: run.to_owned(),
            context: context.to_owned(),
            input,
            queued_at: Timestamp::now(),
            claimed_at: None,
            completed_at: None,
            failure: None,
        }
    }

    pub(crate) fn status(&self) -> &'static str {
        match (self.claimed_at, self.completed_at, &self.failure) {
            (_, Some(_), Some(_)) => "failed",
            (_, Some(_), None) => "completed",
            (Some(_), None, _) => "claimed",
            _ => "pending",
        }
    }
}

/// All of that for one run.
#[derive(Debug, Clone)]
pub(crate) struct Pauses {
    pub(crate) id: String,
    pub(crate) places: Vec<Place>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) paused_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) cancelled: bool,
}

impl Pauses {
    /// The run waits for the first time.
    pub(crate) fn new(pause: Pause) -> Self {
        let now = Timestamp::now();
        let mut pauses = Self {
            id: ids::uuid(),
            places: Vec::new(),
            attempts: Vec::new(),
            paused_at: now,
            updated_at: now,
            cancelled: false,
        };
        pauses.add(pause);
        pauses
    }

    /// The run waits at these places too.
    pub(crate) fn add(&mut self, pause: Pause) {
        let now = Timestamp::now();
        self.places.extend(pause.places().into_iter().map(|place| Place::new(place, now)));
        (self.paused_at, self.updated_at) = (now, now);
    }

    /// The place with this id, the newest if there are several.
    pub(crate) fn place(&mut self, context: &str) -> Option<&mut Place> {
        self.places.iter_mut().rev().find(|place| place.pause.context_id == context)
    }

    pub(crate) fn attempt(&mut self, run: &str) -> Option<&mut Attempt> {
        self.attempts.iter_mut().find(|attempt| attempt.run_id == run)
    }

    /// The attempts that have not ended.
    pub(crate) fn open_attempts(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts.iter().filter(|attempt| attempt.completed_at.is_none())
    }

    /// How many stand before an attempt that has not begun.
    pub(crate) fn position(&self, run: &str) -> Option<usize> {
        let position = self.open_attempts().position(|attempt| attempt.run_id == run);
        position.filter(|position| *position > 0)
    }

    /// The places where nobody has begun to resume the run.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|place| place.status == ResumeStatus::Paused)
    }

    /// The places that keep the run from going on.
    pub(crate) fn unresumed(&self) -> impl Iterator<Item = &Place> {
        let over = |status| matches!(status, ResumeStatus::Resumed | ResumeStatus::Failed);
        self.places.iter().filter(move |place| !over(place.status))
    }

    pub(crate) fn resumed(&self) -> usize {
        self.places.iter().filter(|place| place.status == ResumeStatus::Resumed).count()
    }

    pub(crate) fn status(&self) -> &'static str {
        match self.resumed() {
            _ if self.cancelled => "cancelled",
            0 => "paused",
            resumed if resumed == self.places.len() => "fully_resumed",
            _ => "partially_resumed",
        }
    }
}
