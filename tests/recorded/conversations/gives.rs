//! What a step gives.

use recorded::{Asked, End, Json, Operation, Record, Seen};
use sim_core::Generation;

use crate::step::Step;

/// A kind of step: the operation, its generation, the status and the sign of the answer, and what the step gives. Each
/// `…` of the sign stands for any text.
pub(crate) type Row = (Operation, Generation, u16, &'static str, Gives);

/// What a step gives. An output is given by its place in the recorded body.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Gives {
    /// A run that completed, with the output that is in its place.
    Completed,
    /// A Response block's answer: a run that completed, and the body is its output.
    Block,
    /// A run that ended or waits, with this status.
    Ends(&'static str),
    /// The receipt of a queued run, or of a run that will go on.
    Receipt,
    /// A run as it stands.
    Stands(&'static str),
    /// What came of a cancellation: whether it succeeded, and the reason.
    Noted(bool, &'static str),
    /// A list of the runs that are in the answer.
    List,
    /// The points of a paused run, as many as are in the answer, or one of them.
    Points,
    /// A refusal with this code: nothing that the call is about has happened.
    Refused(&'static str),
    /// An error with this code that says that a run may have started.
    Doubt(&'static str),
}

impl Gives {
    /// Compares a step with this. Returns the difference in words.
    pub(crate) fn check(self, step: &Step<'_>, seen: &Seen) -> Result<(), String> {
        let (record, asked) = (step.record, step.asked);
        let end = &seen.end;
        let is = |word: &str| end.status() == Some(word);
        let body = Json::read(&record.body);
        let holds = match self {
            Self::Completed => {
                // The answer to one of two people tells the output of its branch, and the run has one of its own.
                let of_run =
                    || asked.operation.resumes() && step.later_output().as_ref() == end.output();
                is("completed") && (has_output(record, asked, end) || of_run())
            }
            Self::Block => {
                is("completed") && body.map(|body| body.value()).as_ref() == end.output()
            }
            Self::Ends(word) => is(word) && matches!(end, End::Run(_)),
            Self::Receipt => matches!(end, End::Receipt(_) | End::GoesOn(_)),
            Self::Stands(word) => is(word) && has_output(record, asked, end),
            Self::Noted(success, reason) => match end {
                End::Cancelled(noted) => {
                    let named = noted.reason.as_ref().map(ToString::to_string);
                    noted.success == success && named.as_deref() == Some(reason)
                }
                _ => false,
            },
            Self::List => match end {
                End::List(entries) => *entries == listed(body.as_ref(), asked.operation),
                _ => false,
            },
            Self::Points => match (end, body) {
                (End::Paused(run), Some(body)) => {
                    matches!(body.get("pausePoints"), Some(Json::List(points)) if points.len() == run.run.pause_points.len())
                }
                (End::Point(point), Some(body)) => {
                    let id = body.at(&["pausePoint", "contextId"]).and_then(Json::text);
                    id.as_deref() == Some(point.pause_point.context_id.as_str())
                }
                _ => false,
            },
            Self::Refused(code) => {
                end.error().is_some_and(|error| has(error, code) && !error.may_have_started())
            }
            Self::Doubt(code) => {
                end.error().is_some_and(|error| has(error, code) && error.may_have_started())
            }
        };
        if seen.sent.iter().filter(|sent| sent.target.ends_with("/execute")).count() > 1 {
            return Err("a start was sent twice".to_owned());
        }
        if holds { Ok(()) } else { Err(format!("wanted {self:?}, got {}", shown(end))) }
    }
}

/// Returns whether an error has a code; none is named for an answer that is not Sim's.
fn has(error: &sim_core::Error, code: &str) -> bool {
    code.is_empty() || error.code() == code
}

/// Returns whether a result has the output that is in its place in the recorded answer.
fn has_output(record: &Record, asked: &Asked, end: &End) -> bool {
    let body = if record.is_stream() { last(&record.body) } else { Json::read(&record.body) };
    let Some(body) = body else { return false };
    let first = asked.generation == Generation::V1;
    let path: &[&str] = match asked.operation {
        _ if record.is_stream() => &["data", "output"],
        Operation::Read if first => &["finalOutput"],
        Operation::Job => &["output", "output"],
        Operation::Log => &["data", "finalOutput"],
        _ if first => &["output"],
        _ => &["data", "output"],
    };
    match body.at(path) {
        Some(output) if !output.is("null") => end.output() == Some(&output.value()),
        _ => true,
    }
}

fn last(body: &str) -> Option<Json> {
    let frames = body.split("\n\n").filter_map(|frame| frame.trim().strip_prefix("data:"));
    let mut frames = frames.filter_map(|frame| Json::read(frame.trim()));
    frames.find(|frame| frame.get("event").and_then(Json::text).as_deref() == Some("final"))
}

fn listed(body: Option<&Json>, operation: Operation) -> Vec<String> {
    let (list, id) = match operation {
        Operation::PausedList => ("pausedExecutions", "executionId"),
        _ => ("data", "runId"),
    };
    let Some(Json::List(items)) = body.and_then(|body| body.get(list)) else { return Vec::new() };
    items.iter().filter_map(|item| item.get(id)?.text()).collect()
}

fn shown(end: &End) -> String {
    let told = match end {
        End::Error(error) => format!("{:?} {}: {}", error.kind(), error.code(), error.message()),
        other => format!("{:?} {:?}", other.status(), other.output()),
    };
    told.chars().take(200).collect()
}
