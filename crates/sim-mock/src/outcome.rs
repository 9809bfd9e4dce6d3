//! How a run ends.

use std::time::Duration;

use serde_json::{Value, json};

use crate::pause::Pause;

/// The end of a run.
///
/// A closure may return anything that converts into it: a [`Value`] completes
/// the run, an `Err(String)` fails it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The run completed with this output.
    Completed(Value),
    /// A block failed and the run with it.
    Failed(Failure),
    /// The run completed in a Response block, which writes the HTTP answer.
    Response(ResponseBlock),
    /// The run waits for a human.
    Paused(Pause),
    /// The run took longer than this limit.
    TimedOut(Duration),
    /// The run was cancelled.
    Cancelled,
}

impl Outcome {
    /// The run completed with this output.
    pub fn completed(output: impl Into<Value>) -> Self {
        Self::Completed(output.into())
    }

    /// A block failed with this text, which on Sim starts with the block's name.
    pub fn failed(error: impl Into<String>) -> Self {
        Self::Failed(Failure::new(error))
    }

    /// The run waits for a human, with nothing to show and nothing to ask.
    pub fn paused() -> Self {
        Self::Paused(Pause::new())
    }

    /// The run took longer than this limit.
    pub fn timed_out(limit: Duration) -> Self {
        Self::TimedOut(limit)
    }

    /// The run was cancelled.
    pub fn cancelled() -> Self {
        Self::Cancelled
    }

    /// What the block put out in which the run completed.
    pub(crate) fn block_output(&self) -> Option<Value> {
        match self {
            Self::Completed(output) => Some(output.clone()),
            Self::Response(block) => Some(block.output()),
            _ => None,
        }
    }

    /// What went wrong, for runs that failed.
    pub(crate) fn error(&self) -> Option<String> {
        match self {
            Self::Failed(failure) => Some(failure.error.clone()),
            Self::TimedOut(limit) => Some(timeout_text(*limit)),
            _ => None,
        }
    }
}

/// The text of a run that took too long, in the unit that Sim chooses.
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

/// The block that made a run fail; only v2 names it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedBlock {
    /// The id of the block.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type, for instance `function`.
    pub kind: String,
}

/// A failed run: its text, the status of the v1 answer, what had come out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Failure {
    /// The text of the error.
    pub error: String,
    /// The block that failed, when the failure is one of a block.
    pub block: Option<FailedBlock>,
    /// HTTP status of a synchronous v1 answer; 500 unless the failing block chose one.
    pub status: u16,
    /// What the run had put out before it failed.
    pub output: Value,
}

impl Failure {
    /// A failure with this text, answered with 500 and an empty output.
    pub fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), block: None, status: 500, output: json!({}) }
    }

    /// Names the block that failed: its id, its name, its type.
    ///
    /// The text of the error begins with the name, unless it does already:
    /// Sim puts it there wherever it does not name the block otherwise.
    pub fn of_block(
        mut self,
        id: impl Into<String>,
        name: impl Into<String>,
        kind: impl Into<String>,
    ) -> Self {
        let block = FailedBlock { id: id.into(), name: name.into(), kind: kind.into() };
        if !self.error.starts_with(&block.prefix()) {
            self.error.insert_str(0, &block.prefix());
        }
        self.block = Some(block);
        self
    }

    /// The text of the error without the name of the block.
    pub(crate) fn bare_error(&self) -> &str {
        let prefix = self.block.as_ref().map(FailedBlock::prefix);
        prefix.and_then(|prefix| self.error.strip_prefix(&prefix)).unwrap_or(&self.error)
    }

    /// Sets the HTTP status of a synchronous v1 answer.
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Sets what the run had put out before it failed.
    pub fn output(mut self, output: Value) -> Self {
        self.output = output;
        self
    }
}

impl FailedBlock {
    fn prefix(&self) -> String {
        format!("{}: ", self.name)
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// What a Response block answers in place of the server.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResponseBlock {
    /// HTTP status; 200 unless the author chose one.
    pub status: u16,
    /// Names and values of headers, added to the answer.
    pub headers: Vec<(String, String)>,
    /// The body, any JSON.
    pub body: Value,
}

impl ResponseBlock {
    /// Answers 200 with this body.
    pub fn new(body: impl Into<Value>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }
    }

    /// Sets the HTTP status.
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The block's output, as it reads wherever the block does not write the answer.
    pub(crate) fn output(&self) -> Value {
        let mut headers = serde_json::Map::new();
        headers.insert("Content-Type".to_owned(), "application/json".into());
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone().into());
        }
        json!({ "data": self.body, "status": self.status, "headers": headers })
    }
}

impl From<ResponseBlock> for Outcome {
    fn from(block: ResponseBlock) -> Self {
        Self::Response(block)
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
