//! The operation that runs a workflow and waits for its result.

use http::header::ACCEPT;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::model::{InputDigest, RunStatus, WorkflowExecutionResult};
use crate::operation::{CallOptions, Endpoint, Operation, Reading, Route, RunIdHeader, encode};
use crate::primitives::{Generation, RunId, WorkflowId};
use crate::response::{ACCEPT as ACCEPT_RESULT_STREAM, Answer};
use crate::run::input::Input;
use crate::run::start;
use crate::wire::RequestBody;

/// `POST /api/v2/workflows/{workflow}/execute`, or the same without `v2`: runs a workflow and waits for its
/// result. In the API reference: [`executeWorkflowV2`](https://docs.sim.ai/api-reference/workflows/executeWorkflowV2).
///
/// The connection carries the run: if it is lost or the caller stops waiting, the server cancels the run within about
/// a second. Use [`queue`](Self::queue) for a run that must survive its caller.
///
/// ```
/// use std::time::Duration;
///
/// use serde_json::json;
/// use sim_core::ExecuteWorkflow;
///
/// let call = ExecuteWorkflow::new("wf-1")
///     .input(json!({"city": "Oslo"}))
///     .include_file_base64(false)
///     .timeout(Duration::from_secs(90))
///     .with_meta();
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct ExecuteWorkflow {
    pub(super) workflow: WorkflowId,
    pub(super) input: Input,
    pub(super) run_id: Option<RunId>,
    include_file_base64: Option<bool>,
    base64_max_bytes: Option<u64>,
    pub(super) selected: Vec<String>,
    pub(super) generation: Generation,
    pub(crate) options: CallOptions,
}

/// The first generation's form of every operation that starts a run.
const V1: Route = Route { method: Method::POST, path: "/api/workflows/{workflow}/execute" };
const V2: Route = Route { method: Method::POST, path: "/api/v2/workflows/{workflow}/execute" };

/// The header with the id of the run, in the first generation and in the second.
const EXECUTION_ID: HeaderName = HeaderName::from_static("x-execution-id");
const RUN_ID: HeaderName = HeaderName::from_static("x-run-id");

impl ExecuteWorkflow {
    crate::call_options!();
    crate::output_options!();

    /// Creates a request to run a workflow without input.
    pub fn new(workflow: impl Into<WorkflowId>) -> Self {
        Self {
            workflow: workflow.into(),
            input: Input::None,
            run_id: None,
            include_file_base64: None,
            base64_max_bytes: None,
            selected: Vec::new(),
            generation: Generation::default(),
            options: CallOptions::default(),
        }
    }

    /// Sets the input: any value that serialises.
    ///
    /// The fields of an object (a struct, a map) become the fields of the start block. Any other value, including a
    /// list of pairs, is sent as the field `input`; `null` means no input. If a value cannot be sent, the call
    /// reports it before it sends anything.
    pub fn input(mut self, input: impl Serialize) -> Self {
        self.input = Input::new(&input);
        self
    }

    /// Sends an object as the field `input` in place of field by field.
    ///
    /// The first generation needs this if a field has the name of one of the API's control keys, such as `stream`.
    /// The server does not convert fields of type `file[]` in this form.
    pub fn nested(mut self) -> Self {
        self.input = self.input.nested();
        self
    }

    /// Sets the id of the run: 1 to 128 characters of `A-Z a-z 0-9 . _ : -`, never used before on that server. By
    /// default, the SDK creates an id of 128 random bits.
    pub fn run_id(mut self, id: impl Into<RunId>) -> Self {
        self.run_id = Some(id.into());
        self
    }

    /// Sets whether files in the output include their bytes as base64. The server's default is yes.
    pub fn include_file_base64(mut self, include: bool) -> Self {
        self.include_file_base64 = Some(include);
        self
    }

    /// Sets the largest size, in bytes, of a file whose bytes the output includes. The output only links to a larger
    /// file.
    pub fn base64_max_bytes(mut self, bytes: u64) -> Self {
        self.base64_max_bytes = Some(bytes);
        self
    }

