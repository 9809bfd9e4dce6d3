//! Imports: rows out of a CSV or TSV file, into a new table or one that is there.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{FolderPath, Result, WorkspaceId, object, open_enum};

use super::ids::{ImportId, TableId};
use crate::files::FileId;
use crate::macros::{endpoint, json_params};
use crate::number::{no_size, size_or_zero};
use crate::upload::{BeginUpload, UploadSession, begins, check_content, check_name, follows};
use crate::{Count, PartUrls, Size, Transfer, UploadToken};

endpoint! {
    /// Begins an import.
    ///
    /// From a file of the workspace it starts at once. Otherwise send the bytes to where
    /// [`transfer`](StartedImport::transfer) says, then [complete](CompleteTableImport) it. Either way, read it with
    /// [`GetTableImport`] until it is over. A value that does not fit its column becomes empty without a word.
    CreateTableImport: POST "/api/v2/tables/imports" => {data: StartedImport},
    reference "tables" createTableImport,
    body {
        workspace: WorkspaceId = "workspaceId",
        source: ImportSource = "source",
        target: ImportTarget = "target",
    },
    body? {
        /// Puts the columns of the file, by header, into columns of an existing table; `None` skips one.
        mapping: ImportMapping = "mapping",
        /// Adds columns to an existing table for these headers.
        create_columns: List<String> = "createColumns",
        /// Reads dates without an offset in this time zone, such as `Europe/Berlin`.
        timezone: String = "timezone",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Reads an import and its progress.
    GetTableImport: GET "/api/v2/tables/imports/{import}" => {data: TableImport},
    reference "tables" getTableImport,
    path { import: ImportId },
    query { workspace: WorkspaceId = "workspaceId" },
    header? {
        /// Proves who began the import, which the server asks for while it waits for bytes.
        token: UploadToken = "upload-token",
    },
}

endpoint! {
    /// Stops an import. The rows that were inserted so far stay.
    CancelTableImport: DELETE "/api/v2/tables/imports/{import}" => {data: TableImport},
    reference "tables" cancelTableImport,
    path { import: ImportId },
    query { workspace: WorkspaceId = "workspaceId" },
    header? {
        /// Proves who began the import, which the server asks for while it waits for bytes.
        token: UploadToken = "upload-token",
    },
    idempotency Idempotent,
}

endpoint! {
    /// Asks where up to 100 parts of the file go.
    CreateTableImportParts: POST "/api/v2/tables/imports/{import}/parts" => {data: PartUrls},
    reference "tables" createTableImportPartUrls,
    path { import: ImportId },
    query { workspace: WorkspaceId = "workspaceId" },
    header { token: UploadToken = "upload-token" },
    body { parts: List<Count> = "partNumbers" },
    idempotency Idempotent,
}

endpoint! {
    /// Says that all bytes of the file are there. Repeating it after a success is harmless.
    CompleteTableImport: POST "/api/v2/tables/imports/{import}/complete" => {data: TableImport},
    reference "tables" completeTableImportUpload,
    path { import: ImportId },
    query { workspace: WorkspaceId = "workspaceId" },
    header { token: UploadToken = "upload-token" },
    idempotency Idempotent,
}

begins! {
    /// Uploads the content of a source and begins to import it, in all the requests that it takes. `Bytes` are a source.
    ///
    /// The import goes on after that: [wait](crate::flow::WaitFor) for [`GetTableImport`].
    CreateTableImport;
    /// The exchange that uploads a file and begins to import it.
    TableImporting
}

impl BeginUpload for CreateTableImport {
    follows!(CreateTableImportParts, CompleteTableImport);

    type Abort = CancelTableImport;

    const LARGEST: u64 = 5 * 1024 * 1024 * 1024;

    fn check(&self) -> Result<()> {
        let ImportSource::Upload { name, size, .. } = &self.source else { return Ok(()) };
        check_name(name)?;
        check_content(size.0)
    }

    fn declared_size(&self) -> Option<u64> {
        match &self.source {
            ImportSource::Upload { size, .. } => Some(size.0),
            _ => None,
        }
    }

    fn begun(answer: StartedImport) -> Option<UploadSession> {
        let id = answer.session.id.as_str();
        Some(UploadSession::new(id.into(), answer.upload_token?, answer.transfer?))
    }

    fn abort(&self, at: &UploadSession) -> CancelTableImport {
        CancelTableImport::new(at.id.as_str(), &self.workspace).token(at.token.clone())
    }
}

/// Where the rows of an import come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ImportSource {
    /// The rows come from a file that is sent for it.
    Upload {
        /// The name of the file.
        #[serde(default, deserialize_with = "field::string")]
        name: String,
        /// The media type: `text/csv` or `text/tab-separated-values`.
        #[serde(default, deserialize_with = "field::string")]
        content_type: String,
        /// The exact size of the file, 1 byte to 5 GiB; 0 if the server did not say.
        #[serde(default = "no_size", deserialize_with = "size_or_zero")]
        size: Size,
    },
    /// The rows come from a file of the workspace.
    WorkspaceFile {
        /// The id of the file.
        #[serde(default = "field::unnamed", deserialize_with = "field::known")]
        file_id: FileId,
    },
    /// A source that this version does not know.
    #[serde(other)]
    Other,
}

