//! What came of a run: the answer of a synchronous execute, judged by its body and never by its status
//! alone, because a workflow's Response block can answer any status and any JSON.

use std::borrow::Cow;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::code;
use crate::error::{Error, Result};
use crate::id::RunId;
use crate::json;
use crate::macros::open_enum;
use crate::refusal::Envelope;

open_enum! {
    /// How a run stands.
    RunStatus {
        /// It waits for its turn.
        Queued = "queued",
        /// It is about to start.
        Pending = "pending",
        /// It is under way.
        Running = "running",
        /// It reached its end, and its output is being scrubbed.
        Redacting = "redacting",
        /// It reached its end.
        Completed = "completed",
        /// A block failed, or the run could not go on.
        Failed = "failed",
        /// Somebody cancelled it, or its caller went away.
        Cancelled = "cancelled",
        /// It waits for a human.
        Paused = "paused",
        /// The server's time limit ended it.
        TimedOut = "timed_out",
    }
}

impl RunStatus {
    /// Whether nothing more will come. A word that is not known counts as not the end.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled | Self::TimedOut)
    }
}

/// A run that ended, whatever became of it.
///
/// [`into_result`](Self::into_result) makes an error of a run that did not complete.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WorkflowExecutionResult {
    /// What the server calls success; also true of a run that waits for a human.
    pub success: bool,
    /// How the run ended.
    pub status: RunStatus,
    /// What the workflow put out; of a failed run what it had so far.
    pub output: Value,
    /// Why it did not complete, in the server's words.
    pub error: Option<String>,
    /// The log entries that old servers send.
    pub logs: Option<Vec<Value>>,
    /// When it ran.
    pub metadata: Option<ExecutionMetadata>,
    /// The trace that old servers send.
    pub trace_spans: Option<Vec<Value>>,
    /// How long it took in all, where an old server says so.
    pub total_duration: Option<Duration>,
    /// The id of the run: the server's word, else the id that it was sent with.
    pub run_id: Option<RunId>,
    /// What a paused run waits for.
    pub pause: Option<Pause>,
    /// The HTTP status, where the workflow chose it.
    pub http_status: Option<StatusCode>,
    /// The headers, where a Response block wrote the answer.
    pub headers: HeaderMap,
}

/// When a run took place.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ExecutionMetadata {
    /// How long it ran.
    pub duration: Option<Duration>,
    /// When it started.
    pub start_time: Option<Timestamp>,
    /// When it ended.
    pub end_time: Option<Timestamp>,
}

/// What a paused run waits for.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Pause {
    /// The places where it waits; usually one.
    pub points: Vec<PausePoint>,
}

/// One place where a run waits.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PausePoint {
    /// Names the place; resuming needs it. It may hold characters beyond ASCII.
    pub context_id: String,
    /// The run that waits.
    pub run_id: Option<RunId>,
    /// The page where a person can answer.
    pub ui_url: Option<String>,
}

