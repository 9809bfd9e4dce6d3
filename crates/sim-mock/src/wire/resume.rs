//! POST `/api/resume/{workflow}/{run}/{context}`: resumes a waiting run.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{self, Path};
use axum::response::{IntoResponse, Response};
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
use crate::release::Release;
use crate::run::{Mode, Status};
use crate::runs::{NotResumed, Resumed, ResumedBy};
use crate::state::State;
use crate::stream::{Feed, StreamOptions};

impl NotResumed {
    /// Returns the status of the refusal. Older servers have one for nearly all of them.
    pub(crate) fn status(self, release: Release) -> StatusCode {
        match self {
            Self::TimedPause if release == Release::V0732 || release == Release::V0759 => {
                StatusCode::NOT_FOUND
            }
            Self::TimedPause => StatusCode::BAD_REQUEST,
            Self::NoRun if release >= Release::V0732 => StatusCode::NOT_FOUND,
            _ if release < Release::V089 => StatusCode::BAD_REQUEST,
            Self::NoRun | Self::NoContext => StatusCode::NOT_FOUND,
            Self::NotWaiting | Self::AlreadyResumed | Self::NoLonger => StatusCode::CONFLICT,
        }
    }

    fn refusal(self, release: Release) -> Refusal {
        Refusal::text(self.status(release), self.message(release))
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
    let release = state.release();
    let resumed = state.runs.resume(place, input(&intake), ResumedBy::Caller);
    let resumed = resumed.map_err(|not| not.refusal(release))?;
    if !resumed.ahead.is_empty() {
        return Ok(line_up(&state, resumed, &run));
    }
    let id = resumed.run_id.clone();
    match resumed.mode {
        Mode::Queued => {
            let (told, job) = (told_id(&state, &id, &run), state.runs.add_job(&id));
            engine::launch_attempt(&state, resumed, None);
            Ok(Receipt::new(&state, job, told, "Resume execution queued").answer())
        }
        Mode::Stream => Ok(stream_answer(&state, resumed, &run).await),
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

/// Returns the id that answers give to an attempt to resume a run.
fn told_id(state: &State, attempt: &str, run: &str) -> String {
    let named = state.release().names_attempts();
    (if named { attempt } else { run }).to_owned()
}

fn line_up(state: &Arc<State>, resumed: Resumed, run: &str) -> Response {
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
        execution_id: told_id(state, &resumed.run_id, run),
        queue_position: resumed.ahead.len(),
        message: "Resume queued. It will run after current resumes finish.",
    };
    engine::launch_attempt(state, resumed, None);
    answer::json(StatusCode::OK, &answer)
}

/// Answers with a stream. Unlike the stream of an execute, its head names the run.
async fn stream_answer(state: &Arc<State>, resumed: Resumed, run: &str) -> Response {
    let id = resumed.run_id.clone();
    let stream_options = StreamOptions { events: false, thinking: false, tools: false };
    let (feed, signals) = Feed::new(stream_options, Vec::new(), Arc::clone(&state.gate));
    engine::launch_attempt(state, resumed, Some(feed));
    let caller = engine::CancelOnDisconnect::new(state, &id);
    let named = HeaderValue::from_str(&told_id(state, &id, run));
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
    metadata: Metadata,
}

/// Returns the result of an attempt. A failed attempt is a bad request, with the error alone.
fn result(state: &State, id: &str) -> Response {
    let record = state.runs.get(id).expect("records stay for the life of the server");
    let status = record.status();
    let outcome = record.outcome();
    if let Some(error) = outcome.and_then(Outcome::error) {
        return Refusal::text(StatusCode::BAD_REQUEST, &error).into_response();
    }
    let answer = Answer {
        success: matches!(status, Status::Completed | Status::Paused),
        status: status.execution_word(),
        execution_id: record.told_id(state.release()).to_owned(),
        output: outcome.map_or(Value::Null, |outcome| answer::output(state, &record, outcome)),
        metadata: Metadata::of(&record),
    };
    answer::json(StatusCode::OK, &answer)
}
