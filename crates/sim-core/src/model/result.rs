//! The result of a run, as plain data.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{
    Cost, LargeValue, OutputFile, Pause, PauseKind, PausePoint, RunError, RunStatus,
};
use crate::primitives::json::{field, written};
use crate::primitives::{RunId, WorkflowId};

/// The result of a run that ended, even if it failed; check `status`.
///
/// [`into_result`](Self::into_result) turns the result of a run that did not complete into an error.
/// It serialises in a form of its own, which it reads again; that is not the form of an answer of the API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WorkflowExecutionResult {
    /// Whether the server reports success. A paused run counts as a success.
    pub success: bool,
    /// The status with which the run ended.
    pub status: RunStatus,
    /// The output of the workflow; of a failed run, the output up to the failure.
    pub output: Value,
    /// Why the run did not complete, or `None` if it completed.
    #[serde(default, deserialize_with = "RunError::field")]
    pub error: Option<RunError>,
    /// The log entries of the run. `None` except from old servers.
    pub logs: Option<Vec<Value>>,
    /// When the run took place, or `None` if the server did not say.
    pub metadata: Option<ExecutionMetadata>,
    /// The cost of the run. `None` in the answer to an execute and in a stream, where the server does not tell it; a wait
    /// reads it. The log of the run ([`GetLog`](crate::logs::GetLog)) has the cost and the
    /// [tokens](crate::logs::Log::tokens) of every run.
    #[serde(default, deserialize_with = "field::object")]
    pub cost: Option<Cost>,
    /// The trace of the run. `None` except from old servers.
    pub trace_spans: Option<Vec<Value>>,
    /// The total duration of the run. `None` except from some old servers.
    #[serde(
        default,
        deserialize_with = "field::milliseconds",
        serialize_with = "written::milliseconds"
    )]
    pub total_duration: Option<Duration>,
    /// The id of the run: as the server named it, else as the client sent it if the server is known to honour that.
    /// `None` if the run has an id of the server's that no answer told.
    pub run_id: Option<RunId>,
    /// The id that the start sent for the run. A server that ignores such ids knows no run by it. `None` if the result
    /// does not come from a start.
    pub sent_id: Option<RunId>,
    /// The id of the workflow, or `None` if the server did not name it.
    pub workflow_id: Option<WorkflowId>,
    /// The selected outputs, each under its selector as you sent it. `None` if you selected none.
    pub block_outputs: Option<Map<String, Value>>,
    /// Where a paused run waits, or `None` if the run is not paused.
    pub pause: Option<Pause>,
    /// The HTTP status that the workflow chose, or `None` if it chose none.
    #[serde(default, with = "written::status")]
    pub http_status: Option<StatusCode>,
    /// The headers of the answer, if a Response block wrote it; otherwise empty.
    #[serde(default, with = "written::headers")]
    pub headers: HeaderMap,
}

/// The times at which a run took place.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExecutionMetadata {
    /// The duration of the run, or `None` if the server did not say.
    #[serde(
        default,
        deserialize_with = "field::milliseconds",
        serialize_with = "written::milliseconds"
    )]
    pub duration: Option<Duration>,
    /// When the run started, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub start_time: Option<Timestamp>,
    /// When the run ended, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub end_time: Option<Timestamp>,
}

impl WorkflowExecutionResult {
    /// Returns the duration of the run from whichever field has it, or `None` if the server did not say.
    pub fn duration(&self) -> Option<Duration> {
        self.metadata.as_ref().and_then(|metadata| metadata.duration).or(self.total_duration)
    }

    /// Returns the files anywhere in the output.
    pub fn files(&self) -> Vec<OutputFile> {
        OutputFile::find_in(&self.output)
    }

    /// Returns what stands in the output for values that are too large for it. The API does not give their content.
    pub fn large_values(&self) -> Vec<LargeValue> {
        LargeValue::find_in(&self.output)
    }

    /// Returns whether the run waits for a time and for nobody, so that it goes on by itself.
    pub(crate) fn waits_for_a_time(&self) -> bool {
        let timed = self.pause.as_ref().filter(|pause| pause.resume_at.is_some());
        let is_timed = |point: &PausePoint| point.kind == Some(PauseKind::Time);
        timed.is_some_and(|pause| pause.points.iter().all(is_timed))
            && self.status == RunStatus::Paused
    }

    /// Creates the result of a run with this status and output, for tests of your program. Set more in its fields.
    ///
    /// ```
    /// use serde_json::json;
    /// use sim_core::{RunError, RunStatus, WorkflowExecutionResult};
    ///
    /// let mut result = WorkflowExecutionResult::new(RunStatus::Failed, json!({}));
    /// result.run_id = Some("run-1".into());
    /// result.error = Some(RunError::new("the model is gone"));
    /// assert!(result.into_result().is_err());
    /// ```
    pub fn new(status: RunStatus, output: impl Into<Value>) -> Self {
        Self { output: output.into(), ..Self::of(status) }
    }

    /// Creates a result that has only a status.
    pub(crate) fn of(status: RunStatus) -> Self {
        Self {
            success: matches!(status, RunStatus::Completed | RunStatus::Paused),
            status,
            output: Value::Null,
            error: None,
            logs: None,
            metadata: None,
            cost: None,
            trace_spans: None,
            total_duration: None,
            run_id: None,
            sent_id: None,
            workflow_id: None,
            block_outputs: None,
            pause: None,
            http_status: None,
            headers: HeaderMap::new(),
        }
    }
}
