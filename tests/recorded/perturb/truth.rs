//! What a recording says of a run, read without the core.

use recorded::{Json, Operation};

use crate::case::Case;
use crate::change::Touched;
use crate::frames;
use crate::places::Path;

/// What a recorded answer says.
pub(crate) struct Truth {
    /// The status of the run, `refused`, or empty where the answer tells no status.
    pub(crate) word: String,
    /// Where the output is, in the body or the last frame.
    output: Vec<&'static str>,
    /// The values that identify the thing and its outcome. Only a change of these may cost the answer.
    strict: Vec<Vec<&'static str>>,
}

impl Truth {
    pub(crate) fn of(case: &Case<'_>) -> Self {
        let record = case.record();
        let first = case.is_first_generation();
        if record.is_stream() {
            return Self::of_stream(&record.body);
        }
        let body = Json::read(&record.body);
        let Some(body) = body.filter(|_| (200..300).contains(&record.status)) else {
            return Self::new("refused", &[], &[]);
        };
        let word = |path: &[&str]| body.at(path).and_then(Json::text).unwrap_or_default();
        match (case.operation(), first) {
            (Operation::Resume | Operation::Answer, _)
                if record.status == 202 || word(&["status"]) == "queued" =>
            {
                let id: &[_] = if first { &["executionId"] } else { &["data", "runId"] };
                Self::new("queued", &[], &[id, &["status"]])
            }
            (Operation::Execute | Operation::Resume | Operation::Answer, false) => Self::new(
                &word(&["data", "status"]),
                &["data", "output"],
                &[&["data", "status"], &["data", "output"]],
            ),
            (Operation::Resume | Operation::Answer, true) => Self::new(
                &word(&["status"]),
                &["output"],
                &[&["success"], &["status"], &["output"]],
            ),
            (Operation::Queue, true) => {
                Self::new("queued", &[], &[&["jobId"], &["executionId"], &["taskId"]])
            }
            (Operation::Queue, false) => Self::new("queued", &[], &[&["data", "runId"]]),
            (Operation::Read, true) => {
                Self::new(&word(&["status"]), &["finalOutput"], &[&["status"]])
            }
            (Operation::Read, false) => {
                Self::new(&word(&["data", "status"]), &["data", "output"], &[&["data", "status"]])
            }
            (Operation::Job, _) => {
                let success = body.at(&["output", "success"]).map(ToString::to_string);
                let word = match (&*word(&["status"]), success.as_deref()) {
                    ("completed", Some("false")) => "failed".to_owned(),
                    ("completed", None) => "over".to_owned(),
                    (word, _) => word.to_owned(),
                };
                let nested = body.at(&["output", "output"]).is_some();
                let output: &[_] = if nested { &["output", "output"] } else { &["output"] };
                let strict: [&[_]; 4] = [
                    &["status"],
                    &["output", "success"],
                    &["output", "output"],
                    &["output", "executionId"],
                ];
                Self::new(&word, output, &strict)
            }
            (Operation::Cancel, true) => Self::new("", &[], &[&["success"]]),
            (Operation::Cancel, false) => Self::new("", &[], &[&["data", "success"]]),
            (Operation::Log, _) => Self::new(
                &word(&["data", "status"]),
                &["data", "finalOutput"],
                &[&["data", "status"], &["data", "runId"]],
            ),
            (Operation::PausedDetail, _) => {
                Self::new("", &[], &[&["status"], &["executionId"], &["pausePoints"]])
            }
            (Operation::PauseContext, _) => Self::new(
                "",
                &[],
                &[
                    &["pausePoint", "contextId"],
                    &["execution", "status"],
                    &["execution", "executionId"],
                ],
            ),
            (Operation::PausedList, _) => Self::new("", &[], &[&["pausedExecutions"]]),
            (Operation::Logs | Operation::Runs, _) => Self::new("", &[], &[&["data"]]),
            _ => Self::new("", &[], &[&[]]),
        }
    }

    fn of_stream(body: &str) -> Self {
        let strict: [&[_]; 3] = [&["event"], &["data", "success"], &["data", "status"]];
        Self::new(&word_of(frames::last(body).as_ref()), &["data", "output"], &strict)
    }

    fn new(word: &str, output: &[&'static str], strict: &[&[&'static str]]) -> Self {
        Self {
            word: word.to_owned(),
            output: output.to_vec(),
            strict: strict.iter().map(|path| path.to_vec()).collect(),
        }
    }

    /// Returns whether a change may cost the answer, because it touched what identifies the thing or its outcome.
    pub(crate) fn may_cost(&self, case: &Case<'_>) -> bool {
        let record = case.record();
        match &case.answer.touched {
            Touched::Nothing | Touched::RequestId => false,
            Touched::Status | Touched::Body => true,
            Touched::Value(None, path) => self.is_strict(path, &case.answer.what),
            Touched::Value(Some(frame), path) => {
                let frames = frames::split(&record.body);
                let last = frames
                    .iter()
                    .position(|frame| frames::last(&format!("data: {frame}\n\n")).is_some());
                last == Some(*frame) && self.is_strict(path, &case.answer.what)
            }
        }
    }

    fn is_strict(&self, path: &Path, what: &str) -> bool {
        let added = what.starts_with("an unknown key");
        self.strict.iter().any(|strict| {
            let touched = strict.iter().zip(path).all(|(a, b)| a == b);
            touched && path.len() <= strict.len() && !(added && path.len() <= strict.len())
        })
    }

    /// Returns the output that the changed answer holds, or `None` if it holds none.
    pub(crate) fn output(&self, case: &Case<'_>) -> Option<serde_json::Value> {
        if self.output.is_empty() {
            return None;
        }
        let text = case.answer.body.trim_start_matches('\u{feff}');
        let body = if case.record().is_stream() { frames::last(text) } else { Json::read(text) };
        body?.at(&self.output).map(Json::value)
    }
}

/// Returns the status that the last frame of a stream tells.
pub(crate) fn word_of(last: Option<&Json>) -> String {
    let Some(last) = last else { return "refused".to_owned() };
    let is = |path: &[&str], scalar: &str| last.at(path).is_some_and(|value| value.is(scalar));
    let word = match last.get("event").and_then(Json::text).as_deref() {
        Some("final") if is(&["data", "status"], "\"paused\"") => "paused",
        Some("final") if is(&["data", "success"], "true") => "completed",
        Some("final") if last.at(&["data", "error"]).is_some() => "failed",
        Some("final") => "cancelled",
        _ => "failed",
    };
    word.to_owned()
}
