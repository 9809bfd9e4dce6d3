//! The folders of the resources that the generic store keeps.

use std::marker::PhantomData;
use std::sync::MutexGuard;

use serde_json::Value;

use super::folders::Shelved;
use crate::folder::{Folder, is_within};
use crate::state::State;
use crate::things::Shelves;

/// The name of a resource whose things lie in folders.
pub(crate) trait Named: 'static {
    /// The name of the collection.
    const KIND: &'static str;
    /// The word for the things in an answer.
    const THINGS: &'static str;
}

/// Tables.
#[derive(Debug)]
pub(crate) enum OfTables {}

impl Named for OfTables {
    const KIND: &'static str = "table";
    const THINGS: &'static str = "tables";
}

/// Knowledge bases.
#[derive(Debug)]
pub(crate) enum OfBases {}

impl Named for OfBases {
    const KIND: &'static str = "knowledge_base";
    const THINGS: &'static str = "knowledgeBases";
}

/// The kind of things that a resource of the store is.
#[derive(Debug)]
pub(crate) struct OfThings<N>(PhantomData<N>);

impl<N: Named> Shelved for OfThings<N> {
    type Shelf = Shelves;
    const THINGS: &'static str = N::THINGS;

    fn open(state: &State) -> MutexGuard<'_, Shelves> {
        state.things.open()
    }

    fn folders(shelf: &mut Shelves) -> &mut Vec<Folder> {
        shelf.folders(N::KIND)
    }

    fn each_place(shelf: &mut Shelves, change: &mut dyn FnMut(&mut String)) {
        for thing in shelf.of_mut(N::KIND, "").all_mut() {
            if let Some(Value::String(place)) = thing.shown.get_mut("folderPath") {
                change(place);
            }
        }
    }

    fn delete_within(shelf: &mut Shelves, folder: &str) -> usize {
        shelf.of_mut(N::KIND, "").retain(|thing| !is_within(thing.text("folderPath"), folder))
    }
}
