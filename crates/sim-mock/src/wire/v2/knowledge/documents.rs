//! Single documents: list, read, change, delete.

use http::StatusCode;
use serde_json::{Value, json};

use super::base::BASE;
use super::document::{DOCUMENTS, summary, tagged, whole};
use super::indexing::{end, step, step_all, tokens_of};
use super::{document, kinds, multipart, tags};
use crate::things::{Shelves, Thing};
use crate::wire::answer;
use crate::wire::v2::data::data;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call, Limit, Listing};

/// The list of documents.
pub(super) static LISTING: Listing = Listing {
    search: "filename",
    sorts: &[
        "uploadedAt",
        "filename",
        "fileSize",
        "tokenCount",
        "chunkCount",
        "processingStatus",
        "enabled",
    ],
    descends: true,
    limit: Limit::Hundred,
    folders: false,
};

/// Returns the id of the base that a path names, and the size of its chunks.
pub(super) fn base(call: &Call<'_>, shelves: &Shelves) -> Result<(String, u64), Problem> {
    let base = BASE.named(call, shelves)?;
    Ok((base.id.clone(), tokens_of(base)))
}

pub(super) fn missing() -> Problem {
    Problem::not_found("Document")
}

/// Makes a document of the file in a form.
pub(super) fn upload(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (base, _) = base(call, &shelves)?;
    let file = multipart::file(call.header("content-type").unwrap_or_default(), &call.bytes)?;
    let kind = kinds::check(&file.name, &file.content_type)?;
    if file.content.is_empty() {
        return Err(Problem::bad_request("Knowledge document cannot be empty"));
    }
    let made = document::made(&base, call.key, &file.name, &kind, &file.content);
    let shown = summary(shelves.of_mut(DOCUMENTS, &base).add(made));
    Ok(data(StatusCode::CREATED, &shown))
}

/// Returns whether a document is wanted by whether it is enabled.
pub(super) fn is_wanted(document: &Thing, filter: Option<&str>) -> bool {
    let enabled = document.shown.get("enabled") == Some(&Value::Bool(true));
    match filter {
        Some("enabled") => enabled,
        Some("disabled") => !enabled,
        _ => true,
    }
}

pub(super) fn list(call: &Call<'_>) -> Answered {
    let filters = match call.text("tagFilters") {
        Some(text) => tags::filters(text)?,
        None => Vec::new(),
    };
    let mut shelves = call.state.things.open();
    let (base, tokens) = base(call, &shelves)?;
    let enabled = call.text("enabledFilter");
    let of_base = shelves.of(DOCUMENTS, &base);
    let wanted = of_base.all().filter(|one| {
        is_wanted(one, enabled) && filters.iter().all(|filter| tags::keeps(&shelves, filter, one))
    });
    let filter = format!("{enabled:?}:{filters:?}");
    let page = LISTING.page(call, wanted, &filter)?.map(|one| tagged(&shelves, one));
    let answer = answer::json(StatusCode::OK, &page);
    step_all(shelves.of_mut(DOCUMENTS, &base), tokens);
    Ok(answer)
}

pub(super) fn get(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (base, tokens) = base(call, &shelves)?;
    let document = shelves.of(DOCUMENTS, &base).get(&call.ids[1]).ok_or_else(missing)?;
    let shown = data(StatusCode::OK, &whole(&shelves, document));
    if let Some(document) = shelves.of_mut(DOCUMENTS, &base).get_mut(&call.ids[1]) {
        step(document, tokens);
    }
    Ok(shown)
}

pub(super) fn patch(call: &Call<'_>) -> Answered {
    let mut fields: Vec<&String> = call.body.keys().filter(|key| *key != "workspaceId").collect();
    if fields.is_empty() {
        let message =
            "At least one of filename, enabled, tag1-tag7, or retryProcessing is required";
        return Err(Problem::invalid(vec![Issue::custom(message).at("filename")]));
    }
    if call.body.contains_key("retryProcessing") {
        fields.retain(|key| *key != "retryProcessing");
        if let Some(other) = fields.first() {
            let message = format!(
                "retryProcessing cannot be combined with {other}; send it on its own request"
            );
            return Err(Problem::invalid(vec![Issue::custom(message).at("retryProcessing")]));
        }
        if !call.flag("retryProcessing") {
            let issue = Issue::option(&["true"]).with_message("Invalid input: expected true");
            return Err(Problem::invalid(vec![issue.at("retryProcessing")]));
        }
        return retry(call);
    }
    let mut shelves = call.state.things.open();
    let (base, _) = base(call, &shelves)?;
    let document = shelves.of_mut(DOCUMENTS, &base).get_mut(&call.ids[1]).ok_or_else(missing)?;
    for key in ["filename", "enabled"] {
        if let Some(value) = call.body.get(key) {
            document.set(key, value.clone());
        }
    }
    let slots = document.hidden("tags").as_object().cloned();
    document.hide("tags", tags::changed(slots.unwrap_or_default(), &call.body));
    document.touch();
    let document = shelves.of(DOCUMENTS, &base).get(&call.ids[1]).ok_or_else(missing)?;
    Ok(data(StatusCode::OK, &tagged(&shelves, document)))
}

/// Indexes a document that failed again, within the request.
fn retry(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (base, tokens) = base(call, &shelves)?;
    let document = shelves.of_mut(DOCUMENTS, &base).get_mut(&call.ids[1]).ok_or_else(missing)?;
    let status = document.text("processingStatus");
    if status != "failed" {
        let message = format!("Document is not in a retryable state (current: {status})");
        return Err(Problem::bad_request(message));
    }
    end(document, tokens);
    if document.text("processingStatus") == "failed" {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        return Err(Problem::new(status, "Internal server error"));
    }
    let queued = json!({
        "id": document.id,
        "queued": true,
        "processingStatus": "pending",
        "message": "Document retry processing started",
    });
    Ok(data(StatusCode::OK, &queued))
}

pub(super) fn delete(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (base, _) = base(call, &shelves)?;
    let id = &call.ids[1];
    if shelves.of_mut(DOCUMENTS, &base).retain(|document| document.id != *id) == 0 {
        return Err(missing());
    }
    Ok(data(StatusCode::OK, &json!({ "id": id, "deleted": true })))
}
