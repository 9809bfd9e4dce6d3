//! The effect of events on the text of a run.

use crate::model::Texts;
use crate::stream::RunEvent;

impl Texts {
    /// Applies the text that an event adds or retracts.
    pub fn push(&mut self, event: &RunEvent<'_>) {
        match event {
            RunEvent::Text { block, chunk } => self.add(block, chunk),
            RunEvent::TextReset { block } => self.reset(block),
            _ => {}
        }
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
