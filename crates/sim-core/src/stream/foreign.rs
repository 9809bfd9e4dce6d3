//! The words of somebody else in a stream: a gateway, or a proxy, that could not go on and wrote an error into it. The
//! server itself reports the end of a run in frames of its own.

use serde_json::Value;

use super::RunEvent;
use crate::error::Result;
use crate::model::RunError;
use crate::primitives::json;

/// Keeps the words of an event that is not Sim's and is an error. `is_error` says whether it is named so.
pub(super) fn note(words: &mut Option<String>, is_error: bool, told: &Result<RunEvent<'_>>) {
    if let Ok(event) = told {
        note_event(words, is_error, event);
    }
}

/// Keeps the words of such an event.
pub(super) fn note_event(words: &mut Option<String>, is_error: bool, event: &RunEvent<'_>) {
    let RunEvent::Other(value) = event else { return };
    let error = value.get("error").filter(|error| !error.is_null());
    let found = error.or(is_error.then_some(value)).cloned().and_then(RunError::of);
    if let Some(error) = found {
        *words = Some(error.message);
    }
}

/// Keeps the words of JSON that stands in the stream without being an event.
pub(super) fn note_stray(words: &mut Option<String>, line: &[u8]) {
    if line.is_empty() || words.is_some() {
        return;
    }
    let error = json::read_hint::<Value>(line)
        .and_then(|json| RunError::of(json.get("error").or(json.get("message"))?.clone()));
    let whole = || String::from_utf8_lossy(line).into_owned();
    *words = Some(error.map_or_else(whole, |error| error.message));
}
