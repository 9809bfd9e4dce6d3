//! The frames of a stream, read without the core.

use recorded::Json;

/// Returns the data of each frame of a stream, in order.
pub(crate) fn split(body: &str) -> Vec<&str> {
    let frames = body.split("\n\n").filter(|frame| !frame.trim().is_empty());
    frames.map(|frame| frame.trim().trim_start_matches("data:").trim_start()).collect()
}

/// Writes frames as a stream.
pub(crate) fn join(frames: &[String]) -> String {
    frames.iter().flat_map(|frame| ["data: ", frame, "\n\n"]).collect()
}

/// Returns the block and the chunk if the frame is text.
pub(crate) fn text(frame: &str) -> Option<(String, String)> {
    let frame = Json::read(frame)?;
    if frame.get("event").is_some() {
        return None;
    }
    Some((frame.get("blockId")?.text()?, frame.get("chunk")?.text()?))
}

/// Returns the frame that ends the run, or `None` if there is none.
pub(crate) fn last(body: &str) -> Option<Json> {
    let mut frames = split(body).into_iter().filter_map(Json::read);
    frames.find(|frame| match frame.get("event").and_then(Json::text).as_deref() {
        Some("final") => true,
        Some("error") => frame.get("blockId").is_none(),
        _ => false,
    })
}
