//! Nothing panics on what comes from outside: where programs depend on it, a panic means a bug, and an
//! `expect` states why it cannot happen.

use super::tree::{Findings, Tree};

/// The crates that run inside other people's programs.
const LIBRARIES: [&str; 6] = [
    "crates/sim-core/src/",
    "crates/sim-net/src/",
    "crates/sim-platform/src/",
    "crates/sim-ureq/src/",
    "crates/sim-reqwest/src/",
    "crates/simstudio/src/",
];

const WORDS: [&str; 4] = [".unwrap()", "panic!(", "unreachable!(", ".unwrap_err()"];

/// The fewest words that can state a reason.
const REASON: usize = 3;

pub(super) fn rule(tree: &Tree) -> Findings {
    let ours = |path: &str| LIBRARIES.iter().any(|library| path.starts_with(library));
    let files = tree.rust().filter(|file| ours(&file.path));
    files
        .flat_map(|file| {
            let found =
                lines_outside_of_tests(&file.text).into_iter().filter_map(|(number, line)| {
                    let what = panics(line)?;
                    Some(format!("{}:{number}: {what}", file.path))
                });
            found.collect::<Findings>()
        })
        .collect()
}

fn panics(line: &str) -> Option<String> {
    let word = WORDS.iter().find(|word| line.contains(**word));
    if let Some(word) = word {
        return Some((*word).to_owned());
    }
    let (_, reason) = line.split_once(".expect(")?;
    let literal = reason.strip_prefix('"').and_then(|text| text.split('"').next());
    let states = literal.is_some_and(|text| text.split_whitespace().count() >= REASON);
    (!states).then(|| "an expect that does not state why".to_owned())
}

/// The numbered lines of code, without comments and without what only tests compile.
///
/// The end of an item is the first line at its own depth that closes it; rustfmt makes that true.
pub(super) fn lines_outside_of_tests(text: &str) -> Vec<(usize, &str)> {
    let mut kept = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        if line.trim_start().starts_with("#[cfg(test)]") {
            let depth = &line[..line.len() - line.trim_start().len()];
            let ends = |line: &str| {
                let at_depth = line.strip_prefix(depth).is_some_and(|rest| !rest.starts_with(' '));
                at_depth && (line.ends_with(';') || line.trim() == "}")
            };
            lines.find(|(_, line)| ends(line));
        } else if !line.trim_start().starts_with("//") {
            kept.push((number, line));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> usize {
        rule(&Tree::of(&[("crates/sim-core/src/a.rs", text)])).len()
    }

    #[test]
    fn what_may_panic_is_found() {
        for line in [
            "x.unwrap();",
            "panic!(\"no\");",
            "unreachable!();",
            "x.unwrap_err();",
            "x.expect(\"\");",
            "x.expect(\"a body\");",
            "x.expect(why);",
        ] {
            let line = line.replace("unreachable!()", "unreachable!(\"\")");
            assert_eq!(findings(&format!("fn f() {{\n    {line}\n}}\n")), 1, "{line}");
        }
        assert_eq!(findings("x.expect(\"it was made of visible ASCII\")"), 0);
        assert_eq!(findings("x.unwrap_or_default()\n/// x.unwrap()\n"), 0);
    }

    #[test]
    fn tests_and_other_crates_may_panic() {
        let tests = "#[cfg(test)]\nmod tests {\n    fn f() {\n        x.unwrap();\n    }\n}\n";
        assert_eq!(findings(tests), 0);
        assert_eq!(findings(&format!("{tests}fn g() {{\n    x.unwrap();\n}}\n")), 1);
        assert_eq!(findings("#[cfg(test)]\nmod tests;\nfn g() {\n    x.unwrap();\n}\n"), 1);
        assert!(rule(&Tree::of(&[("crates/sim-mock/src/a.rs", "x.unwrap()")])).is_empty());
    }
}
