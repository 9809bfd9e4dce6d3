//! Tables themselves: list, create, read, change, delete.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{FolderPath, Page, WorkspaceId, object, open_enum};

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

object! {
    /// The columns that a new table gets.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct NewSchema {
        /// The columns in their order, 1 to 1000.
        pub columns: Vec<NewColumn> = "columns",
    }
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

object! {
    /// A table without its rows.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Table {
        /// The id of the table.
        pub id: TableId = "id",
        /// The name, unique in the workspace.
        pub name: String = "name" as field::string,
        /// What the table is for, if somebody said so.
        pub description: Option<String> = "description" as field::text,
        /// The e-mail address of the owner.
        pub owner_email: Option<String> = "ownerEmail" as field::text,
        /// The columns of the table; empty if the server did not say.
        pub schema: TableSchema = "schema" as field::or_default,
        /// The number of rows.
        pub row_count: Option<u64> = "rowCount" as field::count,
        /// The most rows that the table may hold. A server without billing has no practical limit.
        pub max_rows: Option<u64> = "maxRows" as field::count,
        /// The folder that the table is in.
        pub folder: Option<FolderPath> = "folderPath" as field::word,
        /// What nobody may do to the table at present.
        pub locks: Option<TableLocks> = "locks" as field::object,
        /// The job that works on the table, or `None`. Imports and exports do not show here; read them instead.
        pub job: Option<TableJob> = "job" as field::object,
        /// When the table was created.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the table last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
    }
}

object! {
    /// The columns of a table, in their order.
    #[derive(Debug, Clone, Default, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct TableSchema {
        /// The columns as people see them; empty if the server did not say.
        pub columns: Vec<Column> = "columns" as field::list,
    }
}

object! {
    /// What nobody may do to a table. A locked change is refused with 423.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    #[allow(clippy::struct_excessive_bools)]
    pub struct TableLocks {
        /// Whether columns are locked.
        pub schema_locked: bool = "schemaLocked" as field::flag,
        /// Whether nobody may insert rows.
        pub insert_locked: bool = "insertLocked" as field::flag,
        /// Whether nobody may change rows.
        pub update_locked: bool = "updateLocked" as field::flag,
        /// Whether nobody may delete rows or the table.
        pub delete_locked: bool = "deleteLocked" as field::flag,
    }
}

object! {
    /// A job that works on a table.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct TableJob {
        /// The id of the job, if it has one.
        pub id: Option<String> = "id" as field::text,
        /// The kind of work, if it is known.
        pub kind: Option<JobKind> = "type" as field::word,
        /// The progress of the job.
        pub status: JobStatus = "status",
        /// The number of rows so far.
        pub rows_processed: Option<u64> = "rowsProcessed" as field::count,
        /// Why the job failed, if it did.
        pub error: Option<String> = "error" as field::text,
    }
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

object! {
    /// A table that no longer exists.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedTable {
        /// The id that the table had; empty if the server did not say.
        pub id: TableId = "id" as field::known,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
    }
}