impl WorkflowExecutionResult {
    /// Reads the output into a type of the caller's.
    pub fn output_as<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.output).map_err(|error| {
            let message = code::readable(&format!("the output does not fit: {error}"));
            let run = self.run_id.clone();
            Error::decode(message).with(|inner| inner.run = run)
        })
    }

    /// How long the run took, wherever the server says so.
    pub fn duration(&self) -> Option<Duration> {
        self.metadata.as_ref().and_then(|metadata| metadata.duration).or(self.total_duration)
    }

    /// The result of a completed run; any other becomes an error of kind
    /// [`Run`](crate::ErrorKind::Run) that holds it.
    pub fn into_result(self) -> Result<Self> {
        let code = match &self.status {
            RunStatus::Completed => return Ok(self),
            RunStatus::TimedOut => code::TIMEOUT,
            RunStatus::Cancelled => code::CANCELLED,
            RunStatus::Paused => code::PAUSED,
            _ => code::EXECUTION_ERROR,
        };
        Err(Error::run_ended(Cow::Borrowed(code), self))
    }

    /// Reads the answer of a synchronous execute.
    pub(crate) fn read(answer: &Answer) -> Result<Self> {
        if answer.status.is_redirection() {
            return Err(answer.refused());
        }
        let body = match serde_json::from_slice(&answer.body) {
            Ok(body) => body,
            Err(error) if answer.status.is_success() => {
                return Err(answer.not_as_documented(&error));
            }
            Err(_) => return Err(answer.refused()),
        };
        match body {
            Value::Object(body) if is_receipt(&body) => {
                Err(answer.not_as_documented(&"the run was queued although nobody asked for that"))
            }
            Value::Object(body) if is_ended_run(&body) => Ok(Self::ended(answer, body)),
            Value::Object(body) if is_refusal(answer.status, &body) => Err(answer.refused()),
            _ if is_gateways(answer.status) => Err(answer.refused()),
            other => Ok(Self::response_block(answer, other)),
        }
    }

    fn ended(answer: &Answer, mut body: Map<String, Value>) -> Self {
        let mut take = |key: &str| body.remove(key);
        let success = take("success") == Some(Value::Bool(true));
        let output = take("output").unwrap_or_default();
        let error = take("error").and_then(json::into_text);
        let pause = if success { Pause::read(&output) } else { None };
        let (status, usual) = match (success, &error) {
            (true, _) if pause.is_some() => (RunStatus::Paused, 200),
            (true, _) => (RunStatus::Completed, 200),
            (false, _) if answer.status == StatusCode::REQUEST_TIMEOUT => {
                (RunStatus::TimedOut, 408)
            }
            (false, _) if answer.status.as_u16() == 499 => (RunStatus::Cancelled, 499),
            (false, None) => (RunStatus::Cancelled, 200),
            (false, Some(_)) => (RunStatus::Failed, 500),
        };
        Self {
            success,
            status,
            output,
            error,
            logs: take("logs").and_then(json::into_list),
            metadata: take("metadata").as_ref().and_then(ExecutionMetadata::read),
            trace_spans: take("traceSpans").and_then(json::into_list),
            total_duration: take("totalDuration").as_ref().and_then(json::milliseconds),
            run_id: take("executionId")
                .and_then(json::into_text)
                .map(RunId::new)
                .or(answer.run.clone()),
            pause,
            http_status: (answer.status.as_u16() != usual).then_some(answer.status),
            headers: HeaderMap::new(),
        }
    }

    /// Reads the result in the last frame of a stream.
    pub(crate) fn of_stream(mut body: Map<String, Value>, run: Option<RunId>) -> Self {
        let paused = body.get("status").and_then(Value::as_str) == Some("paused");
        let answer = Answer::new(http::Response::default(), run);
        body.remove("executionId");
        let mut result = Self::ended(&answer, body);
        if paused && result.success {
            result.status = RunStatus::Paused;
            result.pause.get_or_insert_default();
        }
        result
    }

    /// A streamed run that failed: all that the stream tells is why.
    pub(crate) fn stream_failure(error: String, run: Option<RunId>) -> Self {
        let status = match &error {
            error if error.starts_with("Execution timed out") => RunStatus::TimedOut,
            error if error == "Client cancelled request" => RunStatus::Cancelled,
            _ => RunStatus::Failed,
        };
        Self { success: false, status, error: Some(error), run_id: run, ..Self::without_answer() }
    }

    /// A streamed run that came to its end, with an output that is not part of the stream.
    pub(crate) fn without_output(error: String, run: Option<RunId>) -> Self {
        let status = RunStatus::Other("unknown".to_owned());
        Self { success: false, status, error: Some(error), run_id: run, ..Self::without_answer() }
    }

    pub(crate) fn without_answer() -> Self {
        let answer = Answer::new(http::Response::default(), None);
        Self { http_status: None, ..Self::response_block(&answer, Value::Null) }
    }

    /// The answer that a Response block wrote: the workflow came to its end, and this is its output.
    fn response_block(answer: &Answer, output: Value) -> Self {
        Self {
            success: true,
            status: RunStatus::Completed,
            output,
            error: None,
            logs: None,
            metadata: None,
            trace_spans: None,
            total_duration: None,
            run_id: answer.run.clone(),
            pause: None,
            http_status: Some(answer.status),
            headers: answer.headers.clone(),
        }
    }
}

/// `success` with an execution id or an output, or `success: false` with an error.
fn is_ended_run(body: &Map<String, Value>) -> bool {
    let text = |key| body.get(key).is_some_and(Value::is_string);
    match body.get("success") {
        Some(Value::Bool(success)) => {
            text("executionId") || body.contains_key("output") || (!success && text("error"))
        }
        _ => false,
    }
}

fn is_receipt(body: &Map<String, Value>) -> bool {
    !body.contains_key("output") && (body.contains_key("jobId") || body.contains_key("taskId"))
}

/// The API's error, and nothing beside what the API adds to it, at a status that the API uses for it.
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

/// A status that only a gateway in front of the server answers with.
fn is_gateways(status: StatusCode) -> bool {
    matches!(status.as_u16(), 502 | 504 | 520..=599)
}

impl ExecutionMetadata {
    fn read(metadata: &Value) -> Option<Self> {
        let metadata = metadata.as_object()?;
        Some(Self {
            duration: metadata.get("duration").and_then(json::milliseconds),
            start_time: metadata.get("startTime").and_then(json::timestamp),
            end_time: metadata.get("endTime").and_then(json::timestamp),
        })
    }
}

impl Pause {
    /// Finds the pause in an output: nothing else in the answer tells that the run is not over.
    fn read(output: &Value) -> Option<Self> {
        let one = |output: &Value| {
            PausePoint::read(output.pointer("/data/_resume").or(output.get("_resume"))?)
        };
        let points: Vec<_> = match output.get("pausedBlocks") {
            Some(blocks) => blocks.as_array()?.iter().filter_map(one).collect(),
            None => vec![PausePoint::read(output.pointer("/data/_resume")?)?],
        };
        Some(Self { points })
    }
}

impl PausePoint {
    pub(crate) fn new(context_id: String, run: &RunId) -> Self {
        Self { context_id, run_id: Some(run.clone()), ui_url: None }
    }

    fn read(resume: &Value) -> Option<Self> {
        let text = |key| resume.get(key)?.as_str().map(str::to_owned);
        Some(Self {
            context_id: text("contextId")?,
            run_id: text("executionId").map(RunId::new),
            ui_url: text("uiUrl"),
        })
    }
}
