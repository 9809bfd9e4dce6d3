//! Every source belongs to a crate: what no `mod` names is never built, and no rule about imports sees it.

use super::imports::graphs;
use super::tree::{Findings, Tree};

/// Finds the sources that are no module of any crate.
pub(super) fn rule(tree: &Tree) -> Findings {
    let graphs = graphs(tree);
    let is_known = |path: &str| graphs.iter().any(|graph| graph.files.contains(path));
    // The imports of modules that only tests compile are not read.
    let is_test = |path: &str| path.contains("/src/") && path.ends_with("/tests.rs");
    let lost = tree.rust().filter(|file| !is_known(&file.path) && !is_test(&file.path));
    lost.map(|file| format!("{} is a module of no crate", file.path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_no_crate_names_is_found() {
        let files = [
            ("a/Cargo.toml", "[package]\n"),
            ("a/src/lib.rs", "mod b; mod c { mod d; } #[cfg(test)] mod tests;"),
            ("a/src/b.rs", ""),
            ("a/src/c/d.rs", ""),
            ("a/src/tests.rs", ""),
            ("a/src/lost.rs", ""),
        ];
        assert_eq!(rule(&Tree::of(&files)), ["a/src/lost.rs is a module of no crate"]);
    }
}
