//! Every doc comment of a public item says something: a comment of three words repeats the name.

use super::rust::{Kind, Token, tokens};
use super::tree::{Findings, Tree};

/// The fewest words that can say more than a name.
const FEWEST: usize = 4;

/// Macros whose documented parts become public items.
const DECLARING: [&str; 3] = ["endpoint", "id", "open_enum"];

/// Finds the doc comments of public items in libraries that are too short.
pub(super) fn rule(tree: &Tree) -> Findings {
    let sources =
        tree.rust().filter(|file| file.path.starts_with("crates/") && file.path.contains("/src/"));
    let found = sources.flat_map(|file| {
        let short = short(&file.text).into_iter();
        short.map(|(line, words)| format!("{}:{line}: {words}", file.path)).collect::<Findings>()
    });
    found.collect()
}

/// The doc comments that are too short, with their lines.
fn short(source: &str) -> Vec<(usize, String)> {
    let all: Vec<_> = tokens(source).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    // For each bracket that is open: whether all that is documented in it is public.
    let mut open = vec![false];
    let (mut found, mut head, mut at) = (Vec::new(), 0, 0);
    while let Some(token) = all.get(at) {
        let is_open = open.last().copied().unwrap_or_default();
        if token.kind == Kind::Doc {
            let (words, end) = documentation(&all, at);
            let is_public = all.get(end..).is_some_and(|rest| match rest {
                [first, second, ..] if first.is_word("pub") => !second.is_mark("("),
                _ => is_open,
            });
            if is_public && words.split_whitespace().count() < FEWEST {
                found.push((token.line, words));
            }
            (head, at) = (end, end.max(at + 1));
            continue;
        }
        if token.opens() {
            open.push(opens_public(&all[head..at], is_open));
        } else if token.closes() && open.len() > 1 {
            open.pop();
        }
        at += 1;
        let is_in_head = matches!(token.text, "(" | ")" | "[" | "]") || token.kind != Kind::Mark;
        if !is_in_head && matches!(token.text, "{" | "}" | ";" | ",") {
            head = at;
        }
    }
    found
}

/// The words of the comment that begins at `at`, and where the item begins that it is about. What an attribute
/// writes is counted as enough.
fn documentation(all: &[Token<'_>], mut at: usize) -> (String, usize) {
    let mut words = Vec::new();
    while let Some(token) = all.get(at) {
        if token.kind == Kind::Doc {
            let text = token.text.trim_start_matches(['/', '*']).trim_end_matches(['/', '*']);
            let says = |word: &&str| word.contains(char::is_alphanumeric);
            words.extend(text.split_whitespace().filter(says));
            at += 1;
        } else if token.is_mark("#") {
            let is_doc = all
                .get(at + 2..at + 4)
                .is_some_and(|next| next[0].is_word("doc") && next[1].is_mark("="));
            if is_doc {
                words.extend(["written"; FEWEST]);
            }
            at = bracket(all, at + 1);
        } else {
            break;
        }
    }
    (words.join(" "), at)
}

/// The place behind the bracket that opens at `at`.
fn bracket(all: &[Token<'_>], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(token) = all.get(at) {
        at += 1;
        if token.opens() {
            depth += 1;
        } else if token.closes() {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at;
            }
        }
    }
    at
}

/// Says whether all that is documented behind this head is public: the parts of a public enum or trait, and what
/// macros make public.
fn opens_public(head: &[Token<'_>], outer: bool) -> bool {
    let mut pairs = head.windows(2);
    let is_public = pairs.any(|pair| pair[0].is_word("pub") && !pair[1].is_mark("("));
    let has = |word: &str| head.iter().any(|token| token.is_word(word));
    match head {
        [.., name, mark] if mark.is_mark("!") => DECLARING.contains(&name.text),
        _ if has("enum") || has("trait") => is_public,
        _ if has("struct") || has("impl") || has("fn") || has("mod") => false,
        _ => outer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<String> {
        short(source).into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn a_short_comment_of_anything_public_is_found() {
        for item in [
            "pub fn f() {}",
            "#[must_use]\n#[cfg(x)]\npub struct A;",
            "pub const A: u8 = 1;",
            "pub type A = B;",
            "pub mod a {}",
            "pub async fn f() {}",
        ] {
            assert_eq!(found(&format!("/// A b c.\n{item}")), ["A b c."], "{item}");
            assert!(found(&format!("/// A b c\n/// d.\n{item}")).is_empty(), "{item}");
        }
        assert_eq!(found("impl A {\n    /// B.\n    pub fn f(&self) { x }\n}").len(), 1);
        assert_eq!(
            found("pub struct A {\n    /// B.\n    pub b: u8,\n    /// C.\n    c: u8 }").len(),
            1
        );
        assert_eq!(found("macro_rules! m { () => { /// A.\npub fn f() {} } }").len(), 1);
    }

    #[test]
    fn the_parts_of_public_enums_and_traits_are_public() {
        let parts = "{\n/// A.\nA,\n/// B.\nB { /// C.\nc: u8 },\n/// D.\n#[x]\nD(u8) }";
        assert_eq!(found(&format!("pub enum E {parts}")), ["A.", "B.", "C.", "D."]);
        assert!(found(&format!("enum E {parts}")).is_empty());
        assert!(found(&format!("pub(crate) enum E {parts}")).is_empty());
        assert_eq!(
            found("pub trait T: U { /// F.\nfn f(&self); /// G.\nfn g() {} }"),
            ["F.", "G."]
        );
    }

    #[test]
    fn what_macros_declare_is_public() {
        let source = "endpoint! { /// A.\nA: GET \"/\" => B, query? { /// C.\nc: D = \"c\" } }";
        assert_eq!(found(source), ["A.", "C."]);
        assert!(found("vec! { /// A.\nA }").is_empty());
    }

    #[test]
    fn what_is_not_public_or_written_by_an_attribute_is_left_alone() {
        for source in [
            "/// A.\nfn f() {}",
            "/// A.\npub(crate) fn f() {}",
            "/// A.\n#[doc = concat!(\"b\", \"c\")]\npub fn f() {}",
            "//! A.\npub fn f() {}",
            "// A.\npub fn f() {}",
        ] {
            assert!(found(source).is_empty(), "{source}");
        }
        let tree = Tree::of(&[("tests/a.rs", "/// A.\npub fn f() {}")]);
        assert!(rule(&tree).is_empty());
    }
}
