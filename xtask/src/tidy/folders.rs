//! A module with children is a folder with a `mod.rs`: one style, so that a reader knows where to look.

use super::tree::{Findings, Tree};

/// Finds the modules that have a file beside their folder.
pub(super) fn rule(tree: &Tree) -> Findings {
    let paths: Vec<_> = tree.rust().map(|file| file.path.as_str()).collect();
    let beside = |path: &&str| {
        let folder = path.strip_suffix(".rs").map(|stem| format!("{stem}/"));
        folder.is_some_and(|folder| paths.iter().any(|other| other.starts_with(&folder)))
    };
    let found = paths.iter().filter(|path| beside(path));
    found.map(|path| format!("{path} has a folder beside it, and is not its mod.rs")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_beside_its_folder_is_found() {
        let files = [
            ("a/b.rs", ""),
            ("a/b/c.rs", ""),
            ("a/d/mod.rs", ""),
            ("a/d/e.rs", ""),
            ("a/bb.rs", ""),
        ];
        assert_eq!(
            rule(&Tree::of(&files)),
            ["a/b.rs has a folder beside it, and is not its mod.rs"]
        );
    }
}
