//! Lets a paused run go on.

use std::fmt;

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::model::{PausePoint, WorkflowExecutionResult};
use crate::operation::{CallOptions, Endpoint, Operation, Route, StreamEndpoint, Wrapper, encode};
use crate::primitives::json::field;
use crate::primitives::{ContextId, Generation, RunId, WorkflowId};
use crate::response::Answer;
use crate::run::get::path_of;
use crate::stream::{RunEvents, is_stream};
use crate::wire::RequestBody;

/// `POST /api/v2/workflows/{workflow}/runs/{run}/resume`, or `POST /api/resume/{workflow}/{run}/{context}`: answers
/// what a paused run waits for.
///
/// The server goes on in the way in which the run was started, so the answer is the end of the run or a
/// receipt; [`Resumed`] is either. A pause can be answered once. Nothing here waits: a client's `resume` does.
#[derive(Clone)]
#[must_use]
pub struct ResumeRun {
    workflow: WorkflowId,
    run: RunId,
    context: ContextId,
    input: Option<Result<Box<RawValue>, String>>,
    generation: Generation,
    pub(crate) options: CallOptions,
}

impl ResumeRun {
    crate::call_options!();
    crate::output_options!();

    /// Goes on with that run, where it waits in `context`.
    pub fn new(
        workflow: impl Into<WorkflowId>,
        run: impl Into<RunId>,
        context: impl Into<ContextId>,
    ) -> Self {
        Self {
            workflow: workflow.into(),
            run: run.into(),
            context: context.into(),
            input: None,
            generation: Generation::default(),
            options: CallOptions::default(),
        }
    }

    /// Goes on at a place that a result told of. Fails if the place does not say of which run it is.
    pub fn at(point: &PausePoint) -> Result<Self> {
        match (&point.workflow_id, &point.run_id) {
            (Some(workflow), Some(run)) => Ok(Self::new(workflow, run, &point.context_id)),
            _ => Err(Error::request("the pause does not name its workflow and run")),
        }
    }

    /// The answer: anything that serialises, usually the fields of the [form](PausePoint::form). What is left
    /// out becomes empty.
    pub fn input(mut self, input: impl Serialize) -> Self {
        let json = serde_json::value::to_raw_value(&input);
        self.input = Some(json.map_err(|error| error.to_string()));
        self
    }

    /// Streams what follows. The first generation can, of a run that was streamed; else there is the result
    /// alone, and of a run that was queued an error that says so.
    pub fn stream(self) -> ResumeStream {
        ResumeStream(self)
    }

    pub(crate) fn context_id(&self) -> &ContextId {
        &self.context
    }

    pub(crate) fn workflow(&self) -> &WorkflowId {
        &self.workflow
    }

    pub(crate) fn run_id(&self) -> &RunId {
        &self.run
    }
}

/// What became of an answer to a pause.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Resumed {
    /// The run went on to its end, or to where it waits next.
    Ended(Box<WorkflowExecutionResult>),
    /// The run will go on; its end is read under the id of the run, never under that of the attempt.
    Queued(QueuedResume),
}

/// The receipt of a run that will go on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct QueuedResume {
    /// The id of this attempt. The server forgets it when the attempt is over.
    #[serde(rename = "runId", alias = "executionId")]
    pub attempt: RunId,
    /// How many answers are before this one, where there are any.
    #[serde(default, deserialize_with = "field::count")]
    pub queue_position: Option<u64>,
    /// Where the attempt can be read, as the server sees itself: for display alone.
    #[serde(default, deserialize_with = "field::text")]
    pub status_url: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    context_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<&'a RawValue>,
}

/// Without the answer, as an execute shows no input.
impl fmt::Debug for ResumeRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumeRun")
            .field("workflow", &self.workflow)
            .field("run", &self.run)
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
            return Ok(path_of(self.generation, &self.workflow, &self.run)? + "/resume");
        }
        let workflow = encode("workflow", self.workflow.as_str())?;
        let run = encode("run", self.run.as_str())?;
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
        Some(&self.run)
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
}

impl ResumeRun {
    /// The receipt, if that is what the answer is.
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

    /// The result of a run that was streamed, out of its whole stream.
    fn of_stream(&self, mut body: &[u8]) -> Result<WorkflowExecutionResult> {
        let mut events = RunEvents::new(Some(self.run.clone()));
        loop {
            let event = match events.next(&mut body) {
                Some(event) => event,
                None => match events.end() {
                    Some(event) => event,
                    None => return Err(Error::unfinished(Some(self.run.clone()))),
                },
            };
            if let Some(result) = event?.result() {
                return Ok(self.of_the_run(result.clone()));
            }
        }
    }

    /// The answer names the attempt, and the server forgets that: the result is the run's.
    fn of_the_run(&self, mut result: WorkflowExecutionResult) -> WorkflowExecutionResult {
        result.run_id = Some(self.run.clone());
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
