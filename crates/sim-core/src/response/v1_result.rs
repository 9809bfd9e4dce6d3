//! The result of a run as the first generation sends it. The body decides, never the status alone, because a
//! workflow's Response block can answer with any status and any JSON. The last frame of a stream has the same body in
//! both generations.

use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::error::Result;
use crate::model::{ExecutionMetadata, Pause, RunError, RunStatus, WorkflowExecutionResult};
use crate::primitives::json::field;
use crate::primitives::{RunId, json};
use crate::response::Answer;

impl WorkflowExecutionResult {
    /// Reads the answer to a resume of the first generation, which no Response block writes.
    pub(crate) fn read_first(answer: &Answer) -> Result<Self> {
        match EndedRun::read(answer).filter(EndedRun::has_ended) {
            Some(body) => Ok(Self::told(answer, body)),
            None if answer.status.is_success() => {
                Err(answer.not_as_documented(&"it does not tell how the run ended"))
            }
            None => Err(answer.refused()),
        }
    }

    /// Returns the result of a body that may say by a word that the run is paused.
    fn told(answer: &Answer, mut body: EndedRun) -> Self {
        let status = body.status.take();
        let mut result = Self::ended(answer, body);
        let says_paused = match status.as_ref() {
            None => false,
            Some(word) if word == "paused" => true,
            Some(word) => word != "completed" && names_pause(&result.output),
        };
        if says_paused && result.success {
            result.status = RunStatus::Paused;
            result.pause.get_or_insert_with(|| Pause::of(&result.output));
        }
        result
    }

    /// Returns the result that the body of an ended run holds.
    pub(crate) fn ended(answer: &Answer, body: EndedRun) -> Self {
        let success = body.success;
        let output = body.output.unwrap_or_default();
        let error = body.error.and_then(RunError::of);
        let error = error.map(|error| error.without(answer.secret()));
        let pause = if success { Pause::read(&output) } else { None };
        let (status, usual) = match (success, &error) {
            (true, _) if pause.is_some() => (RunStatus::Paused, 200),
            (true, _) => (RunStatus::Completed, 200),
            (false, _) if answer.status == StatusCode::REQUEST_TIMEOUT => {
                (RunStatus::TimedOut, 408)
            }
            (false, _) if answer.status.as_u16() == 499 => (RunStatus::Cancelled, 499),
            (false, None) if answer.status.is_success() => (RunStatus::Cancelled, 200),
            (false, _) => (RunStatus::Failed, 500),
        };
        Self {
            output,
            error,
            logs: body.logs.and_then(json::into_list),
            metadata: body.metadata,
            trace_spans: body.trace_spans.and_then(json::into_list),
            total_duration: body.total_duration,
            run_id: body.execution_id.or_else(|| answer.run_id.clone()),
            sent_id: answer.sent_id().cloned(),
            pause,
            http_status: (answer.status.as_u16() != usual).then_some(answer.status),
            ..Self::of(status)
        }
    }

    /// Reads the result from the last frame of a stream. Of a run that is not known otherwise, only a pause tells the
    /// id.
    pub(crate) fn of_stream(mut ended: EndedRun, run: Option<RunId>) -> Self {
        ended.execution_id = None;
        let mut result = Self::told(&Answer::new(http::Response::default(), run), ended);
        if result.run_id.is_none() && result.status == RunStatus::Paused {
            let mut points = result.pause.iter().flat_map(|pause| &pause.points);
            result.run_id = points.find_map(|point| point.run_id.clone());
        }
        result
    }

    /// Returns the result of a streamed run that failed. The stream holds only the reason.
    pub(crate) fn stream_failure(error: RunError, run: Option<RunId>) -> Self {
        let status = match &*error.message {
            "Client cancelled request" => RunStatus::Cancelled,
            _ => RunStatus::Failed.because_of(Some(&error)),
        };
        Self { error: Some(error), run_id: run, ..Self::of(status) }
    }

    /// Returns the result of a streamed run that ended with an output which is not part of the stream.
    pub(crate) fn without_output(error: String, run: Option<RunId>) -> Self {
        let error = Some(RunError::saying(error));
        Self { error, run_id: run, ..Self::of(RunStatus::Unknown) }
    }

    /// Returns the answer of a Response block: the workflow completed, and the answer is its output.
    pub(crate) fn response_block(answer: &Answer, output: Value) -> Self {
        Self {
            output,
            run_id: answer.run_id.clone(),
            sent_id: answer.sent_id().cloned(),
            http_status: Some(answer.status),
            headers: answer.headers.clone(),
            ..Self::of(RunStatus::Completed)
        }
    }
}

/// The body of a run that ended. A body that does not have this form is something else.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndedRun {
    success: bool,
    /// Whether the run paused, as the last frame of a stream and the answer to a resume say it.
    #[serde(default, deserialize_with = "present")]
    status: Option<Value>,
    #[serde(default, deserialize_with = "field::word")]
    execution_id: Option<RunId>,
    #[serde(default, deserialize_with = "present")]
    output: Option<Value>,
    #[serde(default, deserialize_with = "field::any_or_none")]
    error: Option<Value>,
    #[serde(default, deserialize_with = "field::object")]
    metadata: Option<ExecutionMetadata>,
    #[serde(default, deserialize_with = "field::any_or_none")]
    logs: Option<Value>,
    #[serde(default, deserialize_with = "field::any_or_none")]
    trace_spans: Option<Value>,
    #[serde(default, deserialize_with = "field::milliseconds")]
    total_duration: Option<Duration>,
}

