//! Knowledge bases as a resource.

use serde_json::{Value, json};

use super::document::{BASES, CONNECTORS, DOCUMENTS, TAGS};
use crate::folder::ROOT;
use crate::ids;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Call, Limit, Listing, Of, Resource, email, may, must};

const CHUNKING: Of = Of::Object(&[
    may("maxSize", Of::Whole(100, 4000)),
    may("minSize", Of::Whole(1, 2000)),
    may("overlap", Of::Whole(0, 500)),
]);

/// Knowledge bases.
pub(crate) static BASE: Resource = Resource {
    kind: BASES,
    word: "Knowledge base",
    parent: None,
    id: |_| ids::uuid(),
    fields: &[
        must("name", Of::Text(1, 255)).says("Name is required"),
        may("description", Of::Text(0, 10_000)),
        may("chunkingConfig", CHUNKING),
        may("folderPath", Of::Folder),
    ],
    changes: &[
        may("name", Of::Text(1, 255)).says("Name is required"),
        may("description", Of::Text(0, 10_000)),
        may("chunkingConfig", CHUNKING),
        may("folderPath", Of::Folder),
    ],
    nothing: "At least one of name, description, chunkingConfig, or folderPath is required",
    unique: Some("name"),
    taken: |name| {
        Problem::conflict(format!(
            "A knowledge base named \"{name}\" already exists in this workspace. Names are unique \
             across the whole workspace."
        ))
    },
    listing: Listing {
        search: "name",
        sorts: &["createdAt", "name", "updatedAt"],
        descends: false,
        limit: Limit::Hundred,
        folders: true,
    },
    fill,
    show,
    gone: |_, shelves, base| {
        for kind in [DOCUMENTS, CONNECTORS, TAGS] {
            shelves.clear(kind, &base.id);
        }
        Ok(())
    },
    missing: None,
};

fn fill(
    call: &Call<'_>,
    shelves: &mut Shelves,
    base: &mut Thing,
    mut body: Keys,
) -> Result<(), Problem> {
    let folder = call.folder(shelves, BASE.kind, "Folder not found")?;
    if base.shown.is_empty() {
        for (key, value) in [
            ("description", Value::Null),
            ("embeddingModel", json!("text-embedding-3-small")),
            ("embeddingDimension", json!(1536)),
            ("chunkingConfig", json!({ "maxSize": 1024, "minSize": 100, "overlap": 200 })),
            ("ownerEmail", json!(email(call.key))),
            ("folderPath", json!(ROOT)),
        ] {
            base.set(key, value);
        }
    }
    if let Some(folder) = folder {
        base.set("folderPath", folder);
    }
    if let Some(Value::Object(chunking)) = body.remove("chunkingConfig") {
        if let Some(Value::Object(before)) = base.shown.get_mut("chunkingConfig") {
            before.extend(chunking);
        }
    }
    for (key, value) in body {
        base.set(&key, value);
    }
    Ok(())
}

fn show(_: &Call<'_>, shelves: &Shelves, base: &Thing) -> Value {
    let documents = shelves.of(DOCUMENTS, &base.id);
    let tokens = documents.all().filter_map(|one| one.shown.get("tokenCount")?.as_u64());
    let kinds = shelves.of(CONNECTORS, &base.id).all();
    let mut kinds: Vec<&str> = kinds.map(|one| one.text("connectorType")).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut item = base.item();
    item["docCount"] = documents.len().into();
    item["tokenCount"] = tokens.sum::<u64>().into();
    item["connectorTypes"] = json!(kinds);
    item
}
