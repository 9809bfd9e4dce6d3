//! Indexing: each read of a document lets it come one step further, from `pending` over `processing` to its end.

use jiff::Timestamp;
use serde_json::Value;

use super::document::{BASES, DOCUMENTS};
use crate::ids;
use crate::state::State;
use crate::store::Collection;
use crate::things::Thing;

/// What makes the embedding of a text fail, in the mock as in the server of the recordings.
const REFUSED: &str = "FAILEMBED";

/// What makes the embedding of a text fail the first two times.
const REFUSED_TWICE: &str = "FAILTWICE";

/// Returns whether a text cannot be embedded.
pub(super) fn is_refused(text: &str) -> bool {
    text.contains(REFUSED)
}

/// Returns the text of a document.
pub(super) fn text(document: &Thing) -> &str {
    document.hidden("text").as_str().unwrap_or_default()
}

/// Cuts a text into chunks of so many tokens, of four characters each.
pub(super) fn chunks(text: &str, tokens: u64) -> Vec<String> {
    let size = usize::try_from(tokens.saturating_mul(4)).unwrap_or(usize::MAX).max(1);
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(size).map(|chunk| chunk.iter().collect()).collect()
}

/// Lets a document come one step further.
pub(super) fn step(document: &mut Thing, tokens: u64) {
    let now = ids::time_text(Timestamp::now());
    match document.text("processingStatus") {
        "pending" => {
            document.set("processingStatus", "processing");
            document.hide("processingStartedAt", now);
        }
        "processing" => end(document, tokens),
        _ => {}
    }
}

/// Lets all documents come one step further.
pub(super) fn step_all(documents: &mut Collection<Thing>, tokens: u64) {
    documents.all_mut().for_each(|document| step(document, tokens));
}

/// Ends the indexing of a document.
pub(super) fn end(document: &mut Thing, tokens: u64) {
    let now = ids::time_text(Timestamp::now());
    let text = text(document);
    let is_broken = document.text("mimeType").ends_with("pdf") && !text.starts_with("%PDF-1");
    let tries = document.hidden("tries").as_u64().unwrap_or_default();
    let fails_again = text.contains(REFUSED_TWICE) && tries < 2;
    let error = match () {
        () if is_refused(text) || fails_again => Some("Embedding API failed: 400 Bad Request"),
        () if is_broken => Some("Invalid PDF structure."),
        () => None,
    };
    let (characters, many) = (text.chars().count(), chunks(text, tokens).len());
    document.hide("processingCompletedAt", now);
    document.hide("tries", tries + 1);
    if let Some(error) = error {
        document.set("processingStatus", "failed");
        document.hide("processingError", error);
        return;
    }
    document.set("processingStatus", "completed");
    document.set("characterCount", characters);
    document.set("tokenCount", characters.div_ceil(4));
    document.set("chunkCount", many);
    document.hide("processingError", Value::Null);
}

/// Returns the size of the chunks of a base, in tokens.
pub(super) fn tokens_of(base: &Thing) -> u64 {
    let chunking = base.shown.get("chunkingConfig").unwrap_or(&Value::Null);
    chunking["maxSize"].as_u64().unwrap_or(1024)
}

/// Ends the indexing of all documents.
pub(crate) fn finish(state: &State) {
    let mut shelves = state.things.open();
    let bases = shelves.of(BASES, "").all();
    let bases: Vec<(String, u64)> = bases.map(|base| (base.id.clone(), tokens_of(base))).collect();
    for (base, tokens) in bases {
        let documents = shelves.of_mut(DOCUMENTS, &base);
        // A document comes from its beginning to its end in two steps.
        step_all(documents, tokens);
        step_all(documents, tokens);
    }
}
