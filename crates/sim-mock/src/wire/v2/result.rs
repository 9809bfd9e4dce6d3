//! The result of a run, for a caller who waits for it.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use super::data::data;
use super::{receipt, start};
use crate::engine::CancelOnDisconnect;
use crate::ids;
use crate::outcome::Outcome;
use crate::release::Release;
use crate::runs::Record;
use crate::state::State;
use crate::stream::Selection;
use crate::wire::answer;
use crate::wire::preprocess::Ready;

/// The result of a run that has ended or waits.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunResult {
    run_id: String,
    workflow_id: String,
    status: &'static str,
    output: Value,
    error: Option<Error>,
    started_at: String,
    ended_at: Option<String>,
    /// The duration in milliseconds, with a fraction.
    duration_ms: f64,
    /// The selected outputs, which only newer servers send.
    #[serde(skip_serializing_if = "Option::is_none")]
    block_outputs: Option<Value>,
}

/// The reason why a run failed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Error {
    message: String,
    code: &'static str,
    #[serde(flatten)]
    block: Option<Block>,
}

#[derive(Debug, Serialize)]
struct Block {
    #[serde(rename = "blockId")]
    id: String,
    #[serde(rename = "blockName")]
    name: String,
    #[serde(rename = "blockType")]
    kind: String,
}

impl Error {
    /// Returns the error as a waiting caller receives it: with the block beside the text.
    pub(crate) fn for_waiting_caller(outcome: &Outcome) -> Option<Self> {
        let Outcome::Failed(failure) = outcome else { return Self::recorded(outcome) };
        let Some(block) = &failure.block else { return Self::recorded(outcome) };
        Some(Self {
            message: failure.bare_error().to_owned(),
            code: "BLOCK_EXECUTION_FAILED",
            block: Some(Block {
                id: block.id.clone(),
                name: block.name.clone(),
                kind: block.kind.clone(),
            }),
        })
    }

    /// Returns the error as it is on record: only the text names the block.
    pub(crate) fn recorded(outcome: &Outcome) -> Option<Self> {
        let message = outcome.error()?;
        let timeout = matches!(outcome, Outcome::TimedOut(_));
        let code = if timeout { "TIMEOUT" } else { "EXECUTION_FAILED" };
        Some(Self { message, code, block: None })
    }
}

impl RunResult {
    pub(crate) fn of(state: &State, record: &Record, selected: Vec<String>) -> Self {
        let outcome = record.outcome();
        let wanted = state.release() >= Release::Hosted && !selected.is_empty();
        let block_outputs = wanted.then(|| Selection::new(selected).named(&record.outputs));
        Self {
            run_id: record.id.clone(),
            workflow_id: record.workflow.clone(),
            status: record.status().execution_word(),
            output: outcome.map_or(Value::Null, |outcome| answer::output(state, record, outcome)),
            error: outcome.and_then(Error::for_waiting_caller),
            started_at: ids::time_text(record.started_at),
            ended_at: record.ended_at.map(ids::time_text),
            duration_ms: record.millis(),
            block_outputs,
        }
    }
}

/// Starts the run and waits for its end. When the caller leaves, this future is dropped.
pub(crate) async fn answer(state: &Arc<State>, ready: Ready) -> Response {
    let Some((id, selected, caller)) = start::start(state, ready).await else {
        return Response::default();
    };
    ended(state, &id, selected, caller).await
}

/// Waits for the end of a run, or of an attempt to resume one.
pub(crate) async fn ended(
    state: &Arc<State>,
    id: &str,
    selected: Vec<String>,
    caller: CancelOnDisconnect,
) -> Response {
    state.runs.ended(id).await;
    caller.disarm();
    let record = state.runs.get(id).expect("records stay for the life of the server");
    let mut response = data(StatusCode::OK, &RunResult::of(state, &record, selected));
    response.headers_mut().extend(receipt::name(id));
    response
}
