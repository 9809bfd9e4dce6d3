//! Documents of a knowledge base, in the three forms in which answers show them.

use serde_json::{Map, Value, json};

use crate::ids;
use crate::things::{Keys, Shelves, Thing};

/// The names of the collections of bases and of what belongs to one.
pub(super) const BASES: &str = "knowledge_base";
pub(super) const DOCUMENTS: &str = "document";
pub(super) const CONNECTORS: &str = "connector";
pub(super) const TAGS: &str = "tag";

/// Makes a document of a file.
pub(super) fn made(base: &str, owner: usize, name: &str, kind: &str, bytes: &[u8]) -> Thing {
    let mut document = Thing::new(ids::uuid(), owner, Keys::new());
    for (key, value) in [
        ("knowledgeBaseId", json!(base)),
        ("filename", json!(name)),
        ("fileSize", json!(bytes.len())),
        ("mimeType", json!(kind)),
        ("processingStatus", json!("pending")),
        ("chunkCount", json!(0)),
        ("tokenCount", json!(0)),
        ("characterCount", json!(0)),
        ("enabled", json!(true)),
    ] {
        document.set(key, value);
    }
    document.hide("text", String::from_utf8_lossy(bytes).into_owned());
    document.hide("tags", json!({}));
    document
}

/// Returns a document without its tags.
pub(super) fn summary(document: &Thing) -> Value {
    let mut item = document.item();
    if let Some(keys) = item.as_object_mut() {
        keys.remove("updatedAt");
    }
    item
}

/// Returns a document with its tags: under their names where they are defined, else under their slots.
pub(super) fn tagged(shelves: &Shelves, document: &Thing) -> Value {
    let mut item = summary(document);
    item["tags"] = tags(shelves, document).into();
    item
}

/// Returns the tags of a document by their names.
pub(super) fn tags(shelves: &Shelves, document: &Thing) -> Map<String, Value> {
    let defined = shelves.of(TAGS, document.text("knowledgeBaseId"));
    let name = |slot: &String| {
        let of_slot = defined.all().find(|tag| tag.text("tagSlot") == slot);
        of_slot.map_or_else(|| slot.clone(), |tag| tag.text("displayName").to_owned())
    };
    let slots = document.hidden("tags").as_object().into_iter().flatten();
    slots.map(|(slot, value)| (name(slot), value.clone())).collect()
}

/// Returns a document with all that is known of it.
pub(super) fn whole(shelves: &Shelves, document: &Thing) -> Value {
    let mut item = tagged(shelves, document);
    for key in [
        "processingError",
        "processingStartedAt",
        "processingCompletedAt",
        "connectorId",
        "connectorType",
        "sourceUrl",
    ] {
        item[key] = document.hidden(key).clone();
    }
    item
}
