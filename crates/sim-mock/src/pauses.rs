//! The pause points of a run, and the attempts to resume it.

use jiff::Timestamp;
use serde_json::Value;

use crate::ids;
use crate::outcome::Pause;

/// The status of one pause point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResumeStatus {
    /// The run waits at the point.
    Paused,
    /// An attempt to resume the point waits for another attempt.
    Queued,
    /// An attempt to resume the point is in progress.
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

/// A point where a run waits or has waited.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) pause: Pause,
    pub(crate) status: ResumeStatus,
    pub(crate) registered_at: Timestamp,
    /// Why the server did not carry out an answer, or `None`.
    pub(crate) refused: Option<String>,
}

impl Place {
    fn new(pause: Pause, registered_at: Timestamp) -> Self {
        Self { pause, status: ResumeStatus::Paused, registered_at, refused: None }
    }
}

/// One attempt to resume a run.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) id: String,
    /// The run id of the attempt itself.
    pub(crate) run_id: String,
    pub(crate) context: String,
    pub(crate) input: Value,
    pub(crate) queued_at: Timestamp,
    pub(crate) claimed_at: Option<Timestamp>,
    pub(crate) completed_at: Option<Timestamp>,
    pub(crate) failure: Option<String>,
    /// Whether the server accepted the attempt and never carries it out.
    pub(crate) stuck: bool,
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
            stuck: false,
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

/// All pause points of one run and all attempts to resume it.
#[derive(Debug, Clone)]
pub(crate) struct Pauses {
    pub(crate) id: String,
    pub(crate) places: Vec<Place>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) paused_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) cancelled: bool,
    /// Whether the run is being cancelled, for ever.
    pub(crate) cancelling: bool,
}

impl Pauses {
    /// Creates the record of a run that waits for the first time.
    pub(crate) fn new(pause: Pause) -> Self {
        let now = Timestamp::now();
        let mut pauses = Self {
            id: ids::uuid(),
            places: Vec::new(),
            attempts: Vec::new(),
            paused_at: now,
            updated_at: now,
            cancelled: false,
            cancelling: false,
        };
        pauses.add(pause);
        pauses
    }

    /// Adds the points of another pause.
    pub(crate) fn add(&mut self, pause: Pause) {
        let now = Timestamp::now();
        self.places.extend(pause.places().into_iter().map(|place| Place::new(place, now)));
        // The database, which keeps the points by their ids, orders the ids in this way.
        self.places.sort_by(|a, b| {
            let key =
                |place: &Place| (place.pause.context_id.len(), place.pause.context_id.clone());
            key(a).cmp(&key(b))
        });
        self.updated_at = now;
    }

    /// Returns the point with this id, the newest if there are several.
    pub(crate) fn place(&mut self, context: &str) -> Option<&mut Place> {
        self.places.iter_mut().rev().find(|place| place.pause.context_id == context)
    }

    pub(crate) fn attempt(&mut self, run: &str) -> Option<&mut Attempt> {
        self.attempts.iter_mut().find(|attempt| attempt.run_id == run)
    }

    /// Returns the attempts that have not ended.
    pub(crate) fn open_attempts(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts.iter().filter(|attempt| attempt.completed_at.is_none())
    }

    /// Records an attempt that the server does not carry out, with the reason. The point waits on.
    pub(crate) fn refuse(&mut self, mut attempt: Attempt, reason: &str) {
        let now = Timestamp::now();
        (attempt.claimed_at, attempt.completed_at) = (Some(now), Some(now));
        attempt.failure = Some(reason.to_owned());
        if let Some(place) = self.place(&attempt.context) {
            let reason = format!("Automatic resume requires manual intervention: {reason}");
            place.refused = Some(reason);
        }
        self.attempts.push(attempt);
        self.updated_at = now;
    }

    /// Returns how many attempts are ahead of this one, or `None` if it has begun.
    pub(crate) fn position(&self, run: &str) -> Option<usize> {
        let position = self.open_attempts().position(|attempt| attempt.run_id == run);
        position.filter(|position| *position > 0)
    }

    /// Returns whether any of the points is for a human. Lists and details leave out timed ones.
    pub(crate) fn is_for_a_human(&self) -> bool {
        self.places.iter().any(|place| place.pause.time.is_none())
    }

    /// Returns the points that nobody has begun to resume.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|place| place.status == ResumeStatus::Paused)
    }

    /// Returns the points that keep the run from continuing.
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
            _ if self.cancelling => "cancelling",
            0 => "paused",
            resumed if resumed == self.places.len() => "fully_resumed",
            _ => "partially_resumed",
        }
    }
}
