//! The operation that resumes a paused run.

use std::fmt;

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::model::{PausePoint, RunStatus, WorkflowExecutionResult};
use crate::operation::{
    CallOptions, Endpoint, Operation, Reading, Route, StreamEndpoint, Wrapper, encode,
};
use crate::primitives::json;
use crate::primitives::{ContextId, Generation, RunId, WorkflowId};
use crate::response::Answer;
use crate::run::GetRun;
use crate::run::after_resume::RunRead;
use crate::run::get::path_of;
use crate::run::resumed::{QueuedResume, Resumed};
use crate::stream::{RunEvents, is_stream};
use crate::wire::RequestBody;

/// `POST /api/v2/workflows/{workflow}/runs/{run}/resume`, or `POST /api/resume/{workflow}/{run}/{context}`: resumes a
/// paused run with an answer.
///
/// The server continues the run in the way in which it was started, so it returns either the end of the run or a
/// receipt; [`Resumed`] is either. A pause can be answered once. This request does not wait for a queued run; a
/// client's `resume` does.
///
/// The server tells the end of the branch that was answered as the end of the run. So if an answer says that the run
/// completed, the call reads the run as well, and the state of the run decides.
///
/// ```
/// use serde_json::json;
/// use sim_core::ResumeRun;
///
/// let call = ResumeRun::new("wf-1", "run-1", "pause-1").input(json!({"approved": true}));
/// # drop(call);
/// ```
#[derive(Clone)]
#[must_use]
pub struct ResumeRun {
    workflow: WorkflowId,
    run_id: RunId,
    context: ContextId,
    input: Option<Result<Box<RawValue>, String>>,
    generation: Generation,
    is_followed: bool,
    pub(crate) options: CallOptions,
}

impl ResumeRun {
    crate::call_options!();
    crate::output_options!();

    /// Creates a request to resume a run at the place `context`.
    pub fn new(
        workflow: impl Into<WorkflowId>,
        run: impl Into<RunId>,
        context: impl Into<ContextId>,
    ) -> Self {
        Self {
            workflow: workflow.into(),
            run_id: run.into(),
            context: context.into(),
            input: None,
            generation: Generation::default(),
            is_followed: true,
            options: CallOptions::default(),
        }
    }

    /// Creates a request to resume a run at a place from a result.
    ///
    /// # Errors
    /// If the place does not name its workflow and its run.
    pub fn at(point: &PausePoint) -> Result<Self> {
        match (&point.workflow_id, &point.run_id) {
            (Some(workflow), Some(run)) => Ok(Self::new(workflow, run, &point.context_id)),
            _ => Err(Error::request("the pause does not name its workflow and run")),
        }
    }

    /// Sets the answer: any value that serialises, usually an object with the fields of the [form](PausePoint::form).
    /// Fields that you leave out are empty.
    pub fn input(mut self, input: impl Serialize) -> Self {
        let json = serde_json::value::to_raw_value(&input)
            .and_then(|json| json::check_finite(&input, json.get().as_bytes()).map(|()| json));
        self.input = Some(json.map_err(|error| error.to_string()));
        self
    }

    /// Streams the rest of the run. Only the first generation can stream, and only a run that was streamed before.
    /// Otherwise the stream holds just the result, or for a queued run an error that says so.
    ///
    /// The result of a stream is that of the branch that was answered. If people are asked in parallel, read the run.
    pub fn stream(self) -> ResumeStream {
        ResumeStream(self)
    }

    /// Returns the answer as JSON, which is an empty object if there is none.
    pub(crate) fn answer(&self) -> Value {
        let json = self.input.as_ref().and_then(|input| input.as_ref().ok());
        let read = json.and_then(|json| serde_json::from_str(json.get()).ok());
        read.unwrap_or_else(|| Value::Object(serde_json::Map::new()))
    }

    /// Lets the answer alone decide, because the conversation reads the run itself.
    pub(crate) fn unfollowed(mut self) -> Self {
        self.is_followed = false;
        self
    }

    pub(crate) fn context_id(&self) -> &ContextId {
        &self.context
    }

    pub(crate) fn workflow_id(&self) -> &WorkflowId {
        &self.workflow
    }

    pub(crate) fn run_id(&self) -> &RunId {
        &self.run_id
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    context_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<&'a RawValue>,
}

/// Hides the answer, as an execute hides its input.
impl fmt::Debug for ResumeRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumeRun")
            .field("workflow", &self.workflow)
            .field("run", &self.run_id)
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}

impl Operation for ResumeRun {
    fn route(&self) -> Route {
        let path = self.generation.choose(
            "/api/resume/{workflow}/{run}/{context}",
            "/api/v2/workflows/{workflow}/runs/{run}/resume",
        );
        Route { method: Method::POST, path }
    }

