//! The result of a run as the second generation sends it: always with the status 200, so only the body tells how the
//! run ended.

use std::time::Duration;

use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::Result;
use crate::model::{ExecutionMetadata, Pause, RunError, RunStatus, WorkflowExecutionResult};
use crate::primitives::json::field;
use crate::primitives::{RunId, WorkflowId};
use crate::response::{Answer, ndjson};

/// The data of a run's result.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RunResult {
    #[serde(default, deserialize_with = "field::word")]
    run_id: Option<RunId>,
    #[serde(default, deserialize_with = "field::word")]
    workflow_id: Option<WorkflowId>,
    status: RunStatus,
    #[serde(default)]
    output: Value,
    #[serde(default, deserialize_with = "RunError::field")]
    error: Option<RunError>,
    #[serde(default, deserialize_with = "field::timestamp")]
    started_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "field::timestamp")]
    ended_at: Option<Timestamp>,
    #[serde(default, rename = "durationMs", deserialize_with = "field::milliseconds")]
    duration: Option<Duration>,
    #[serde(default, deserialize_with = "field::object")]
    block_outputs: Option<Map<String, Value>>,
}

impl WorkflowExecutionResult {
    /// Reads the answer of a synchronous execute of the second generation.
    pub(crate) fn read_second(answer: &Answer) -> Result<Self> {
        match ndjson::answer(answer) {
            Some(last) => Self::of_data(&last?),
            None => Self::of_data(answer),
        }
    }

    fn of_data(answer: &Answer) -> Result<Self> {
        if answer.status == StatusCode::ACCEPTED {
            return Err(
                answer.not_as_documented(&"the run was queued although nobody asked for that")
            );
        }
        let run: RunResult = answer.data()?;
        let status = run.status.because_of(run.error.as_ref());
        let pause = (status == RunStatus::Paused).then(|| Pause::of(&run.output));
        let metadata = ExecutionMetadata {
            duration: run.duration,
            start_time: run.started_at,
            end_time: run.ended_at,
        };
        Ok(Self {
            output: run.output,
            error: run.error.map(|error| error.without(answer.secret())),
            metadata: Some(metadata),
            run_id: run.run_id.or_else(|| answer.run_id.clone()),
            sent_id: answer.sent_id().cloned(),
            workflow_id: run.workflow_id,
            block_outputs: run.block_outputs,
            pause,
            ..Self::of(status)
        })
    }
}
