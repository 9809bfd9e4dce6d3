//! Whether two answers say the same.

use serde_json::Value;

use super::names::Names;

/// Fields whose words are the same.
const WORDS: [&str; 14] = [
    "code",
    "reason",
    "status",
    "resumeStatus",
    "pauseKind",
    "trigger",
    "level",
    "triggerType",
    "source",
    "message",
    "path",
    "success",
    "async",
    "total",
];
/// Fields that name something.
const IDS: [&str; 12] = [
    "executionId",
    "workflowId",
    "runId",
    "contextId",
    "blockId",
    "blockedOnBlockId",
    "jobId",
    "taskId",
    "newExecutionId",
    "parentExecutionId",
    "id",
    "pausedExecutionId",
];
/// Fields whose numbers are the same.
const COUNTS: [&str; 7] = [
    "pausePointCount",
    "resumedCount",
    "totalPauseCount",
    "queuePosition",
    "retryAfterSeconds",
    "pauseCount",
    "total",
];
/// Fields whose inside depends on the workflow.
const INSIDES: [&str; 4] = ["result", "responseStructure", "inputFormat", "headers"];
/// Times of a row, which the server writes a little before or after its status.
const HINTS: [&str; 3] = ["endedAt", "durationMs", "totalDurationMs"];
/// Fields that the model leaves out.
const LEFT_OUT: [&str; 36] = [
    "_pauseDurationMs",
    "_pauseMetadata",
    "_resumedFrom",
    "resume",
    "resumeEndpoint",
    "url",
    "submittedAt",
    "approved",
    "metadata",
    "executionSnapshot",
    "response",
    "workflow",
    "workflowState",
    "traceSpans",
    "createdAt",
    "limits",
    "queue",
    "resumeLinks",
    "userId",
    "workspaceId",
    "requestId",
    "blockName",
    "blockType",
    "origin",
    "format",
    "pattern",
    "keys",
    "uiUrl",
    "activeResumeEntry",
    "headers",
    "label",
    "value",
    "blockId",
    "context",
    "executionMetadata",
    "comment",
];

/// Lists where the model's JSON and the recorded one differ.
pub(crate) fn differences(ours: &Value, theirs: &Value, names: &mut Names) -> Vec<String> {
    let mut found = Vec::new();
    compare("", ours, theirs, names, &mut found);
    found
}

fn compare(at: &str, ours: &Value, theirs: &Value, names: &mut Names, found: &mut Vec<String>) {
    let name = at.rsplit('.').next().unwrap_or_default();
    let mut unlike = |what: &str| found.push(format!("{at}: {what}: {ours} and {theirs}"));
    match (ours, theirs) {
        _ if INSIDES.contains(&name) => {}
        _ if HINTS.contains(&name) && (ours.is_null() || theirs.is_null()) => {}
        _ if name == "resumeInput" && ours != theirs => unlike("not the same input"),
        (Value::Object(_), Value::Object(_)) if name == "resumeInput" => {}
        (Value::Object(ours), Value::Object(theirs)) => {
            for key in theirs.keys().filter(|key| !ours.contains_key(*key)) {
                if !LEFT_OUT.contains(&key.as_str()) {
                    found.push(format!("{at}: the model has no {key}"));
                }
            }
            for (key, ours) in ours {
                match theirs.get(key) {
                    Some(theirs) => compare(&format!("{at}.{key}"), ours, theirs, names, found),
                    None => found.push(format!("{at}: only the model has {key}")),
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) if name == "pausePoints" => {
            points(at, ours, theirs, names, found);
        }
        (Value::Array(ours), Value::Array(theirs)) if name == "pausedBlocks" => {
            // The model's contexts are in the order of their names, in which the reads tell of them.
            let mut theirs = theirs.clone();
            theirs.sort_by_key(|block| block["data"]["_resume"]["contextId"].to_string());
            points(at, ours, &theirs, names, found);
        }
        (Value::Array(one), Value::Array(other)) if name == "pausedExecutions" => {
            // A real server lists the pauses of other conversations too.
            if one.len() > other.len() {
                unlike("too many");
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            if one.len() != other.len() {
                unlike("not as many");
            }
            for (number, (ours, theirs)) in one.iter().zip(other).enumerate() {
                compare(&format!("{at}.{number}"), ours, theirs, names, found);
            }
        }
        (Value::String(one), Value::String(other))
            if name == "error" || name == "failureReason" =>
        {
            if !same_text(one, other) {
                unlike("another text");
            }
        }
        (Value::String(one), Value::String(other)) if IDS.contains(&name) => {
            if !names.bind(one, other) {
                unlike("another thing");
            }
        }
        _ if WORDS.contains(&name) && ours != theirs => {
            let texts = ours.as_str().zip(theirs.as_str());
            if !texts.is_some_and(|(one, other)| same_text(one, other)) {
                unlike("another word");
            }
        }
        (Value::Number(one), Value::Number(other)) if COUNTS.contains(&name) => {
            if one.as_f64() != other.as_f64() {
                unlike("another number");
            }
        }
        (Value::Bool(one), Value::Bool(other)) if one != other => unlike("not the same"),
        (Value::Null, Value::Null)
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::String(_), Value::String(_)) => {}
        _ => unlike("another kind"),
    }
}

/// Compares points of a pause. Their order follows contexts, which have other names here, so each is compared with the
/// one that has the same state.
fn points(at: &str, ours: &[Value], theirs: &[Value], names: &mut Names, found: &mut Vec<String>) {
    if ours.len() != theirs.len() {
        found.push(format!("{at}: {} points and {}", ours.len(), theirs.len()));
        return;
    }
    let mut best: Option<(Vec<String>, Names)> = None;
    let turned: Vec<_> = theirs.iter().rev().cloned().collect();
    for theirs in [theirs, &turned] {
        let (mut names, mut found) = (names.clone(), Vec::new());
        for (number, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
            compare(&format!("{at}.{number}"), ours, theirs, &mut names, &mut found);
        }
        if best.as_ref().is_none_or(|(least, _)| found.len() < least.len()) {
            best = Some((found, names));
        }
    }
    if let Some((differences, bound)) = best {
        found.extend(differences);
        *names = bound;
    }
}

/// Returns whether two texts say the same: the same words, but for what a block threw, sums and times.
fn same_text(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let text = text.split(" Resets at ").next().unwrap_or_default();
        let letters =
            |text: &str| text.chars().filter(|it| !it.is_ascii_digit()).collect::<String>();
        letters(text)
    };
    let thrown = |text: &str| text.starts_with("Boom: ") || text.starts_with("Line 1: ");
    plain(one) == plain(other)
        || thrown(one) && thrown(other)
        || ["Usage limit exceeded", "Concurren", "Execution timed out"]
            .iter()
            .any(|begin| one.starts_with(begin) && other.contains(&begin.to_lowercase()[1..]))
}
