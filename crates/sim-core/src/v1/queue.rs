//! Queues a run of a deployed workflow and gives back its receipt.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use serde_json::Value;

use crate::answer::Answer;
use crate::error::{Error, Result};
use crate::id::{JobId, RunId, WorkflowId};
use crate::json;
use crate::operation::{Endpoint, Operation, Route, RunClaim};
use crate::timeouts::Timeouts;
use crate::v1::execute::ExecuteWorkflow;
use crate::v1::input::Input;

/// `POST /api/workflows/{workflow}/execute` with `X-Execution-Mode: async`: queues a run.
///
/// The run goes on whatever becomes of its caller. Objects that stand for files are not converted for
/// queued runs: the workflow gets them as they are.
#[derive(Debug, Clone)]
#[must_use]
pub struct QueueWorkflow {
    workflow: WorkflowId,
    input: Input,
    run_id: Option<RunId>,
    execution_timeout: Option<Duration>,
}

/// The receipt of a queued run. Servers have written it in three shapes; all are read into this.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AsyncExecutionResult {
    /// Whether the run was queued.
    pub success: bool,
    /// Names the job, for [`GetJobStatus`](crate::GetJobStatus).
    pub task_id: JobId,
    /// `queued`.
    pub status: String,
    /// When it was queued, where an old server says so.
    pub created_at: Option<Timestamp>,
    /// Where the job can be read.
    pub links: Links,
    /// The id of the run, where the server knows it already.
    pub run_id: Option<RunId>,
    /// The server's words.
    pub message: Option<String>,
}

/// Addresses in a receipt. They are the server's view of itself and may lead elsewhere or be relative; the
/// SDK builds its own from the base URL and never sends the key to one of these.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Links {
    /// The job.
    pub status: Option<String>,
}

impl QueueWorkflow {
    pub(super) fn of(call: ExecuteWorkflow) -> Self {
        let ExecuteWorkflow { workflow, input, run_id, .. } = call;
        Self { workflow, input, run_id, execution_timeout: None }
    }

    /// Bounds the run itself: 1 second to 7 days, in whole seconds. The plan's own limit holds if it is
    /// shorter.
    pub fn execution_timeout(mut self, limit: Duration) -> Self {
        self.execution_timeout = Some(limit);
        self
    }
}

impl Operation for QueueWorkflow {
    fn route(&self) -> Route {
        ExecuteWorkflow::ROUTE
    }

    fn path(&self) -> Result<String> {
        ExecuteWorkflow::path_to(&self.workflow)
    }

    fn body(&self) -> Result<Option<Bytes>> {
        self.input.body(&[]).map(Some)
    }

    fn headers(&self, headers: &mut HeaderMap) -> Result<()> {
        headers
            .insert(HeaderName::from_static("x-execution-mode"), HeaderValue::from_static("async"));
        if let Some(limit) = self.execution_timeout {
            if limit.subsec_nanos() != 0 || !(1..=604_800).contains(&limit.as_secs()) {
                return Err(Error::request(
                    "the execution timeout is a whole number of seconds from 1 to 604800",
                ));
            }
            let name = HeaderName::from_static("x-execution-timeout-seconds");
            headers.insert(name, HeaderValue::from(limit.as_secs()));
        }
        Ok(())
    }

    fn claim(&self) -> Option<RunClaim> {
        Some(ExecuteWorkflow::claim_as(self.run_id.as_ref()))
    }

    /// The receipt comes at once.
    fn timeouts(&self) -> Timeouts {
        Timeouts::READ
    }
}

impl Endpoint for QueueWorkflow {
    type Output = AsyncExecutionResult;

    fn decode(&self, answer: &Answer) -> Result<AsyncExecutionResult> {
        let body: Value = answer.json()?;
        let text = |key: &str| body.get(key).and_then(Value::as_str);
        let Some(job) = text("jobId").or_else(|| text("taskId")) else {
            return Err(answer.not_as_documented(&"it names no job"));
        };
        let linked = body.pointer("/links/status").and_then(Value::as_str);
        Ok(AsyncExecutionResult {
            success: body.get("success").and_then(Value::as_bool).unwrap_or(true),
            task_id: JobId::from(job),
            status: text("status").unwrap_or("queued").to_owned(),
            created_at: body.get("createdAt").and_then(json::timestamp),
            links: Links { status: text("statusUrl").or(linked).map(str::to_owned) },
            run_id: text("executionId").map(RunId::from),
            message: text("message").map(str::to_owned),
        })
    }
}
