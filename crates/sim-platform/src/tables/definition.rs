//! Tables themselves: list, create, read, change, delete.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{FolderPath, Page, WorkspaceId, open_enum};

use super::columns::{Column, NewColumn};
use super::ids::TableId;
use crate::macros::{endpoint, json_params};

endpoint! {
    /// Lists the tables of a workspace.
    ListTables: GET "/api/v2/tables" => Page<Table>,
    reference "tables" listTables,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only tables right inside this folder.
        folder: FolderPath = "folderPath",
        /// Keeps only tables whose name contains this text, in upper or lower case.
        search: String = "search",
        /// Sets the sort key. The default is the creation time.
        sort_by: TableSort = "sortBy",
        /// Sets the direction. The default is ascending.
        sort_order: SortOrder = "sortOrder",
    },
    paged 1000,
}

endpoint! {
    /// Creates a table. The server refuses a name that is taken with 409.
    CreateTable: POST "/api/v2/tables" => {data: Table},
    reference "tables" createTable,
    body { workspace: WorkspaceId = "workspaceId", name: String = "name", schema: NewSchema = "schema" },
    body? {
        /// Describes the table in up to 500 characters.
        description: String = "description",
        /// Puts the table into this folder. The default is the root.
        folder: FolderPath = "folderPath",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Reads a table with its columns.
    GetTable: GET "/api/v2/tables/{table}" => {data: Table},
    reference "tables" getTable,
    path { table: TableId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Renames, describes or moves a table. Whatever is not set stays as it is.
    UpdateTable: PATCH "/api/v2/tables/{table}" => {data: Table},
    reference "tables" updateTable,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Renames the table; the name must be free.
        name: String = "name",
        /// Moves the table into this folder.
        folder: FolderPath = "folderPath",
    },
    null? {
        /// Describes the table in up to 500 characters.
        description | clear_description: String = "description",
    },
}

endpoint! {
    /// Deletes a table with all its rows.
    DeleteTable: DELETE "/api/v2/tables/{table}" => {data: DeletedTable},
    reference "tables" deleteTable,
    path { table: TableId },
    query { workspace: WorkspaceId = "workspaceId" },
}

open_enum! {
    /// The sort key of a list of tables.
    TableSort {
        /// Sorts by name, case-sensitively.
        Name = "name",
        /// Sorts by creation time.
        CreatedAt = "createdAt",
        /// Sorts by the last change.
        UpdatedAt = "updatedAt",
    }
}

/// The columns that a new table gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NewSchema {
    /// The columns in their order, 1 to 1000.
    pub columns: Vec<NewColumn>,
}

impl NewSchema {
    /// Creates a schema of columns.
    pub fn new(columns: impl IntoIterator<Item = NewColumn>) -> Self {
        Self { columns: columns.into_iter().collect() }
    }
}

impl From<Vec<NewColumn>> for NewSchema {
    fn from(columns: Vec<NewColumn>) -> Self {
        Self { columns }
    }
}

impl<const LEN: usize> From<[NewColumn; LEN]> for NewSchema {
    fn from(columns: [NewColumn; LEN]) -> Self {
        Self::new(columns)
    }
}

json_params!(NewSchema);

/// A table without its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Table {
    /// The id of the table.
    pub id: TableId,
    /// The name, unique in the workspace.
    #[serde(default, deserialize_with = "field::string")]
    pub name: String,
    /// What the table is for, if somebody said so.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// The e-mail address of the owner.
    #[serde(default, deserialize_with = "field::text")]
    pub owner_email: Option<String>,
    /// The columns of the table; empty if the server did not say.
    #[serde(default, deserialize_with = "field::or_default")]
    pub schema: TableSchema,
    /// The number of rows.
    #[serde(default, deserialize_with = "field::count")]
    pub row_count: Option<u64>,
    /// The most rows that the table may hold. A server without billing has no practical limit.
    #[serde(default, deserialize_with = "field::count")]
    pub max_rows: Option<u64>,
    /// The folder that the table is in.
    #[serde(default, rename = "folderPath", deserialize_with = "field::word")]
    pub folder: Option<FolderPath>,
    /// What nobody may do to the table at present.
    #[serde(default, deserialize_with = "field::object")]
    pub locks: Option<TableLocks>,
    /// The job that works on the table, or `None`. Imports and exports do not show here; read them instead.
    #[serde(default, deserialize_with = "field::object")]
    pub job: Option<TableJob>,
    /// When the table was created.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When the table last changed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
}

/// The columns of a table, in their order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TableSchema {
    /// The columns as people see them; empty if the server did not say.
    #[serde(default, deserialize_with = "field::list")]
    pub columns: Vec<Column>,
}

/// What nobody may do to a table. A locked change is refused with 423.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools)]
pub struct TableLocks {
    /// Whether columns are locked.
    #[serde(default, deserialize_with = "field::flag")]
    pub schema_locked: bool,
    /// Whether nobody may insert rows.
    #[serde(default, deserialize_with = "field::flag")]
    pub insert_locked: bool,
    /// Whether nobody may change rows.
    #[serde(default, deserialize_with = "field::flag")]
    pub update_locked: bool,
    /// Whether nobody may delete rows or the table.
    #[serde(default, deserialize_with = "field::flag")]
    pub delete_locked: bool,
}

/// A job that works on a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TableJob {
    /// The id of the job, if it has one.
    #[serde(default, deserialize_with = "field::text")]
    pub id: Option<String>,
    /// The kind of work, if it is known.
    #[serde(default, rename = "type", deserialize_with = "field::word")]
    pub kind: Option<JobKind>,
    /// The progress of the job.
    pub status: JobStatus,
    /// The number of rows so far.
    #[serde(default, deserialize_with = "field::count")]
    pub rows_processed: Option<u64>,
    /// Why the job failed, if it did.
    #[serde(default, deserialize_with = "field::text")]
    pub error: Option<String>,
}

open_enum! {
    /// The work that a job does on a table.
    JobKind {
        /// The job inserts rows of a file.
        Import = "import",
        /// The job deletes many rows.
        Delete = "delete",
        /// The job writes rows to a file.
        Export = "export",
        /// The job fills a new column.
        Backfill = "backfill",
        /// The job changes many rows.
        Update = "update",
    }
}

open_enum! {
    /// The progress of a job on a table.
    JobStatus {
        /// The job is at work.
        Running = "running",
        /// The job is done.
        Ready = "ready",
        /// The job failed for good.
        Failed = "failed",
        /// Somebody stopped the job.
        Canceled = "canceled",
    }
}

/// A table that no longer exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeletedTable {
    /// The id that the table had; empty if the server did not say.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub id: TableId,
    /// Always true in an answer of the server.
    pub deleted: bool,
}
