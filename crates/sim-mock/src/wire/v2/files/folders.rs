//! `/api/v2/files/folders`: the folders of files.

use std::sync::MutexGuard;

use crate::files::Shelf;
use crate::folder::{Folder, is_within};
use crate::state::State;
use crate::store::Kept as _;
use crate::wire::v2::folders::Shelved;

/// The kind of things that files are.
#[derive(Debug)]
pub(crate) enum OfFiles {}

impl Shelved for OfFiles {
    type Shelf = Shelf;
    const THINGS: &'static str = "files";

    fn open(state: &State) -> MutexGuard<'_, Shelf> {
        state.files.open()
    }

    fn folders(shelf: &mut Shelf) -> &mut Vec<Folder> {
        &mut shelf.folders
    }

    fn each_place(shelf: &mut Shelf, change: &mut dyn FnMut(&mut String)) {
        for file in shelf.files.all_mut().filter(|file| !file.is_archived()) {
            change(&mut file.folder);
        }
    }

    fn delete_within(shelf: &mut Shelf, folder: &str) -> usize {
        let mut deleted = 0;
        for file in shelf.files.all_mut().filter(|file| !file.is_archived()) {
            if is_within(&file.folder, folder) {
                file.archive();
                deleted += 1;
            }
        }
        deleted
    }
}
