//! The rows of a table: list, insert, change, delete.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{Page, WorkspaceId, object, open_enum};

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

object! {
    /// A row of a table.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Row {
        /// The id of the row.
        pub id: RowId = "id",
        /// The values of the row; [`RowData::read`] makes a struct of them.
        pub data: RowData = "data",
        /// When the row was inserted.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the row last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
    }
}

object! {
    /// The rows that one request inserted.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct InsertedRows {
        /// The rows in the order in which they were sent.
        pub rows: Vec<Row> = "rows" as field::items,
        /// The number of inserted rows.
        pub inserted_count: Option<u64> = "insertedCount" as field::count,
    }
}

object! {
    /// The rows that one request changed.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct UpdatedRows {
        /// The number of changed rows.
        pub updated_count: Option<u64> = "updatedCount" as field::count,
        /// The ids of the changed rows.
        pub rows: Vec<RowId> = "updatedRowIds" as field::list,
    }
}

object! {
    /// A row that no longer exists.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedRow {
        /// The id that the row had; empty if the server did not say.
        pub id: RowId = "id" as field::known,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
    }
}

object! {
    /// The rows that one request deleted.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedRows {
        /// The number of deleted rows.
        pub deleted_count: Option<u64> = "deletedCount" as field::count,
        /// The ids that the deleted rows had.
        pub rows: Vec<RowId> = "deletedRowIds" as field::list,
        /// The number of different ids that the request named; `None` for a filter.
        pub requested_count: Option<u64> = "requestedCount" as field::count,
        /// The ids that no row had.
        pub missing: Vec<RowId> = "missingRowIds" as field::list,
    }
}

object! {
    /// A row that was inserted or replaced.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct UpsertedRow {
        /// The row as it is now.
        pub row: Row = "row",
        /// Which of the two happened.
        pub operation: UpsertOperation = "operation" as field::known,
    }
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
