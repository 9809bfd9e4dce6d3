//! Tags: their slots on a base, their values on documents, and filters over them.

use std::cmp::Ordering;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::base::BASE;
use super::document::{self, TAGS};
use crate::ids;
use crate::state::State;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::answer;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call, Limit, Listing};

/// The operators of filters.
pub(super) const OPERATORS: &[&str] = &[
    "eq",
    "neq",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
];

pub(super) static LISTING: Listing =
    Listing { search: "", sorts: &[], descends: false, limit: Limit::Whole, folders: false };

/// Gives a slot of a base a name, as the editor does. The kind of the tag is the beginning of the slot's name.
pub(crate) fn define(state: &State, base: &str, slot: &str, name: &str) {
    let kind = slot.trim_end_matches(|c: char| c.is_ascii_digit());
    let kind = if kind == "tag" { "text" } else { kind };
    let mut shelves = state.things.open();
    if shelves.of(BASE.kind, "").get(base).is_none() {
        return;
    }
    let mut tag = Thing::new(ids::uuid(), 0, Keys::new());
    for (key, value) in [("displayName", name), ("tagSlot", slot), ("fieldType", kind)] {
        tag.set(key, value);
    }
    let tags = shelves.of_mut(TAGS, base);
    tags.retain(|tag| tag.text("tagSlot") != slot);
    tags.add(tag);
}

pub(super) fn list(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let base = BASE.named(call, &shelves)?;
    let mut tags: Vec<Value> =
        shelves.of(TAGS, &base.id).all().map(|tag| tag.shown.clone().into()).collect();
    tags.sort_by_key(|tag| tag["tagSlot"].to_string());
    Ok(answer::json(StatusCode::OK, &json!({ "data": tags, "nextCursor": null })))
}

/// Returns the slots of a document after a change. An empty text clears a slot.
pub(super) fn changed(mut slots: Map<String, Value>, body: &Keys) -> Map<String, Value> {
    for (key, value) in body {
        let kind = key.trim_end_matches(|c: char| c.is_ascii_digit());
        match (kind, value.as_str()) {
            ("tag", Some("")) => drop(slots.remove(key)),
            ("date", Some(day)) => {
                slots.insert(key.clone(), format!("{day}T00:00:00.000Z").into());
            }
            ("tag" | "number" | "boolean", _) => drop(slots.insert(key.clone(), value.clone())),
            _ => {}
        }
    }
    slots
}

/// Reads the filters of a list, which are JSON in a text.
pub(super) fn filters(text: &str) -> Result<Vec<Value>, Problem> {
    let Ok(Value::Array(filters)) = serde_json::from_str(text) else {
        let message = "tagFilters must be a JSON-encoded array of tag filters";
        return Err(Problem::bad_request(message));
    };
    if let Some(at) = filters.iter().position(|filter| !filter["tagName"].is_string()) {
        return Err(Problem::bad_request(format!(
            "tagFilters is not a valid tag filter array: {at} tagName Invalid input: expected \
             string, received undefined"
        )));
    }
    Ok(filters)
}

/// Refuses filters over tags that a base does not have.
pub(super) fn check(shelves: &Shelves, bases: &[String], filters: &[Value]) -> Result<(), Problem> {
    for filter in filters {
        let name = filter["tagName"].as_str().unwrap_or_default();
        let has = |base: &&String| {
            shelves.of(TAGS, base).all().any(|tag| tag.text("displayName") == name)
        };
        let many = bases.iter().filter(has).count();
        if many == 0 {
            return Err(Problem::bad_request(format!(
                "The following tags are not defined in this knowledge base: \"{name}\". Please \
                 define them at the knowledge base level first."
            )));
        }
        if many < bases.len() {
            return Err(Problem::bad_request(format!(
                "Tag \"{name}\" does not exist in all selected knowledge bases. Search those \
                 knowledge bases separately."
            )));
        }
    }
    Ok(())
}

/// Returns whether a filter keeps a document.
pub(super) fn keeps(shelves: &Shelves, filter: &Value, document: &Thing) -> bool {
    let tags = document::tags(shelves, document);
    let Some(tag) = tags.get(filter["tagName"].as_str().unwrap_or_default()) else { return false };
    let (tag, value) = (text(tag), text(&filter["value"]));
    let order = |other: &str| match (tag.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one.partial_cmp(&other).unwrap_or(Ordering::Equal),
        _ => tag.as_str().cmp(other),
    };
    match filter["operator"].as_str().unwrap_or("eq") {
        "neq" => order(&value).is_ne(),
        "contains" => tag.contains(&value),
        "not_contains" => !tag.contains(&value),
        "starts_with" => tag.starts_with(&value),
        "ends_with" => tag.ends_with(&value),
        "gt" => order(&value).is_gt(),
        "gte" => order(&value).is_ge(),
        "lt" => order(&value).is_lt(),
        "lte" => order(&value).is_le(),
        "between" => order(&value).is_ge() && order(&text(&filter["valueTo"])).is_le(),
        _ => order(&value).is_eq(),
    }
}

/// Returns a value as text, in lower case; a date without its time.
fn text(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_lowercase);
    text.trim_end_matches("t00:00:00.000z").to_owned()
}
