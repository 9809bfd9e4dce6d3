//! The delays between the reads of a run that should be over, because the answer that told of its end has come.

use std::time::Duration;

/// For how long such a run is read again.
const LIMIT: Duration = Duration::from_secs(30);

/// The first delay and the longest. Rows lag behind answers by some 60 ms.
const STEPS: (Duration, Duration) = (Duration::from_millis(60), Duration::from_secs(2));

/// What is left of the reads of a run.
#[derive(Debug)]
pub(super) struct Rereads {
    waited: Duration,
    step: Duration,
}

impl Rereads {
    pub(super) fn new() -> Self {
        Self { waited: Duration::ZERO, step: STEPS.0 }
    }

    /// Returns the delay before the next read, or `None` if the run was read for long enough.
    pub(super) fn next(&mut self) -> Option<Duration> {
        if self.waited >= LIMIT {
            return None;
        }
        let delay = self.step;
        self.waited += delay;
        self.step = (delay + delay / 2).min(STEPS.1);
        Some(delay)
    }
}
