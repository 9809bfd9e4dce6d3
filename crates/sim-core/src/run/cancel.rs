//! The operation that cancels a run.

use http::{Method, StatusCode};
use serde::Serialize;

use crate::error::Result;
use crate::object;
use crate::open_enum;
use crate::operation::{CallOptions, Endpoint, Idempotency, Operation, Route};
use crate::primitives::json::field;
use crate::primitives::{Generation, RunId, WorkflowId};
use crate::response::Answer;
use crate::run::get::path_of;

/// The start of the first generation's message for a run that has ended; the status of the run follows.
const ENDED: &str = "Execution cannot be cancelled while ";

/// `POST /api/v2/workflows/{workflow}/runs/{run}/cancel`, or `POST
/// /api/workflows/{workflow}/executions/{run}/cancel`: requests the cancellation of a run.
///
/// The server records the request, and the run ends a little later; read the run to see its end. If the run has
/// already ended, the answer says so.
///
/// Servers before v0.7.59 look for no run: they answer [`Recorded`](CancelReason::Recorded) for any id. So cancel by the
/// `run_id` of a result, a receipt or an error, never by a `sent_id`.
#[derive(Debug, Clone)]
#[must_use]
pub struct CancelRun {
    workflow: WorkflowId,
    run_id: RunId,
    generation: Generation,
    options: CallOptions,
}

impl CancelRun {
    crate::call_options!();
    crate::output_options!();

    /// Creates a request to cancel a run of a workflow.
    pub fn new(workflow: impl Into<WorkflowId>, run: impl Into<RunId>) -> Self {
        let generation = Generation::default();
        Self {
            workflow: workflow.into(),
            run_id: run.into(),
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
        Ok(path_of(self.generation, &self.workflow, &self.run_id)? + "/cancel")
    }

    /// Cancelling twice has the same effect as cancelling once.
    fn idempotency(&self) -> Idempotency {
        Idempotency::Idempotent
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

impl Endpoint for CancelRun {
    type Output = Cancellation;

    fn decode(&self, answer: &Answer) -> Result<Cancellation> {
        let mut read = match self.generation {
            Generation::V1 => match answer.json::<Cancellation>() {
                Err(error) if answer.status == StatusCode::CONFLICT => {
                    // The first generation refuses to cancel a run that has ended; the second reports it as a result.
                    let ended = error.message().strip_prefix(ENDED);
                    ended.map(|word| Cancellation::of_ended(&self.run_id, word)).ok_or(error)
                }
                read => read,
            },
            Generation::V2 | Generation::Auto => answer.data(),
        }?;
        if read.run_id.as_str().is_empty() {
            read.run_id = self.run_id.clone();
        }
        Ok(read)
    }
}

open_enum! {
    /// The server's reason for the outcome of a cancellation.
    CancelReason {
        /// The server recorded the request; the run ends soon.
        Recorded = "recorded",
        /// The run was already cancelled before.
        AlreadyCancelled = "already_cancelled",
        /// The run had already completed.
        AlreadyCompleted = "already_completed",
        /// The run had already failed.
        AlreadyFailed = "already_failed",
        /// The server could not record the request durably, because Redis is unavailable.
        RedisUnavailable = "redis_unavailable",
        /// The server could not record the request durably, because writing to Redis failed.
        RedisWriteFailed = "redis_write_failed",
        /// Cancelling a paused run failed while the server published the event.
        PausedEventPublishFailed = "paused_event_publish_failed",
        /// Cancelling a paused run failed while the server updated its database.
        PausedDatabaseCancelFailed = "paused_database_cancel_failed",
    }
}

object! {
    /// The outcome of a request to cancel a run.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    #[allow(clippy::struct_excessive_bools)] // As the server tells it.
    pub struct Cancellation {
        /// Whether the server recorded the request, or did not need to. It may be false although the status is 200.
        pub success: bool = "success",
        /// The id of the run to cancel.
        pub run_id: RunId = "runId" | "executionId" as field::known,
        /// The reason for the outcome, or `None` if the server gave none.
        pub reason: Option<CancelReason> = "reason" as field::word,
        /// Whether the server could reach Redis, which informs its workers.
        pub redis_available: bool = "redisAvailable" as field::flag,
        /// Whether the request survives a restart of the server.
        pub durably_recorded: bool = "durablyRecorded" as field::flag,
        /// Whether the answering process was running the run, and ended it.
        pub locally_aborted: bool = "locallyAborted" as field::flag,
        /// Whether the run was paused, and was ended where it waited.
        pub paused_cancelled: bool = "pausedCancelled" as field::flag,
    }
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