    fn set_generation(&mut self, generation: Generation) -> bool {
        self.generation = generation;
        true
    }

    fn path(&self) -> Result<String> {
        if self.generation != Generation::V1 {
            return Ok(path_of(self.generation, &self.workflow, &self.run_id)? + "/resume");
        }
        let workflow = encode("workflow", self.workflow.as_str())?;
        let run = encode("run", self.run_id.as_str())?;
        Ok(format!("/api/resume/{workflow}/{run}/{}", encode("context", self.context.as_str())?))
    }

    fn body(&self) -> Result<RequestBody> {
        if self.context.as_str().is_empty() {
            return Err(Error::request("the context id is empty"));
        }
        let input = match &self.input {
            Some(Ok(json)) => Some(&**json),
            Some(Err(why)) => {
                return Err(Error::request(format!("the input cannot be serialised: {why}")));
            }
            None => None,
        };
        let context_id = self.generation.choose(None, Some(self.context.as_str()));
        let body = serde_json::to_vec(&Body { context_id, input });
        body.map(|body| RequestBody::Bytes(body.into()))
            .map_err(|error| Error::request(error.to_string()))
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

impl Endpoint for ResumeRun {
    type Output = Resumed;

    fn decode(&self, answer: &Answer) -> Result<Resumed> {
        if is_stream(answer.status, &answer.headers) {
            return self.of_stream(&answer.body).map(|result| Resumed::Ended(Box::new(result)));
        }
        if let Some(receipt) = self.receipt(answer)? {
            return Ok(Resumed::Queued(receipt));
        }
        let result = WorkflowExecutionResult::read(self.generation, answer)?;
        Ok(Resumed::Ended(Box::new(self.of_the_run(result))))
    }

    fn read(&self, answer: &Answer) -> Reading<Resumed> {
        match self.decode(answer) {
            Ok(Resumed::Ended(told)) if self.is_followed && told.status == RunStatus::Completed => {
                let read = GetRun::new(&self.workflow, &self.run_id);
                Reading::Open(Box::new(RunRead::new(
                    read,
                    self.generation,
                    answer,
                    told,
                    &self.context,
                )))
            }
            read => Reading::Settled(read),
        }
    }
}

impl ResumeRun {
    /// Returns the receipt if the answer is one.
    fn receipt(&self, answer: &Answer) -> Result<Option<QueuedResume>> {
        let accepted = answer.status == StatusCode::ACCEPTED;
        match self.generation {
            Generation::V1 => {
                let waits = |body: &Value| accepted || body["status"] == "queued";
                match answer.json::<Value>() {
                    Ok(body) if waits(&body) => QueuedResume::deserialize(body)
                        .map(Some)
                        .map_err(|error| answer.not_as_documented(&error)),
                    _ => Ok(None),
                }
            }
            Generation::V2 | Generation::Auto if accepted => answer.data().map(Some),
            Generation::V2 | Generation::Auto => Ok(None),
        }
    }

    /// Reads the result of a streamed run from its whole stream.
    fn of_stream(&self, mut body: &[u8]) -> Result<WorkflowExecutionResult> {
        let mut events = RunEvents::new(Some(self.run_id.clone()));
        loop {
            let event = match events.next(&mut body) {
                Some(event) => event,
                None => match events.end() {
                    Some(event) => event,
                    None => return Err(Error::unfinished(Some(self.run_id.clone()))),
                },
            };
            if let Some(result) = event?.result() {
                return Ok(self.of_the_run(result.clone()));
            }
        }
    }

    /// Replaces the id of the attempt by that of the run, because the server forgets the attempt.
    fn of_the_run(&self, mut result: WorkflowExecutionResult) -> WorkflowExecutionResult {
        result.run_id = Some(self.run_id.clone());
        result.workflow_id = Some(self.workflow.clone());
        result
    }
}

/// A [`ResumeRun`] whose answer is read as a stream.
#[derive(Debug, Clone)]
#[must_use]
pub struct ResumeStream(ResumeRun);

impl Wrapper for ResumeStream {
    type Inner = ResumeRun;

    fn inner(&self) -> &ResumeRun {
        &self.0
    }

    fn inner_mut(&mut self) -> &mut ResumeRun {
        &mut self.0
    }
}

impl StreamEndpoint for ResumeStream {
    fn decode_non_stream(&self, answer: &Answer) -> Result<WorkflowExecutionResult> {
        match self.0.decode(answer)? {
            Resumed::Ended(result) => Ok(*result),
            Resumed::Queued(_) => Err(answer.not_as_documented(
                &"the run was queued and goes on without a stream; wait for it",
            )),
        }
    }
}
