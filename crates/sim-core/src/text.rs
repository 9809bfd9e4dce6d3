//! The text of a streamed run, put together.

use std::fmt;

use crate::event::RunEvent;
use crate::run::WorkflowExecutionResult;

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
    /// Takes what an event adds or retracts.
    pub fn push(&mut self, event: &RunEvent<'_>) {
        match event {
            RunEvent::Text { block, chunk } => self.add(block, chunk),
            RunEvent::TextReset { block } => {
                if let Some(found) = self.0.iter_mut().find(|found| found.block == *block) {
                    found.text.clear();
                    found.fresh = true;
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, block: &str, chunk: &str) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn text(texts: &mut Texts, block: &str, chunk: &str) {
        texts.push(&RunEvent::Text { block: block.into(), chunk: chunk.into() });
    }

    #[test]
    fn interleaved_blocks_come_apart_and_the_separator_comes_off_once() {
        let mut texts = Texts::default();
        for (block, chunk) in [
            ("a", "Bonjour"),
            ("b", "\n\nGuten"),
            ("a", " monde"),
            ("b", " Tag"),
            ("b", "\n\n!"),
            ("c", "\n\n\n\nx"),
        ] {
            text(&mut texts, block, chunk);
        }
        assert_eq!(texts.of("a"), "Bonjour monde");
        assert_eq!(texts.of("b"), "Guten Tag\n\n!", "only the first chunk is parted");
        assert_eq!(texts.of("c"), "\n\nx", "once");
        assert_eq!(texts.of("d"), "");
        assert_eq!(texts.to_string(), "Bonjour monde\n\nGuten Tag\n\n!\n\n\n\nx");
    }

    #[test]
    fn the_first_block_may_begin_with_an_empty_line_of_its_own() {
        let mut texts = Texts::default();
        text(&mut texts, "a", "\n\nHello");
        assert_eq!(texts.of("a"), "\n\nHello");
    }

    #[test]
    fn a_reset_retracts_the_text_of_its_block_alone() {
        let mut texts = Texts::default();
        text(&mut texts, "a", "Hello");
        text(&mut texts, "b", "\n\nLet me look");
        texts.push(&RunEvent::TextReset { block: "b".into() });
        texts.push(&RunEvent::TextReset { block: "never told".into() });
        assert_eq!((texts.of("a"), texts.of("b")), ("Hello", ""));
        text(&mut texts, "b", "\n\nIt is 42");
        assert_eq!(texts.of("b"), "It is 42", "the separator may come again");
        texts.push(&RunEvent::TextReset { block: "a".into() });
        text(&mut texts, "a", "Hi");
        assert_eq!(texts.to_string(), "Hi\n\nIt is 42");
    }
}
