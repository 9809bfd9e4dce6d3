//! Cuts Rust source into words, marks, literals and comments, each with its line.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier or a keyword, without `r#`.
    Word,
    /// One character of punctuation, or `::`.
    Mark,
    /// A string, a character, a number or a lifetime.
    Literal,
    /// A doc comment of the item that follows.
    Doc,
    /// Any other comment, `//!` included.
    Comment,
}

/// A token of Rust source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// The line that it begins on, from 1.
    pub(crate) line: usize,
}

impl Token<'_> {
    pub(crate) fn is_word(&self, text: &str) -> bool {
        self.kind == Kind::Word && self.text == text
    }

    pub(crate) fn is_mark(&self, text: &str) -> bool {
        self.kind == Kind::Mark && self.text == text
    }

    pub(crate) fn opens(&self) -> bool {
        self.kind == Kind::Mark && matches!(self.text, "(" | "[" | "{")
    }

    pub(crate) fn closes(&self) -> bool {
        self.kind == Kind::Mark && matches!(self.text, ")" | "]" | "}")
    }
}

/// Cuts a source into its tokens. Text that does not compile gives tokens too, of no certain kind.
pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let (mut found, mut rest, mut line) = (Vec::new(), source, 1);
    while let Some(first) = rest.chars().next() {
        let (kind, length) = if first.is_whitespace() {
            (None, first.len_utf8())
        } else {
            let (kind, length) = token(rest, first);
            (Some(kind), length)
        };
        let (text, after) = rest.split_at(length);
        if let Some(kind) = kind {
            let text = if kind == Kind::Word { text.trim_start_matches("r#") } else { text };
            found.push(Token { kind, text, line });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

/// The kind and the length of the token at the beginning of a text.
fn token(text: &str, first: char) -> (Kind, usize) {
    if let Some(rest) = text.strip_prefix("//") {
        let is_doc = rest.starts_with('/') && !rest.starts_with("//");
        let length = text.find('\n').unwrap_or(text.len());
        return (if is_doc { Kind::Doc } else { Kind::Comment }, length);
    }
    if let Some(rest) = text.strip_prefix("/*") {
        let is_doc = rest.starts_with('*') && !rest.starts_with("**") && !rest.starts_with("*/");
        return (if is_doc { Kind::Doc } else { Kind::Comment }, block(text));
    }
    if let Some(length) = literal(text, first) {
        return (Kind::Literal, length);
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if is_word(first) {
        let start = if text.starts_with("r#") { 2 } else { 0 };
        let length = text[start..].find(|c| !is_word(c)).map_or(text.len(), |end| start + end);
        let kind = if first.is_ascii_digit() { Kind::Literal } else { Kind::Word };
        return (kind, length);
    }
    (Kind::Mark, if text.starts_with("::") { 2 } else { first.len_utf8() })
}

/// The length of a block comment, comments inside of it included.
fn block(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth.saturating_sub(1), at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of a string, a character or a lifetime, if the text begins with one.
fn literal(text: &str, first: char) -> Option<usize> {
    let prefix = text.find(|c: char| !matches!(c, 'b' | 'c' | 'r')).filter(|end| *end <= 2)?;
    let rest = &text[prefix..];
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    if text[..prefix].ends_with('r') && rest[hashes..].starts_with('"') {
        let end = format!("\"{}", &rest[..hashes]);
        let inside = prefix + hashes + 1;
        return Some(text[inside..].find(&end).map_or(text.len(), |at| inside + at + end.len()));
    }
    if rest.starts_with('"') {
        return Some(prefix + quoted(rest, '"'));
    }
    if !rest.starts_with('\'') || prefix > 0 && first != 'b' {
        return None;
    }
    let mut inside = rest.chars().skip(1);
    let (one, two) = (inside.next()?, inside.next());
    if one == '\\' || two == Some('\'') {
        return Some(prefix + quoted(rest, '\''));
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    Some(1 + rest[1..].find(|c| !is_word(c)).unwrap_or(rest.len() - 1).max(1))
}

/// The length of a text up to the quote that ends it.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str, kind: Kind) -> Vec<&str> {
        tokens(source).iter().filter(|t| t.kind == kind).map(|t| t.text).collect()
    }

    #[test]
    fn words_marks_and_literals_are_told_apart() {
        let source =
            "fn f<'a>(x: &'a str) -> u8 { b'\\'' + 'x' as u8 + r#type::y(1_0, \"a // \\\" b\") }";
        let words = texts(source, Kind::Word);
        assert_eq!(words, ["fn", "f", "x", "str", "u8", "as", "u8", "type", "y"]);
        let literals = texts(source, Kind::Literal);
        assert_eq!(literals, ["'a", "'a", "b'\\''", "'x'", "1_0", "\"a // \\\" b\""]);
        assert!(texts(source, Kind::Mark).contains(&"::"));
    }

    #[test]
    fn raw_strings_end_where_their_hashes_say() {
        let source = "x(r#\"a \" use b; \"#, br\"c\", c\"d\", r\"e\\\", f)";
        assert_eq!(texts(source, Kind::Word), ["x", "f"]);
        assert_eq!(texts(source, Kind::Literal).len(), 4);
    }

    #[test]
    fn comments_and_doc_comments_are_told_apart() {
        let source = "//! a\n/// b\n//// c\n/* d /* e */ f */ x /** g */ y // h";
        assert_eq!(texts(source, Kind::Doc), ["/// b", "/** g */"]);
        assert_eq!(texts(source, Kind::Comment).len(), 4);
        assert_eq!(texts(source, Kind::Word), ["x", "y"]);
        assert_eq!(tokens(source).last().map(|t| t.line), Some(4));
    }

    #[test]
    fn a_text_that_ends_early_is_cut_to_its_end() {
        for source in ["\"a", "'", "r#\"a", "/* a", "b'", "'\\"] {
            let length: usize = tokens(source).iter().map(|t| t.text.len()).sum();
            assert_eq!(
                length,
                source.len() - source.matches(' ').count() * usize::from(!source.starts_with('/')),
                "{source}"
            );
        }
    }
}