impl ImportSource {
    /// Imports a file that is sent for it.
    pub fn upload(
        name: impl Into<String>,
        content_type: impl Into<String>,
        size: impl Into<Size>,
    ) -> Self {
        Self::Upload { name: name.into(), content_type: content_type.into(), size: size.into() }
    }

    /// Imports a file of the workspace.
    pub fn file(file: impl Into<FileId>) -> Self {
        Self::WorkspaceFile { file_id: file.into() }
    }
}

/// Where the rows of an import go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ImportTarget {
    /// The rows go into a table that the import makes.
    New {
        /// The name of the table.
        #[serde(default, deserialize_with = "field::string")]
        name: String,
        /// The folder of the table; `None` is the root.
        #[serde(
            default,
            rename = "folderPath",
            deserialize_with = "field::word",
            skip_serializing_if = "Option::is_none"
        )]
        folder: Option<FolderPath>,
    },
    /// The rows go into a table that is there.
    Existing {
        /// The id of the table.
        #[serde(default = "field::unnamed", deserialize_with = "field::known")]
        table_id: TableId,
        /// What becomes of the rows that it has.
        #[serde(default = "field::unnamed", deserialize_with = "field::known")]
        mode: ImportMode,
    },
    /// A target that this version does not know.
    #[serde(other)]
    Other,
}

impl ImportTarget {
    /// Makes a table of the file, in the root folder. The server guesses the types of columns.
    pub fn new_table(name: impl Into<String>) -> Self {
        Self::New { name: name.into(), folder: None }
    }

    /// Makes a table of the file in a folder.
    pub fn new_table_in(name: impl Into<String>, folder: impl Into<FolderPath>) -> Self {
        Self::New { name: name.into(), folder: Some(folder.into()) }
    }

    /// Inserts the rows of the file behind those of a table.
    pub fn append(table: impl Into<TableId>) -> Self {
        Self::Existing { table_id: table.into(), mode: ImportMode::Append }
    }

    /// Puts the rows of the file in place of those of a table.
    pub fn replace(table: impl Into<TableId>) -> Self {
        Self::Existing { table_id: table.into(), mode: ImportMode::Replace }
    }
}

open_enum! {
    /// What becomes of the rows that a table has.
    ImportMode {
        /// The rows stay, and the new ones come behind them.
        Append = "append",
        /// The new rows take their place.
        Replace = "replace",
    }
}

/// The mapping of [`CreateTableImport`]: headers of the file, and the columns that they fill.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ImportMapping(pub BTreeMap<String, Option<String>>);

impl From<BTreeMap<String, Option<String>>> for ImportMapping {
    fn from(columns: BTreeMap<String, Option<String>>) -> Self {
        Self(columns)
    }
}

impl<H: Into<String>, const LEN: usize> From<[(H, Option<&str>); LEN]> for ImportMapping {
    fn from(columns: [(H, Option<&str>); LEN]) -> Self {
        let owned =
            |(header, column): (H, Option<&str>)| (header.into(), column.map(str::to_owned));
        Self(columns.into_iter().map(owned).collect())
    }
}

json_params!(ImportSource, ImportTarget, ImportMapping);

object! {
    /// An import, and what must be sent for it.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct StartedImport {
        /// The import as it stands now.
        pub session: TableImport = "session",
        /// Proves who began the import; `None` if nothing must be sent.
        pub upload_token: Option<UploadToken> = "uploadToken",
        /// Where the bytes go; `None` if nothing must be sent.
        pub transfer: Option<Transfer> = "transfer",
    }
}

object! {
    /// An import into a table.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct TableImport {
        /// The id of the import.
        pub id: ImportId = "id",
        /// The workspace that it belongs to.
        pub workspace: Option<WorkspaceId> = "workspaceId" as field::word,
        /// The progress of the import.
        pub status: ImportStatus = "status",
        /// Where the rows come from.
        pub source: Option<ImportSource> = "source" as field::object,
        /// Where the rows go.
        pub target: Option<ImportTarget> = "target" as field::object,
        /// The table that gets the rows; `None` until the import is completed.
        pub table_id: Option<TableId> = "tableId" as field::word,
        /// The number of rows so far. It grows in steps of thousands.
        pub rows_processed: Option<u64> = "rowsProcessed" as field::count,
        /// Why the import failed, if it did.
        pub error: Option<String> = "error" as field::text,
        /// When the import began; completing the upload begins it anew.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the import last went on.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
        /// When the import ended; `None` while it works.
        pub completed_at: Option<Timestamp> = "completedAt" as field::timestamp,
    }
}

open_enum! {
    /// The progress of an import.
    ImportStatus {
        /// The import waits for bytes.
        Uploading = "uploading",
        /// The server inserts rows.
        Processing = "processing",
        /// All rows are there.
        Completed = "completed",
        /// The import failed for good.
        Failed = "failed",
        /// Somebody stopped the import.
        Canceled = "canceled",
        /// The bytes did not come within a day.
        Expired = "expired",
    }
}
