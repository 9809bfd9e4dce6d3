//! The caller's view of a result: a typed output, and an error for a run that did not complete.

use serde::de::DeserializeOwned;

use crate::error::{Error, Result, code};
use crate::model::{LargeValue, RunStatus, WorkflowExecutionResult};
use crate::primitives::Generation;
use crate::response::Answer;

impl WorkflowExecutionResult {
    /// Reads the output into a type of your own.
    ///
    /// # Errors
    /// If the output does not have the form of `T`. If the server left a value out because it is too large, the error
    /// says so.
    pub fn output_as<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.output).map_err(|error| {
            let message = match self.large_values().first() {
                Some(large) => left_out(large),
                None => code::readable(&format!("the output has another type: {error}")),
            };
            let run = self.run_id.clone();
            Error::decode(message).with(|inner| inner.run_id = run)
        })
    }

    /// Returns the result of a completed run.
    ///
    /// # Errors
    /// If the run did not complete. The error is of kind [`Run`](crate::ErrorKind::Run) and holds the result.
    pub fn into_result(self) -> Result<Self> {
        let code = match &self.status {
            RunStatus::Completed => return Ok(self),
            RunStatus::TimedOut => code::TIMEOUT,
            RunStatus::Cancelled => code::CANCELLED,
            RunStatus::Paused => code::PAUSED,
            _ => code::EXECUTION_ERROR,
        };
        Err(Error::run_ended(code, self))
    }

    /// Reads the answer to a synchronous execute.
    pub(crate) fn read(generation: Generation, answer: &Answer) -> Result<Self> {
        match generation {
            Generation::V1 => Self::read_first(answer),
            Generation::V2 | Generation::Auto => Self::read_second(answer),
        }
    }
}

fn left_out(large: &LargeValue) -> String {
    let size = large.size.map_or_else(String::new, |size| format!(" of {size} bytes"));
    format!(
        "the server left {}{size} out of the output at {:?}, because it is too large: let the workflow write it to a \
         file or a table, or select a smaller part",
        large.kind, large.path
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_completed_run_is_a_result_and_the_code_tells_of_any_other() {
        for (status, code) in [
            (RunStatus::Completed, None),
            (RunStatus::TimedOut, Some("TIMEOUT")),
            (RunStatus::Cancelled, Some("CANCELLED")),
            (RunStatus::Paused, Some("PAUSED")),
            (RunStatus::Failed, Some("EXECUTION_ERROR")),
            (RunStatus::Unknown, Some("EXECUTION_ERROR")),
        ] {
            let result = WorkflowExecutionResult::new(status.clone(), json!({})).into_result();
            let error = result.err();
            assert_eq!(error.as_ref().map(Error::code), code, "{status:?}");
        }
    }
}
