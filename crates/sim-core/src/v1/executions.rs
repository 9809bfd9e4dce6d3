//! Runs by their id: read and cancel.

use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::answer::Answer;
use crate::credentials::Secret;
use crate::error::Result;
use crate::flow::RunHandle;
use crate::id::{RunId, WorkflowId, encode};
use crate::json::{self, field};
use crate::operation::{Endpoint, Operation, Route};
use crate::rate_limit::until;
use crate::retry::Repeat;
use crate::v1::job::{JobState, JobStatus};
use crate::v1::result::{ExecutionMetadata, Pause, PausePoint, RunStatus, WorkflowExecutionResult};

/// `GET /api/workflows/{workflow}/executions/{run}`: reads how a run stands, whichever way it was started.
#[derive(Debug, Clone)]
#[must_use]
pub struct GetExecution {
    workflow: WorkflowId,
    run: RunId,
    include_output: bool,
}

impl GetExecution {
    /// The method and the path, as the API reference writes them.
    pub const ROUTE: Route =
        Route { method: Method::GET, path: "/api/workflows/{workflow}/executions/{run}" };

    /// Reads that run of that workflow.
    pub fn new(workflow: impl Into<WorkflowId>, run: impl Into<RunId>) -> Self {
        Self { workflow: workflow.into(), run: run.into(), include_output: false }
    }

    /// Reads the output too; there is one once the run is completed.
    pub fn include_output(mut self, include: bool) -> Self {
        self.include_output = include;
        self
    }
}

impl Operation for GetExecution {
    fn route(&self) -> Route {
        Self::ROUTE
    }

    fn path(&self) -> Result<String> {
        let workflow = encode("workflow", self.workflow.as_str())?;
        Ok(format!("/api/workflows/{workflow}/executions/{}", encode("run", self.run.as_str())?))
    }

    fn query(&self) -> Result<String> {
        Ok(if self.include_output { "includeOutput=true".to_owned() } else { String::new() })
    }
}

impl Endpoint for GetExecution {
    type Output = Run;

    fn decode(&self, answer: &Answer) -> Result<Run> {
        let mut run: Run = answer.json()?;
        run.resumes_in =
            run.paused.as_ref().and_then(|paused| until(paused.resume_at?, &answer.headers));
        run.hide(answer.secret());
        Ok(run)
    }
}

/// A run, read by its id.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Run {
    /// Its id.
    #[serde(rename = "executionId")]
    pub run_id: RunId,
    /// The workflow that it runs.
    pub workflow_id: WorkflowId,
    /// How it stands.
    pub status: RunStatus,
    /// What started it: `api`, `schedule`, ...
    #[serde(default, deserialize_with = "field::text")]
    pub trigger: Option<String>,
    /// When it started.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub started_at: Option<Timestamp>,
    /// When it ended; also set while it is paused.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub ended_at: Option<Timestamp>,
    /// How long it ran.
    #[serde(default, rename = "totalDurationMs", deserialize_with = "field::milliseconds")]
    pub duration: Option<Duration>,
    /// Where it waits, while it is paused.
    #[serde(default)]
    pub paused: Option<PausedAt>,
    /// What it cost.
    #[serde(default)]
    pub cost: Option<Cost>,
    /// Why it failed, in the server's words.
    #[serde(default, deserialize_with = "field::text")]
    pub error: Option<String>,
    /// What it put out, if that was asked for and it is completed.
    #[serde(default, rename = "finalOutput")]
    pub output: Option<Value>,
    /// How long a timed pause lasts from now, by the server's own clock.
    #[serde(skip)]
    pub(crate) resumes_in: Option<Duration>,
}

/// Where a paused run waits.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PausedAt {
    /// Names the place; absent when the run waits in several.
    #[serde(default, deserialize_with = "field::text")]
    pub context_id: Option<String>,
    /// `human`, or `time` for a pause that ends by itself.
    #[serde(default, deserialize_with = "field::text")]
    pub pause_kind: Option<String>,
    /// When a timed pause ends.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub resume_at: Option<Timestamp>,
}

/// What a run cost. v0.8.9 stores US dollars, whatever its documents say.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Cost {
    /// The sum.
    #[serde(default, deserialize_with = "field::number")]
    pub total: Option<f64>,
}

