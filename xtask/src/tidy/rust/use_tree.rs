//! Unfolds `use` trees: `use a::{b, c as d, e::*}` are three imports.

use super::lexer::{Kind, Token};

/// One name that a `use` brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    /// Where it comes from. The first part of a path that begins with `::` is empty.
    pub(crate) path: Vec<String>,
    /// The name that it has here; `*` for all of a module.
    pub(crate) name: String,
    /// It has a `pub`, of any reach: it is there for others.
    pub(crate) is_public: bool,
    pub(crate) line: usize,
}

/// Reads the `use` whose first word after `use` is at `at`. Returns its imports and the place behind its `;`.
pub(crate) fn imports(
    tokens: &[Token<'_>],
    mut at: usize,
    is_public: bool,
) -> (Vec<Import>, usize) {
    let mut found = Vec::new();
    tree(tokens, &mut at, Vec::new(), &mut found);
    for import in &mut found {
        import.is_public = is_public;
    }
    (found, at + 1)
}

fn tree(tokens: &[Token<'_>], at: &mut usize, mut path: Vec<String>, found: &mut Vec<Import>) {
    let mut line = tokens.get(*at).map_or(0, |token| token.line);
    let mut alias = None;
    while let Some(token) = tokens.get(*at) {
        match (token.kind, token.text) {
            (Kind::Word, "as") => {
                alias = tokens.get(*at + 1).map(|token| token.text.to_owned());
                *at += 2;
            }
            (Kind::Word, "self") if !path.is_empty() => *at += 1,
            (Kind::Word, word) => {
                line = token.line;
                path.push(word.to_owned());
                *at += 1;
            }
            (_, "*") => {
                alias = Some("*".to_owned());
                *at += 1;
            }
            (_, "::") => {
                if path.is_empty() {
                    path.push(String::new());
                }
                *at += 1;
            }
            (_, "{") => {
                *at += 1;
                while tokens.get(*at).is_some_and(|token| !token.is_mark("}")) {
                    tree(tokens, at, path.clone(), found);
                    if tokens.get(*at).is_some_and(|token| token.is_mark(",")) {
                        *at += 1;
                    }
                }
                *at += 1;
                return;
            }
            _ => break,
        }
    }
    if let Some(name) = alias.or_else(|| path.last().cloned()) {
        found.push(Import { path, name, is_public: false, line });
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::*;

    fn unfolded(source: &str) -> Vec<String> {
        let all = tokens(source);
        let (found, end) = imports(&all, 0, false);
        assert_eq!(end, all.len(), "{source}");
        found.iter().map(|import| format!("{} = {}", import.name, import.path.join("::"))).collect()
    }

    #[test]
    fn a_tree_is_unfolded_to_its_leaves() {
        assert_eq!(unfolded("a::b;"), ["b = a::b"]);
        assert_eq!(unfolded("a as b;"), ["b = a"]);
        assert_eq!(unfolded("super::super::a;"), ["a = super::super::a"]);
        assert_eq!(unfolded("::a::b;"), ["b = ::a::b"]);
        assert_eq!(
            unfolded("crate::a::{self, b::{c as d, self as f}, g::*, h,};"),
            [
                "a = crate::a",
                "d = crate::a::b::c",
                "f = crate::a::b",
                "* = crate::a::g",
                "h = crate::a::h",
            ]
        );
        assert_eq!(unfolded("{a, b::c};"), ["a = a", "c = b::c"]);
    }

    #[test]
    fn a_leaf_has_its_own_line() {
        let all = tokens("a::{\n b,\n c,\n};");
        let lines: Vec<_> = imports(&all, 0, false).0.iter().map(|import| import.line).collect();
        assert_eq!(lines, [2, 3]);
    }
}
