//! The exit codes, which are those of `runs wait` of the official program.

use std::process::ExitCode;

use simstudio::RunStatus;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The command did what it was asked, and a run that it waited for completed.
    Done = 0,
    /// The command or the run failed.
    Failed = 1,
    /// The run was cancelled.
    Cancelled = 2,
    /// The run waits for a person.
    Paused = 3,
    /// The run did not end in the time that the caller gave.
    WaitOver = 4,
}

impl Exit {
    /// Returns the code for a run that ended with this status.
    pub(crate) fn of(status: &RunStatus) -> Self {
        match status {
            RunStatus::Completed => Self::Done,
            RunStatus::Cancelled => Self::Cancelled,
            RunStatus::Paused => Self::Paused,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
