//! What may come of a synchronous start of the first generation. Its answer alone cannot tell, because a Response
//! block writes any status and any JSON. The table below is the document of that rule; it knows nothing of the core.
//!
//! | answer | row | what it may be |
//! |---|---|---|
//! | a whole envelope | any | the run as the envelope tells it |
//! | a refusal that no run can have written | any | an error |
//! | any other JSON | completed | a Response block's answer: its body is the output |
//! | anything | failed | a failed run, or an error |
//! | anything | missing, claims proven before | an error |
//! | anything | there, and ids are known to be ignored | as where the row cannot decide |
//! | JSON with 2xx and Sim's request id, no sign of a failed, queued or paused run | cannot decide | a Response block's answer |
//! | anything else | cannot decide | an error that says that a run may have started |

use recorded::Json;
use serde_json::Value;

use crate::case::{Case, Proof};
use crate::change::Answer;
use crate::row::Row;

/// An end that a start may have.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum May {
    /// A completed run with this output; with any output if this is `None`.
    Complete(Option<Value>),
    Pause,
    /// A failed, cancelled or timed out run.
    NotSucceed,
    /// An error.
    Fail,
    /// An error that says that a run may have started.
    Doubt,
}

impl May {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Complete(_) => "completed with the output",
            Self::Pause => "paused",
            Self::NotSucceed => "failed",
            Self::Fail => "an error",
            Self::Doubt => "an error that says that a run may have started",
        }
    }
}

/// Returns the ends that are right.
pub(crate) fn ends(case: &Case<'_>) -> Vec<May> {
    let answer = case.answer;
    let body = Json::read(answer.body.trim_start_matches('\u{feff}'));
    if let Some(body) =
        body.as_ref().filter(|body| is_conflict(answer.status, body, &case.source.asked.run))
    {
        // The id belongs to an earlier run, so its row says nothing of this start.
        let mut may = vec![May::Fail];
        may.extend(case.row.is_completed().then(|| May::Complete(Some(body.value()))));
        return may;
    }
    let sent = &case.source.asked.run;
    let mut may = Vec::new();
    let whole = body.as_ref().map_or(Whole::No, |body| whole(body, sent, case.proof));
    if whole != Whole::No {
        may.extend(body.as_ref().map_or_else(Vec::new, |body| of_envelope(body, case)));
    }
    if whole == Whole::Yes {
        return may;
    }
    if body.as_ref().is_some_and(|body| no_run_wrote(answer.status, body)) {
        may.push(May::Fail);
        return may;
    }
    may.extend(of_row(answer, body.as_ref(), case.row, case.proof));
    may
}

#[derive(PartialEq)]
enum Whole {
    Yes,
    /// A hint of the envelope is odd, so both readings are right.
    Odd,
    No,
}

/// Returns whether a body is Sim's whole envelope of a run.
fn whole(body: &Json, sent: &str, proof: Proof) -> Whole {
    let success = body.get("success");
    let is_bool = success.is_some_and(|value| value.is("true") || value.is("false"));
    if !is_bool || body.get("output").is_none() {
        return Whole::No;
    }
    let failed = success.is_some_and(|value| value.is("false"));
    let Some(Json::Object(metadata)) = body.get("metadata") else { return Whole::Odd };
    let known = |key: &str| {
        let value = metadata.iter().find(|(name, _)| name.trim_matches('"') == key);
        match (key, value.map(|(_, value)| value)) {
            ("duration", Some(Json::Scalar(number))) => {
                number.parse::<f64>().is_ok_and(f64::is_finite)
            }
            (_, Some(value)) => value.text().is_some_and(|text| text.ends_with('Z')),
            _ => false,
        }
    };
    let named = match body.get("executionId").map(Json::text) {
        None => true,
        Some(Some(id)) if id == sent => !failed || body.get("error").is_none(),
        Some(Some(id)) if !id.is_empty() && proof == Proof::No => {
            !failed || body.get("error").is_none()
        }
        Some(_) => false,
    };
    let expected = ["duration", "startTime", "endTime"].into_iter().all(known);
    if expected && named { Whole::Yes } else { Whole::Odd }
}

