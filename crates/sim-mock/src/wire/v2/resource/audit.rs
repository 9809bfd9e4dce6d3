//! What changes of resources leave behind: entries of the audit log.

use serde_json::{Value, json};

use super::call::Call;
use crate::access::Access;
use crate::ids;
use crate::things::{Keys, Shelves, Thing};

/// The name of the collection of entries.
pub(crate) const AUDIT: &str = "audit";

/// Notes that a thing of the workspace was created, updated or deleted.
pub(super) fn note(
    call: &Call<'_>,
    shelves: &mut Shelves,
    (kind_of, word): (&str, &str),
    thing: &Thing,
    what: &str,
) {
    let of_workspace = call.access() == Access::Workspace;
    let email = call.email();
    let name = email.split('@').next().unwrap_or_default();
    let named = ["name", "title"].iter().map(|key| thing.text(key)).find(|text| !text.is_empty());
    let named = named.unwrap_or_default();
    let kind = if of_workspace { "workspace_api_key" } else { "personal_api_key" };
    let mut entry = Thing::new(ids::letters(21), call.key, Keys::new());
    for (key, value) in [
        ("workspaceId", json!(call.state.workspace)),
        ("actorName", json!(if of_workspace { "Workspace API key" } else { name })),
        ("actorEmail", if of_workspace { Value::Null } else { json!(email) }),
        ("action", json!(format!("{}.{what}", kind_of))),
        ("resourceType", json!(kind_of)),
        ("resourceId", json!(thing.id)),
        ("resourceName", json!(named)),
        ("description", json!(format!("The {} \"{named}\" was {what}", word.to_lowercase()))),
        ("metadata", json!({ "actor": { "kind": kind }, "source": "api" })),
    ] {
        entry.set(key, value);
    }
    shelves.of_mut(AUDIT, "").add(entry);
}
