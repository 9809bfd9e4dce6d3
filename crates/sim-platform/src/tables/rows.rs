//! The rows of a table: list, insert, change, delete.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{Page, WorkspaceId, open_enum};

use super::filter::Filter;
use super::ids::{RowId, TableId};
use super::row_data::RowData;
use crate::Count;
use crate::macros::endpoint;

endpoint! {
    /// Lists the rows of a table in their order. [`QueryTableRows`](super::QueryTableRows) filters and sorts them.
    ListTableRows: GET "/api/v2/tables/{table}/rows" => Page<Row>,
    reference "tables" listTableRows,
    path { table: TableId },
    query { workspace: WorkspaceId = "workspaceId" },
    paged 1000,
}

endpoint! {
    /// Inserts one row, at the end unless said otherwise.
    CreateTableRow: POST "/api/v2/tables/{table}/rows" => {data: Row},
    reference "tables" createTableRows,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", data: RowData = "data" },
    body? {
        /// Puts the row right after this one. It excludes [`before`](Self::before).
        after: RowId = "afterRowId",
        /// Puts the row right before this one. It excludes [`after`](Self::after).
        before: RowId = "beforeRowId",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Inserts up to 1000 rows, all of them or none.
    CreateTableRows: POST "/api/v2/tables/{table}/rows" => {data: InsertedRows},
    reference "tables" createTableRows,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", rows: List<RowData> = "rows" },
    idempotency NonIdempotent,
}

endpoint! {
    /// Reads one row of a table.
    GetTableRow: GET "/api/v2/tables/{table}/rows/{row}" => {data: Row},
    reference "tables" getTableRow,
    path { table: TableId, row: RowId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Changes the values of a row that are named; all others stay.
    UpdateTableRow: PATCH "/api/v2/tables/{table}/rows/{row}" => {data: Row},
    reference "tables" updateTableRow,
    path { table: TableId, row: RowId },
    body { workspace: WorkspaceId = "workspaceId", data: RowData = "data" },
}

endpoint! {
    /// Changes the named values of all rows that a filter matches.
    UpdateTableRows: PATCH "/api/v2/tables/{table}/rows" => {data: UpdatedRows},
    reference "tables" updateTableRows,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", filter: Filter = "filter", data: RowData = "data" },
    body? {
        /// Changes at most so many rows, 1 to 1000.
        limit: Count = "limit",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Deletes one row of a table.
    DeleteTableRow: DELETE "/api/v2/tables/{table}/rows/{row}" => {data: DeletedRow},
    reference "tables" deleteTableRow,
    path { table: TableId, row: RowId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Deletes the rows that a filter matches, or those of a list of ids. Set exactly one of the two.
    DeleteTableRows: DELETE "/api/v2/tables/{table}/rows" => {data: DeletedRows},
    reference "tables" deleteTableRows,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Deletes the rows that this filter matches.
        filter: Filter = "filter",
        /// Deletes at most so many rows, 1 to 1000.
        limit: Count = "limit",
        /// Deletes these rows, at most 1000. Ids that no row has are reported, not refused.
        rows: List<RowId> = "rowIds",
    },
}

endpoint! {
    /// Replaces the row that has the same value in a unique column, or inserts one. A column that is not sent loses
    /// its value.
    UpsertTableRow: POST "/api/v2/tables/{table}/rows/upsert" => {data: UpsertedRow},
    reference "tables" upsertTableRow,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", data: RowData = "data" },
    body? {
        /// Names the unique column that decides. A table with several unique columns needs it.
        conflict_target: String = "conflictTarget",
    },
    idempotency Idempotent,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Row {
    /// The id of the row.
    pub id: RowId,
    /// The values of the row; [`RowData::read`] makes a struct of them.
    pub data: RowData,
    /// When the row was inserted.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When the row last changed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
}

/// The rows that one request inserted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InsertedRows {
    /// The rows in the order in which they were sent.
    #[serde(deserialize_with = "field::items")]
    pub rows: Vec<Row>,
    /// The number of inserted rows.
    #[serde(default, deserialize_with = "field::count")]
    pub inserted_count: Option<u64>,
}

/// The rows that one request changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UpdatedRows {
    /// The number of changed rows.
    #[serde(default, deserialize_with = "field::count")]
    pub updated_count: Option<u64>,
    /// The ids of the changed rows.
    #[serde(default, rename = "updatedRowIds", deserialize_with = "field::list")]
    pub rows: Vec<RowId>,
}

/// A row that no longer exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeletedRow {
    /// The id that the row had; empty if the server did not say.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub id: RowId,
    /// Always true in an answer of the server.
    pub deleted: bool,
}

/// The rows that one request deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeletedRows {
    /// The number of deleted rows.
    #[serde(default, deserialize_with = "field::count")]
    pub deleted_count: Option<u64>,
    /// The ids that the deleted rows had.
    #[serde(default, rename = "deletedRowIds", deserialize_with = "field::list")]
    pub rows: Vec<RowId>,
    /// The number of different ids that the request named; `None` for a filter.
    #[serde(default, deserialize_with = "field::count")]
    pub requested_count: Option<u64>,
    /// The ids that no row had.
    #[serde(default, rename = "missingRowIds", deserialize_with = "field::list")]
    pub missing: Vec<RowId>,
}

/// A row that was inserted or replaced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UpsertedRow {
    /// The row as it is now.
    pub row: Row,
    /// Which of the two happened.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub operation: UpsertOperation,
}

open_enum! {
    /// What an upsert did with a row.
    UpsertOperation {
        /// The server inserted a new row.
        Insert = "insert",
        /// The server replaced the row that was there.
        Update = "update",
    }
}