impl EndedRun {
    /// Reads the body of an answer. `None` if it is something else.
    pub(crate) fn read(answer: &Answer) -> Option<Self> {
        json::read(&answer.body).ok()
    }

    /// Returns whether nothing is missing that Sim says of a run that ended.
    pub(crate) fn is_whole(&self) -> bool {
        let is_timed = |metadata: &ExecutionMetadata| {
            metadata.duration.is_some()
                && metadata.start_time.is_some()
                && metadata.end_time.is_some()
        };
        self.has_output() && self.metadata.as_ref().is_some_and(is_timed)
    }

    pub(crate) fn has_output(&self) -> bool {
        self.output.is_some()
    }

    /// Returns the id by which the body names its run.
    pub(crate) fn named(&self) -> Option<&str> {
        self.execution_id.as_ref().map(RunId::as_str)
    }

    /// Returns whether the output does not tell whether the run is paused.
    pub(crate) fn may_be_paused(&self) -> bool {
        let hints = |output: &Value| names_pause(output) && Pause::read(output).is_none();
        self.success && self.output.as_ref().is_some_and(hints)
    }

    /// Returns whether the body reports the end of a run: `success` with an output, or `success: false` with an error of
    /// any JSON type. A receipt has neither.
    fn has_ended(&self) -> bool {
        let failed = !self.success && self.error.is_some();
        self.has_output() || failed
    }
}

/// Returns whether an output has a key that the output of a paused run has. A workflow may write such keys itself.
pub(crate) fn names_pause(output: &Value) -> bool {
    let has = |of: &Value, keys: &[&str]| keys.iter().any(|key| of.get(key).is_some());
    has(output, &["waitDuration", "resumeAt", "pausedBlocks"])
        || output
            .get("data")
            .is_some_and(|data| has(data, &["_resume", "inputFormat", "responseStructure"]))
}

/// Reads `null` as a value, in contrast to a missing field.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;

    use super::*;

    fn read(status: u16, body: &Value) -> Result<WorkflowExecutionResult> {
        let response = http::Response::builder().status(status);
        let response = response.body(Bytes::from(body.to_string())).expect("a response");
        WorkflowExecutionResult::read_first(&Answer::new(response, None))
    }

    #[test]
    fn the_end_of_a_run_is_told_by_its_body_and_its_status() {
        let asks = json!({"data": {"_resume": {"contextId": "c"}}});
        let times = json!({"resumeAt": "2026-11-29T07:09:56.503Z"});
        for (status, body, ended, http_status) in [
            (200, json!({"success": true, "output": {}}), RunStatus::Completed, None),
            (201, json!({"success": true, "output": {}}), RunStatus::Completed, Some(201)),
            (200, json!({"success": true, "output": asks}), RunStatus::Paused, None),
            (
                200,
                json!({"success": true, "output": {}, "status": "paused"}),
                RunStatus::Paused,
                None,
            ),
            (
                200,
                json!({"success": true, "output": times, "status": "completed"}),
                RunStatus::Completed,
                None,
            ),
            (
                200,
                json!({"success": false, "output": {}, "status": "paused", "error": "e"}),
                RunStatus::Failed,
                Some(200),
            ),
            (200, json!({"success": false, "output": {}}), RunStatus::Cancelled, None),
            (500, json!({"success": false, "output": {}}), RunStatus::Failed, None),
            (500, json!({"success": false, "error": "e"}), RunStatus::Failed, None),
            (400, json!({"success": false, "error": "e"}), RunStatus::Failed, Some(400)),
            (408, json!({"success": false, "error": "e"}), RunStatus::TimedOut, None),
            (499, json!({"success": false, "error": "e"}), RunStatus::Cancelled, None),
        ] {
            let result = read(status, &body).expect("a result");
            let found = result.http_status.map(|status| status.as_u16());
            assert_eq!((&result.status, found), (&ended, http_status), "{status} {body}");
            assert_eq!(result.pause.is_some(), ended == RunStatus::Paused, "{status} {body}");
        }
    }

    #[test]
    fn a_run_is_whole_with_its_output_and_its_three_times() {
        let at = "2026-11-23T18:00:00Z";
        let whole = json!({
            "success": true, "output": null, "metadata": {"duration": 1, "startTime": at, "endTime": at},
        });
        let is_whole = |body: &Value| EndedRun::deserialize(body).expect("an ended run").is_whole();
        assert!(is_whole(&whole));
        for part in [
            "/output",
            "/metadata",
            "/metadata/duration",
            "/metadata/startTime",
            "/metadata/endTime",
        ] {
            let (parent, key) = part.rsplit_once('/').expect("a pointer");
            let mut body = whole.clone();
            body.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object").remove(key);
            assert!(!is_whole(&body), "{part}");
        }
    }

    #[test]
    fn what_does_not_tell_how_a_run_ended_is_no_result() {
        for body in
            [json!({"success": true}), json!({"success": false}), json!({"output": {}}), json!(7)]
        {
            let error = read(200, &body).expect_err("it tells nothing");
            assert!(error.to_string().contains("how the run ended"), "{body}: {error}");
            let error = read(404, &body).expect_err("it is a refusal");
            assert!(!error.to_string().contains("how the run ended"), "{body}: {error}");
        }
    }
}
