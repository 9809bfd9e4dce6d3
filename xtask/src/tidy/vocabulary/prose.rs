//! Finds given-up words where prose quotes code: in backticks and in blocks of code.

use super::words::{WORDS, Was};
use crate::tidy::rust::{Kind, Token, tokens};

/// A piece of code that prose quotes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Quote<'a> {
    pub(super) line: usize,
    pub(super) text: &'a str,
    /// It stands in a block of code, and may declare something.
    pub(super) is_block: bool,
}

/// Returns what lines of prose quote.
pub(super) fn quotes<'a>(lines: impl Iterator<Item = (usize, &'a str)>) -> Vec<Quote<'a>> {
    let (mut found, mut is_block) = (Vec::new(), false);
    for (line, text) in lines {
        if text.trim_start().starts_with("```") {
            is_block = !is_block;
        } else if is_block {
            found.push(Quote { line, text, is_block });
        } else {
            let spans = text.split('`').skip(1).step_by(2);
            found.extend(spans.map(|text| Quote { line, text, is_block }));
        }
    }
    found
}

/// Finds the given-up words in a piece of code, with what to say instead.
pub(super) fn mentioned(code: &str) -> Vec<String> {
    let all = tokens(code);
    let mut found = Vec::new();
    for (at, token) in all.iter().enumerate().filter(|(_, token)| token.kind == Kind::Word) {
        let is = |at: Option<usize>, mark| {
            at.and_then(|at| all.get(at)).is_some_and(|token: &Token<'_>| token.is_mark(mark))
        };
        let (before, after) = (at.checked_sub(1), Some(at + 1));
        let is_path = is(before, "::");
        let is_file = is(after, ".") && all.get(at + 2).is_some_and(|token| token.is_word("rs"));
        for (old, was, new) in WORDS {
            let is_meant = match was {
                Was::Type => !is_path && !is(before, "."),
                Was::Function => {
                    !is_file
                        && (is_path
                            || is(after, "(") && is(before, ".")
                            || is(after, "(") && at == 0)
                }
                Was::File => is_file,
                Was::Anything => true,
            };
            if token.text == old && is_meant {
                found.push(format!("{old} is {new} now"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_in_backticks_and_in_blocks_is_quoted() {
        let text = "a `b` c `d`\n```rust\ne `f`\n```\n`g`";
        let found = quotes((1..).zip(text.lines()));
        let told: Vec<_> =
            found.iter().map(|quote| (quote.line, quote.text, quote.is_block)).collect();
        assert_eq!(told, [(1, "b", false), (1, "d", false), (3, "e `f`", true), (5, "g", false)]);
    }

    #[test]
    fn a_given_up_word_is_found_where_it_names_something() {
        for code in ["Claim", "Operation::speak", "x.until(y)", "look()", "src/first.rs", "With<E>"]
        {
            assert_eq!(mentioned(code).len(), 1, "{code}");
        }
        for code in [
            "Claims",
            "speak",
            "Release::Cancel",
            "first",
            "for line in lines",
            "x.first.y",
            "until(x)",
        ] {
            let expected = usize::from(code == "until(x)");
            assert_eq!(mentioned(code).len(), expected, "{code}");
        }
    }
}
