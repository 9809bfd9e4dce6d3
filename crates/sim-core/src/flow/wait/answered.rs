//! What a wait knows of an answer to a pause, and of what it asks further about.

use std::time::Duration;

use serde_json::Value;

use crate::error::Error;
use crate::primitives::ContextId;
use crate::run::Run;

/// What was given to a pause.
pub(in crate::flow) struct Answered {
    pub(super) place: ContextId,
    pub(super) input: Value,
    /// Since when the run still reads as waiting in that place. `None` if no poll has seen that.
    since: Option<Duration>,
    /// Whether the run has gone on from there.
    has_gone_on: bool,
}

/// What the last poll saw before it was asked further.
pub(super) enum Subject {
    /// A paused run that asks nobody by name, or whose form is not known.
    Run(Box<Run>),
    /// No run. The id may be that of an attempt.
    Missing(Error),
}

impl Subject {
    /// Returns whether what the poll saw is a result even if nothing else tells.
    pub(super) fn is_enough(&self) -> bool {
        match self {
            Self::Run(run) => run.waits_for_a_human(),
            Self::Missing(_) => true,
        }
    }
}

impl Answered {
    pub(in crate::flow) fn new(place: &ContextId, input: Value) -> Self {
        Self { place: place.clone(), input, since: None, has_gone_on: false }
    }

    /// Returns whether the run is at the answered pause and has been there since the answer, within the grace.
    pub(super) fn is_passing(
        &mut self,
        is_there: bool,
        grace: Duration,
        elapsed: Duration,
    ) -> bool {
        if self.has_gone_on || !is_there {
            self.has_gone_on = true;
            return false;
        }
        let since = *self.since.get_or_insert(elapsed);
        elapsed.saturating_sub(since) < grace
    }
}
