//! The ends of a run, and what converts into them.

use std::time::Duration;

use serde_json::Value;

use super::data::{Outcome, Pause};
use super::failure::Failure;
use super::response_block::ResponseBlock;

impl Outcome {
    /// Creates the end of a run that completed with this output.
    pub fn completed(output: impl Into<Value>) -> Self {
        Self::Completed(output.into())
    }

    /// Creates the end of a run that failed with this text. On Sim it starts with the block's name.
    pub fn failed(error: impl Into<String>) -> Self {
        Self::Failed(Failure::new(error))
    }

    /// Creates a pause for a human, with nothing to show and nothing to ask.
    pub fn paused() -> Self {
        Self::Paused(Pause::new())
    }

    /// Creates the end of a run that took longer than this limit.
    pub fn timed_out(limit: Duration) -> Self {
        Self::TimedOut(limit)
    }

    /// Creates the end of a cancelled run.
    pub fn cancelled() -> Self {
        Self::Cancelled
    }

    /// Returns the output of the block in which the run completed, or `None` if it did not complete.
    pub(crate) fn block_output(&self) -> Option<Value> {
        match self {
            Self::Completed(output) => Some(output.clone()),
            Self::Response(block) => Some(block.output()),
            _ => None,
        }
    }

    /// Returns the error of a run that failed, or `None` for any other.
    pub(crate) fn error(&self) -> Option<String> {
        match self {
            Self::Failed(failure) => Some(failure.error.clone()),
            Self::TimedOut(limit) => Some(timeout_text(*limit)),
            _ => None,
        }
    }
}

/// Returns the error of a run that took too long, in the unit that Sim chooses.
fn timeout_text(limit: Duration) -> String {
    let seconds = limit.as_secs();
    match seconds / 60 {
        0 => format!("Execution timed out after {seconds} seconds"),
        1 => "Execution timed out after 1 minute".to_owned(),
        minutes => format!("Execution timed out after {minutes} minutes"),
    }
}

impl From<Value> for Outcome {
    fn from(output: Value) -> Self {
        Self::Completed(output)
    }
}

impl From<Result<Value, String>> for Outcome {
    fn from(result: Result<Value, String>) -> Self {
        result.map_or_else(Self::failed, Self::Completed)
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<ResponseBlock> for Outcome {
    fn from(block: ResponseBlock) -> Self {
        Self::Response(block)
    }
}

impl From<Pause> for Outcome {
    fn from(pause: Pause) -> Self {
        Self::Paused(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, timeout_text};

    #[test]
    fn a_timeout_is_told_in_minutes_once_there_is_one() {
        let text = |seconds| timeout_text(Duration::from_secs(seconds));
        assert_eq!(text(3), "Execution timed out after 3 seconds");
        assert_eq!(text(60), "Execution timed out after 1 minute");
        assert_eq!(text(3000), "Execution timed out after 50 minutes");
    }
}
