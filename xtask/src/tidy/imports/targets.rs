//! Finds the root file of every crate of the workspace: libraries, programs, tests, examples and benches.

use crate::manifest;
use crate::tidy::tree::{Tree, is_rust};

/// The sections of a manifest that may name a root file.
const SECTIONS: [&str; 5] = ["[lib]", "[[bin]]", "[[test]]", "[[example]]", "[[bench]]"];

/// The folders whose files, and whose folders with a `main.rs`, are crates each.
const FOLDERS: [&str; 4] = ["src/bin/", "tests/", "examples/", "benches/"];

/// Returns the paths of the root files, in order, each once.
pub(super) fn roots(tree: &Tree) -> Vec<String> {
    let manifests = tree.manifests();
    let packages = manifests.filter(|file| !manifest::sections(&file.text, "[package]").is_empty());
    let mut roots = Vec::new();
    for package in packages {
        let folder = package.path.strip_suffix("Cargo.toml").unwrap_or_default();
        let named = SECTIONS.iter().flat_map(|head| manifest::sections(&package.text, head));
        let named = named.filter_map(|lines| Some(manifest::text(&lines, "path")?.to_owned()));
        let usual = ["src/lib.rs", "src/main.rs"].map(str::to_owned);
        let found = tree.rust().filter_map(|file| file.path.strip_prefix(folder)).filter(|path| {
            let inside = FOLDERS.iter().find_map(|folder| path.strip_prefix(folder));
            inside.is_some_and(is_root)
        });
        let found = found.map(str::to_owned);
        let paths = usual.into_iter().chain(named).chain(found);
        roots.extend(paths.map(|path| format!("{folder}{path}")));
    }
    roots.retain(|path| tree.text(path).is_some());
    roots.sort_unstable();
    roots.dedup();
    roots
}

fn is_root(path: &str) -> bool {
    match path.split_once('/') {
        None => is_rust(path),
        Some((_, file)) => file == "main.rs",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_crate_is_found_once() {
        let manifest = "[package]\nname = \"a\"\n[[test]]\nname = \"it\"\npath = \"it/main.rs\"\n\
            [[bin]]\nname = \"x\"\npath = \"src/bin/x.rs\"\n";
        let tree = Tree::of(&[
            ("Cargo.toml", "[workspace]\n"),
            ("a/Cargo.toml", manifest),
            ("a/src/lib.rs", ""),
            ("a/src/main.rs", ""),
            ("a/src/other.rs", ""),
            ("a/src/bin/x.rs", ""),
            ("a/it/main.rs", ""),
            ("a/it/other.rs", ""),
            ("a/tests/one.rs", ""),
            ("a/tests/two/main.rs", ""),
            ("a/tests/two/other.rs", ""),
            ("b/src/lib.rs", ""),
        ]);
        let expected = [
            "a/it/main.rs",
            "a/src/bin/x.rs",
            "a/src/lib.rs",
            "a/src/main.rs",
            "a/tests/one.rs",
            "a/tests/two/main.rs",
        ];
        assert_eq!(roots(&tree), expected);
    }
}
