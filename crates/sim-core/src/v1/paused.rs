//! The list of paused runs, which only the first generation has. The second generation lists runs by their status.

use http::Method;
use jiff::Timestamp;
use percent_encoding::utf8_percent_encode;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::error::Result;
use crate::model::{Pause, PauseKind, PausePoint};
use crate::operation::{Declaration, Endpoint, Operation, Parameter, Route, encode};
use crate::primitives::json::{self, field};
use crate::primitives::{ContextId, RunId, UNRESERVED, WorkflowId};
use crate::response::Answer;
use crate::{endpoint, open_enum};

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

open_enum! {
    /// The progress of the answer to a pause.
    ResumeState {
        /// Nobody has answered yet.
        Paused = "paused",
        /// An answer waits for its turn.
        Queued = "queued",
        /// The run is going on with the answer.
        Resuming = "resuming",
        /// The run went on with the answer.
        Resumed = "resumed",
        /// The run could not go on.
        Failed = "failed",
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
        answer.json().map(|List { paused_executions }| paused_executions)
    }
}

endpoint! {
    /// `GET /api/workflows/{workflow}/paused/{run}`: reads where a run waits, and the answers it received.
    GetPaused: GET "/api/workflows/{workflow}/paused/{run}" => PausedRunDetail,
    path { workflow: WorkflowId, run: RunId },
}

endpoint! {
    /// `GET /api/resume/{workflow}/{run}/{context}`: reads one place where a run waits.
    GetPauseContext: GET "/api/resume/{workflow}/{run}/{context}" => PauseContext,
    path { workflow: WorkflowId, run: RunId, context: ContextId },
}

/// A run that waits or has waited.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PausedRun {
    /// The id of this record; empty if the server did not name it.
    #[serde(default, deserialize_with = "field::string")]
    pub id: String,
    /// The id of the workflow.
    pub workflow_id: WorkflowId,
    /// The id of the run.
    #[serde(rename = "executionId")]
    pub run_id: RunId,
    /// The progress of the run.
    pub status: PausedState,
    /// The number of places where the run has waited, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::count")]
    pub total_pause_count: Option<u64>,
    /// The number of these places from which the run went on, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::count")]
    pub resumed_count: Option<u64>,
    /// When the run began to wait, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub paused_at: Option<Timestamp>,
    /// When the record last changed, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
    /// When the server gives the run up, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub expires_at: Option<Timestamp>,
    /// Other data that the server keeps with the record, or `None` if there is none.
    #[serde(default, deserialize_with = "field::object")]
    pub metadata: Option<Map<String, Value>>,
    /// The ids of the triggers that started the run.
    #[serde(default, deserialize_with = "field::list")]
    pub trigger_ids: Vec<String>,
    /// The places where the run waits or has waited.
    #[serde(default, deserialize_with = "field::list")]
    pub pause_points: Vec<PauseRecord>,
}

/// A run that waits, with all data that the server keeps about it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PausedRunDetail {
    /// The run that waits.
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

/// One place where a run waits, with all data that the server keeps about it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PauseContext {
    /// The run that waits.
    pub execution: PausedRun,
    /// The place where the run waits.
    pub pause_point: PauseRecord,
    /// The answers that this place received.
    #[serde(default, deserialize_with = "field::list")]
    pub queue: Vec<ResumeEntry>,
    /// The answer with which the run is going on, or `None` if it is not going on.
    #[serde(default, deserialize_with = "field::object")]
    pub active_resume_entry: Option<ResumeEntry>,
}

/// The record of one place where a run waits.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PauseRecord {
    /// The id of the place.
    pub context_id: ContextId,
    /// The id of the block that waits, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::text")]
    pub block_id: Option<String>,
    /// The output of the block: the values to show and the form to fill in.
    #[serde(default)]
    pub response: Value,
    /// When the place began to wait, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub registered_at: Option<Timestamp>,
    /// The progress of the answer, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::word")]
    pub resume_status: Option<ResumeState>,
    /// Why a pause for a time has not ended yet, or `None` if the server gave no reason.
    #[serde(default, deserialize_with = "field::text")]
    pub automatic_resume_waiting_reason: Option<String>,
    /// Whether the server would accept an answer now.
    #[serde(default, deserialize_with = "field::flag")]
    pub snapshot_ready: bool,
    /// The branch, if the run waits in a parallel block; otherwise `None`.
    #[serde(default, deserialize_with = "field::any_or_none")]
    pub parallel_scope: Option<Value>,
    /// The iteration, if the run waits in a loop; otherwise `None`.
    #[serde(default, deserialize_with = "field::any_or_none")]
    pub loop_scope: Option<Value>,
    /// The URLs where somebody can answer, or `None` if the server sent none.
    #[serde(default, deserialize_with = "field::object")]
    pub resume_links: Option<ResumeLinks>,
    /// Whether the run waits for a person or for a time. `None` if the server did not say.
    #[serde(default, deserialize_with = "field::word")]
    pub pause_kind: Option<PauseKind>,
    /// When a pause for a time ends, or `None` for a pause that waits for a person.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub resume_at: Option<Timestamp>,
    /// The number of answers in the queue before this one, or `None` if there are none.
    #[serde(default, deserialize_with = "field::count")]
    pub queue_position: Option<u64>,
    /// The latest answer, or `None` if nobody has answered.
    #[serde(default, deserialize_with = "field::object")]
    pub latest_resume_entry: Option<ResumeEntry>,
}

