//! The operation that reads a run by its id.

use std::time::Duration;

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, FailureClass, Result, RunIdState};
use crate::model::{
    Cost, ExecutionMetadata, Pause, PauseKind, PausePoint, RunError, RunStatus,
    WorkflowExecutionResult,
};
use crate::object;
use crate::operation::{CallOptions, Endpoint, Operation, Route, encode};
use crate::primitives::json::{field, written};
use crate::primitives::time::until;
use crate::primitives::{ContextId, Generation, RunId, UNRESERVED, WorkflowId};
use crate::response::Answer;

/// `GET /api/v2/workflows/{workflow}/runs/{run}`, or `GET /api/workflows/{workflow}/executions/{run}`: reads the
/// status of a run, however it was started.
#[derive(Debug, Clone)]
#[must_use]
pub struct GetRun {
    workflow: WorkflowId,
    run_id: RunId,
    include_output: bool,
    selected: Vec<String>,
    generation: Generation,
    options: CallOptions,
}

impl GetRun {
    crate::call_options!();
    crate::output_options!();

    /// Creates a request to read a run of a workflow.
    pub fn new(workflow: impl Into<WorkflowId>, run: impl Into<RunId>) -> Self {
        Self {
            workflow: workflow.into(),
            run_id: run.into(),
            include_output: false,
            selected: Vec::new(),
            generation: Generation::default(),
            options: CallOptions::default(),
        }
    }

    /// Sets whether to read the output too. A run has an output once it is completed.
    pub fn include_output(mut self, include: bool) -> Self {
        self.include_output = include;
        self
    }

    /// Adds outputs of blocks to read, each as `id` or `id.path`. Unlike a stream, this operation does not know
    /// blocks by name.
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
        path_of(self.generation, &self.workflow, &self.run_id)
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
        Some(&self.run_id)
    }

    fn workflow(&self) -> Option<&WorkflowId> {
        Some(&self.workflow)
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

/// Returns the path of a run.
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
        if run.run_id.as_str().is_empty() {
            run.run_id = self.run_id.clone();
        }
        if run.workflow_id.as_str().is_empty() {
            run.workflow_id = self.workflow.clone();
        }
        run.error = run.error.map(|error| error.without(answer.secret()));
        run.status = run.status.because_of(run.error.as_ref());
        run.resumes_in =
            run.paused.as_ref().and_then(|paused| until(paused.resume_at?, &answer.headers));
        Ok(run)
    }

    fn run_of<'a>(&self, run: &'a Run) -> Option<(Option<&'a RunId>, &'a RunStatus)> {
        Some((Some(&run.run_id), &run.status))
    }
}

impl GetRun {
    /// Marks a 409 as worth repeating. The server sends it for outputs that are still being written, which succeed
    /// later, and for outputs that are gone.
    fn not_ready(&self, answer: &Answer, error: Error) -> Error {
        let asked = self.include_output || !self.selected.is_empty();
        let refused = answer.status == StatusCode::CONFLICT && answer.is_the_apis_refusal();
        if !(asked && refused) {
            return error;
        }
        error.with(|inner| inner.failure_class = FailureClass::Refused(RunIdState::Free))
    }
}

/// The state of a run, as read by its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Run {
    /// The id of the run.
    #[serde(default = "field::unnamed", alias = "executionId", deserialize_with = "field::known")]
    pub run_id: RunId,
    /// The id of the workflow that it runs.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub workflow_id: WorkflowId,
    /// The status of the run.
    pub status: RunStatus,
    /// The trigger that started the run, such as `api` or `schedule`. `None` if the server did not say.
    #[serde(default, deserialize_with = "field::text")]
    pub trigger: Option<String>,
    /// When the run started, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub started_at: Option<Timestamp>,
    /// When the run ended or paused, or `None` while it is running.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub ended_at: Option<Timestamp>,
    /// The duration of the run, or `None` if the server did not say.
    #[serde(
        default,
        rename = "durationMs",
        alias = "totalDurationMs",
        deserialize_with = "field::milliseconds",
        serialize_with = "written::milliseconds"
    )]
    pub duration: Option<Duration>,
    /// Where the run waits, or `None` if it is not paused.
    #[serde(default, deserialize_with = "field::object")]
    pub paused: Option<PausedAt>,
    /// The cost of the run, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::object")]
    pub cost: Option<Cost>,
    /// Why the run failed, or `None` if it did not fail.
    #[serde(default, deserialize_with = "RunError::field")]
    pub error: Option<RunError>,
    /// The output of the run. `None` unless you asked for it and the run is completed.
    #[serde(default, alias = "finalOutput")]
    pub output: Option<Value>,
    /// The selected outputs, each under its selector as you sent it. `None` if you selected none.
    #[serde(default, deserialize_with = "field::object")]
    pub block_outputs: Option<Map<String, Value>>,
    /// The log level of the run, `info` or `error`. `None` in the second generation.
    #[serde(default, deserialize_with = "field::text")]
    pub level: Option<String>,
    /// How long a timed pause still lasts, by the server's own clock. `None` if there is none.
    #[serde(skip)]
    pub(crate) resumes_in: Option<Duration>,
}

