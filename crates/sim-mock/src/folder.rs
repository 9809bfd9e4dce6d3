//! Folders of workflows, which their paths name.

use jiff::Timestamp;

/// The path of the root folder.
pub(crate) const ROOT: &str = "/";

/// A folder of workflows, identified by its path.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    pub(crate) path: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl Folder {
    pub(crate) fn new(path: impl Into<String>) -> Self {
        let now = Timestamp::now();
        Self { path: path.into(), created_at: now, updated_at: now }
    }
}

/// Returns the path of the parent folder.
pub(crate) fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        None | Some(("", _)) => ROOT,
        Some((parent, _)) => parent,
    }
}

/// Returns whether a path is this folder or lies below it.
pub(crate) fn is_within(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    folder == ROOT || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{is_within, parent};

    #[test]
    fn a_folder_lies_in_its_parent() {
        assert_eq!((parent("/a/b"), parent("/a"), parent("/")), ("/a", "/", "/"));
        assert!(is_within("/a/b", "/a") && is_within("/a", "/a") && is_within("/a", "/"));
        assert!(!is_within("/ab", "/a") && !is_within("/a", "/a/b"));
    }
}
