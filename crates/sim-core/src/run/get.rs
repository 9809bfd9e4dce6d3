//! Reads a run by its id.

use std::time::Duration;

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Error, FailureClass, Result, RunIdState};
use crate::model::{
    ExecutionMetadata, Pause, PauseKind, PausePoint, RunError, RunStatus, WorkflowExecutionResult,
};
use crate::operation::{CallOptions, Endpoint, Operation, Route, encode};
use crate::primitives::json::field;
use crate::primitives::time::until;
use crate::primitives::{ContextId, Generation, RunId, UNRESERVED, WorkflowId};
use crate::response::Answer;

/// `GET /api/v2/workflows/{workflow}/runs/{run}`, or `GET /api/workflows/{workflow}/executions/{run}`: reads how
/// a run stands, whichever way it was started.
#[derive(Debug, Clone)]
#[must_use]
pub struct GetRun {
    workflow: WorkflowId,
    run: RunId,
    include_output: bool,
    selected: Vec<String>,
    generation: Generation,
    options: CallOptions,
}

impl GetRun {
    crate::call_options!();
    crate::output_options!();

    /// Reads that run of that workflow.
    pub fn new(workflow: impl Into<WorkflowId>, run: impl Into<RunId>) -> Self {
        Self {
            workflow: workflow.into(),
            run: run.into(),
            include_output: false,
            selected: Vec::new(),
            generation: Generation::default(),
            options: CallOptions::default(),
        }
    }

    /// Reads the output too; there is one once the run is completed.
    pub fn include_output(mut self, include: bool) -> Self {
        self.include_output = include;
        self
    }

    /// Reads these outputs of blocks too: each the id of a block, or `id.path`. Names of blocks are not known
    /// here, unlike in a stream.
    pub fn select(mut self, outputs: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.selected.extend(outputs.into_iter().map(Into::into));
        self
    }
}

impl Operation for GetRun {
    fn route(&self) -> Route {
        let path = self.generation.choose(
            "/api/workflows/{workflow}/executions/{run}",
            "/api/v2/workflows/{workflow}/runs/{run}",
        );
        Route { method: Method::GET, path }
    }

    fn set_generation(&mut self, generation: Generation) -> bool {
        self.generation = generation;
        true
    }

    fn path(&self) -> Result<String> {
        path_of(self.generation, &self.workflow, &self.run)
    }

    fn query(&self) -> Result<String> {
        let output = self.include_output.then(|| "includeOutput=true".to_owned());
        if self.selected.iter().any(|selector| selector.is_empty() || selector.contains(',')) {
            return Err(Error::request("a selected output must not be empty or hold a comma"));
        }
        let selected = (!self.selected.is_empty()).then(|| {
            let list = self.selected.join(",");
            let encoded = percent_encoding::utf8_percent_encode(&list, UNRESERVED);
            format!("selectedOutputs={encoded}")
        });
        Ok(output.into_iter().chain(selected).collect::<Vec<_>>().join("&"))
    }

    fn concerns(&self) -> Option<&RunId> {
        Some(&self.run)
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

/// The path of a run.
pub(super) fn path_of(
    generation: Generation,
    workflow: &WorkflowId,
    run: &RunId,
) -> Result<String> {
    let workflow = encode("workflow", workflow.as_str())?;
    let run = encode("run", run.as_str())?;
    let runs = generation.choose("executions", "runs");
    Ok(format!("{}/workflows/{workflow}/{runs}/{run}", generation.root()))
}

impl Endpoint for GetRun {
    type Output = Run;

    fn decode(&self, answer: &Answer) -> Result<Run> {
        let mut run: Run = match self.generation {
            Generation::V1 => answer.json(),
            Generation::V2 | Generation::Auto => answer.data(),
        }
        .map_err(|error| self.not_ready(answer, error))?;
        run.error = run.error.map(|error| error.without(answer.secret()));
        run.status = run.status.because_of(run.error.as_ref());
        run.resumes_in =
            run.paused.as_ref().and_then(|paused| until(paused.resume_at?, &answer.headers));
        Ok(run)
    }
}

impl GetRun {
    /// Outputs that are still being written are refused with 409, and so are those that are gone. The first are
    /// there at another try.
    fn not_ready(&self, answer: &Answer, error: Error) -> Error {
        let asked = self.include_output || !self.selected.is_empty();
        let refused = answer.status == StatusCode::CONFLICT && answer.is_the_apis_refusal();
        if !(asked && refused) {
            return error;
        }
        error.with(|inner| inner.failure_class = FailureClass::Refused(RunIdState::Free))
    }
}

/// A run, read by its id.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Run {
    /// Its id.
    #[serde(alias = "executionId")]
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
    #[serde(
        default,
        rename = "durationMs",
        alias = "totalDurationMs",
        deserialize_with = "field::milliseconds"
    )]
    pub duration: Option<Duration>,
    /// Where it waits, while it is paused.
    #[serde(default, deserialize_with = "field::object")]
    pub paused: Option<PausedAt>,
    /// What it cost.
    #[serde(default, deserialize_with = "field::object")]
    pub cost: Option<Cost>,
    /// Why it failed.
    #[serde(default, deserialize_with = "RunError::field")]
    pub error: Option<RunError>,
    /// What it put out, if that was asked for and it is completed.
    #[serde(default, alias = "finalOutput")]
    pub output: Option<Value>,
    /// The selected outputs, each under the selector that was sent.
    #[serde(default, deserialize_with = "field::object")]
    pub block_outputs: Option<Map<String, Value>>,
    /// How the first generation logs it: `info` or `error`.
    #[serde(default, deserialize_with = "field::text")]
    pub level: Option<String>,
    /// How long a timed pause lasts from now, by the server's own clock.
    #[serde(skip)]
    pub(crate) resumes_in: Option<Duration>,
}

