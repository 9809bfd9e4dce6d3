//! The reason why a run did not complete.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::open_enum;
use crate::primitives::{Secret, json};

/// The largest number of characters before a colon that can be the name of a block.
const LONGEST_NAME: usize = 100;

open_enum! {
    /// The kind of failure that ended a run, in the vocabulary of the second generation.
    RunErrorCode {
        /// The run exceeded the server's time limit.
        Timeout = "TIMEOUT",
        /// The API, a user in the editor, or a server that shut down cancelled the run.
        Cancelled = "CANCELLED",
        /// The run reached the spending limit.
        UsageLimitExceeded = "USAGE_LIMIT_EXCEEDED",
        /// The start block of the workflow rejected the input.
        InvalidInput = "INVALID_INPUT",
        /// A block of the workflow failed.
        BlockExecutionFailed = "BLOCK_EXECUTION_FAILED",
        /// A workflow that this one calls failed.
        ChildWorkflowFailed = "CHILD_WORKFLOW_FAILED",
        /// The run failed for any other reason.
        ExecutionFailed = "EXECUTION_FAILED",
    }
}

/// The reason why a run did not complete.
///
/// The first generation and streams send only the message, which begins with the name of the block that failed;
/// [`block`](Self::block) returns it in both generations. A run read by its id can have a less specific code than the
/// answer to its execute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RunError {
    /// The message, in the server's words.
    pub message: String,
    /// The kind of failure, or `None` if the server did not say.
    pub code: Option<RunErrorCode>,
    /// The id of the block that failed, or `None` if the server did not name it.
    pub block_id: Option<String>,
    /// The name of the block that failed, or `None` if the server did not name it.
    pub block_name: Option<String>,
    /// The type of the block that failed, such as `agent`, `function` or `api`. `None` if the server did not name it.
    pub block_type: Option<String>,
}

impl RunError {
    /// Creates an error that has only a message, for tests of your program. Set more in its fields.
    pub fn new(message: impl Into<String>) -> Self {
        Self::saying(message)
    }

    /// Creates an error that has only a message.
    pub(crate) fn saying(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { message, code: None, block_id: None, block_name: None, block_type: None }
    }

    /// Returns the block that failed, for a person to read: its name, or its id where the server sends no name.
    ///
    /// The first generation sends neither, and begins the message of a failed block with its name and a colon; that is
    /// then what this returns. `None` if nothing names a block. Another message with a colon would be taken for one, so
    /// compare [`block_id`](Self::block_id) where a program decides. The [log](crate::logs::Log::failed_blocks) of the
    /// run names the blocks with their ids, however the run was started.
    pub fn block(&self) -> Option<&str> {
        let named = self.block_name.as_deref().or(self.block_id.as_deref());
        named.or_else(|| {
            let (block, _) = self.message.split_once(": ").filter(|_| self.code.is_none())?;
            (!block.is_empty() && block.chars().count() <= LONGEST_NAME).then_some(block)
        })
    }

    /// Returns the message with the name of the block in front, as the first generation sends it by itself.
    pub(crate) fn told(&self) -> Cow<'_, str> {
        match &self.block_name {
            Some(block) if !self.message.starts_with(block.as_str()) => {
                Cow::Owned(format!("{block}: {}", self.message))
            }
            _ => Cow::Borrowed(&self.message),
        }
    }

    /// Returns whether the server's time limit ended the run.
    pub(crate) fn is_timeout(&self) -> bool {
        match &self.code {
            Some(RunErrorCode::Timeout) => true,
            Some(RunErrorCode::ExecutionFailed) | None => {
                self.message.starts_with("Execution timed out")
            }
            Some(_) => false,
        }
    }

    /// Removes a secret from the server's words.
    #[must_use]
    pub(crate) fn without(mut self, secret: Option<&Secret>) -> Self {
        if let Some(secret) = secret {
            secret.hide(&mut self.message);
        }
        self
    }

    /// Reads any JSON: text becomes the message, an object the whole error. Any other JSON becomes the message as it
    /// is written.
    pub(crate) fn of(value: Value) -> Option<Self> {
        let Value::Object(error) = &value else { return json::into_text(value).map(Self::saying) };
        let text = |key| error.get(key).and_then(Value::as_str);
        let Some(message) = text("message") else { return Some(Self::saying(value.to_string())) };
        Some(Self {
            message: message.to_owned(),
            code: text("code").map(RunErrorCode::from),
            block_id: text("blockId").map(str::to_owned),
            block_name: text("blockName").map(str::to_owned),
            block_type: text("blockType").map(str::to_owned),
        })
    }

    /// Reads the field for `#[serde(default, deserialize_with)]`.
    pub(crate) fn field<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Self>, D::Error> {
        json::field::any(from).map(Self::of)
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_error_is_read_from_whatever_stands_there() {
        let whole = json!({
            "message": "Upstream answered 502", "code": "BLOCK_EXECUTION_FAILED",
            "blockId": "b7", "blockName": "Fetch order", "blockType": "api",
        });
        let error = RunError::of(whole).expect("an error");
        assert_eq!(
            (error.to_string().as_str(), error.block_id.as_deref()),
            ("Upstream answered 502", Some("b7"))
        );
        assert_eq!(error.code, Some(RunErrorCode::BlockExecutionFailed));
        assert_eq!(RunError::of(json!("Boom")), Some(RunError::saying("Boom")));
        assert_eq!(RunError::of(json!({"odd": 1})), Some(RunError::saying("{\"odd\":1}")));
        assert_eq!(RunError::of(json!(null)), None);
    }

    #[test]
    fn a_time_limit_is_known_by_its_code_or_its_text() {
        let timed_out = |error| RunError::of(error).is_some_and(|error| error.is_timeout());
        assert!(timed_out(json!({"message": "m", "code": "TIMEOUT"})));
        assert!(timed_out(json!("Execution timed out after 3 seconds")));
        assert!(timed_out(
            json!({"message": "Execution timed out after 3 seconds", "code": "EXECUTION_FAILED"})
        ));
        assert!(!timed_out(
            json!({"message": "Execution timed out", "code": "BLOCK_EXECUTION_FAILED"})
        ));
        assert!(!timed_out(json!("Boom")));
    }
}
