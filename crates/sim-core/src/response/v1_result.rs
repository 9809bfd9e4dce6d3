//! The result of a run as the first generation sends it. The body decides, never the status alone, because a
//! workflow's Response block can answer with any status and any JSON. The last frame of a stream has the same body in
//! both generations.

use std::time::Duration;

use http::StatusCode;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::error::{Error, FailureClass, Result};
use crate::model::{ExecutionMetadata, Pause, RunError, RunStatus, WorkflowExecutionResult};
use crate::primitives::json::field;
use crate::primitives::{RunId, json};
use crate::response::{Answer, Envelope};

impl WorkflowExecutionResult {
    /// Reads the answer of a synchronous execute of the first generation.
    pub(crate) fn read_first(answer: &Answer) -> Result<Self> {
        if answer.status.is_redirection() {
            return Err(answer.refused());
        }
        if let Ok(body) = json::read::<EndedRun>(&answer.body) {
            if body.is_receipt(answer.status) {
                return Err(
                    answer.not_as_documented(&"the run was queued although nobody asked for that")
                );
            }
            if body.has_ended() {
                return Ok(Self::ended(answer, body));
            }
        }
        let body = match json::read(&answer.body) {
            Ok(body) => body,
            Err(error) if answer.status.is_success() => {
                return Err(answer.not_as_documented(&error));
            }
            Err(_) => return Err(answer.refused()),
        };
        match body {
            Value::Object(body) if is_refusal(answer.status, &body) => Err(refused(answer, &body)),
            _ if is_gateway_status(answer.status) => Err(answer.refused()),
            other => Ok(Self::response_block(answer, other)),
        }
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

    /// Reads the result from the last frame of a stream.
    pub(crate) fn of_stream(mut ended: EndedRun, run: Option<RunId>) -> Self {
        ended.execution_id = None;
        let status = ended.status.take();
        let answer = Answer::new(http::Response::default(), run);
        let mut result = Self::ended(&answer, ended);
        if status.as_deref() == Some("paused") && result.success {
            result.status = RunStatus::Paused;
            result.pause.get_or_insert_with(|| Pause::of(&result.output));
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
    /// Whether the run paused, as the last frame of a stream says it.
    #[serde(default, deserialize_with = "field::text")]
    status: Option<String>,
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
    #[serde(default, rename = "async", deserialize_with = "field::flag")]
    is_async: bool,
    job_id: Option<IgnoredAny>,
    task_id: Option<IgnoredAny>,
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

    /// Returns whether the body reports the end of a run: `success` with an execution id or an output, or `success:
    /// false` with an error of any JSON type.
    fn has_ended(&self) -> bool {
        let failed = !self.success && self.error.is_some();
        self.execution_id.is_some() || self.output.is_some() || failed
    }

    /// Returns whether the body is the receipt of a queued run. The name of a job alone is not enough, because a
    /// workflow may have jobs of its own.
    fn is_receipt(&self, status: StatusCode) -> bool {
        let is_queued = status == StatusCode::ACCEPTED || self.is_async;
        is_queued && self.output.is_none() && (self.job_id.is_some() || self.task_id.is_some())
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

/// Returns whether the body is an error of the API: no other fields than those of the API, with a status that the API
/// uses for errors.
fn is_refusal(status: StatusCode, body: &Map<String, Value>) -> bool {
    const ADDED: [&str; 9] = [
        "error",
        "code",
        "details",
        "message",
        "requestId",
        "executionId",
        "retryable",
        "retryAfter",
        "retryAfterSeconds",
    ];
    matches!(status.as_u16(), 400..=405 | 409 | 413 | 415 | 423 | 429 | 500 | 503)
        && body.keys().all(|key| ADDED.contains(&key.as_str()))
        && Envelope::read(&Value::Object(body.clone())).is_some()
}

/// Returns the error of a refusal by the API. A limit in the envelope of the second generation comes from a workflow
/// here: if the client took it for the server's, it would start the run again under another id. A 503 in it is
/// repeated under the same id.
fn refused(answer: &Answer, body: &Map<String, Value>) -> Error {
    let error = answer.refused();
    if body["error"].is_object() && answer.status == StatusCode::TOO_MANY_REQUESTS {
        return error.with(|inner| inner.failure_class = FailureClass::Answered(answer.status));
    }
    error
}

/// Returns whether only a gateway in front of the server answers with this status.
fn is_gateway_status(status: StatusCode) -> bool {
    matches!(status.as_u16(), 502 | 504 | 520..=599)
}
