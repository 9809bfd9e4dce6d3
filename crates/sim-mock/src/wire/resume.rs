//! POST `/api/resume/{workflow}/{run}/{context}`: resumes a waiting run.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use super::auth::Caller;
use super::intake::Intake;
use super::queued::Receipt;
use super::refusal::Refusal;
use super::sync::Metadata;
use super::{answer, stream};
use crate::engine;
use crate::outcome::Outcome;
use crate::run::{Mode, Status};
use crate::runs::{NotResumed, Resumed, ResumedBy};
use crate::state::State;
use crate::stream::{Feed, StreamOptions};

/// The prefix of a job id, before the run id of the attempt.
pub(crate) const JOB_PREFIX: &str = "resume-execution:";

impl NotResumed {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::NoRun | Self::NoContext => StatusCode::NOT_FOUND,
            Self::NotWaiting | Self::AlreadyResumed => StatusCode::CONFLICT,
            Self::TimedPause => StatusCode::BAD_REQUEST,
        }
    }

    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::NoRun => "Paused execution not found",
            Self::NoContext => "Pause point not found for execution",
            Self::NotWaiting => "Paused execution is not resumable",
            Self::AlreadyResumed => "Pause point has already been resumed",
            Self::TimedPause => {
                "Time-based pauses resume automatically and cannot be resumed manually"
            }
        }
    }
}

impl From<NotResumed> for Refusal {
    fn from(not: NotResumed) -> Self {
        Self::text(not.status(), not.message())
    }
}

/// Resumes a run, and answers in the way in which the run was started.
pub(crate) async fn resume(
    extract::State(state): extract::State<Arc<State>>,
    Path((workflow, run, context)): Path<(String, String, String)>,
    Extension(intake): Extension<Intake>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Caller::of(&state, &headers).key()?;
    if let Some(error) = state.usage().refusal() {
        return Err(Refusal::text(StatusCode::PAYMENT_REQUIRED, &error));
    }
    let place = (workflow.as_str(), run.as_str(), context.as_str());
    let resumed = state.runs.resume(place, input(&intake), ResumedBy::Caller)?;
    if !resumed.ahead.is_empty() {
        return Ok(line_up(&state, resumed));
    }
    let id = resumed.run_id.clone();
    match resumed.mode {
        Mode::Queued => {
            engine::launch_attempt(&state, resumed, None);
            Ok(Receipt::new(&state, JOB_PREFIX, id, "Resume execution queued").answer())
        }
        Mode::Stream => Ok(stream_answer(&state, resumed).await),
        Mode::Sync => {
            engine::launch_attempt(&state, resumed, None);
            let caller = engine::CancelOnDisconnect::new(&state, &id);
            state.runs.ended(&id).await;
            caller.disarm();
            Ok(result(&state, &id))
        }
    }
}

/// Returns the value under `input`, or else the whole body. A body that is not JSON counts as empty.
fn input(intake: &Intake) -> Value {
    let body = serde_json::from_slice(&intake.body).unwrap_or_else(|_| Map::new().into());
    match body {
        Value::Object(mut fields) if fields.contains_key("input") => {
            fields.remove("input").unwrap_or_default()
        }
        body => body,
    }
}

fn line_up(state: &Arc<State>, resumed: Resumed) -> Response {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        status: &'static str,
        execution_id: String,
        queue_position: usize,
        message: &'static str,
    }
    let answer = Answer {
        status: "queued",
        execution_id: resumed.run_id.clone(),
        queue_position: resumed.ahead.len(),
        message: "Resume queued. It will run after current resumes finish.",
    };
    engine::launch_attempt(state, resumed, None);
    answer::json(StatusCode::OK, &answer)
}

/// Answers with a stream. Unlike the stream of an execute, its head names the run.
async fn stream_answer(state: &Arc<State>, resumed: Resumed) -> Response {
    let id = resumed.run_id.clone();
    let stream_options = StreamOptions { events: false, thinking: false, tools: false };
    let (feed, signals) = Feed::new(stream_options, Vec::new(), Arc::clone(&state.gate));
    engine::launch_attempt(state, resumed, Some(feed));
    let caller = engine::CancelOnDisconnect::new(state, &id);
    let named = HeaderValue::from_str(&id);
    let mut response = stream::respond(state, id, signals, caller, stream_options).await;
    if let Ok(id) = named {
        response.headers_mut().insert(HeaderName::from_static("x-execution-id"), id);
    }
    response
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    success: bool,
    status: &'static str,
    execution_id: String,
    output: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    metadata: Metadata,
}

/// Returns the result of an attempt. A failed attempt is a bad request.
fn result(state: &State, id: &str) -> Response {
    let record = state.runs.get(id).expect("records stay for the life of the server");
    let status = record.status();
    let outcome = record.outcome();
    let answer = Answer {
        success: matches!(status, Status::Completed | Status::Paused),
        status: status.execution_word(),
        execution_id: record.id.clone(),
        output: outcome.map_or(Value::Null, |outcome| answer::output(state, &record, outcome)),
        error: outcome.and_then(Outcome::error),
        metadata: Metadata::of(&record),
    };
    let failed = status == Status::Failed;
    answer::json(if failed { StatusCode::BAD_REQUEST } else { StatusCode::OK }, &answer)
}
