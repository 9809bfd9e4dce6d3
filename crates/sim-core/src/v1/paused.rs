//! The listing of paused runs, which the first generation alone has. The second lists runs by their status.

use http::Method;
use jiff::Timestamp;
use percent_encoding::utf8_percent_encode;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::Result;
use crate::model::{Pause, PauseKind, PausePoint};
use crate::operation::{Declaration, Endpoint, Operation, Parameter, Route, encode};
use crate::primitives::json::field;
use crate::primitives::{ContextId, RunId, UNRESERVED, WorkflowId};
use crate::response::Answer;
use crate::{endpoint, open_enum};

open_enum! {
    /// How far a paused run has got.
    PausedState {
        /// It waits in every place.
        Paused = "paused",
        /// It went on in some places.
        PartiallyResumed = "partially_resumed",
        /// It went on in every place.
        FullyResumed = "fully_resumed",
        /// It is being cancelled.
        Cancelling = "cancelling",
        /// It was cancelled.
        Cancelled = "cancelled",
    }
}

open_enum! {
    /// How far the answer to a pause has got.
    ResumeState {
        /// Nobody has answered.
        Paused = "paused",
        /// An answer waits for its turn.
        Queued = "queued",
        /// The run goes on.
        Resuming = "resuming",
        /// The run went on.
        Resumed = "resumed",
        /// The run could not go on.
        Failed = "failed",
    }
}

/// `GET /api/workflows/{workflow}/paused`: lists the runs of a workflow that wait for a human.
#[derive(Debug, Clone)]
#[must_use]
pub struct ListPaused {
    workflow: WorkflowId,
    states: Vec<PausedState>,
}

impl ListPaused {
    /// The method and the path, as the API reference writes them.
    pub const ROUTE: Route =
        Route { method: Method::GET, path: "/api/workflows/{workflow}/paused" };

    /// What it sends.
    pub const DECLARATION: Declaration = Declaration {
        name: "ListPaused",
        operation: "listPausedExecutions",
        method: "GET",
        path: Self::ROUTE.path,
        query: &[Parameter::required("status").optional()],
        headers: &[],
        body: &[],
    };

    /// Lists those of that workflow.
    pub fn new(workflow: impl Into<WorkflowId>) -> Self {
        Self { workflow: workflow.into(), states: Vec::new() }
    }

    /// Lists only the runs in that state; given several times, the runs in any of them.
    pub fn state(mut self, state: PausedState) -> Self {
        self.states.push(state);
        self
    }
}

impl Operation for ListPaused {
    fn route(&self) -> Route {
        Self::ROUTE
    }

    fn path(&self) -> Result<String> {
        Ok(format!("/api/workflows/{}/paused", encode("workflow", self.workflow.as_str())?))
    }

    fn query(&self) -> Result<String> {
        if self.states.is_empty() {
            return Ok(String::new());
        }
        let states: Vec<_> = self.states.iter().map(PausedState::as_str).collect();
        Ok(format!("status={}", utf8_percent_encode(&states.join(","), UNRESERVED)))
    }
}

impl Endpoint for ListPaused {
    type Output = Vec<PausedRun>;

    fn decode(&self, answer: &Answer) -> Result<Vec<PausedRun>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct List {
            paused_executions: Vec<PausedRun>,
        }
        answer.json().map(|List { paused_executions }| paused_executions)
    }
}

endpoint! {
    /// `GET /api/workflows/{workflow}/paused/{run}`: reads where a run waits, and what was answered.
    GetPaused: GET "/api/workflows/{workflow}/paused/{run}" => PausedRunDetail,
    path { workflow: WorkflowId, run: RunId },
}

endpoint! {
    /// `GET /api/resume/{workflow}/{run}/{context}`: reads one place where a run waits.
    GetPauseContext: GET "/api/resume/{workflow}/{run}/{context}" => PauseContext,
    path { workflow: WorkflowId, run: RunId, context: ContextId },
}

/// A run that waits, or has waited.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PausedRun {
    /// The id of this record.
    pub id: String,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The run.
    #[serde(rename = "executionId")]
    pub run_id: RunId,
    /// How far it has got.
    pub status: PausedState,
    /// In how many places it has waited.
    #[serde(default, deserialize_with = "field::count")]
    pub total_pause_count: Option<u64>,
    /// In how many of them it went on.
    #[serde(default, deserialize_with = "field::count")]
    pub resumed_count: Option<u64>,
    /// When it began to wait.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub paused_at: Option<Timestamp>,
    /// When the record changed last.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
    /// When the server gives it up.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub expires_at: Option<Timestamp>,
    /// What the server keeps beside it.
    #[serde(default)]
    pub metadata: Option<Map<String, Value>>,
    /// The triggers that started the run.
    #[serde(default)]
    pub trigger_ids: Vec<String>,
    /// The places.
    #[serde(default)]
    pub pause_points: Vec<PauseRecord>,
}

