//! Every example is declared and told of: one that is not declared is never built, and one that their list
//! does not name is never found.

use super::tree::{Findings, Tree, is_rust};
use crate::manifest;

/// What tells readers of the examples.
const LIST: &str = "examples/README.md";

pub(super) fn rule(tree: &Tree) -> Findings {
    let manifest = tree.text("examples/Cargo.toml").unwrap_or_default();
    let declared: Vec<_> = manifest::sections(manifest, "[[example]]")
        .iter()
        .filter_map(|section| manifest::text(section, "path"))
        .collect();
    let files: Vec<_> = tree.children("examples/").filter(|name| is_rust(name)).collect();
    let mut findings = Findings::new();
    for file in &files {
        if !declared.contains(file) {
            findings.push(format!("examples/{file} is no [[example]]"));
        }
        let list = tree.text(LIST).unwrap_or_default();
        if !list.trim().is_empty() && !list.contains(file) {
            findings.push(format!("{LIST} does not name {file}"));
        }
    }
    let gone = declared.iter().filter(|path| !path.contains('/') && !files.contains(path));
    findings.extend(gone.map(|path| format!("the [[example]] {path} has no file")));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: (&str, &str) =
        ("examples/Cargo.toml", "[[example]]\nname = \"one\"\npath = \"one.rs\"\n");

    #[test]
    fn a_declared_example_needs_no_list_while_there_is_none() {
        assert!(rule(&Tree::of(&[MANIFEST, ("examples/one.rs", "")])).is_empty());
    }

    #[test]
    fn an_example_that_is_not_declared_or_not_told_of_is_found() {
        let files = [("examples/one.rs", ""), ("examples/two.rs", ""), (LIST, "two.rs")];
        let tree = Tree::of(&[&[MANIFEST][..], &files].concat());
        assert_eq!(rule(&tree).len(), 2);
        assert_eq!(rule(&Tree::of(&[MANIFEST])).len(), 1, "declared and not there");
    }
}
