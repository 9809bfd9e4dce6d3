//! Runs of workflow groups: start them for rows, and stop them.
//!
//! Results appear in the rows. A row does not show that a run works on it or failed.

use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{WorkspaceId, object, open_enum};

use super::filter::Filter;
use super::ids::{DispatchId, GroupId, RowId, TableId};
use crate::Count;
use crate::macros::{endpoint, json_params};

endpoint! {
    /// Runs workflow groups for rows: for all, for a list, or for those that a filter matches.
    RunTableColumns: POST "/api/v2/tables/{table}/columns/run" => {data: ColumnRun},
    reference "tables" runTableColumns,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", groups: List<GroupId> = "groupIds" },
    body? {
        /// Sets whether rows that have values already run again. By default they do.
        run_mode: RunMode = "runMode",
        /// Runs these rows. It excludes [`filter`](Self::filter).
        rows: List<RowId> = "rowIds",
        /// Runs the rows that this filter matches. It excludes [`rows`](Self::rows).
        filter: Filter = "filter",
        /// Leaves these rows out, at most 10,000. It excludes [`rows`](Self::rows).
        exclude: List<RowId> = "excludeRowIds",
        /// Runs at most so many rows.
        limit: RunColumnsLimit = "limit",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Runs one workflow group or enrichment for one row.
    RunRowEnrichment: POST "/api/v2/tables/{table}/rows/{row}/enrichment/{group}" => {data: ColumnRun},
    reference "tables" runRowEnrichment,
    path { table: TableId, row: RowId, group: GroupId },
    body { workspace: WorkspaceId = "workspaceId" },
    idempotency NonIdempotent,
}

endpoint! {
    /// Stops runs of workflow groups.
    CancelTableRuns: POST "/api/v2/tables/{table}/cancel-runs" => {data: CancelledRuns},
    reference "tables" cancelTableRuns,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", scope: RunScope = "scope" },
    body? {
        /// Names the row whose runs stop; [`RunScope::Row`] requires it.
        row: RowId = "rowId",
        /// Stops only runs for rows that this filter matches; for [`RunScope::All`].
        filter: Filter = "filter",
        /// Lets the runs for these rows go on, at most 10,000; for [`RunScope::All`].
        exclude: List<RowId> = "excludeRowIds",
    },
    idempotency Idempotent,
}

open_enum! {
    /// Which rows run again.
    RunMode {
        /// All rows run, also those that have values.
        All = "all",
        /// Only rows without values run.
        Incomplete = "incomplete",
    }
}

open_enum! {
    /// Which runs a request stops.
    RunScope {
        /// The runs of the whole table stop.
        All = "all",
        /// The runs of one row stop.
        Row = "row",
    }
}

/// The most rows that a request runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
#[non_exhaustive]
pub enum RunColumnsLimit {
    /// A number of rows, 1 to 1,000,000.
    #[non_exhaustive]
    Rows {
        /// The number of rows.
        max: Count,
    },
}

impl From<u32> for RunColumnsLimit {
    fn from(rows: u32) -> Self {
        Self::Rows { max: Count(rows) }
    }
}

json_params!(RunColumnsLimit);

object! {
    /// What a request set going.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct ColumnRun {
        /// The batch of runs; `None` if the server ran it within the request.
        pub dispatch_id: Option<DispatchId> = "dispatchId" as field::word,
    }
}

object! {
    /// What a request stopped.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct CancelledRuns {
        /// The number of cells whose runs stop.
        pub cancelled: Option<u64> = "cancelled" as field::count,
    }
}
