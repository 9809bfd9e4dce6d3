//! What came of a run.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::{Pause, RunError, RunStatus};
use crate::primitives::json::field;
use crate::primitives::{RunId, WorkflowId};

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
    /// Why it did not complete.
    pub error: Option<RunError>,
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
    /// The workflow, where the server names it.
    pub workflow_id: Option<WorkflowId>,
    /// The selected outputs, each under the selector that was sent, where they were asked for.
    pub block_outputs: Option<Map<String, Value>>,
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

impl WorkflowExecutionResult {
    /// How long the run took, wherever the server says so.
    pub fn duration(&self) -> Option<Duration> {
        self.metadata.as_ref().and_then(|metadata| metadata.duration).or(self.total_duration)
    }

    /// A result that tells nothing but how the run stands.
    pub(crate) fn of(status: RunStatus) -> Self {
        Self {
            success: matches!(status, RunStatus::Completed | RunStatus::Paused),
            status,
            output: Value::Null,
            error: None,
            logs: None,
            metadata: None,
            trace_spans: None,
            total_duration: None,
            run_id: None,
            workflow_id: None,
            block_outputs: None,
            pause: None,
            http_status: None,
            headers: HeaderMap::new(),
        }
    }
}
