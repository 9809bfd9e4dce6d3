//! Exports: all rows of a table as a file.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::transport::FetchFile;
use sim_core::{Api, Result, WorkspaceId, object, open_enum};

use super::ids::{ExportId, TableId};
use crate::SecretUrl;
use crate::macros::endpoint;

endpoint! {
    /// Begins an export. Read it with [`GetTableExport`] until it is over; a small one is so at once.
    CreateTableExport: POST "/api/v2/tables/{table}/exports" => {data: TableExport},
    reference "tables" createTableExport,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Sets the format of the file. The default is CSV.
        format: ExportFormat = "format",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Reads an export and its progress.
    GetTableExport: GET "/api/v2/tables/exports/{export}" => {data: TableExport},
    reference "tables" getTableExport,
    path { export: ExportId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Stops an export. Repeating it is harmless.
    CancelTableExport: DELETE "/api/v2/tables/exports/{export}" => {data: TableExport},
    reference "tables" cancelTableExport,
    path { export: ExportId },
    query { workspace: WorkspaceId = "workspaceId" },
    idempotency Idempotent,
}

endpoint! {
    /// Asks where the file of a completed export is.
    ///
    /// Read the address without the API key. A server that keeps files on its own disk refuses it.
    DownloadTableExport: GET "/api/v2/tables/exports/{export}/download" => {data: ExportDownload},
    reference "tables" downloadTableExport,
    path { export: ExportId },
    query { workspace: WorkspaceId = "workspaceId" },
}

open_enum! {
    /// The format of an export.
    ExportFormat {
        /// Comma-separated values with a header.
        Csv = "csv",
        /// A JSON array of rows.
        Json = "json",
    }
}

object! {
    /// An export of a table.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct TableExport {
        /// The id of the export.
        pub id: ExportId = "id",
        /// The table whose rows it writes.
        pub table_id: TableId = "tableId" as field::known,
        /// The workspace that it belongs to.
        pub workspace: Option<WorkspaceId> = "workspaceId" as field::word,
        /// The format of the file.
        pub format: Option<ExportFormat> = "format" as field::word,
        /// The progress of the export.
        pub status: ExportStatus = "status",
        /// The number of rows so far.
        pub rows_processed: Option<u64> = "rowsProcessed" as field::count,
        /// Why the export failed, if it did.
        pub error: Option<String> = "error" as field::text,
        /// When the export began.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the export last went on.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
        /// When the export ended; `None` while it works.
        pub completed_at: Option<Timestamp> = "completedAt" as field::timestamp,
    }
}

open_enum! {
    /// The progress of an export.
    ExportStatus {
        /// The export has not begun.
        Queued = "queued",
        /// The server writes rows.
        Processing = "processing",
        /// The file is there.
        Completed = "completed",
        /// The export failed for good.
        Failed = "failed",
        /// Somebody stopped the export.
        Canceled = "canceled",
    }
}

object! {
    /// Where the file of an export is.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct ExportDownload {
        /// The address of the file. It gives access to whoever knows it.
        pub url: SecretUrl = "url",
        /// The name for the file.
        pub file_name: String = "fileName" as field::string,
        /// When the address stops working.
        pub expires_at: Option<Timestamp> = "expiresAt" as field::timestamp,
    }
}

impl ExportDownload {
    /// Returns the exchange that fetches the file into memory, without the API key. Pass it to the client's `drive`. The
    /// content is bounded by the client's `response_limit`.
    ///
    /// # Errors
    ///
    /// Fails if the address cannot be used. The exchange fails if the server does not give the file: one with local storage
    /// answers 401, and the error says so.
    pub fn fetch(&self, api: &Api) -> Result<FetchFile> {
        FetchFile::new(api, self.url.as_str())
    }
}
