//! The runs of a workflow, as a list.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use crate::model::RunStatus;
use crate::operation::Page;
use crate::primitives::json::field;
use crate::primitives::{RunId, WorkflowId};
use crate::run::Cost;
use crate::{endpoint, open_enum};

endpoint! {
    /// Lists the runs of a workflow.
    ListRuns: GET "/api/v2/workflows/{workflow}/runs" => Page<RunListItem>,
    reference "workflow-runs" listWorkflowRunsV2,
    path { workflow: WorkflowId },
    query? {
        /// Keeps only those that stand so.
        status: RunFilter = "status",
        /// Keeps only those that this started: `api`, `schedule`, `webhook`, ...
        trigger: String = "trigger",
        /// Keeps only those that started then or later.
        start_date: Timestamp = "startDate",
        /// Keeps only those that started then or earlier.
        end_date: Timestamp = "endDate",
        /// Sets the direction, by their start; descending by default.
        order: SortOrder = "order",
    },
    paged 100,
}

open_enum! {
    /// Which end of a list comes first.
    SortOrder {
        /// The smallest, the oldest.
        Ascending = "asc",
        /// The largest, the newest.
        Descending = "desc",
    }
}

open_enum! {
    /// The states of runs that a list can be limited to.
    RunFilter {
        /// About to start.
        Pending = "pending",
        /// Under way.
        Running = "running",
        /// At their end.
        Completed = "completed",
        /// Failed.
        Failed = "failed",
        /// Cancelled.
        Cancelled = "cancelled",
        /// Waiting for a human, or for a time.
        Paused = "paused",
    }
}

/// A run in a list. Its output, its error and its pause are read by its id.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RunListItem {
    /// Its id.
    pub run_id: RunId,
    /// The workflow that it runs.
    pub workflow_id: WorkflowId,
    /// How it stands.
    pub status: RunStatus,
    /// What started it: `api`, `schedule`, ...
    #[serde(default, deserialize_with = "field::text")]
    pub trigger: Option<String>,
    /// When it started.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub started_at: Option<Timestamp>,
    /// When it ended; also set while it is paused.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub ended_at: Option<Timestamp>,
    /// How long it ran.
    #[serde(default, rename = "durationMs", deserialize_with = "field::milliseconds")]
    pub duration: Option<Duration>,
    /// What it cost.
    #[serde(default)]
    pub cost: Option<Cost>,
}
