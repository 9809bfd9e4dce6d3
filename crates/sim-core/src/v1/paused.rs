//! The list of paused runs, which only the first generation has. The second generation lists runs by their status.

use http::Method;
use jiff::Timestamp;
use percent_encoding::utf8_percent_encode;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::error::Result;
use crate::model::PausePoint;
use crate::operation::{Declaration, Endpoint, Operation, Parameter, Route, encode};
use crate::primitives::json::{self, field};
use crate::primitives::{ContextId, RunId, UNRESERVED, WorkflowId};
use crate::response::Answer;
use crate::v1::{PauseRecord, ResumeEntry, ResumeState};
use crate::{endpoint, object, open_enum};

open_enum! {
    /// The progress of a paused run.
    PausedState {
        /// The run waits in every place.
        Paused = "paused",
        /// The run went on from some places.
        PartiallyResumed = "partially_resumed",
        /// The run went on from every place.
        FullyResumed = "fully_resumed",
        /// The server is cancelling the run.
        Cancelling = "cancelling",
        /// Somebody cancelled the run.
        Cancelled = "cancelled",
    }
}

/// `GET /api/workflows/{workflow}/paused`: lists the runs of a workflow that wait for a person.
#[derive(Debug, Clone)]
#[must_use]
pub struct ListPaused {
    workflow: WorkflowId,
    states: Vec<PausedState>,
}

impl ListPaused {
    /// The method and path, as the API reference writes them.
    pub const ROUTE: Route =
        Route { method: Method::GET, path: "/api/workflows/{workflow}/paused" };

    /// The declaration of everything that the request can send.
    pub const DECLARATION: Declaration = Declaration {
        name: "ListPaused",
        operation: "listPausedExecutions",
        method: "GET",
        path: Self::ROUTE.path,
        query: &[Parameter::required("status").optional()],
        headers: &[],
        body: &[],
    };

    /// Creates a request for the paused runs of a workflow.
    pub fn new(workflow: impl Into<WorkflowId>) -> Self {
        Self { workflow: workflow.into(), states: Vec::new() }
    }

    /// Keeps only runs in this state. Call it several times to keep runs in any of several states.
    pub fn state(mut self, state: PausedState) -> Self {
        self.states.push(state);
        self
    }
}

impl Operation for ListPaused {
    fn route(&self) -> Route {
        Self::ROUTE
    }

    fn workflow(&self) -> Option<&WorkflowId> {
        Some(&self.workflow)
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
            #[serde(deserialize_with = "field::items")]
            paused_executions: Vec<PausedRun>,
        }
        let List { paused_executions: mut runs } = answer.json()?;
        // What names no run is no entry.
        runs.retain(|run| !run.run_id.as_str().is_empty());
        for run in &mut runs {
            run.name(&self.workflow, None);
        }
        Ok(runs)
    }
}

endpoint! {
    /// `GET /api/workflows/{workflow}/paused/{run}`: reads where a run waits, and the answers it received.
    GetPaused: GET "/api/workflows/{workflow}/paused/{run}" => PausedRunDetail,
    path { workflow: WorkflowId, run: RunId },
    known name,
}

impl GetPaused {
    fn name(&self, detail: &mut PausedRunDetail) {
        detail.run.name(&self.workflow, Some(&self.run));
    }
}

endpoint! {
    /// `GET /api/resume/{workflow}/{run}/{context}`: reads one place where a run waits.
    GetPauseContext: GET "/api/resume/{workflow}/{run}/{context}" => PauseContext,
    path { workflow: WorkflowId, run: RunId, context: ContextId },
    known name,
}

impl GetPauseContext {
    fn name(&self, point: &mut PauseContext) {
        point.execution.name(&self.workflow, Some(&self.run));
    }
}

object! {
    /// A run that waits or has waited.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct PausedRun {
        /// The id of this record; empty if the server did not name it.
        pub id: String = "id" as field::string,
        /// The id of the workflow.
        pub workflow_id: WorkflowId = "workflowId" as field::known,
        /// The id of the run.
        pub run_id: RunId = "executionId" as field::known,
        /// The progress of the run.
        pub status: PausedState = "status",
        /// The number of places where the run has waited, or `None` if the server did not say.
        pub total_pause_count: Option<u64> = "totalPauseCount" as field::count,
        /// The number of these places from which the run went on, or `None` if the server did not say.
        pub resumed_count: Option<u64> = "resumedCount" as field::count,
        /// When the run began to wait, or `None` if the server did not say.
        pub paused_at: Option<Timestamp> = "pausedAt" as field::timestamp,
        /// When the record last changed, or `None` if the server did not say.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
        /// When the server gives the run up, or `None` if the server did not say.
        pub expires_at: Option<Timestamp> = "expiresAt" as field::timestamp,
        /// Other data that the server keeps with the record, or `None` if there is none.
        pub metadata: Option<Map<String, Value>> = "metadata" as field::object,
        /// The ids of the triggers that started the run.
        pub trigger_ids: Vec<String> = "triggerIds" as field::list,
        /// The places where the run waits or has waited.
        pub pause_points: Vec<PauseRecord> = "pausePoints" as field::list,
    }
}

impl PausedRun {
    /// Adds ids that the request named and the answer did not.
    fn name(&mut self, workflow: &WorkflowId, run: Option<&RunId>) {
        if self.workflow_id.as_str().is_empty() {
            self.workflow_id = workflow.clone();
        }
        if let Some(run) = run.filter(|_| self.run_id.as_str().is_empty()) {
            self.run_id = run.clone();
        }
    }
}

/// A run that waits, with all data that the server keeps about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PausedRunDetail {
    /// The run that waits.
    #[serde(flatten)]
    pub run: PausedRun,
    /// The state from which the run goes on, for the server's own use. It is large; `None` if the server did not send
    /// it.
    pub execution_snapshot: Option<Value>,
    /// The answers that the run received.
    pub queue: Vec<ResumeEntry>,
}

impl<'de> Deserialize<'de> for PausedRunDetail {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Rest {
            #[serde(default, deserialize_with = "field::any_or_none")]
            execution_snapshot: Option<Value>,
            #[serde(default, deserialize_with = "field::list")]
            queue: Vec<ResumeEntry>,
        }
        // The fields of the run stand beside the others. Two passes keep their numbers out of a buffer.
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let run = json::read(json.get().as_bytes()).map_err(D::Error::custom)?;
        let Rest { execution_snapshot, queue } =
            json::read(json.get().as_bytes()).map_err(D::Error::custom)?;
        Ok(Self { run, execution_snapshot, queue })
    }
}

object! {
    /// One place where a run waits, with all data that the server keeps about it.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct PauseContext {
        /// The run that waits.
        pub execution: PausedRun = "execution",
        /// The place where the run waits.
        pub pause_point: PauseRecord = "pausePoint",
        /// The answers that this place received.
        pub queue: Vec<ResumeEntry> = "queue" as field::list,
        /// The answer with which the run is going on, or `None` if it is not going on.
        pub active_resume_entry: Option<ResumeEntry> = "activeResumeEntry" as field::object,
    }
}

impl PausedRun {
    /// Returns the places that nobody has answered, ready to be [resumed](crate::ResumeRun::at).
    pub fn open_points(&self) -> impl Iterator<Item = PausePoint> {
        let open = |record: &&PauseRecord| {
            record.resume_status.as_ref().is_none_or(|state| *state == ResumeState::Paused)
        };
        self.pause_points
            .iter()
            .filter(open)
            .map(|record| record.pause_point(&self.workflow_id, &self.run_id))
    }
}
