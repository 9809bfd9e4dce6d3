//! A failed run, and the block that failed.

use serde_json::{Value, json};

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
