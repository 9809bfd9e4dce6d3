//! The operation that queues a run, and its receipt.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::model::{RunHandle, RunStatus};
use crate::operation::{CallOptions, Endpoint, Operation, Route, RunIdHeader};
use crate::primitives::json::field;
use crate::primitives::{Generation, JobId, RunId, WorkflowId, json};
use crate::response::Answer;
use crate::run::input::Input;
use crate::run::{ExecuteWorkflow, start};
use crate::wire::{RequestBody, Timeouts};

/// `POST /api/v2/workflows/{workflow}/execute` with `async`, or the same without `v2` with `X-Execution-Mode: async`:
/// queues a run.
///
/// The run continues even if its caller disconnects. The server does not convert files in the input of queued runs, so
/// an input with a [`FileInput`](crate::FileInput) is refused before anything is sent;
/// [`allow_unconverted_files`](Self::allow_unconverted_files) sends it all the same.
///
/// ```
/// use std::time::Duration;
/// use serde_json::json;
/// use sim_core::ExecuteWorkflow;
///
/// let call = ExecuteWorkflow::new("wf-1")
///     .input(json!({"city": "Oslo"}))
///     .queue()
///     .execution_timeout(Duration::from_secs(3600));
/// # drop(call);
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct QueueWorkflow {
    workflow: WorkflowId,
    input: Input,
    run_id: Option<RunId>,
    execution_timeout: Option<Duration>,
    unconverted_files: bool,
    generation: Generation,
    options: CallOptions,
}

/// The receipt of a queued run. This type reads all four forms that servers have sent.
///
/// It serialises in a form of its own, which it reads again; that is not the form of an answer of the API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AsyncExecutionResult {
    /// Whether the server queued the run.
    pub success: bool,
    /// The id of the job, for [`GetJobStatus`](crate::v1::GetJobStatus). `None` in the second generation, which has
    /// no jobs: read the run by its id.
    pub task_id: Option<JobId>,
    /// The status of the job, `queued`.
    pub status: String,
    /// When the server queued the run. `None` except from some old servers.
    pub created_at: Option<Timestamp>,
    /// The URLs in the receipt.
    pub links: Links,
    /// The id of the run, or `None` if the server does not know it yet.
    pub run_id: Option<RunId>,
    /// The id that the start sent for the run. A server that ignores such ids knows no run by it. `None` if the receipt
    /// was not read from the answer to a start.
    pub sent_id: Option<RunId>,
    /// A message in the server's words, or `None` if there is none.
    pub message: Option<String>,
}

/// The URLs in a receipt, for display. They may be relative or point to another host. The SDK builds its own URLs
/// from the base URL and never sends the key to one of these.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Links {
    /// The URL of the job, or `None` if the server sent none.
    pub status: Option<String>,
}

impl ExecuteWorkflow {
    /// Queues the run in place of waiting for it. This drops the settings that the server rejects for queued runs:
    /// selected outputs and the limits of file inlining.
    pub fn queue(self) -> QueueWorkflow {
        QueueWorkflow::of(self)
    }
}

impl QueueWorkflow {
    crate::call_options!();
    crate::output_options!();

    pub(super) fn of(call: ExecuteWorkflow) -> Self {
        let ExecuteWorkflow { workflow, input, run_id, generation, options, .. } = call;
        Self {
            workflow,
            input,
            run_id,
            execution_timeout: None,
            unconverted_files: false,
            generation,
            options,
        }
    }

    /// Limits the duration of the run itself: 1 second to 7 days, in whole seconds. A shorter limit of the plan wins.
    /// Servers before v0.7.59 ignore it.
    pub fn execution_timeout(mut self, limit: Duration) -> Self {
        self.execution_timeout = Some(limit);
        self
    }

    /// Sends an input with files although the server does not convert them in queued runs. The workflow receives the
    /// objects as they are in the request, with the content as base64.
    pub fn allow_unconverted_files(mut self) -> Self {
        self.unconverted_files = true;
        self
    }
}

impl QueueWorkflow {
    /// Returns the execution timeout in seconds, or `None` if none is set.
    fn seconds(&self) -> Result<Option<u64>> {
        let Some(limit) = self.execution_timeout else { return Ok(None) };
        if limit.subsec_nanos() != 0 || !(1..=604_800).contains(&limit.as_secs()) {
            return Err(Error::request(
                "the execution timeout is a whole number of seconds from 1 to 604800",
            ));
        }
        Ok(Some(limit.as_secs()))
    }
}

impl Operation for QueueWorkflow {
    fn route(&self) -> Route {
        ExecuteWorkflow::route_in(self.generation)
    }

    fn set_generation(&mut self, generation: Generation) -> bool {
        self.generation = generation;
        true
    }

    fn path(&self) -> Result<String> {
        ExecuteWorkflow::path_in(self.generation, &self.workflow)
    }

