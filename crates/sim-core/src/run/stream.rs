//! The operation that streams a run.

use http::header::ACCEPT;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Result;
use crate::model::WorkflowExecutionResult;
use crate::operation::{CallOptions, Operation, Route, RunIdHeader, StreamEndpoint};
use crate::primitives::{Generation, WorkflowId};
use crate::response::Answer;
use crate::run::{ExecuteWorkflow, start};
use crate::wire::RequestBody;

/// `POST /api/v2/workflows/{workflow}/execute` with `stream`, or the same without `v2`: runs a workflow and streams
/// its events.
///
/// The stream holds only [selected](Self::select) outputs; without a selection it holds just the result. While a
/// block is silent, the server sends nothing: not even the head of the answer before the first event, and no
/// heartbeat. The limits for silence are long for that reason.
///
/// **If you drop the stream, its connection closes and the server cancels the run.**
///
/// ```
/// use sim_core::ExecuteWorkflow;
///
/// let call = ExecuteWorkflow::new("wf-1").stream().select(["Agent 1.content"]).include_thinking(true);
/// # drop(call);
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct StreamWorkflow {
    execute: ExecuteWorkflow,
    thinking: bool,
    tool_calls: bool,
    options: CallOptions,
}

impl ExecuteWorkflow {
    /// Streams the run: its text while blocks write it, and its result at the end.
    pub fn stream(self) -> StreamWorkflow {
        StreamWorkflow::of(self)
    }
}

impl StreamWorkflow {
    crate::call_options!();

    pub(super) fn of(execute: ExecuteWorkflow) -> Self {
        let options = execute.options.clone();
        Self { execute, thinking: false, tool_calls: false, options }
    }

    pub(crate) fn workflow_id(&self) -> &WorkflowId {
        self.execute.workflow_id()
    }

    pub(crate) fn call_options(&self) -> &CallOptions {
        &self.options
    }

    pub(crate) fn with_options(self, options: CallOptions) -> Self {
        Self { options, ..self }
    }

    /// Selects the outputs to stream; see [`ExecuteWorkflow::select`].
    ///
    /// If a block streams its text, its other outputs are neither in the stream nor in the result.
    pub fn select(mut self, outputs: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.execute = self.execute.select(outputs);
        self
    }

    /// Sets whether the stream includes the thinking of agents. Text then comes live, and a turn that was not the
    /// last one is [retracted](crate::RunEvent::TextReset).
    pub fn include_thinking(mut self, include: bool) -> Self {
        self.thinking = include;
        self
    }

    /// Sets whether the stream includes the tool calls of agents: name and outcome, never arguments or results. Text
    /// comes live, as with [`include_thinking`](Self::include_thinking).
    pub fn include_tool_calls(mut self, include: bool) -> Self {
        self.tool_calls = include;
        self
    }
}

impl Operation for StreamWorkflow {
    fn route(&self) -> Route {
        self.execute.route()
    }

    fn set_generation(&mut self, generation: Generation) -> bool {
        self.execute.set_generation(generation)
    }

    fn path(&self) -> Result<String> {
        self.execute.path()
    }

    fn body(&self) -> Result<RequestBody> {
        let mut controls = vec![("stream", "true".to_owned())];
        let flags = [("includeThinking", self.thinking), ("includeToolCalls", self.tool_calls)];
        controls.extend(
            flags.into_iter().filter(|(_, on)| *on).map(|(key, _)| (key, "true".to_owned())),
        );
        controls.extend(self.execute.controls()?);
        self.execute.input.body(self.execute.generation, &controls)
    }

    fn headers(&self, headers: &mut HeaderMap) -> Result<()> {
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream, application/json"));
        if self.thinking || self.tool_calls {
            let name = HeaderName::from_static("x-sim-stream-protocol");
            headers.insert(name, HeaderValue::from_static("agent-events-v1"));
        }
        Ok(())
    }

    fn run_id_header(&self) -> Option<RunIdHeader> {
        self.execute.run_id_header()
    }

    fn workflow(&self) -> Option<&WorkflowId> {
        Some(self.execute.workflow_id())
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

impl StreamEndpoint for StreamWorkflow {
    fn decode_non_stream(&self, answer: &Answer) -> Result<WorkflowExecutionResult> {
        match self.execute.generation {
            Generation::V1 => start::streamed(answer),
            Generation::V2 | Generation::Auto => WorkflowExecutionResult::read_second(answer),
        }
    }
}
