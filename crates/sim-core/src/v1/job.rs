//! Reads how a queued run stands.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::{Pause, RunError, RunHandle, RunStatus};
use crate::primitives::{JobId, RunId, json};
use crate::run::Run;
use crate::{endpoint, open_enum};

endpoint! {
    /// `GET /api/jobs/{job}`: reads how a queued run stands, and its output once there is one.
    ///
    /// A job can be unknown (404) for a moment after its receipt; one that ended is kept for 24 hours.
    GetJobStatus: GET "/api/jobs/{job}" => JobStatus,
    path { job: JobId },
}

open_enum! {
    /// How a job stands. `Completed` is said of the job: whether its run succeeded is
    /// [`JobStatus::run_success`], and a run that paused completes its job too.
    JobState {
        /// Not begun. Old servers said `queued`.
        Pending = "pending" | "queued",
        /// Its run is under way.
        Processing = "processing",
        /// It is over.
        Completed = "completed",
        /// It is over, and its run failed.
        Failed = "failed",
        /// Somebody cancelled it.
        Cancelled = "cancelled",
    }
}

impl JobState {
    /// Whether nothing more will come. A word that is not known counts as not the end.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// A job, in the old shape or the new one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "Wire")]
#[non_exhaustive]
pub struct JobStatus {
    /// The job, in the server's words: they may differ from what was asked for.
    pub task_id: Option<JobId>,
    /// How it stands.
    pub status: JobState,
    /// What else is known of it.
    pub metadata: JobMetadata,
    /// The output of the workflow, once there is one.
    pub output: Option<Value>,
    /// Why it failed: text, or whatever JSON an old server sends.
    pub error: Option<Value>,
    /// How long it may take, where an old server guesses.
    pub estimated_duration: Option<Duration>,
    /// The run, where the answer names it.
    pub run_id: Option<RunId>,
    /// Whether the run succeeded, where the answer says so.
    pub run_success: Option<bool>,
}

/// What a server tells about a job beside its state. Old servers send the times, new ones everything else.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct JobMetadata {
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// How long it took.
    pub duration: Option<Duration>,
    /// All of it, as it came.
    pub fields: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default, deserialize_with = "json::field::text")]
    task_id: Option<String>,
    status: JobState,
    #[serde(default)]
    metadata: Value,
    #[serde(default)]
    output: Option<Value>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default, deserialize_with = "json::field::milliseconds")]
    estimated_duration: Option<Duration>,
}

impl From<Wire> for JobStatus {
    fn from(wire: Wire) -> Self {
        let Wire { task_id, status, metadata, output, error, estimated_duration } = wire;
        let run_id = run_of(&metadata, output.as_ref());
        let run_success = output.as_ref().and_then(|output| output.get("success")?.as_bool());
        Self {
            task_id: task_id.map(JobId::new),
            status,
            metadata: JobMetadata::read(metadata),
            output: output.map(unwrap),
            error,
            estimated_duration,
            run_id,
            run_success,
        }
    }
}

impl JobStatus {
    /// The run of the job that `handle` names, on servers that tell of it by nothing else. Nothing more comes of a
    /// job that completed, so a run that paused is handed over whatever it waits for.
    pub(crate) fn into_run(self, handle: &RunHandle) -> Run {
        let error = self.error.and_then(RunError::of);
        let is_paused = || self.output.as_ref().and_then(Pause::read).is_some();
        let status = match (self.status, self.run_success) {
            (JobState::Completed, Some(false)) | (JobState::Failed, _) => {
                RunStatus::Failed.because_of(error.as_ref())
            }
            (JobState::Completed, _) if is_paused() => RunStatus::Paused,
            (JobState::Completed, _) => RunStatus::Completed,
            (JobState::Cancelled, _) => RunStatus::Cancelled,
            (JobState::Pending, _) => RunStatus::Queued,
            (JobState::Processing, _) => RunStatus::Running,
            (JobState::Other(word), _) => RunStatus::Other(word),
        };
        Run {
            run_id: self.run_id.unwrap_or_else(|| handle.run_id.clone()),
            workflow_id: handle.workflow_id.clone(),
            status,
            trigger: None,
            started_at: self.metadata.started_at,
            ended_at: self.metadata.completed_at,
            duration: self.metadata.duration,
            paused: None,
            cost: None,
            error,
            output: self.output,
            block_outputs: None,
            level: None,
            resumes_in: None,
        }
    }
}

fn run_of(metadata: &Value, output: Option<&Value>) -> Option<RunId> {
    let correlated = metadata.pointer("/correlation/executionId");
    let named = metadata.get("executionId").or(correlated).or_else(|| output?.get("executionId"));
    named.and_then(Value::as_str).map(RunId::from)
}

/// The workflow's own output out of the result that a job wraps it in.
fn unwrap(output: Value) -> Value {
    match output {
        Value::Object(mut result)
            if result.contains_key("executionId") && result.contains_key("output") =>
        {
            result.remove("output").unwrap_or_default()
        }
        other => other,
    }
}

impl JobMetadata {
    fn read(metadata: Value) -> Self {
        let Value::Object(fields) = metadata else { return Self::default() };
        Self {
            started_at: fields.get("startedAt").and_then(json::timestamp),
            completed_at: fields.get("completedAt").and_then(json::timestamp),
            duration: fields.get("duration").and_then(json::milliseconds),
            fields,
        }
    }
}
