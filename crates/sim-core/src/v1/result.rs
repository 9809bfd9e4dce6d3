//! What came of a run: the answer of a synchronous execute, judged by its body and never by its status
//! alone, because a workflow's Response block can answer any status and any JSON.

use std::borrow::Cow;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::code;
use crate::error::{Error, Result};
use crate::id::RunId;
use crate::json::{self, Lenient, field};
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
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExecutionMetadata {
    /// How long it ran.
    #[serde(default, deserialize_with = "field::milliseconds")]
    pub duration: Option<Duration>,
    /// When it started.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub start_time: Option<Timestamp>,
    /// When it ended.
    #[serde(default, deserialize_with = "field::timestamp")]
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
        if let Ok(body) = serde_json::from_slice::<EndedRun>(&answer.body) {
            if body.is_receipt() {
                return Err(
                    answer.not_as_documented(&"the run was queued although nobody asked for that")
                );
            }
            if body.has_ended() {
                return Ok(Self::ended(answer, body));
            }
        }
        let body = match serde_json::from_slice(&answer.body) {
            Ok(body) => body,
            Err(error) if answer.status.is_success() => {
                return Err(answer.not_as_documented(&error));
            }
            Err(_) => return Err(answer.refused()),
        };
        match body {
            Value::Object(body) if is_refusal(answer.status, &body) => Err(answer.refused()),
            _ if is_gateways(answer.status) => Err(answer.refused()),
            other => Ok(Self::response_block(answer, other)),
        }
    }

    fn ended(answer: &Answer, body: EndedRun) -> Self {
        let success = body.success;
        let output = body.output.unwrap_or_default();
        let mut error = body.error.and_then(json::into_text);
        if let (Some(error), Some(secret)) = (&mut error, answer.secret()) {
            secret.hide(error);
        }
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
            logs: body.logs.and_then(json::into_list),
            metadata: body.metadata.0,
            trace_spans: body.trace_spans.and_then(json::into_list),
            total_duration: body.total_duration,
            run_id: body.execution_id.map(RunId::new).or_else(|| answer.run.clone()),
            pause,
            http_status: (answer.status.as_u16() != usual).then_some(answer.status),
            headers: HeaderMap::new(),
        }
    }

    /// Reads the result in the last frame of a stream.
    pub(crate) fn of_stream(body: StreamedRun, run: Option<RunId>) -> Self {
        let StreamedRun { status, run: mut ended } = body;
        ended.execution_id = None;
        let answer = Answer::new(http::Response::default(), run);
        let mut result = Self::ended(&answer, ended);
        if status.as_deref() == Some("paused") && result.success {
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

/// The body of a run that ended. Whatever does not fit is no such body.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndedRun {
    success: bool,
    execution_id: Option<String>,
    #[serde(default, deserialize_with = "present")]
    output: Option<Value>,
    error: Option<Value>,
    #[serde(default)]
    metadata: Lenient<ExecutionMetadata>,
    logs: Option<Value>,
    trace_spans: Option<Value>,
    #[serde(default, deserialize_with = "field::milliseconds")]
    total_duration: Option<Duration>,
    job_id: Option<IgnoredAny>,
    task_id: Option<IgnoredAny>,
}

/// The same in the last frame of a stream, which also says whether the run paused.
#[derive(Deserialize)]
pub(crate) struct StreamedRun {
    #[serde(default, deserialize_with = "field::text")]
    status: Option<String>,
    #[serde(flatten)]
    run: EndedRun,
}

impl EndedRun {
    /// `success` with an execution id or an output, or `success: false` with an error.
    fn has_ended(&self) -> bool {
        let failed = !self.success && self.error.as_ref().is_some_and(Value::is_string);
        self.execution_id.is_some() || self.output.is_some() || failed
    }

    fn is_receipt(&self) -> bool {
        self.output.is_none() && (self.job_id.is_some() || self.task_id.is_some())
    }
}

/// Tells `null` from nothing at all.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
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

impl Pause {
    /// Finds the pause in an output: nothing else in the answer tells that the run is not over.
    fn read(output: &Value) -> Option<Self> {
        let one = |output: &Value| PausePoint::read(resume(output).or(output.get("_resume"))?);
        let points: Vec<_> = match output.get("pausedBlocks") {
            Some(blocks) => blocks.as_array()?.iter().filter_map(one).collect(),
            None => vec![PausePoint::read(resume(output)?)?],
        };
        Some(Self { points })
    }
}

/// Where an output says how to go on. (`Value::pointer` would allocate for each step.)
fn resume(output: &Value) -> Option<&Value> {
    output.get("data")?.get("_resume")
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
