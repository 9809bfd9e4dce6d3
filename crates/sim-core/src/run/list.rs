//! The list of a workflow's runs.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::model::{Cost, RunStatus};
use crate::operation::Page;
use crate::primitives::json::{field, written};
use crate::primitives::{RunId, WorkflowId};
use crate::{endpoint, object, open_enum};

endpoint! {
    /// Lists the runs of a workflow.
    ListRuns: GET "/api/v2/workflows/{workflow}/runs" => Page<RunListItem>,
    reference "workflow-runs" listWorkflowRunsV2,
    path { workflow: WorkflowId },
    query? {
        /// Keeps only runs with this status.
        status: RunFilter = "status",
        /// Keeps only runs that this trigger started: `api`, `schedule`, `webhook`, ...
        trigger: String = "trigger",
        /// Keeps only runs that started at this time or later.
        start_date: Timestamp = "startDate",
        /// Keeps only runs that started at this time or earlier.
        end_date: Timestamp = "endDate",
        /// Sets the order by start time; descending by default.
        order: SortOrder = "order",
    },
    paged 100,
}

open_enum! {
    /// The order of a list.
    SortOrder {
        /// The smallest or oldest item first.
        Ascending = "asc",
        /// The largest or newest item first.
        Descending = "desc",
    }
}

open_enum! {
    /// The status of runs that a list can filter by.
    RunFilter {
        /// Runs that are about to start.
        Pending = "pending",
        /// Runs that are in progress.
        Running = "running",
        /// Runs that reached their end.
        Completed = "completed",
        /// Runs that ended with a failure.
        Failed = "failed",
        /// Runs that somebody cancelled.
        Cancelled = "cancelled",
        /// Runs that wait for a person or for a time.
        Paused = "paused",
    }
}

object! {
    /// A run in a list. Read the run by its id for its output, its error and its pause.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct RunListItem {
        /// The id of the run.
        pub run_id: RunId = "runId",
        /// The id of the workflow that it runs.
        pub workflow_id: WorkflowId = "workflowId",
        /// The status of the run.
        pub status: RunStatus = "status",
        /// The trigger that started the run, such as `api` or `schedule`. `None` if the server did not say.
        pub trigger: Option<String> = "trigger" as field::text,
        /// When the run started, or `None` if the server did not say.
        pub started_at: Option<Timestamp> = "startedAt" as field::timestamp,
        /// When the run ended or paused, or `None` while it is running.
        pub ended_at: Option<Timestamp> = "endedAt" as field::timestamp,
        /// The duration of the run, or `None` if the server did not say.
        #[serde(serialize_with = "written::milliseconds")]
        pub duration: Option<Duration> = "durationMs" as field::milliseconds,
        /// The cost of the run, or `None` if the server did not say.
        pub cost: Option<Cost> = "cost" as field::object,
    }
}