/// Where a paused run waits.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PausedAt {
    /// Names the place; absent when the run waits in several, and while it is being resumed.
    #[serde(default, deserialize_with = "field::word")]
    pub context_id: Option<ContextId>,
    /// When it began to wait.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub paused_at: Option<Timestamp>,
    /// When a pause for a time ends.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub resume_at: Option<Timestamp>,
    /// What it waits for.
    #[serde(default, deserialize_with = "field::word")]
    pub pause_kind: Option<PauseKind>,
    /// The block that waits.
    #[serde(default, deserialize_with = "field::text")]
    pub blocked_on_block_id: Option<String>,
    /// Why a pause for a time has not ended yet.
    #[serde(default, deserialize_with = "field::text")]
    pub automatic_resume_waiting_reason: Option<String>,
    /// In how many places the run has waited.
    #[serde(default, deserialize_with = "field::count")]
    pub pause_point_count: Option<u64>,
    /// In how many of them it went on.
    #[serde(default, deserialize_with = "field::count")]
    pub resumed_count: Option<u64>,
}

impl PausedAt {
    /// Whether somebody has to answer. A run that is being resumed still reads as paused, but in no place.
    fn asks_a_human(&self) -> bool {
        match (&self.pause_kind, &self.context_id) {
            (Some(PauseKind::Time), _) => false,
            (Some(_), _) | (None, Some(_)) => true,
            (None, None) => {
                let count = self.pause_point_count.unwrap_or(1);
                count.saturating_sub(self.resumed_count.unwrap_or(0)) > 1
            }
        }
    }
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
    /// Whether the run waits for a human.
    pub(crate) fn waits_for_a_human(&self) -> bool {
        self.status == RunStatus::Paused && self.paused.as_ref().is_none_or(PausedAt::asks_a_human)
    }

    /// Whether it waits in that one place.
    pub(crate) fn waits_at(&self, context: &ContextId) -> bool {
        let paused = self.paused.as_ref().filter(|_| self.status == RunStatus::Paused);
        paused.is_some_and(|paused| paused.context_id.as_ref() == Some(context))
    }

    /// The place where it waits, if it is one.
    pub fn pause_point(&self) -> Option<PausePoint> {
        let paused = self.paused.as_ref()?;
        let context = paused.context_id.clone()?;
        let point = PausePoint::named(context, self.workflow_id.clone(), self.run_id.clone());
        Some(PausePoint { kind: paused.pause_kind.clone(), resume_at: paused.resume_at, ..point })
    }
}

impl From<Run> for WorkflowExecutionResult {
    /// The run as the answer of its execute would have told it.
    fn from(run: Run) -> Self {
        let pause = (run.status == RunStatus::Paused).then(|| {
            let told = run.output.as_ref().and_then(Pause::read);
            told.filter(|pause| !pause.points.is_empty())
                .unwrap_or_else(|| Pause { points: run.pause_point().into_iter().collect() })
        });
        let metadata = ExecutionMetadata {
            duration: run.duration,
            start_time: run.started_at,
            end_time: run.ended_at,
        };
        Self {
            output: run.output.unwrap_or_default(),
            error: run.error,
            metadata: Some(metadata),
            run_id: Some(run.run_id),
            workflow_id: Some(run.workflow_id),
            block_outputs: run.block_outputs,
            pause,
            ..Self::of(run.status)
        }
    }
}
