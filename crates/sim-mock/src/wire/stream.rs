//! The place for streamed runs, which are not served yet.

use http::{HeaderMap, StatusCode};

use super::preprocess::Ready;
use super::refusal::Refusal;
use crate::state::State;

const PROTOCOL: &str = "agent-events-v1";

/// Refuses the stream; no run starts and the id stays free.
pub(crate) fn answer(
    state: &State,
    ready: &Ready,
    headers: &HeaderMap,
) -> Result<axum::response::Response, Refusal> {
    state.runs.release(&ready.record.id);
    let events = ready.call.flag("includeThinking") || ready.call.flag("includeToolCalls");
    if events && !understands_events(headers) {
        let error = "includeThinking and includeToolCalls require the X-Sim-Stream-Protocol: \
                     agent-events-v1 request header, which declares that the client understands \
                     agent-event frames.";
        return Err(Refusal::text(StatusCode::BAD_REQUEST, error));
    }
    Err(Refusal::text(StatusCode::NOT_IMPLEMENTED, "This server does not stream"))
}

fn understands_events(headers: &HeaderMap) -> bool {
    let named = headers.get("x-sim-stream-protocol").and_then(|value| value.to_str().ok());
    named.is_some_and(|named| {
        named.split(',').any(|protocol| protocol.trim().eq_ignore_ascii_case(PROTOCOL))
    })
}
