//! The sign by which a kind of answer is known, read without the core.

use recorded::{Json, Operation, Record};
use sim_core::Generation;

use crate::step::Step;

/// Returns the sign of the answer of a step. An answer that does not tell by itself what became of the run has the row
/// of its run beside it.
pub(crate) fn of(step: &Step<'_>) -> String {
    let sign = answer(step.record);
    if step.asked.operation == Operation::Resume
        && step.record.status == 409
        && step.is_answered_alike()
    {
        return format!("{sign}; this same answer counted");
    }
    let first = step.asked.generation == Generation::V1;
    let is_open = match step.asked.operation {
        Operation::Execute => first && !sign.starts_with("envelope"),
        Operation::Resume | Operation::ResumeStream => step.record.status == 200,
        _ => false,
    };
    if !is_open {
        return sign;
    }
    let row = step.rows().into_iter().map(answer).find(|row| row != "status running");
    format!("{sign}; {}", row.as_deref().unwrap_or("no row"))
}

/// Returns whether a sign is the one of a row, in which each `…` stands for any text.
pub(crate) fn fits(of: &str, sign: &str) -> bool {
    let Some((start, rest)) = of.split_once('…') else { return of == sign };
    let Some(left) = sign.strip_prefix(start) else { return false };
    left.char_indices().any(|(at, _)| fits(rest, &left[at..])) || rest.is_empty()
}

fn answer(record: &Record) -> String {
    if record.is_stream() {
        return stream(&record.body);
    }
    let Some(body) = Json::read(&record.body) else { return "no JSON".to_owned() };
    let data =
        body.get("data").filter(|data| data.get("status").is_some() || data.get("runId").is_some());
    object(data.unwrap_or(&body))
}

fn object(body: &Json) -> String {
    let text = |path: &[&str]| body.at(path).and_then(Json::text);
    let has = |key: &str| body.get(key).is_some();
    let is = |key: &str, scalar: &str| body.get(key).is_some_and(|value| value.is(scalar));
    if has("jobId") || has("statusUrl") {
        return "receipt".to_owned();
    }
    if let Some(status) = text(&["status"]) {
        let failed = body.at(&["output", "success"]).is_some_and(|success| success.is("false"));
        let why = text(&["error"]).or(text(&["error", "message"])).unwrap_or_default();
        let burned = status == "failed" && !why.is_empty() && !why.starts_with("Boom");
        return match (failed, burned) {
            (true, _) => format!("status {status}, run failed"),
            (_, true) if why.starts_with("Execution timed out") => {
                "status failed by time".to_owned()
            }
            (_, true) => format!("status failed: {why}"),
            _ => format!("status {status}"),
        };
    }
    if has("metadata") && has("output") {
        return envelope(body);
    }
    if has("durablyRecorded") {
        let reason = text(&["reason"]).unwrap_or_default();
        return format!("success {}, {reason}", is("success", "true"));
    }
    if let Some(words) = text(&["error"]) {
        return format!("error: {words}");
    }
    if let (Some(code), Some(words)) = (text(&["error", "code"]), text(&["error", "message"])) {
        return format!("{code}: {words}");
    }
    for list in ["pausedExecutions", "data", "pausePoint"] {
        if has(list) {
            return list.to_owned();
        }
    }
    "another object".to_owned()
}

fn envelope(body: &Json) -> String {
    let output = body.get("output");
    let has = |path: &[&str]| output.and_then(|output| output.at(path)).is_some();
    let success = body.get("success").is_some_and(|success| success.is("true"));
    let sign = match success {
        true if has(&["data", "_resume"]) => "envelope, one point",
        true if has(&["pausedBlocks"]) => "envelope, points",
        true if has(&["waitDuration"]) && has(&["resumeAt"]) => "envelope, a time",
        true => "envelope, success",
        false if body.get("error").is_some() => "envelope, failed",
        false => "envelope, no success",
    };
    sign.to_owned()
}

/// Returns the sign of the frame that says why a run failed.
fn failure(frame: &Json) -> String {
    let words = frame.get("error").and_then(Json::text).unwrap_or_default();
    if words.starts_with("Execution timed out") {
        return "stream, error by time".to_owned();
    }
    format!("stream, error: {words}")
}

fn stream(body: &str) -> String {
    let frames = body.split("\n\n").filter_map(|frame| frame.trim().strip_prefix("data:"));
    let frames = frames.filter_map(|frame| Json::read(frame.trim()));
    for frame in frames {
        let is = |path: &[&str], scalar: &str| frame.at(path).is_some_and(|value| value.is(scalar));
        let sign = match frame.get("event").and_then(Json::text).as_deref() {
            Some("final") if is(&["data", "status"], "\"paused\"") => "stream, paused",
            Some("final") if is(&["data", "success"], "true") => "stream, success",
            Some("final") => "stream, no success",
            Some("error") if frame.get("blockId").is_none() => return failure(&frame),
            _ => continue,
        };
        return sign.to_owned();
    }
    "stream without an end".to_owned()
}
