//! The generic store of resources: things of free form in collections, which each resource names.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::folder::{Folder, ROOT};
use crate::ids;
use crate::store::{Collection, Kept};

/// The keys of a JSON object.
pub(crate) type Keys = Map<String, Value>;

/// A thing that a resource keeps: what answers show of it, and what they do not.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) id: String,
    /// What answers show, beside the id and the times.
    pub(crate) shown: Keys,
    /// What the server knows, but never shows as it is.
    pub(crate) hidden: Keys,
    /// The position of the key that made it.
    pub(crate) owner: usize,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl Thing {
    pub(crate) fn new(id: String, owner: usize, shown: Keys) -> Self {
        let now = Timestamp::now();
        Self { id, shown, hidden: Keys::new(), owner, created_at: now, updated_at: now }
    }

    /// Returns a key that answers show as a text, or an empty text.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.shown.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// Sets a key that answers show.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.shown.insert(key.to_owned(), value.into());
    }

    /// Sets a key that answers do not show.
    pub(crate) fn hide(&mut self, key: &str, value: impl Into<Value>) {
        self.hidden.insert(key.to_owned(), value.into());
    }

    /// Returns a key that answers do not show.
    pub(crate) fn hidden(&self, key: &str) -> &Value {
        self.hidden.get(key).unwrap_or(&Value::Null)
    }

    /// Notes that the thing was changed now.
    pub(crate) fn touch(&mut self) {
        self.updated_at = Timestamp::now();
    }

    /// Returns the thing as answers show it.
    pub(crate) fn item(&self) -> Value {
        let mut item = self.shown.clone();
        item.insert("id".to_owned(), self.id.clone().into());
        item.insert("createdAt".to_owned(), ids::time_text(self.created_at).into());
        item.insert("updatedAt".to_owned(), ids::time_text(self.updated_at).into());
        item.into()
    }
}

impl Kept for Thing {
    const WORD: &'static str = "Thing";

    fn id(&self) -> &str {
        &self.id
    }
}

/// All things of the workspace, by the name of their kind and the id of what they belong to.
#[derive(Debug, Default)]
pub(crate) struct Things(Mutex<Shelves>);

/// The open store.
#[derive(Debug, Default)]
pub(crate) struct Shelves {
    collections: BTreeMap<(&'static str, String), Collection<Thing>>,
    folders: BTreeMap<&'static str, Vec<Folder>>,
    nothing: Collection<Thing>,
}

impl Things {
    pub(crate) fn open(&self) -> MutexGuard<'_, Shelves> {
        self.0.lock().expect("no code panics while it holds the things")
    }
}

impl Shelves {
    /// Returns the things of a kind that belong to this one, which is empty for the workspace.
    pub(crate) fn of(&self, kind: &'static str, parent: &str) -> &Collection<Thing> {
        self.collections.get(&(kind, parent.to_owned())).unwrap_or(&self.nothing)
    }

    pub(crate) fn of_mut(&mut self, kind: &'static str, parent: &str) -> &mut Collection<Thing> {
        self.collections.entry((kind, parent.to_owned())).or_default()
    }

    /// Forgets everything of a kind that belongs to this thing.
    pub(crate) fn clear(&mut self, kind: &'static str, parent: &str) {
        self.collections.remove(&(kind, parent.to_owned()));
    }

    pub(crate) fn folders(&mut self, kind: &'static str) -> &mut Vec<Folder> {
        self.folders.entry(kind).or_default()
    }

    pub(crate) fn has_folder(&self, kind: &'static str, path: &str) -> bool {
        let folders = self.folders.get(kind);
        path == ROOT || folders.is_some_and(|all| all.iter().any(|folder| folder.path == path))
    }
}
