//! One word, one meaning: names that were given up do not come back, in code, in file names or in prose.

mod code;
mod prose;
mod words;

use super::rust::{Kind, tokens};
use super::tree::{File, Findings, Tree};
use words::{OWN_MEANING, WORDS, Was};

/// The data of this rule names what it forbids.
const OWN: &str = "xtask/src/tidy/vocabulary/";

/// Finds the words that were given up.
pub(super) fn rule(tree: &Tree) -> Findings {
    let sources = tree.rust().filter(|file| !file.path.starts_with(OWN));
    let code = sources.flat_map(|file| [named(file), declared(file)].concat());
    let prose = tree.documents().flat_map(|file| {
        let lines = (1..).zip(file.text.lines());
        quoted(&file.path, prose::quotes(lines))
    });
    code.chain(prose).collect()
}

/// Finds the words in the name of a file and of its folder.
fn named(file: &File) -> Findings {
    if OWN_MEANING.iter().any(|(path, _)| *path == file.path) {
        return Findings::new();
    }
    let stem = file.path.strip_suffix("/mod.rs").or(file.path.strip_suffix(".rs"));
    let name = stem.unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let given_up = WORDS.iter().filter(|(old, was, _)| *was == Was::File && *old == name);
    given_up.map(|(old, _, new)| format!("{}:1: {old} is {new} now", file.path)).collect()
}

/// Finds the words in the code of a file and in its comments.
fn declared(file: &File) -> Findings {
    let all = tokens(&file.text);
    let is_comment = |kind| matches!(kind, Kind::Doc | Kind::Comment);
    let code: Vec<_> = all.iter().copied().filter(|token| !is_comment(token.kind)).collect();
    let comments = all.iter().filter(|token| is_comment(token.kind));
    let lines = comments.map(|token| (token.line, token.text.trim_start_matches(['/', '!', '*'])));
    let mut findings: Findings = code::declared(&file.path, &code)
        .into_iter()
        .map(|(line, what)| format!("{}:{line}: {what}", file.path))
        .collect();
    findings.extend(quoted(&file.path, prose::quotes(lines)));
    findings
}

/// Finds the words in what prose quotes.
fn quoted(path: &str, quotes: Vec<prose::Quote<'_>>) -> Findings {
    let mut findings = Findings::new();
    for quote in quotes {
        let mut found = prose::mentioned(quote.text);
        if quote.is_block {
            let declared = code::declared(path, &tokens(quote.text));
            found.extend(
                declared
                    .into_iter()
                    .map(|(_, what)| what)
                    .filter(|what| !found.contains(what))
                    .collect::<Vec<_>>(),
            );
        }
        findings.extend(found.iter().map(|what| format!("{path}:{}: {what}", quote.line)));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_names_code_comments_and_documents() {
        let found = rule(&Tree::of(&[
            ("a/gather.rs", "x"),
            ("a/peer/mod.rs", "x"),
            (
                "b.rs",
                "//! See [`Gather`].\nstruct Fate;\n/// ```\n/// fn run<X: Exchange>() {}\n/// ```\nfn f() {}\n",
            ),
            ("c.md", "Call `Operation::speak`.\n\n```rust\nfn claim() {}\nx.saw(y)\n```\n"),
        ]));
        let places: Vec<_> =
            found.iter().filter_map(|finding| finding.split(": ").next()).collect();
        let expected = [
            "a/gather.rs:1",
            "a/peer/mod.rs:1",
            "b.rs:2",
            "b.rs:1",
            "b.rs:4",
            "c.md:1",
            "c.md:4",
            "c.md:5",
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn the_words_of_today_are_no_findings() {
        let files = [
            ("a/body.rs", "//! `BodyCollector`, `claim`\nfn drive<X: Exchange>() {}\n"),
            ("b.md", "a claim, `Client::drive`"),
        ];
        assert!(rule(&Tree::of(&files)).is_empty());
    }
}
