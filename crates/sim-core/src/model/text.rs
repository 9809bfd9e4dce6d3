//! The text of a streamed run, collected by block.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::WorkflowExecutionResult;

/// The text of each block of a streamed run, in the order in which the blocks first sent text.
///
/// Retracted text is removed. The server separates the text of two blocks by an empty line; that line is in the
/// `Display` form, which is the text of the whole run, but not in the texts of the blocks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Texts(Vec<BlockText>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct BlockText {
    block: String,
    text: String,
    /// Whether the block sent no text since its start or its last reset.
    #[serde(default)]
    fresh: bool,
}

/// The separator between the text of two blocks.
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

    /// Returns the text of a block by its id; empty if the block sent none.
    pub fn of(&self, block: &str) -> &str {
        self.0.iter().find(|found| found.block == block).map_or("", |found| &found.text)
    }

    /// Iterates over the ids of the blocks that sent text, each with its text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|found| (&*found.block, &*found.text))
    }

    /// Returns whether no block sent text.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|found| found.text.is_empty())
    }
}

/// Makes the text of blocks, each with its id.
impl<B: AsRef<str>, T: AsRef<str>> FromIterator<(B, T)> for Texts {
    fn from_iter<I: IntoIterator<Item = (B, T)>>(blocks: I) -> Self {
        let mut texts = Self::default();
        for (block, text) in blocks {
            texts.add(block.as_ref(), text.as_ref());
        }
        texts
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

/// A streamed run from its start to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Collected {
    /// The result of the run. With selected outputs, it does not repeat text that was streamed.
    pub result: WorkflowExecutionResult,
    /// The text that the run streamed.
    pub texts: Texts,
}

impl Collected {
    /// Combines the result of a run with its text.
    pub fn new(result: WorkflowExecutionResult, texts: Texts) -> Self {
        Self { result, texts }
    }
}
