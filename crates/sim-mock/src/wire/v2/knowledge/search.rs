//! Searches. How similar a text is to a query is the share of their words that they have in common.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};

use super::base::BASE;
use super::document::{self, DOCUMENTS};
use super::indexing::{chunks, is_refused, text, tokens_of};
use super::tags;
use crate::wire::v2::data::data;
use crate::wire::v2::issue::{Issue, Sized};
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call, Field, Of, may, must};

const FILTER: Of = Of::Object(&[
    must("tagName", Of::Text(1, 255)),
    may("fieldType", Of::Word(&["text", "number", "date", "boolean"])),
    may("operator", Of::Word(tags::OPERATORS)),
    must("value", Of::Any),
    may("valueTo", Of::Any),
]);

/// The body of a search.
pub(super) const FIELDS: &[Field] = &[
    may("knowledgeBaseIds", Of::Any),
    may("query", Of::Text(0, 32_768)).says("query cannot exceed 32768 characters"),
    may("topK", Of::Number(1.0, 100.0)),
    may("tagFilters", Of::List(&FILTER, 0, 10)),
    may("searchMode", Of::Word(&["vector", "hybrid"])).or_null(),
    may("rerankerEnabled", Of::Flag),
    may("rerankerModel", Of::Word(&["rerank-v4.0-pro", "rerank-v4.0-fast", "rerank-v3.5"])),
    may("rerankerInputCount", Of::Whole(1, 100)),
];

/// Reads one id or many.
fn bases(call: &Call<'_>) -> Result<Vec<String>, Problem> {
    let issue = match call.value("knowledgeBaseIds") {
        Value::String(id) => return Ok(vec![id.clone()]),
        Value::Array(ids) if ids.is_empty() => Issue::too_small(Sized::Items, 1, true)
            .with_message("At least one knowledge base ID is required"),
        Value::Array(ids) if ids.len() > 20 => {
            Issue::too_big(Sized::Items, 20).with_message("Maximum 20 knowledge base IDs allowed")
        }
        Value::Array(_) => return Ok(call.texts("knowledgeBaseIds")),
        _ => Issue::union(),
    };
    Err(Problem::invalid(vec![issue.at("knowledgeBaseIds")]))
}

fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Returns how similar two sets of words are, from 0 to 1.
fn similarity(query: &BTreeSet<String>, text: &BTreeSet<String>) -> f64 {
    let count = |many: usize| f64::from(u32::try_from(many).unwrap_or(u32::MAX));
    let (common, product) = (query.intersection(text).count(), query.len() * text.len());
    if product == 0 { 0.0 } else { count(common) / count(product).sqrt() }
}

pub(super) fn search(call: &Call<'_>) -> Answered {
    let bases = bases(call)?;
    let query = call.text("query").unwrap_or_default();
    let filters = call.value("tagFilters").as_array().cloned().unwrap_or_default();
    if query.trim().is_empty() && filters.is_empty() {
        let message = "Either query or tagFilters must be provided";
        return Err(Problem::invalid(vec![Issue::custom(message).at("query")]));
    }
    let most = call.value("topK").as_f64().unwrap_or(10.0);
    if most.fract() != 0.0 {
        return Err(Problem::bad_request("topK must be an integer between 1 and 100"));
    }
    if call.workspace != call.state.workspace || call.access() == crate::Access::Stranger {
        return Err(Problem::not_found(BASE.word));
    }
    let shelves = call.state.things.open();
    let unknown = bases.iter().filter(|id| shelves.of(BASE.kind, "").get(id).is_none());
    let unknown: Vec<&str> = unknown.map(String::as_str).collect();
    if !unknown.is_empty() {
        let message = format!("Knowledge bases not found or access denied: {}", unknown.join(", "));
        return Err(Problem::new(StatusCode::NOT_FOUND, message));
    }
    tags::check(&shelves, &bases, &filters)?;
    if is_refused(query) {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        return Err(Problem::new(status, "Internal server error"));
    }
    let asked = words(query);
    let mut hits: Vec<(f64, Value)> = Vec::new();
    for base in bases.iter().filter_map(|id| shelves.of(BASE.kind, "").get(id)) {
        for one in shelves.of(DOCUMENTS, &base.id).all() {
            let is_ready = one.text("processingStatus") == "completed"
                && one.shown.get("enabled") == Some(&Value::Bool(true))
                && filters.iter().all(|filter| tags::keeps(&shelves, filter, one));
            let cut = if is_ready { chunks(text(one), tokens_of(base)) } else { Vec::new() };
            for (at, content) in cut.into_iter().enumerate() {
                let likeness =
                    if asked.is_empty() { 1.0 } else { similarity(&asked, &words(&content)) };
                hits.push((
                    likeness,
                    json!({
                        "knowledgeBaseId": base.id,
                        "documentId": one.id,
                        "documentName": one.text("filename"),
                        "sourceUrl": one.hidden("sourceUrl"),
                        "content": content,
                        "chunkIndex": at,
                        "metadata": document::tags(&shelves, one),
                        "similarity": likeness,
                    }),
                ));
            }
        }
    }
    hits.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is 1 to 100")]
    let most = most as usize;
    hits.truncate(most);
    let status = if call.flag("rerankerEnabled") { "unavailable" } else { "not_requested" };
    let results: Vec<Value> = hits.into_iter().map(|(_, hit)| hit).collect();
    let found = json!({
        "totalResults": results.len(),
        "results": results,
        "query": query,
        "knowledgeBaseIds": bases,
        "topK": most,
        "rerankerStatus": status,
    });
    Ok(data(StatusCode::OK, &found))
}
