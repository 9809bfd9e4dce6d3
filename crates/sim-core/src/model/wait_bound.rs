//! The bounds of a wait for a run.

use std::fmt;

/// The bound that a wait for a run reached: what the run did for too long. [`WaitPolicy`](crate::WaitPolicy) says how
/// long each may last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitBound {
    /// The server accepted the run, and no read finds it. It waits in the queue of a server that does not show queued
    /// runs, or an outage lost it.
    Missing,
    /// The run, or its job, stayed in the queue.
    Queued,
    /// The run, or the part of it that follows a pause, went on working.
    Working,
    /// An answer to a pause was being worked on, or a timed pause without an end lasted, and nothing changed.
    Resuming,
    /// A timed pause was due, and the run did not go on.
    TimedPause,
}

impl fmt::Display for WaitBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "no read found the run",
            Self::Queued => "the run stayed in the queue",
            Self::Working => "the run did not end",
            Self::Resuming => "the run did not go on after its pause",
            Self::TimedPause => "the timed pause was over and the run did not go on",
        })
    }
}
