//! The operation that reads the job of a queued run.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{Pause, RunError, RunHandle, RunStatus};
use crate::primitives::{JobId, RunId, json};
use crate::run::Run;
use crate::{endpoint, open_enum};

endpoint! {
    /// `GET /api/jobs/{job}`: reads the status of a queued run, and its output once there is one.
    ///
    /// A job can be unknown (404) for a moment after its receipt. The server keeps a job for 24 hours after its end.
    GetJobStatus: GET "/api/jobs/{job}" => JobStatus,
    path { job: JobId },
}

open_enum! {
    /// The state of a job. `Completed` describes the job only: [`JobStatus::run_success`] says whether its run
    /// succeeded, and a run that paused completes its job too.
    JobState {
        /// The job has not begun. Old servers said `queued`.
        Pending = "pending" | "queued",
        /// The run of the job is in progress.
        Processing = "processing",
        /// The job is over.
        Completed = "completed",
        /// The job is over, and its run failed.
        Failed = "failed",
        /// Somebody cancelled the job.
        Cancelled = "cancelled",
    }
}

impl JobState {
    /// Returns whether the job has ended. False for a state that this version does not know.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// The status of a job. This type reads both the old and the new form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Wire", into = "Wire")]
#[non_exhaustive]
pub struct JobStatus {
    /// The id of the job in the server's words, which may differ from the requested one. `None` if the server sent
    /// none.
    pub task_id: Option<JobId>,
    /// The state of the job.
    pub status: JobState,
    /// Other data about the job.
    pub metadata: JobMetadata,
    /// The output of the workflow, or `None` if there is none yet.
    pub output: Option<Value>,
    /// Why the job failed: text, or any JSON from an old server. `None` if it did not fail.
    pub error: Option<Value>,
    /// The estimated duration of the job. `None` except from some old servers.
    pub estimated_duration: Option<Duration>,
    /// The id of the run, or `None` if the server did not name it.
    pub run_id: Option<RunId>,
    /// Whether the run succeeded, or `None` if the server did not say.
    pub run_success: Option<bool>,
}

/// Other data about a job. Old servers send the times, new servers the rest.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct JobMetadata {
    /// When the job began, or `None` if the server did not say.
    pub started_at: Option<Timestamp>,
    /// When the job ended, or `None` if it has not ended or the server did not say.
    pub completed_at: Option<Timestamp>,
    /// The duration of the job, or `None` if the server did not say.
    pub duration: Option<Duration>,
    /// All fields, as the server sent them.
    pub fields: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default, deserialize_with = "json::field::word")]
    task_id: Option<JobId>,
    status: JobState,
    #[serde(default, deserialize_with = "json::field::any")]
    metadata: Value,
    #[serde(default)]
    output: Option<Value>,
    #[serde(default, deserialize_with = "json::field::any_or_none")]
    error: Option<Value>,
    #[serde(
        default,
        deserialize_with = "json::field::milliseconds",
        serialize_with = "json::written::milliseconds"
    )]
    estimated_duration: Option<Duration>,
}

impl From<Wire> for JobStatus {
    fn from(wire: Wire) -> Self {
        let Wire { task_id, status, metadata, output, error, estimated_duration } = wire;
        let run_id = run_of(&metadata, output.as_ref());
        let run_success = output.as_ref().and_then(|output| output.get("success")?.as_bool());
        Self {
            task_id,
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

impl From<JobStatus> for Wire {
    /// Returns the form of an answer, which reads as the same status.
    fn from(job: JobStatus) -> Self {
        let JobMetadata { started_at, completed_at, duration, fields: mut metadata } = job.metadata;
        let times = [("startedAt", started_at), ("completedAt", completed_at)];
        let times = times.into_iter().filter_map(|(name, time)| Some((name, time?.to_string())));
        metadata.extend(times.map(|(name, time)| (name.to_owned(), Value::String(time))));
        if let Some(duration) = duration {
            metadata.insert("duration".to_owned(), json::written::in_milliseconds(duration).into());
        }
        if let Some(run) = &job.run_id {
            metadata.insert("executionId".to_owned(), run.as_str().into());
        }
        let run_success = job.run_success;
        Self {
            task_id: job.task_id,
            status: job.status,
            metadata: Value::Object(metadata),
            output: job.output.map(|output| {
                serde_json::json!({"success": run_success, "executionId": null, "output": output})
            }),
            error: job.error,
            estimated_duration: job.estimated_duration,
        }
    }
}

impl JobStatus {
    /// Converts the job that `handle` names into a run, for servers that report a queued run only through its job. A
    /// completed job never changes again, so a paused run is returned whatever it waits for.
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
    named.and_then(Value::as_str).filter(|id| !id.is_empty()).map(RunId::from)
}

/// Unwraps the workflow's own output from the result in which a job wraps it.
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
