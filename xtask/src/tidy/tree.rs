//! The texts that the rules read.

use std::fs;
use std::path::Path;

use crate::command::Result;
use crate::shell::root;

/// What a rule found: a file, and what is wrong there.
pub(super) type Findings = Vec<String>;

/// A text file of the project.
#[derive(Debug)]
pub(super) struct File {
    /// Its path from the root, with `/` between the parts.
    pub(super) path: String,
    pub(super) text: String,
}

/// The Rust sources, manifests and documents of the project.
#[derive(Debug, Default)]
pub(super) struct Tree(Vec<File>);

const KINDS: [&str; 3] = ["rs", "toml", "md"];

impl Tree {
    /// Everything below the root but what is built, vendored or hidden.
    pub(super) fn read() -> Result<Self> {
        let mut tree = Self::default();
        tree.walk(&root(), "").map_err(|error| format!("the source tree: {error}"))?;
        tree.0.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(tree)
    }

    fn walk(&mut self, directory: &Path, prefix: &str) -> std::io::Result<()> {
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let (path, inside) = (entry.path(), format!("{prefix}{name}"));
            if name.starts_with('.') || name == "target" {
                continue;
            }
            if entry.file_type()?.is_dir() {
                self.walk(&path, &format!("{inside}/"))?;
            } else if path.extension().is_some_and(|kind| KINDS.iter().any(|k| kind == *k)) {
                self.0.push(File { text: fs::read_to_string(&path)?, path: inside });
            }
        }
        Ok(())
    }

    /// The Rust sources.
    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.0.iter().filter(|file| is_rust(&file.path))
    }

    /// The documents.
    pub(super) fn documents(&self) -> impl Iterator<Item = &File> {
        self.0.iter().filter(|file| has_kind(&file.path, "md"))
    }

    /// The manifests of packages and of the workspace.
    pub(super) fn manifests(&self) -> impl Iterator<Item = &File> {
        self.0.iter().filter(|file| file.path.rsplit('/').next() == Some("Cargo.toml"))
    }

    /// The text of one file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    /// The paths right inside of a directory.
    pub(super) fn children<'a>(&'a self, directory: &'a str) -> impl Iterator<Item = &'a str> {
        let names = self.0.iter().filter_map(move |file| file.path.strip_prefix(directory));
        names.filter(|name| !name.contains('/'))
    }
}

/// Says whether a path is that of a Rust source.
pub(super) fn is_rust(path: &str) -> bool {
    has_kind(path, "rs")
}

fn has_kind(path: &str, kind: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == kind)
}

#[cfg(test)]
impl Tree {
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File { path: path.into(), text: text.into() };
        Self(files.iter().map(file).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_real_tree_is_read_without_what_was_built() {
        let tree = Tree::read().expect("the tree can be read");
        assert!(tree.text("xtask/src/tidy/tree.rs").is_some_and(|text| text.contains("this text")));
        assert!(tree.rust().all(|file| !file.path.contains("target/")));
        assert!(tree.children("xtask/").any(|name| name == "Cargo.toml"));
    }
}