object! {
    /// The place where a paused run waits.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct PausedAt {
        /// The id of the place. `None` if the run waits in several places, or is being resumed.
        pub context_id: Option<ContextId> = "contextId" as field::word,
        /// When the run began to wait, or `None` if the server did not say.
        pub paused_at: Option<Timestamp> = "pausedAt" as field::timestamp,
        /// When a pause for a time ends, or `None` for a pause that waits for a person.
        pub resume_at: Option<Timestamp> = "resumeAt" as field::timestamp,
        /// Whether the run waits for a person or for a time. `None` if the server did not say.
        pub pause_kind: Option<PauseKind> = "pauseKind" as field::word,
        /// The id of the block that waits, or `None` if the server did not say.
        pub blocked_on_block_id: Option<String> = "blockedOnBlockId" as field::text,
        /// Why a pause for a time has not ended yet, or `None` if the server gave no reason.
        pub automatic_resume_waiting_reason: Option<String> = "automaticResumeWaitingReason" as field::text,
        /// The number of places where the run has waited, or `None` if the server did not say.
        pub pause_point_count: Option<u64> = "pausePointCount" as field::count,
        /// The number of these places from which the run went on, or `None` if the server did not say.
        pub resumed_count: Option<u64> = "resumedCount" as field::count,
    }
}

impl PausedAt {
    /// Returns whether a person has to answer. A run that is being resumed still has the status paused, but waits in
    /// no place.
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

impl Run {
    /// Creates the state of a run with this status, for tests of your program. Set more in its fields.
    pub fn new(workflow: impl Into<WorkflowId>, run: impl Into<RunId>, status: RunStatus) -> Self {
        Self {
            run_id: run.into(),
            workflow_id: workflow.into(),
            status,
            trigger: None,
            started_at: None,
            ended_at: None,
            duration: None,
            paused: None,
            cost: None,
            error: None,
            output: None,
            block_outputs: None,
            level: None,
            resumes_in: None,
        }
    }

    /// Returns whether the run waits for a person.
    pub(crate) fn waits_for_a_human(&self) -> bool {
        self.status == RunStatus::Paused && self.paused.as_ref().is_none_or(PausedAt::asks_a_human)
    }

    /// Returns whether the output of the run names the places where it waits, with their forms. That of a job does.
    pub(crate) fn tells_its_places(&self) -> bool {
        self.output.as_ref().and_then(Pause::read).is_some_and(|pause| !pause.points.is_empty())
    }

    /// Returns whether the run waits for a time, and for nobody.
    pub(crate) fn waits_for_a_time(&self) -> bool {
        let paused = self.paused.as_ref().filter(|_| self.status == RunStatus::Paused);
        paused.is_some_and(|paused| paused.pause_kind == Some(PauseKind::Time))
    }

    /// Returns whether the run waits in this one place. Servers before v0.8 name the block alone, and the id of a
    /// place begins with that of its block.
    pub(crate) fn waits_at(&self, context: &ContextId) -> bool {
        let paused = self.paused.as_ref().filter(|_| self.status == RunStatus::Paused);
        paused.is_some_and(|paused| match (&paused.context_id, &paused.blocked_on_block_id) {
            (Some(named), _) => named == context,
            (None, Some(block)) => context.as_str().starts_with(block.as_str()),
            (None, None) => false,
        })
    }

    /// Returns whether the run reads as failed after its pause, where `error` says that the server has no detail of
    /// the pause. Its level is then the only sign.
    pub(crate) fn reads_failed(&self, error: &Error) -> bool {
        error.is_not_found() && self.level.as_deref() == Some("error")
    }

    /// Returns the place where the run waits, or `None` if it is not exactly one.
    pub fn pause_point(&self) -> Option<PausePoint> {
        let paused = self.paused.as_ref()?;
        let context = paused.context_id.clone()?;
        let point = PausePoint::named(context, self.workflow_id.clone(), self.run_id.clone());
        Some(PausePoint { kind: paused.pause_kind.clone(), resume_at: paused.resume_at, ..point })
    }

    /// Names the place where the run waits, if it is one and filed under the id of this run.
    pub(crate) fn waits_in(&mut self, points: &[PausePoint]) {
        let [point] = points else { return };
        if point.run_id.as_ref().is_none_or(|run| *run == self.run_id) {
            if let Some(paused) = &mut self.paused {
                paused.context_id = Some(point.context_id.clone());
                paused.pause_kind = paused.pause_kind.take().or_else(|| point.kind.clone());
            }
        }
    }

    /// Returns the pause of the run, as far as the run itself tells of it.
    fn pause(&self) -> Pause {
        let pause = Pause::at(self.pause_point().into_iter().collect());
        let resume_at = self.paused.as_ref().and_then(|paused| paused.resume_at);
        Pause { resume_at: pause.resume_at.or(resume_at), ..pause }
    }
}

impl From<Run> for WorkflowExecutionResult {
    /// Converts the run into the result that its execute would have returned.
    fn from(run: Run) -> Self {
        let pause = (run.status == RunStatus::Paused).then(|| {
            let told = run.output.as_ref().and_then(Pause::read);
            told.filter(|pause| !pause.points.is_empty()).unwrap_or_else(|| run.pause())
        });
        let metadata = ExecutionMetadata {
            duration: run.duration,
            start_time: run.started_at,
            end_time: run.ended_at,
        };
        Self {
            output: run.output.unwrap_or_default(),
            error: run.error,
            cost: run.cost,
            metadata: Some(metadata),
            run_id: Some(run.run_id),
            workflow_id: Some(run.workflow_id),
            block_outputs: run.block_outputs,
            pause,
            ..Self::of(run.status)
        }
    }
}
