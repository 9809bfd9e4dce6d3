//! Where records are.

use std::path::{Path, PathBuf};

/// Returns the folder of recordings beside the project with this name, or `None` if it is not here.
#[must_use]
pub fn shared(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    folder.is_dir().then_some(folder)
}

/// Returns the folders of exchanges made by hand in the shapes of a real server, which every clone has.
#[must_use]
pub fn made() -> [PathBuf; 2] {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    [root.join("../vectors"), root.join("made")]
}