/// The URLs where somebody can answer a pause, as the server sees itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResumeLinks {
    /// The URL for a program, or `None` if the server sent none.
    #[serde(default, deserialize_with = "field::text")]
    pub api_url: Option<String>,
    /// The URL for a person, or `None` if the server sent none.
    #[serde(default, deserialize_with = "field::text")]
    pub ui_url: Option<String>,
    /// The id of the place, or `None` if the server did not name it.
    #[serde(default, deserialize_with = "field::word")]
    pub context_id: Option<ContextId>,
    /// The id of the run, or `None` if the server did not name it.
    #[serde(default, rename = "executionId", deserialize_with = "field::word")]
    pub run_id: Option<RunId>,
    /// The id of the workflow, or `None` if the server did not name it.
    #[serde(default, deserialize_with = "field::word")]
    pub workflow_id: Option<WorkflowId>,
}

/// One answer to a pause.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResumeEntry {
    /// The id of this record; empty if the server did not name it.
    #[serde(default, deserialize_with = "field::string")]
    pub id: String,
    /// The id of the paused run's record, or `None` if the server did not name it.
    #[serde(default, rename = "pausedExecutionId", deserialize_with = "field::text")]
    pub paused_run: Option<String>,
    /// The id of the run that waits, or `None` if the server did not name it.
    #[serde(default, rename = "parentExecutionId", deserialize_with = "field::word")]
    pub run_id: Option<RunId>,
    /// The id of the attempt to go on, or `None` if there is none. The server forgets it when the attempt is over.
    #[serde(default, rename = "newExecutionId", deserialize_with = "field::word")]
    pub attempt: Option<RunId>,
    /// The id of the place, or `None` if the server did not name it.
    #[serde(default, deserialize_with = "field::word")]
    pub context_id: Option<ContextId>,
    /// The answer itself, as JSON.
    #[serde(default)]
    pub resume_input: Value,
    /// The progress of the answer, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::text")]
    pub status: Option<String>,
    /// When the answer was given, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub queued_at: Option<Timestamp>,
    /// When a worker took the answer, or `None` if none has.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub claimed_at: Option<Timestamp>,
    /// When the run had gone on, or `None` if it has not.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub completed_at: Option<Timestamp>,
    /// Why the run could not go on, or `None` if it did not fail.
    #[serde(default, deserialize_with = "field::text")]
    pub failure_reason: Option<String>,
}

impl ResumeEntry {
    /// Returns whether this is the answer that was given with `input`. The server keeps numbers as floats, and no
    /// input as an empty object.
    pub(crate) fn holds(&self, input: &Value) -> bool {
        is_empty(&self.resume_input) && is_empty(input) || is_same(&self.resume_input, input)
    }
}

fn is_empty(input: &Value) -> bool {
    match input {
        Value::Null => true,
        Value::Object(fields) => {
            fields.iter().all(|(name, value)| name == "input" && value.is_null())
        }
        _ => false,
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(name, value)| other.get(name).is_some_and(|other| is_same(value, other));
            one.len() == other.len() && one.iter().all(same)
        }
        (one, other) => one == other,
    }
}

impl PausedRun {
    /// Returns the places that nobody has answered, ready to be [resumed](crate::ResumeRun::at).
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(input: &Value) -> ResumeEntry {
        ResumeEntry::deserialize(json!({"id": "e", "resumeInput": input})).expect("an entry")
    }

    #[test]
    fn an_answer_is_known_in_the_form_in_which_the_server_keeps_it() {
        let sent = json!({"approved": true, "amount": 1.0, "big": 9_007_199_254_740_993_u64, "list": [1, {"a": null}]});
        let kept = json!({"list": [1.0, {"a": null}], "big": 9_007_199_254_740_992_u64, "amount": 1, "approved": true});
        assert!(entry(&kept).holds(&sent));
        for empty in [json!(null), json!({}), json!({"input": null})] {
            assert!(entry(&empty).holds(&json!({})), "{empty}");
            assert!(!entry(&empty).holds(&sent), "{empty}");
            assert!(!entry(&sent).holds(&empty), "{empty}");
        }
        for other in [
            json!({"approved": false}),
            json!({"approved": true, "more": 1}),
            json!({}),
            json!([true]),
            json!("true"),
        ] {
            assert!(!entry(&other).holds(&json!({"approved": true})), "{other}");
        }
    }
}
