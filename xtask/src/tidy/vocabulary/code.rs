//! Finds given-up words among the names that code declares.

use super::words::{IDS, NO_RUN, WORDS, Was};
use crate::tidy::rust::{Kind, Token};

/// Finds the given-up words that tokens declare as names, with their lines and what to say instead.
pub(super) fn declared(path: &str, tokens: &[Token<'_>]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut before: Option<&Token<'_>> = None;
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Word) {
        for (old, was, new) in WORDS {
            let declares = before.is_some_and(|before| match was {
                Was::Type => matches!(before.text, "struct" | "enum" | "union" | "trait" | "type"),
                Was::Function => before.text == "fn",
                Was::File | Was::Anything => false,
            });
            if token.text == old && (declares || was == Was::Anything) {
                found.push((token.line, format!("{old} is {new} now")));
            }
        }
        if token.text == "run" && before.is_some_and(|before| before.text == "fn") {
            let in_place = NO_RUN.iter().any(|place| path.starts_with(place));
            if in_place || signature(&tokens[at..]).any(|token| token.text == "Exchange") {
                found.push((token.line, "fn run is drive, send or run_id now".to_owned()));
            }
        }
        before = Some(token);
    }
    found
        .extend(fields(tokens).map(|line| (line, "a field run of an id is run_id now".to_owned())));
    found
}

/// The tokens of a function before its body.
fn signature<'a, 'b>(tokens: &'a [Token<'b>]) -> impl Iterator<Item = &'a Token<'b>> {
    tokens.iter().take_while(|token| !token.is_mark("{") && !token.is_mark(";"))
}

/// The lines of fields that are named `run` and hold an id.
fn fields(tokens: &[Token<'_>]) -> impl Iterator<Item = usize> {
    let mut open: Vec<bool> = Vec::new();
    let (mut lines, mut head) = (Vec::new(), 0);
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            _ if token.opens() => {
                let declares = |token: &Token<'_>| token.is_word("struct") || token.is_word("enum");
                let is_variant = open.last() == Some(&true);
                open.push(
                    token.is_mark("{") && (is_variant || tokens[head..at].iter().any(declares)),
                );
                head = at + 1;
            }
            _ if token.closes() => {
                open.pop();
                head = at + 1;
            }
            ";" => head = at + 1,
            "run" if open.last() == Some(&true) => {
                let ends = |token: &&Token<'_>| !token.is_mark(",") && !token.is_mark("}");
                let rest = tokens[at + 1..].iter().take_while(ends);
                let is_field = tokens.get(at + 1).is_some_and(|token| token.is_mark(":"));
                if is_field && rest.clone().any(|token| IDS.contains(&token.text)) {
                    lines.push(token.line);
                }
            }
            _ => {}
        }
    }
    lines.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rust::tokens;

    fn found(path: &str, source: &str) -> usize {
        declared(path, &tokens(source)).len()
    }

    #[test]
    fn a_name_that_was_given_up_is_found_where_it_is_declared() {
        for source in [
            "pub struct Claim;",
            "enum Fate {}",
            "fn speak(&mut self) {}",
            "fn claim() {}",
            "A::MayDouble",
            "use x::RunClaim;",
            "type With<E> = F<E>;",
            "x.is_no_workflows()",
        ] {
            assert_eq!(found("a.rs", source), 1, "{source}");
        }
        for source in [
            "struct Claims;",
            "fn settled() {}",
            "x.look()",
            "Release::Cancel",
            "let claim = 1;",
            "// Claim\n",
            "\"Claim\"",
        ] {
            assert_eq!(found("a.rs", source), 0, "{source}");
        }
    }

    #[test]
    fn a_function_run_is_found_where_it_drives_or_sends() {
        let plain = "pub fn run(&self) -> Option<&RunId> { x }";
        assert_eq!(found("crates/sim-ureq/src/events.rs", plain), 1);
        assert_eq!(found("xtask/src/tidy.rs", "fn run(arguments: &[String]) -> Result { x }"), 0);
        assert_eq!(found("benches/a.rs", "fn run<X: Exchange>(x: X) -> Y { z }"), 1);
        assert_eq!(found("benches/a.rs", "fn run(x: Y) { Exchange }"), 0);
    }

    #[test]
    fn a_field_run_that_holds_an_id_is_found() {
        for source in [
            "struct A { pub run: RunId }",
            "struct A<T> { b: u8, run: Option<&'a RunId> }",
            "enum A { B { run: RunId } }",
        ] {
            assert_eq!(found("a.rs", source), 1, "{source}");
        }
        for source in [
            "struct A { run: Run }",
            "fn f(run: RunId) {}",
            "fn f() { let run: RunId = x; }",
            "struct A { run: u8, id: RunId }",
            "struct A;\nfn f() { g(A { run: RunId }) }",
        ] {
            assert_eq!(found("a.rs", source), 0, "{source}");
        }
    }
}
