//! The answer to a caller who waits for the result of a run.

use std::sync::Arc;

use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::Value;

use super::answer;
use super::preprocess::Ready;
use crate::engine::{self, CancelOnDisconnect};
use crate::fault::Fault;
use crate::ids;
use crate::outcome::{Outcome, ResponseBlock};
use crate::runs::Record;
use crate::state::State;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    success: bool,
    /// The run id, absent if the run failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_id: Option<String>,
    output: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    metadata: Metadata,
}

/// The times of a run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    /// The duration in milliseconds, with a fraction.
    duration: f64,
    start_time: String,
    end_time: String,
}

impl Metadata {
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            duration: record.millis(),
            start_time: ids::time_text(record.started_at),
            end_time: record.ended_at.map(ids::time_text).unwrap_or_default(),
        }
    }
}

/// Starts the run and waits for its end. When the caller leaves, this future is dropped.
pub(crate) async fn answer(state: &Arc<State>, ready: Ready) -> Response {
    let id = ready.record.id.clone();
    state.runs.open(ready.record, Some(ready.slot));
    engine::launch(state, &ready.workflow, &id, None);
    let caller = CancelOnDisconnect::new(state, &id);
    if ready.fault == Some(Fault::CloseAfterRead) {
        // The connection closes now, whatever the answer.
        state.runs.begun(&id).await;
        return Response::default();
    }
    state.runs.ended(&id).await;
    caller.disarm();
    let record = state.runs.get(&id).expect("records stay for the life of the server");
    let outcome = record.outcome().expect("the run has ended");
    match outcome {
        Outcome::Response(block) => written_by(block),
        _ => answer::json(status(outcome), &result(state, &record, outcome)),
    }
}

fn status(outcome: &Outcome) -> StatusCode {
    match outcome {
        Outcome::Failed(failure) => status_of(failure.status),
        Outcome::TimedOut(_) => StatusCode::REQUEST_TIMEOUT,
        _ => StatusCode::OK,
    }
}

/// Returns a status that a closure chose, or 500 if HTTP does not have it.
fn status_of(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn result(state: &State, record: &Record, outcome: &Outcome) -> Answer {
    let error = outcome.error();
    Answer {
        success: matches!(outcome, Outcome::Completed(_) | Outcome::Paused(_)),
        execution_id: error.is_none().then(|| record.id.clone()),
        output: answer::output(state, record, outcome),
        error,
        metadata: Metadata::of(record),
    }
}

/// Returns the answer that a Response block wrote, without headers that HTTP cannot carry.
fn written_by(block: &ResponseBlock) -> Response {
    let mut response = answer::json(status_of(block.status), &block.body);
    for (name, value) in &block.headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
