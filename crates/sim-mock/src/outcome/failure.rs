//! A failed run and the block that failed.

use serde_json::{Value, json};

/// The block that made a run fail. Only v2 names it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedBlock {
    /// The id of the block.
    pub id: String,
    /// The name of the block.
    pub name: String,
    /// The type of the block, for example `function`.
    pub kind: String,
}

/// The failure of a run: its text, the status of the v1 answer, and the output so far.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Failure {
    /// The text of the error.
    pub error: String,
    /// The block that failed, or `None` if no block did.
    pub block: Option<FailedBlock>,
    /// The HTTP status of a synchronous v1 answer, by default 500.
    pub status: u16,
    /// The output of the run before it failed.
    pub output: Value,
}

impl Failure {
    /// Creates a failure with this text, status 500 and an empty output.
    pub fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), block: None, status: 500, output: json!({}) }
    }

    /// Sets the block that failed: its id, its name, its type.
    ///
    /// The text of the error then begins with the name. Sim puts it there in answers that do not name the
    /// block otherwise.
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

    /// Returns the text of the error without the name of the block.
    pub(crate) fn bare_error(&self) -> &str {
        let prefix = self.block.as_ref().map(FailedBlock::prefix);
        prefix.and_then(|prefix| self.error.strip_prefix(&prefix)).unwrap_or(&self.error)
    }

    /// Sets the HTTP status of a synchronous v1 answer.
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Sets the output of the run before it failed.
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
