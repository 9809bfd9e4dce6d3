//! Files are short: what does not fit in 400 lines has more than one subject.

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
    fn an_entry_that_is_not_needed_is_found() {
        let tree = Tree::of(&[("short.rs", "")]);
        assert_eq!(check(&tree, &[("short.rs", "once"), ("gone.rs", "once")]).len(), 2);
    }
}
