//! `/api/v2/workflows/folders`: the folders of workflows.

use std::sync::MutexGuard;

use crate::catalog::Content;
use crate::folder::{Folder, is_within};
use crate::state::State;
use crate::wire::v2::folders::Shelved;

/// The kind of things that workflows are.
#[derive(Debug)]
pub(crate) enum OfWorkflows {}

impl Shelved for OfWorkflows {
    type Shelf = Content;
    const THINGS: &'static str = "workflows";
    const LOCKS: bool = true;

    fn open(state: &State) -> MutexGuard<'_, Content> {
        state.catalog.open()
    }

    fn folders(shelf: &mut Content) -> &mut Vec<Folder> {
        &mut shelf.folders
    }

    fn each_place(shelf: &mut Content, change: &mut dyn FnMut(&mut String)) {
        for hosted in shelf.own() {
            change(&mut hosted.facts().folder);
        }
    }

    fn delete_within(shelf: &mut Content, folder: &str) -> usize {
        let mut deleted = 0;
        for hosted in shelf.own() {
            let mut facts = hosted.facts();
            if is_within(&facts.folder, folder) {
                facts.deleted = true;
                facts.undeploy();
                deleted += 1;
            }
        }
        deleted
    }
}