impl Run {
    /// The run of a job, on servers that tell of it by nothing else.
    pub(crate) fn of_job(handle: &RunHandle, job: JobStatus) -> Self {
        let status = match (&job.status, job.run_success) {
            (JobState::Completed, Some(false)) | (JobState::Failed, _) => RunStatus::Failed,
            (JobState::Completed, _) => RunStatus::Completed,
            (JobState::Cancelled, _) => RunStatus::Cancelled,
            (JobState::Pending, _) => RunStatus::Queued,
            (JobState::Processing, _) => RunStatus::Running,
            (JobState::Other(word), _) => RunStatus::Other(word.clone()),
        };
        Self {
            run_id: job.run_id.unwrap_or_else(|| handle.run.clone()),
            workflow_id: handle.workflow.clone(),
            status,
            trigger: None,
            started_at: job.metadata.started_at,
            ended_at: job.metadata.completed_at,
            duration: job.metadata.duration,
            paused: None,
            cost: None,
            error: job.error.and_then(json::into_text),
            output: job.output,
            resumes_in: None,
        }
    }

    /// Takes a secret out of the server's words.
    pub(crate) fn hide(&mut self, secret: Option<&Secret>) {
        if let (Some(error), Some(secret)) = (&mut self.error, secret) {
            secret.hide(error);
        }
    }

    /// Whether the run waits for a human.
    pub(crate) fn waits_for_a_human(&self) -> bool {
        let timed =
            self.paused.as_ref().and_then(|paused| paused.pause_kind.as_deref()) == Some("time");
        self.status == RunStatus::Paused && !timed
    }
}

impl From<Run> for WorkflowExecutionResult {
    /// The run as the answer of its execute would have told it.
    fn from(run: Run) -> Self {
        let context = run.paused.and_then(|paused| paused.context_id);
        let pause = (run.status == RunStatus::Paused).then(|| Pause {
            points: context
                .map(|context| PausePoint::new(context, &run.run_id))
                .into_iter()
                .collect(),
        });
        let metadata = ExecutionMetadata {
            duration: run.duration,
            start_time: run.started_at,
            end_time: run.ended_at,
        };
        Self {
            success: matches!(run.status, RunStatus::Completed | RunStatus::Paused),
            output: run.output.unwrap_or_default(),
            error: run.error,
            metadata: Some(metadata),
            run_id: Some(run.run_id),
            pause,
            status: run.status,
            ..Self::without_answer()
        }
    }
}

/// `POST /api/workflows/{workflow}/executions/{run}/cancel`: asks for the end of a run.
///
/// The server notes the wish and the run ends a little later: read it to know. A run that has ended is
/// refused with 409.
#[derive(Debug, Clone)]
pub struct CancelExecution {
    workflow: WorkflowId,
    run: RunId,
}

impl CancelExecution {
    /// The method and the path, as the API reference writes them.
    pub const ROUTE: Route =
        Route { method: Method::POST, path: "/api/workflows/{workflow}/executions/{run}/cancel" };

    /// Cancels that run of that workflow.
    pub fn new(workflow: impl Into<WorkflowId>, run: impl Into<RunId>) -> Self {
        Self { workflow: workflow.into(), run: run.into() }
    }
}

impl Operation for CancelExecution {
    fn route(&self) -> Route {
        Self::ROUTE
    }

    fn path(&self) -> Result<String> {
        let workflow = encode("workflow", self.workflow.as_str())?;
        Ok(format!(
            "/api/workflows/{workflow}/executions/{}/cancel",
            encode("run", self.run.as_str())?
        ))
    }

    /// Cancelled twice is cancelled.
    fn repeat(&self) -> Repeat {
        Repeat::Write
    }
}

impl Endpoint for CancelExecution {
    type Output = Cancellation;

    fn decode(&self, answer: &Answer) -> Result<Cancellation> {
        answer.json()
    }
}

/// What became of the wish to cancel a run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Cancellation {
    /// Whether the wish was noted. It may be false although the answer is 200.
    pub success: bool,
    /// The run.
    #[serde(rename = "executionId")]
    pub run_id: RunId,
    /// Why: `recorded`, `already_cancelled`, `redis_unavailable`, ...
    #[serde(default, deserialize_with = "field::text")]
    pub reason: Option<String>,
}
