//! Files are short: what does not fit in 400 lines has more than one subject. Adapters are short as well.

use super::panics::lines_outside_of_tests;
use super::tree::{Findings, Tree};

const MOST: usize = 400;

/// Files that may be longer, and why.
const LONG: [(&str, &str); 0] = [];

pub(super) fn rule(tree: &Tree) -> Findings {
    check(tree, &LONG)
}

fn check(tree: &Tree, long: &[(&str, &str)]) -> Findings {
    let listed = |path: &str| long.iter().any(|(file, _)| *file == path);
    let lines = |text: &str| text.lines().count();
    let too_long = tree
        .rust()
        .filter(|file| !listed(&file.path) && lines(&file.text) > MOST)
        .map(|file| format!("{} has {} lines", file.path, lines(&file.text)));
    let needless = long
        .iter()
        .filter(|(path, _)| tree.text(path).is_none_or(|text| lines(text) <= MOST))
        .map(|(path, _)| format!("{path} is listed as long and is not"));
    too_long.chain(needless).collect()
}

/// The most lines of code in the part of an adapter that drives exchanges, with its named calls, events and lists.
const MOST_OF_AN_ADAPTER: usize = 450;

/// What the library below an adapter lacks stands in a folder of its own, which is not counted.
const LACKING: &str = "net/";

pub(super) fn adapters(tree: &Tree) -> Findings {
    let long = |name: &&str| {
        let folder = format!("crates/{name}/src/");
        let own = tree.rust().filter(|file| {
            file.path.strip_prefix(&folder).is_some_and(|path| !path.starts_with(LACKING))
        });
        let code = |text: &str| {
            let lines = lines_outside_of_tests(text).into_iter();
            lines.filter(|(_, line)| !line.trim().is_empty()).count()
        };
        let lines: usize = own.map(|file| code(&file.text)).sum();
        (lines > MOST_OF_AN_ADAPTER).then(|| format!("{name} has {lines} lines beside {LACKING}"))
    };
    ["sim-ureq", "sim-reqwest"].iter().filter_map(long).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_found_unless_it_is_listed() {
        let (long, short) = ("x\n".repeat(401), "x\n".repeat(400));
        let tree = Tree::of(&[("long.rs", &long), ("short.rs", &short), ("long.md", &long)]);
        assert_eq!(check(&tree, &[]), ["long.rs has 401 lines"]);
        assert!(check(&tree, &[("long.rs", "a list of types")]).is_empty());
    }

    #[test]
    fn a_long_adapter_is_found_whatever_its_files_but_not_what_its_library_lacks() {
        let (half, blank) = ("x\n".repeat(225), "\n// y\n");
        let tests = "#[cfg(test)]\nmod tests {\n    x\n}\n";
        let of = |rest: &str| {
            let tree = Tree::of(&[
                ("crates/sim-ureq/src/a.rs", &half),
                ("crates/sim-ureq/src/b/c.rs", rest),
                ("crates/sim-ureq/src/net/d.rs", &half),
                ("crates/sim-ureq/tests/e.rs", &half),
            ]);
            adapters(&tree)
        };
        assert!(of(&format!("{half}{blank}{tests}")).is_empty());
        assert_eq!(of(&format!("{half}x\n")), ["sim-ureq has 451 lines beside net/"]);
    }

    #[test]
    fn an_entry_that_is_not_needed_is_found() {
        let tree = Tree::of(&[("short.rs", "")]);
        assert_eq!(check(&tree, &[("short.rs", "once"), ("gone.rs", "once")]).len(), 2);
    }
}
