//! Every file says what it is for, and the table of features tells of the features that there are.

use super::table::{names, rows};
use super::tree::{Findings, Tree};
use crate::manifest;

/// A file below a `src` begins with a `//!` line that says something.
pub(super) fn first_line(tree: &Tree) -> Findings {
    let sources = tree.rust().filter(|file| file.path.contains("/src/"));
    let says = |text: &str| text.strip_prefix("//! ").is_some_and(|rest| !rest.trim().is_empty());
    let mute = sources.filter(|file| !says(file.text.lines().next().unwrap_or_default()));
    mute.map(|file| format!("{} does not begin with a `//!` line", file.path)).collect()
}

/// The table of features in the facade's documentation names the features of its manifest.
pub(super) fn feature_table(tree: &Tree) -> Findings {
    let manifest = tree.text("crates/simstudio/Cargo.toml").unwrap_or_default();
    let mut features = manifest::features(manifest);
    let facade = tree.text("crates/simstudio/src/lib.rs").unwrap_or_default();
    let mut told: Vec<_> = rows(facade, "feature").into_iter().flat_map(names).collect();
    features.sort_unstable();
    told.sort_unstable();
    if features.is_empty() || features != told {
        return vec![format!("the facade has the features {features:?} and tells of {told:?}")];
    }
    Findings::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "//! x\n//! | feature | gives |\n//! |---|---|\n\
        //! | `a` | `A`, b |\n//! | `b`, `c-d` | the same |\n//!\n";

    fn facade(features: &str, lib: &str) -> Findings {
        feature_table(&Tree::of(&[
            ("crates/simstudio/Cargo.toml", features),
            ("crates/simstudio/src/lib.rs", lib),
        ]))
    }

    #[test]
    fn a_file_without_a_first_line_is_found() {
        let tree = Tree::of(&[
            ("crates/a/src/good.rs", "//! Good.\n"),
            ("crates/a/src/bad.rs", "use std::io;\n"),
            ("crates/a/src/empty.rs", "//!\n"),
            ("crates/a/tests/it.rs", "use std::io;\n"),
        ]);
        assert_eq!(first_line(&tree).len(), 2);
    }

    #[test]
    fn a_feature_that_is_not_told_or_not_there_is_found() {
        assert!(facade("[features]\nb = []\na = []\nc-d = []\n", TABLE).is_empty());
        assert_eq!(facade("[features]\na = []\nb = []\n", TABLE).len(), 1);
        assert_eq!(facade("[features]\na = []\nb = []\nc-d = []\ne = []\n", TABLE).len(), 1);
        assert_eq!(facade("", "").len(), 1, "nothing found proves nothing");
    }
}
