//! Enabling and disabling many documents.

use http::StatusCode;
use serde_json::json;

use super::document::DOCUMENTS;
use super::documents::{base, is_wanted};
use crate::wire::v2::data::data;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call};

pub(super) fn update(call: &Call<'_>) -> Answered {
    let (named, all) = (call.body.contains_key("documentIds"), call.flag("selectAll"));
    let refuse = |message| Problem::invalid(vec![Issue::custom(message).at("documentIds")]);
    if named && all {
        return Err(refuse("documentIds cannot be combined with selectAll"));
    }
    if !named && !all {
        return Err(refuse("Either documentIds or selectAll is required"));
    }
    let enabled = call.text("operation") == Some("enable");
    let (ids, filter) = (call.texts("documentIds"), call.text("enabledFilter"));
    let mut shelves = call.state.things.open();
    let (base, _) = base(call, &shelves)?;
    let mut changed = Vec::new();
    for document in shelves.of_mut(DOCUMENTS, &base).all_mut() {
        let is_meant = if all { is_wanted(document, filter) } else { ids.contains(&document.id) };
        if is_meant {
            document.set("enabled", enabled);
            document.touch();
            changed.push(document.id.clone());
        }
    }
    if named && changed.is_empty() {
        let message = "No valid documents found to update";
        return Err(Problem::new(StatusCode::NOT_FOUND, message));
    }
    let operation = call.text("operation");
    let mut done = json!({ "operation": operation, "updatedCount": changed.len() });
    if named {
        done["documentIds"] = json!(changed);
    }
    Ok(data(StatusCode::OK, &done))
}
