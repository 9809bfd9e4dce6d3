//! Connectors, which fetch documents from elsewhere. The mock reaches nothing: each sync of its connectors finds no document.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::base::BASE;
use super::document::{CONNECTORS, DOCUMENTS};
use super::documents::base;
use crate::ids;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::answer;
use crate::wire::v2::data::data;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call, Limit, Listing, Of, Resource, may, must};

/// The kinds that need a key, and those that need a credential.
const WITH_KEY: [&str; 1] = ["obsidian"];
const WITH_CREDENTIAL: [&str; 4] = ["notion", "google_drive", "confluence", "github"];

const INTERVAL: Of = Of::Whole(0, 525_600);

/// Connectors of bases.
pub(super) static CONNECTOR: Resource = Resource {
    kind: CONNECTORS,
    word: "Connector",
    parent: Some(&BASE),
    id: |_| ids::uuid(),
    fields: &[
        must("connectorType", Of::Text(1, 100)),
        may("credentialId", Of::Text(1, 255)),
        may("apiKey", Of::Text(1, 10_000)),
        must("sourceConfig", Of::Record),
        may("syncIntervalMinutes", INTERVAL),
    ],
    changes: &[
        may("sourceConfig", Of::Record),
        may("syncIntervalMinutes", INTERVAL),
        may("status", Of::Word(&["active", "paused"])),
    ],
    nothing: "At least one of sourceConfig, syncIntervalMinutes, or status is required",
    unique: None,
    taken: |_| Problem::conflict("Connector exists"),
    listing: Listing {
        search: "",
        sorts: &["createdAt", "connectorType", "updatedAt"],
        descends: true,
        limit: Limit::Hundred,
        folders: false,
    },
    fill,
    show: |_, _, connector| connector.item(),
    gone: |_, _, _| Ok(()),
    missing: None,
};

fn fill(
    call: &Call<'_>,
    _: &mut Shelves,
    connector: &mut Thing,
    mut body: Keys,
) -> Result<(), Problem> {
    let refuse = |message: &str| Err(Problem::bad_request(message));
    let is_new = connector.shown.is_empty();
    if is_new {
        let kind = body.get("connectorType").and_then(Value::as_str).unwrap_or_default().to_owned();
        if WITH_KEY.contains(&kind.as_str()) {
            if !body.contains_key("apiKey") {
                return refuse("API key is required");
            }
        } else if !WITH_CREDENTIAL.contains(&kind.as_str()) {
            return refuse(&format!("Unknown connector type: {kind}"));
        } else if !body.contains_key("credentialId") {
            return refuse("Credential is required");
        } else {
            return refuse("Credential is not available to you in this workspace.");
        }
        for (key, value) in [
            ("knowledgeBaseId", json!(call.ids[0])),
            ("credentialId", Value::Null),
            ("syncMode", json!("full")),
            ("syncIntervalMinutes", json!(1440)),
            ("status", json!("active")),
            ("lastSyncAt", Value::Null),
            ("lastSyncError", Value::Null),
            ("lastSyncDocCount", Value::Null),
            ("nextSyncAt", Value::Null),
            ("consecutiveFailures", json!(0)),
        ] {
            connector.set(key, value);
        }
        connector.hide("syncs", json!([]));
        begin(connector, 1);
    }
    if let Some(source) = body.get_mut("sourceConfig") {
        check_source(source)?;
        source["tagSlotMapping"] = json!({
            "tags": "tag1", "folder": "tag2", "modifiedAt": "date1", "createdAt": "date2",
        });
    }
    body.remove("apiKey");
    let interval = body.get("syncIntervalMinutes").and_then(Value::as_i64);
    let becomes_active = body.get("status") == Some(&json!("active"));
    for (key, value) in body {
        connector.set(&key, value);
    }
    let minutes = connector.shown["syncIntervalMinutes"].as_i64().unwrap_or_default();
    if becomes_active || interval.is_some() && minutes > 0 || is_new && minutes > 0 {
        let next = Timestamp::now() + SignedDuration::from_mins(minutes);
        connector.set("nextSyncAt", ids::time_text(next));
    }
    Ok(())
}

fn check_source(source: &Value) -> Result<(), Problem> {
    let Some(url) = source["vaultUrl"].as_str() else {
        return Err(Problem::bad_request("Vault URL is required"));
    };
    let is_local = ["http://127.0.0.1", "http://localhost"].iter().any(|own| url.starts_with(own));
    if url.starts_with("https://") || is_local {
        return Ok(());
    }
    Err(Problem::bad_request("vaultUrl must use https:// protocol"))
}

/// Begins a sync, which goes on for so many reads.
fn begin(connector: &mut Thing, reads: u64) {
    connector.hide("syncing", reads);
    let log = json!({
        "id": ids::uuid(),
        "connectorId": connector.id,
        "status": "started",
        "startedAt": ids::time_text(Timestamp::now()),
        "completedAt": null,
        "docsAdded": 0,
        "docsUpdated": 0,
        "docsDeleted": 0,
        "docsUnchanged": 0,
        "docsFailed": 0,
        "errorMessage": null,
    });
    let mut syncs = connector.hidden("syncs").as_array().cloned().unwrap_or_default();
    syncs.insert(0, log);
    connector.hide("syncs", syncs);
}

