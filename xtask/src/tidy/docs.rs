//! Every file says what it is for; features and errors are told of as they are, and everywhere in the same words.

use super::Findings;
use super::tree::Tree;
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
    let mut told = table(tree.text("crates/simstudio/src/lib.rs").unwrap_or_default());
    features.sort_unstable();
    told.sort_unstable();
    if features.is_empty() || features != told {
        return vec![format!("the facade has the features {features:?} and tells of {told:?}")];
    }
    Findings::new()
}

/// The names in the first column of the table under the head `feature`.
fn table(source: &str) -> Vec<&str> {
    let cells = rows(source, "feature").into_iter().filter_map(|row| row.split('|').nth(1));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

/// The README and the documentation of the core tell of the same errors, in the same words.
pub(super) fn error_table(tree: &Tree) -> Findings {
    let table = |path| rows(tree.text(path).unwrap_or_default(), "code");
    let (readme, core) = (table("README.md"), table("crates/sim-core/src/lib.rs"));
    let alone = |one: &[&str], other: &[&str]| -> Findings {
        let rows = one.iter().filter(|row| !other.contains(row));
        rows.map(|row| format!("README.md and sim-core do not agree on the error {row}")).collect()
    };
    if core.is_empty() {
        return vec!["sim-core tells of no errors".to_owned()];
    }
    [alone(&readme, &core), alone(&core, &readme)].concat()
}

/// The rows of the table whose first column has that head, in a document or in the comment of a crate.
fn rows<'a>(source: &'a str, head: &str) -> Vec<&'a str> {
    let lines = source.lines().map(|line| line.strip_prefix("//! ").unwrap_or(line));
    let table = lines.skip_while(|line| line.split('|').nth(1).map(str::trim) != Some(head));
    table.skip(2).take_while(|line| line.starts_with('|')).collect()
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
    fn an_error_that_one_document_tells_of_in_other_words_is_found() {
        const TABLE: &str = "x\n\n| code | from |\n|---|---|\n| `A` | 1 |\n| `B` | 2 |\n\nmore\n";
        let core = |table: &str| {
            let lines: Vec<_> = table.lines().map(|line| format!("//! {line}\n")).collect();
            lines.concat()
        };
        let told = |readme: &str, core: &str| {
            let files = [("README.md", readme), ("crates/sim-core/src/lib.rs", core)];
            error_table(&Tree::of(&files)).len()
        };
        assert_eq!(told(TABLE, &core(TABLE)), 0);
        assert_eq!(told(TABLE, &core(&TABLE.replace("| 2 |", "| 3 |"))), 2);
        assert_eq!(told(&TABLE.replace("| `B` | 2 |\n", ""), &core(TABLE)), 1);
        assert_eq!(told(TABLE, ""), 1, "nothing found proves nothing");
    }

    #[test]
    fn a_feature_that_is_not_told_or_not_there_is_found() {
        assert!(facade("[features]\nb = []\na = []\nc-d = []\n", TABLE).is_empty());
        assert_eq!(facade("[features]\na = []\nb = []\n", TABLE).len(), 1);
        assert_eq!(facade("[features]\na = []\nb = []\nc-d = []\ne = []\n", TABLE).len(), 1);
        assert_eq!(facade("", "").len(), 1, "nothing found proves nothing");
    }
}
