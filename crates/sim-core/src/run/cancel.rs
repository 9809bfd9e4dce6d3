//! Asks for the end of a run.

use http::{Method, StatusCode};
use serde::{Deserialize, Deserializer};

use crate::error::Result;
use crate::open_enum;
use crate::operation::{CallOptions, Endpoint, Idempotency, Operation, Route};
use crate::primitives::json::field;
use crate::primitives::{Generation, RunId, WorkflowId};
use crate::response::Answer;
use crate::run::get::path_of;

/// How the first generation begins to say that a run has ended; the status of the run follows.
const ENDED: &str = "Execution cannot be cancelled while ";

/// `POST /api/v2/workflows/{workflow}/runs/{run}/cancel`, or
/// `POST /api/workflows/{workflow}/executions/{run}/cancel`: asks for the end of a run.
///
/// The server notes the wish and the run ends a little later: read it to know. Of a run that has ended the
/// answer says so.
#[derive(Debug, Clone)]
#[must_use]
pub struct CancelRun {
    workflow: WorkflowId,
    run: RunId,
    generation: Generation,
    options: CallOptions,
}

impl CancelRun {
    crate::call_options!();
    crate::output_options!();

    /// Cancels that run of that workflow.
    pub fn new(workflow: impl Into<WorkflowId>, run: impl Into<RunId>) -> Self {
        let generation = Generation::default();
        Self {
            workflow: workflow.into(),
            run: run.into(),
            generation,
            options: CallOptions::default(),
        }
    }
}

impl Operation for CancelRun {
    fn route(&self) -> Route {
        let path = self.generation.choose(
            "/api/workflows/{workflow}/executions/{run}/cancel",
            "/api/v2/workflows/{workflow}/runs/{run}/cancel",
        );
        Route { method: Method::POST, path }
    }

    fn set_generation(&mut self, generation: Generation) -> bool {
        self.generation = generation;
        true
    }

    fn path(&self) -> Result<String> {
        Ok(path_of(self.generation, &self.workflow, &self.run)? + "/cancel")
    }

    /// Cancelled twice is cancelled.
    fn idempotency(&self) -> Idempotency {
        Idempotency::Idempotent
    }

    fn concerns(&self) -> Option<&RunId> {
        Some(&self.run)
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.options)
    }
}

impl Endpoint for CancelRun {
    type Output = Cancellation;

    fn decode(&self, answer: &Answer) -> Result<Cancellation> {
        match self.generation {
            Generation::V1 => match answer.json::<Cancellation>() {
                Err(error) if answer.status == StatusCode::CONFLICT => {
                    // The first generation refuses what the second tells of a run that has ended.
                    let ended = error.message().strip_prefix(ENDED);
                    ended.map(|word| Cancellation::of_ended(&self.run, word)).ok_or(error)
                }
                read => read,
            },
            Generation::V2 | Generation::Auto => answer.data(),
        }
    }
}

open_enum! {
    /// What became of the wish to cancel.
    CancelReason {
        /// It was noted; the run ends soon.
        Recorded = "recorded",
        /// It was cancelled before.
        AlreadyCancelled = "already_cancelled",
        /// The run had completed.
        AlreadyCompleted = "already_completed",
        /// The run had failed.
        AlreadyFailed = "already_failed",
        /// It could not be noted for good.
        RedisUnavailable = "redis_unavailable",
        /// It could not be noted for good.
        RedisWriteFailed = "redis_write_failed",
        /// Cancelling a paused run failed midway.
        PausedEventPublishFailed = "paused_event_publish_failed",
        /// Cancelling a paused run failed midway.
        PausedDatabaseCancelFailed = "paused_database_cancel_failed",
    }
}

/// What became of the wish to cancel a run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools)] // As the server tells it.
pub struct Cancellation {
    /// Whether the wish was noted, or not needed. It may be false although the answer is 200.
    pub success: bool,
    /// The run.
    #[serde(alias = "executionId")]
    pub run_id: RunId,
    /// Why.
    #[serde(default, deserialize_with = "reason")]
    pub reason: Option<CancelReason>,
    /// Whether the server could reach the store by which its workers hear of it.
    #[serde(default, deserialize_with = "field::flag")]
    pub redis_available: bool,
    /// Whether the wish outlives a restart of the server.
    #[serde(default, deserialize_with = "field::flag")]
    pub durably_recorded: bool,
    /// Whether the run was in the process that answered, and was ended there.
    #[serde(default, deserialize_with = "field::flag")]
    pub locally_aborted: bool,
    /// Whether the run was paused, and was ended where it waited.
    #[serde(default, deserialize_with = "field::flag")]
    pub paused_cancelled: bool,
}

/// A word; what is none is left out.
fn reason<'de, D: Deserializer<'de>>(from: D) -> Result<Option<CancelReason>, D::Error> {
    Ok(field::text(from)?.as_deref().map(CancelReason::from))
}

impl Cancellation {
    fn of_ended(run: &RunId, word: &str) -> Self {
        Self {
            success: true,
            run_id: run.clone(),
            reason: Some(CancelReason::from(&*format!("already_{word}"))),
            redis_available: false,
            durably_recorded: false,
            locally_aborted: false,
            paused_cancelled: false,
        }
    }
}