/// Ends a sync that goes on.
fn end(connector: &mut Thing) {
    let now = ids::time_text(Timestamp::now());
    let mut syncs = connector.hidden("syncs").clone();
    syncs[0]["status"] = "completed".into();
    syncs[0]["completedAt"] = now.clone().into();
    connector.hide("syncs", syncs);
    connector.hide("syncing", Value::Null);
    connector.set("lastSyncAt", now);
    connector.set("lastSyncDocCount", 0);
}

/// Returns a connector as answers show it.
fn item(connector: &Thing) -> Value {
    let mut item = connector.item();
    if is_syncing(connector) {
        item["status"] = "syncing".into();
    }
    item
}

fn is_syncing(connector: &Thing) -> bool {
    !connector.hidden("syncing").is_null()
}

pub(super) fn list(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let page = CONNECTOR.listing.page(call, CONNECTOR.all(call, &shelves).all(), "")?;
    Ok(answer::json(StatusCode::OK, &page.map(item)))
}

pub(super) fn get(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let id = CONNECTOR.named(call, &shelves)?.id.clone();
    if let Some(connector) = CONNECTOR.all_mut(call, &mut shelves).get_mut(&id) {
        match connector.hidden("syncing").as_u64() {
            Some(0) => end(connector),
            Some(reads) => connector.hide("syncing", reads - 1),
            None => {}
        }
    }
    let connector = CONNECTOR.named(call, &shelves)?;
    let mut item = item(connector);
    item["syncLogs"] = connector.hidden("syncs").clone();
    Ok(data(StatusCode::OK, &item))
}

pub(super) fn sync(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let connector = CONNECTOR.named(call, &shelves)?;
    if is_syncing(connector) {
        return Err(Problem::conflict("Sync already in progress"));
    }
    let id = connector.id.clone();
    if let Some(connector) = CONNECTOR.all_mut(call, &mut shelves).get_mut(&id) {
        begin(connector, 0);
    }
    Ok(data(StatusCode::OK, &json!({ "id": id, "syncTriggered": true })))
}

/// Deletes a connector, and its documents if they are not to be kept.
pub(super) fn delete(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (base, _) = base(call, &shelves)?;
    let id = CONNECTOR.named(call, &shelves)?.id.clone();
    let is_own = |document: &Thing| document.hidden("connectorId") == id.as_str();
    let documents = shelves.of_mut(DOCUMENTS, &base);
    let many = documents.all().filter(|document| is_own(document)).count();
    let gone = if call.flag("deleteDocuments") {
        documents.retain(|document| !is_own(document))
    } else {
        0
    };
    CONNECTOR.all_mut(call, &mut shelves).retain(|connector| connector.id != id);
    let deleted = json!({
        "id": id,
        "deleted": true,
        "documentsDeleted": gone,
        "documentsKept": many - gone,
    });
    Ok(data(StatusCode::OK, &deleted))
}

pub(super) static DOCUMENTS_OF: Listing =
    Listing { search: "", sorts: &[], descends: false, limit: Limit::Hundred, folders: false };

pub(super) fn documents(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let (base, _) = base(call, &shelves)?;
    let id = &CONNECTOR.named(call, &shelves)?.id;
    let all = shelves.of(DOCUMENTS, &base).all();
    let own = all.filter(|document| document.hidden("connectorId") == id.as_str());
    let page = DOCUMENTS_OF.page(call, own, "")?.map(|document| {
        json!({
            "id": document.id,
            "filename": document.text("filename"),
            "externalId": document.hidden("externalId"),
            "sourceUrl": document.hidden("sourceUrl"),
            "enabled": document.shown["enabled"],
            "userExcluded": false,
            "createdAt": ids::time_text(document.created_at),
            "processingStatus": document.text("processingStatus"),
        })
    });
    Ok(answer::json(StatusCode::OK, &page))
}

/// Answers as the server does: excluding changes nothing, and what is restored counts.
pub(super) fn update_documents(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let (base, _) = base(call, &shelves)?;
    let id = &CONNECTOR.named(call, &shelves)?.id;
    let operation = call.text("operation").unwrap_or_default();
    let mut ids = call.texts("documentIds");
    let all = shelves.of(DOCUMENTS, &base);
    ids.retain(|one| {
        let own =
            all.get(one).is_some_and(|document| document.hidden("connectorId") == id.as_str());
        own && operation == "restore"
    });
    let done = json!({ "operation": operation, "updatedCount": ids.len(), "documentIds": ids });
    Ok(data(StatusCode::OK, &done))
}

/// The refusal of an empty list of documents.
pub(super) const NO_IDS: &str = "At least one document id is required";