    /// Selects outputs of blocks: `block.path` by the block's name or id, or a block's id alone.
    ///
    /// A stream holds only these outputs; it ignores a name that no block has. The result of a run that you wait for
    /// has them in [`block_outputs`](WorkflowExecutionResult::block_outputs), if the server supports it: v0.8.9 does
    /// not, and newer servers reject a name that no block has.
    pub fn select(mut self, outputs: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.selected.extend(outputs.into_iter().map(Into::into));
        self
    }

    pub(crate) fn workflow_id(&self) -> &WorkflowId {
        &self.workflow
    }

    /// Returns the digest of the input.
    pub(crate) fn input_digest(&self) -> Result<InputDigest> {
        self.input.check()?;
        Ok(self.input.digest())
    }

    pub(crate) fn chosen_id(&self) -> Option<&RunId> {
        self.run_id.as_ref()
    }

    /// Returns the options that are sent in the body.
    pub(super) fn controls(&self) -> Result<Vec<(&'static str, String)>> {
        if self.selected.iter().any(String::is_empty) {
            return Err(Error::request("a selected output must not be empty"));
        }
        let selected = (!self.selected.is_empty()).then(|| serde_json::to_string(&self.selected));
        let selected = selected.transpose().map_err(|error| Error::request(error.to_string()))?;
        let selected = selected.map(|selected| ("selectedOutputs", selected));
        let include =
            self.include_file_base64.map(|include| ("includeFileBase64", include.to_string()));
        let max = self.base64_max_bytes.map(|bytes| ("base64MaxBytes", bytes.to_string()));
        Ok(selected.into_iter().chain(include).chain(max).collect())
    }

    /// Returns the header in which every way of starting a run sends the run id.
    pub(super) fn run_id_header_for(generation: Generation, id: Option<&RunId>) -> RunIdHeader {
        let name = generation.choose(EXECUTION_ID, RUN_ID);
        RunIdHeader { name, id: id.cloned(), names_run: true }
    }

    pub(crate) fn route_in(generation: Generation) -> Route {
        generation.choose(V1, V2)
    }

    pub(super) fn path_in(generation: Generation, workflow: &WorkflowId) -> Result<String> {
        let workflow = encode("workflow", workflow.as_str())?;
        Ok([generation.root(), "/workflows/", &workflow, "/execute"].concat())
    }
}

impl Operation for ExecuteWorkflow {
    fn route(&self) -> Route {
        Self::route_in(self.generation)
    }

    fn set_generation(&mut self, generation: Generation) -> bool {
        self.generation = generation;
        true
    }

    fn path(&self) -> Result<String> {
        Self::path_in(self.generation, &self.workflow)
    }

    fn body(&self) -> Result<RequestBody> {
        self.input.body(self.generation, &self.controls()?)
    }

    fn headers(&self, headers: &mut HeaderMap) -> Result<()> {
        if self.generation != Generation::V1 {
            headers.insert(ACCEPT, HeaderValue::from_static(ACCEPT_RESULT_STREAM));
        }
        Ok(())
    }

    fn run_id_header(&self) -> Option<RunIdHeader> {
        Some(Self::run_id_header_for(self.generation, self.run_id.as_ref()))
    }

    fn workflow(&self) -> Option<&WorkflowId> {
        Some(&self.workflow)
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

impl Endpoint for ExecuteWorkflow {
    type Output = WorkflowExecutionResult;

    fn decode(&self, answer: &Answer) -> Result<WorkflowExecutionResult> {
        match self.generation {
            Generation::V1 => start::unread(answer),
            Generation::V2 | Generation::Auto => WorkflowExecutionResult::read_second(answer),
        }
    }

    fn read(&self, answer: &Answer) -> Reading<WorkflowExecutionResult> {
        match self.generation {
            Generation::V1 => start::sync(answer, &self.workflow, self.run_id.is_some()),
            Generation::V2 | Generation::Auto => Reading::Settled(self.decode(answer)),
        }
    }

    fn run_of<'a>(
        &self,
        result: &'a WorkflowExecutionResult,
    ) -> Option<(Option<&'a RunId>, &'a RunStatus)> {
        Some((result.run_id.as_ref(), &result.status))
    }
}
