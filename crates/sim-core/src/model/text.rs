//! The text of a streamed run, put together.

use std::fmt;

use crate::model::WorkflowExecutionResult;

/// The text of each block of a streamed run, in the order in which the blocks began to tell it.
///
/// Retracted text is gone, and the empty line by which the server parts the text of two blocks is taken off.
/// The `Display` form is the text of the whole run, with that line between the blocks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts(Vec<BlockText>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct BlockText {
    block: String,
    text: String,
    /// Nothing came since the start or the last reset.
    fresh: bool,
}

/// Parts the text of two blocks.
const SEPARATOR: &str = "\n\n";

impl Texts {
    /// Adds a chunk to the text of a block.
    pub(crate) fn add(&mut self, block: &str, chunk: &str) {
        let others = self.0.iter().any(|other| other.block != block && !other.text.is_empty());
        let index = self.0.iter().position(|found| found.block == block).unwrap_or_else(|| {
            self.0.push(BlockText { block: block.to_owned(), text: String::new(), fresh: true });
            self.0.len() - 1
        });
        let found = &mut self.0[index];
        let parted = found.fresh && others;
        let chunk = if parted { chunk.strip_prefix(SEPARATOR).unwrap_or(chunk) } else { chunk };
        found.text.push_str(chunk);
        found.fresh = false;
    }

    /// Retracts the text of a block.
    pub(crate) fn reset(&mut self, block: &str) {
        if let Some(found) = self.0.iter_mut().find(|found| found.block == block) {
            found.text.clear();
            found.fresh = true;
        }
    }

    /// The text of a block, by its id; empty if it told none.
    pub fn of(&self, block: &str) -> &str {
        self.0.iter().find(|found| found.block == block).map_or("", |found| &found.text)
    }

    /// The blocks that told text, by id, each with its text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|found| (&*found.block, &*found.text))
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|found| found.text.is_empty())
    }
}

impl fmt::Display for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.0.iter().filter(|found| !found.text.is_empty());
        for (n, found) in told.enumerate() {
            f.write_str(if n == 0 { "" } else { SEPARATOR })?;
            f.write_str(&found.text)?;
        }
        Ok(())
    }
}

/// A streamed run from its begin to its end.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Collected {
    /// How the run ended. With selected outputs, text that was streamed is not in here again.
    pub result: WorkflowExecutionResult,
    /// What it told.
    pub texts: Texts,
}

impl Collected {
    /// The result of a run that ended so, and what it told.
    pub fn new(result: WorkflowExecutionResult, texts: Texts) -> Self {
        Self { result, texts }
    }
}
