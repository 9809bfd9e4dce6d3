//! The code of a file that a program is built from: without comments, tests and the bodies of its macros.

use super::lexer::{Kind, Token, tokens};

/// The words that an item begins with, after its visibility.
const ITEMS: [&str; 14] = [
    "async",
    "const",
    "enum",
    "extern",
    "fn",
    "impl",
    "macro_rules",
    "mod",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "unsafe",
];

/// Returns the code of a source without comments, without what only tests compile, and without the bodies of
/// `macro_rules!`, whose paths belong to the places that use them.
pub(crate) fn code(source: &str) -> Vec<Token<'_>> {
    let all: Vec<_> = tokens(source)
        .into_iter()
        .filter(|token| !matches!(token.kind, Kind::Doc | Kind::Comment))
        .collect();
    let (mut kept, mut at) = (Vec::with_capacity(all.len()), 0);
    while let Some(token) = all.get(at) {
        let end = if is_test(&all[at..]) { item(&all, at) } else { macro_body(&all, at) };
        if let Some((from, to)) = end {
            kept.extend_from_slice(&all[at..from]);
            at = to;
        } else {
            kept.push(*token);
            at += 1;
        }
    }
    kept
}

/// Returns the place behind the bracket that closes the one at `open`.
pub(crate) fn group(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.opens() {
            depth += 1;
        } else if token.closes() {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + 1;
            }
        }
    }
    tokens.len()
}

/// Says whether `#[cfg(test)]` begins here, alone or as one of several conditions.
fn is_test(tokens: &[Token<'_>]) -> bool {
    let begins = |words: &[&str]| {
        let texts = tokens.iter().map(|token| token.text);
        texts.take(words.len()).eq(words.iter().copied())
    };
    begins(&["#", "[", "cfg", "(", "test", ")"])
        || begins(&["#", "[", "cfg", "(", "all", "(", "test", ","])
}

/// What the item whose attributes begin at `at` takes up.
fn item(tokens: &[Token<'_>], at: usize) -> Option<(usize, usize)> {
    let mut end = at;
    while tokens.get(end).is_some_and(|token| token.is_mark("#")) {
        end = group(tokens, end + 1);
    }
    let first = first_word(tokens, end)?;
    let (is_use, is_item) = (first == "use", ITEMS.contains(&first));
    while let Some(token) = tokens.get(end) {
        match token.text {
            ";" => return Some((at, end + 1)),
            "," if !is_item => return Some((at, end + 1)),
            "{" if !is_use => return Some((at, group(tokens, end))),
            _ if token.closes() => return Some((at, end)),
            _ if token.opens() => end = group(tokens, end),
            _ => end += 1,
        }
    }
    Some((at, end))
}

/// The first word behind the visibility of the item at `at`.
fn first_word<'a>(tokens: &[Token<'a>], mut at: usize) -> Option<&'a str> {
    if tokens.get(at)?.is_word("pub") {
        at += 1;
        if tokens.get(at)?.is_mark("(") {
            at = group(tokens, at);
        }
    }
    tokens.get(at).map(|token| token.text)
}

/// The body of the `macro_rules!` that begins at `at`.
fn macro_body(tokens: &[Token<'_>], at: usize) -> Option<(usize, usize)> {
    let is_macro = tokens[at].is_word("macro_rules") && tokens.get(at + 1)?.is_mark("!");
    is_macro.then(|| (at + 3, group(tokens, at + 3)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(source: &str) -> String {
        code(source).iter().map(|token| token.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_only_tests_compile_is_left_out() {
        assert_eq!(kept("a; #[cfg(test)] mod tests { use b::c; } d"), "a ; d");
        assert_eq!(kept("#[cfg(test)]\nuse a::{b, c};\nd"), "d");
        assert_eq!(kept("#[cfg(test)]\n#[path = \"x\"]\nmod tests;\nd"), "d");
        assert_eq!(kept("#[cfg(test)] pub(crate) fn f<A, B>(a: A) -> [B; 2] { a } d"), "d");
        assert_eq!(kept("#[cfg(all(test, unix))] impl A { fn f() {} } d"), "d");
        assert_eq!(kept("struct A { #[cfg(test)] b: u8, c: u8 }"), "struct A { c : u8 }");
        assert_eq!(kept("struct A { #[cfg(test)] b: u8 } d"), "struct A { } d");
        assert_eq!(kept("#[cfg(not(test))] a"), "# [ cfg ( not ( test ) ) ] a");
    }

    #[test]
    fn comments_and_the_bodies_of_macros_are_left_out() {
        assert_eq!(kept("/// a::b\nc // d::e\n/* f */ g"), "c g");
        assert_eq!(kept("macro_rules! m { ($a:ty) => { $crate::b::C }; } d"), "macro_rules ! m d");
    }
}