    fn body(&self) -> Result<RequestBody> {
        let field = if self.unconverted_files { None } else { self.input.field_with_file() };
        if let Some(field) = field {
            return Err(Error::request(format!(
                "the input field {field:?} holds a file, which the server does not convert in queued runs; run the \
                 workflow synchronously or as a stream, or upload the file and send a reference to it"
            )));
        }
        let mut controls = Vec::new();
        if self.generation != Generation::V1 {
            controls.push(("async", "true".to_owned()));
            let limit = self.seconds()?.map(|limit| limit.to_string());
            controls.extend(limit.map(|limit| ("executionTimeoutSeconds", limit)));
        }
        self.input.body(self.generation, &controls)
    }

    fn headers(&self, headers: &mut HeaderMap) -> Result<()> {
        if self.generation != Generation::V1 {
            return Ok(());
        }
        headers
            .insert(HeaderName::from_static("x-execution-mode"), HeaderValue::from_static("async"));
        if let Some(limit) = self.seconds()? {
            let name = HeaderName::from_static("x-execution-timeout-seconds");
            headers.insert(name, HeaderValue::from(limit));
        }
        Ok(())
    }

    fn run_id_header(&self) -> Option<RunIdHeader> {
        Some(ExecuteWorkflow::run_id_header_for(self.generation, self.run_id.as_ref()))
    }

    fn workflow(&self) -> Option<&WorkflowId> {
        Some(&self.workflow)
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }

    /// The receipt comes at once, so the limits of reads apply.
    fn timeouts(&self) -> Timeouts {
        Timeouts::READ
    }
}

/// The receipt in the form of the second generation.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueuedRun {
    #[serde(default, deserialize_with = "field::word")]
    run_id: Option<RunId>,
    #[serde(default, deserialize_with = "field::text")]
    status_url: Option<String>,
}

impl AsyncExecutionResult {
    /// Creates the receipt of a run with this id, for tests of your program. Set more in its fields.
    pub fn new(run: impl Into<RunId>) -> Self {
        Self {
            success: true,
            task_id: None,
            status: "queued".to_owned(),
            created_at: None,
            links: Links::default(),
            run_id: Some(run.into()),
            sent_id: None,
            message: None,
        }
    }

    /// Returns the handle that `wait_for` needs, or `None` if the receipt names neither a run nor a job. An old
    /// server names only the job; the `run_id` of the handle is then the id of the job.
    pub fn handle(&self, workflow: impl Into<WorkflowId>) -> Option<RunHandle> {
        let job = self.task_id.clone();
        let run = self.run_id.as_ref().map(RunId::as_str);
        let named = run.or(job.as_ref().map(JobId::as_str))?.to_owned();
        Some(RunHandle { job_id: job, ..RunHandle::new(workflow, named) })
    }

    fn read_first(answer: &Answer) -> Result<Self> {
        if !answer.status.is_success() {
            return Err(start::refused(answer));
        }
        let body: Value = answer.json()?;
        let text = |key: &str| body.get(key).and_then(Value::as_str).filter(|id| !id.is_empty());
        let job = text("jobId").or_else(|| text("taskId"));
        let names_run = answer.status == StatusCode::ACCEPTED && text("executionId").is_some();
        let is_error = body.get("error").is_some_and(|error| !error.is_null());
        if is_error || !(job.is_some() || names_run) {
            return Err(answer.not_as_documented(&"it names no job"));
        }
        let named = text("executionId");
        let claimed = job.and_then(|job| job.strip_prefix(JobId::CLAIMED));
        if let Some(named) = named.or(claimed) {
            answer.note_named(named);
        }
        let linked = body.pointer("/links/status").and_then(Value::as_str);
        Ok(Self {
            success: body.get("success").and_then(Value::as_bool).unwrap_or(true),
            task_id: job.map(JobId::from),
            status: text("status").unwrap_or("queued").to_owned(),
            created_at: body.get("createdAt").and_then(json::timestamp),
            links: Links { status: text("statusUrl").or(linked).map(str::to_owned) },
            run_id: named.or(claimed).map(RunId::from).or_else(|| answer.run_id.clone()),
            sent_id: answer.sent_id().cloned(),
            message: text("message").map(str::to_owned),
        })
    }

    fn read_second(answer: &Answer) -> Result<Self> {
        let QueuedRun { run_id, status_url } = answer.data()?;
        Ok(Self {
            success: true,
            task_id: None,
            status: "queued".to_owned(),
            created_at: None,
            links: Links { status: status_url },
            run_id: run_id.or_else(|| answer.run_id.clone()),
            sent_id: answer.sent_id().cloned(),
            message: None,
        })
    }
}

impl Endpoint for QueueWorkflow {
    type Output = AsyncExecutionResult;

    fn decode(&self, answer: &Answer) -> Result<AsyncExecutionResult> {
        match self.generation {
            Generation::V1 => AsyncExecutionResult::read_first(answer),
            Generation::V2 | Generation::Auto => AsyncExecutionResult::read_second(answer),
        }
    }

    fn run_of<'a>(
        &self,
        receipt: &'a AsyncExecutionResult,
    ) -> Option<(Option<&'a RunId>, &'a RunStatus)> {
        Some((receipt.run_id.as_ref(), &RunStatus::Queued))
    }
}