fn of_envelope(body: &Json, case: &Case<'_>) -> Vec<May> {
    if body.get("success").is_some_and(|value| value.is("false")) {
        return vec![May::NotSucceed];
    }
    let output = body.get("output");
    let value = output.map(Json::value);
    let has = |path: &[&str]| output.and_then(|output| output.at(path)).is_some();
    if has(&["data", "_resume"]) || has(&["pausedBlocks"]) {
        let signs = matches!(
            output
                .and_then(|output| output.at(&["data", "_resume"]).or(output.get("pausedBlocks"))),
            Some(Json::Object(_) | Json::List(_))
        );
        return if signs { vec![May::Pause] } else { vec![May::Pause, May::Complete(value)] };
    }
    // What is left of the form of a pause, or a workflow that writes such keys itself: the row decides.
    if has(&["data", "inputFormat"]) || has(&["data", "responseStructure"]) {
        let by_row =
            if case.row.is_completed() { May::Complete(value.clone()) } else { May::NotSucceed };
        return vec![by_row, May::Complete(value), May::Pause, May::Doubt];
    }
    // A timed pause, or a workflow that writes these keys itself: the row decides.
    let keys = ["waitDuration", "resumeAt"].map(|key| output.and_then(|output| output.get(key)));
    let mut may = match (keys, case.row) {
        ([None, None], _) => return vec![May::Complete(value)],
        (_, Row::Completed | Row::RunningThenCompleted) => vec![May::Complete(value)],
        (_, Row::Failed | Row::Burned) => vec![May::NotSucceed],
        ([Some(wait), Some(at)], _) if wait.text().is_none() && at.text().is_some() => {
            vec![May::Pause, May::Doubt]
        }
        _ => vec![May::Complete(value), May::Pause, May::Doubt],
    };
    // Where ids are ignored, a row under the sent id is that of another run.
    may.extend((case.proof == Proof::No).then_some(May::Doubt));
    may
}

/// Returns whether the server refuses a claim of the id that was sent.
fn is_conflict(status: u16, body: &Json, sent: &str) -> bool {
    let Json::Object(entries) = body else { return false };
    let text = |key| body.get(key).and_then(Json::text);
    status == 409
        && entries.len() == 3
        && text("error").is_some()
        && text("code").as_deref() == Some("EXECUTION_ID_CONFLICT")
        && text("executionId").is_some_and(|named| named == sent)
}

/// Returns whether this is one of the refusals that come before any run.
fn no_run_wrote(status: u16, body: &Json) -> bool {
    let Json::Object(entries) = body else { return false };
    let Some(error) = body.get("error").and_then(Json::text) else { return false };
    let known = entries.iter().all(|(key, _)| matches!(&**key, "\"error\"" | "\"details\""));
    let known = known && (entries.len() == 1 || status == 400);
    known
        && match status {
            400 => error.starts_with("Invalid JSON") || INVALID.contains(&&*error),
            401 => matches!(&*error, "Invalid API key" | "Unauthorized"),
            413 => true,
            _ => false,
        }
}

const INVALID: [&str; 2] = ["Invalid request body", "Invalid execution ID header"];

/// Returns what may come of an answer that does not tell by itself.
fn of_row(answer: &Answer, body: Option<&Json>, row: Row, proof: Proof) -> Vec<May> {
    // Only a gateway answers with these. A run that completed meanwhile may have its output from the row.
    let of_gateway = matches!(answer.status, 502 | 504 | 520..=599);
    let mut may = match row {
        Row::Completed | Row::RunningThenCompleted => match body {
            Some(_) if of_gateway => vec![May::Complete(None), May::Doubt],
            Some(body) => completed(body),
            None => vec![May::Complete(None), May::Doubt, May::Fail],
        },
        Row::Failed => vec![May::NotSucceed, May::Doubt],
        Row::Burned => vec![May::NotSucceed, May::Fail],
        Row::Missing if proof == Proof::Yes => vec![May::Fail],
        Row::Missing | Row::Lost => undecided(answer, body),
    };
    // Where ids are ignored, a row under the sent id is that of another run.
    if proof == Proof::No && row.is_there() {
        may.extend(undecided(answer, body));
    }
    may
}

/// Returns the ends of a completed run: its answer is the output, or the envelope around it.
fn completed(body: &Json) -> Vec<May> {
    let inner = body.get("success").and(body.get("output")).or(body.at(&["output"]));
    let mut may = vec![May::Complete(Some(body.value()))];
    may.extend(inner.map(|output| May::Complete(Some(output.value()))));
    may
}

/// Returns what may come of an answer whose run cannot be read.
fn undecided(answer: &Answer, body: Option<&Json>) -> Vec<May> {
    let is_sims = answer.headers.iter().any(|(name, value)| {
        let hex = value.len() == 8 && value.bytes().all(|c| c.is_ascii_hexdigit());
        name == "x-request-id" && hex
    });
    let Some(body) = body.filter(|_| is_sims && (200..300).contains(&answer.status)) else {
        return vec![May::Doubt];
    };
    let has = |path: &[&str]| body.at(path).is_some();
    let may_be_paused = has(&["output", "data", "_resume"])
        || has(&["output", "pausedBlocks"])
        || has(&["output", "waitDuration"]) && has(&["output", "resumeAt"]);
    let failed = body.get("success").is_some_and(|success| !success.is("true"));
    let queued = (answer.status == 202 || body.get("async").is_some()) && has(&["jobId"]);
    if may_be_paused || failed || queued {
        return vec![May::Doubt];
    }
    // The envelope of a run with a damage is in doubt, or what is left of it.
    let damaged = has(&["success"]) || has(&["metadata", "startTime"]) || has(&["executionId"]);
    let mut may = completed(body);
    may.extend(damaged.then_some(May::Doubt));
    may
}