/// A run that waits, with all that is kept of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PausedRunDetail {
    /// The run.
    #[serde(flatten)]
    pub run: PausedRun,
    /// What the run goes on from: large, and nothing to read.
    #[serde(default)]
    pub execution_snapshot: Option<Value>,
    /// The answers that were given.
    #[serde(default)]
    pub queue: Vec<ResumeEntry>,
}

/// One place where a run waits, and what is kept of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PauseContext {
    /// The run.
    pub execution: PausedRun,
    /// The place.
    pub pause_point: PauseRecord,
    /// The answers that were given here.
    #[serde(default)]
    pub queue: Vec<ResumeEntry>,
    /// The answer with which the run goes on now.
    #[serde(default)]
    pub active_resume_entry: Option<ResumeEntry>,
}

/// What is kept of one place where a run waits.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PauseRecord {
    /// Names the place.
    pub context_id: ContextId,
    /// The block that waits.
    #[serde(default, deserialize_with = "field::text")]
    pub block_id: Option<String>,
    /// What the block put out: what is shown, and what is asked.
    #[serde(default)]
    pub response: Value,
    /// When it began to wait.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub registered_at: Option<Timestamp>,
    /// How far the answer has got.
    #[serde(default)]
    pub resume_status: Option<ResumeState>,
    /// Why a pause for a time has not ended yet.
    #[serde(default, deserialize_with = "field::text")]
    pub automatic_resume_waiting_reason: Option<String>,
    /// Whether an answer would be taken by now.
    #[serde(default, deserialize_with = "field::flag")]
    pub snapshot_ready: bool,
    /// The branch, where it waits in a parallel block.
    #[serde(default)]
    pub parallel_scope: Option<Value>,
    /// The turn, where it waits in a loop.
    #[serde(default)]
    pub loop_scope: Option<Value>,
    /// Where to answer.
    #[serde(default)]
    pub resume_links: Option<ResumeLinks>,
    /// What it waits for.
    #[serde(default)]
    pub pause_kind: Option<PauseKind>,
    /// When a pause for a time ends.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub resume_at: Option<Timestamp>,
    /// How many answers are before the one that waits.
    #[serde(default, deserialize_with = "field::count")]
    pub queue_position: Option<u64>,
    /// The answer that was given last.
    #[serde(default)]
    pub latest_resume_entry: Option<ResumeEntry>,
}

/// Where a pause can be answered, as the server sees itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResumeLinks {
    /// By a program.
    #[serde(default, deserialize_with = "field::text")]
    pub api_url: Option<String>,
    /// By a person.
    #[serde(default, deserialize_with = "field::text")]
    pub ui_url: Option<String>,
    /// The place.
    #[serde(default)]
    pub context_id: Option<ContextId>,
    /// The run.
    #[serde(default, rename = "executionId")]
    pub run_id: Option<RunId>,
    /// The workflow.
    #[serde(default)]
    pub workflow_id: Option<WorkflowId>,
}

/// One answer to a pause.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResumeEntry {
    /// The id of this record.
    pub id: String,
    /// The record of the paused run.
    #[serde(default, rename = "pausedExecutionId", deserialize_with = "field::text")]
    pub paused_run: Option<String>,
    /// The run that waits.
    #[serde(default, rename = "parentExecutionId")]
    pub run_id: Option<RunId>,
    /// The attempt to go on; the server forgets it when it is over.
    #[serde(default, rename = "newExecutionId")]
    pub attempt: Option<RunId>,
    /// The place.
    #[serde(default)]
    pub context_id: Option<ContextId>,
    /// The answer itself.
    #[serde(default)]
    pub resume_input: Value,
    /// How far it has got.
    #[serde(default, deserialize_with = "field::text")]
    pub status: Option<String>,
    /// When it was given.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub queued_at: Option<Timestamp>,
    /// When a worker took it.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub claimed_at: Option<Timestamp>,
    /// When the run had gone on.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub completed_at: Option<Timestamp>,
    /// Why the run could not go on.
    #[serde(default, deserialize_with = "field::text")]
    pub failure_reason: Option<String>,
}

impl PausedRun {
    /// The places in which nobody has answered, ready to be [resumed](crate::ResumeRun::at).
    pub fn open_points(&self) -> impl Iterator<Item = PausePoint> {
        let open = |record: &&PauseRecord| {
            record.resume_status.as_ref().is_none_or(|state| *state == ResumeState::Paused)
        };
        self.pause_points.iter().filter(open).map(|record| record.pause_point(self))
    }
}

impl PauseRecord {
    fn pause_point(&self, run: &PausedRun) -> PausePoint {
        let asked = Pause::read(&self.response).and_then(|pause| pause.points.into_iter().next());
        let named =
            PausePoint::named(self.context_id.clone(), run.workflow_id.clone(), run.run_id.clone());
        PausePoint {
            kind: self.pause_kind.clone(),
            resume_at: self.resume_at,
            ..asked.unwrap_or(named)
        }
    }
}
