//! Tables: their definition, columns, rows, views, workflow groups, imports and exports.

mod columns;
mod definition;
mod exports;
mod filter;
mod folders;
mod groups;
mod ids;
mod imports;
mod query;
mod row_data;
mod rows;
mod runs;
mod views;

pub use columns::{
    AddTableColumn, Column, ColumnChange, ColumnType, Columns, DeleteTableColumn, NewColumn,
    SelectOption, UpdateTableColumn,
};
pub use definition::{
    CreateTable, DeleteTable, DeletedTable, GetTable, JobKind, JobStatus, ListTables, NewSchema,
    Table, TableJob, TableLocks, TableSchema, TableSort, UpdateTable,
};
pub use exports::{
    CancelTableExport, CreateTableExport, DownloadTableExport, ExportDownload, ExportFormat,
    ExportStatus, GetTableExport, TableExport,
};
pub use filter::{Condition, Filter, FilterOperator, Sort, column, created_at, row_id, updated_at};
pub use folders::{CreateTableFolder, DeleteTableFolder, ListTableFolders, RelocateTableFolder};
pub use groups::{
    AddTableGroup, ChangedGroup, DeleteTableGroup, DeletedGroup, DeploymentMode, GroupDependencies,
    GroupKind, GroupOutput, InputMapping, ListTableGroups, NewGroup, NewGroupOutput, OutputMapping,
    TableGroup, UpdateTableGroup,
};
pub use ids::{DispatchId, ExportId, GroupId, ImportId, RowId, TableId, ViewId};
pub use imports::{
    CancelTableImport, CompleteTableImport, CreateTableImport, CreateTableImportParts,
    GetTableImport, ImportMapping, ImportMode, ImportSource, ImportStatus, ImportTarget,
    StartedImport, TableImport, TableImporting,
};
pub use query::{CountTableRows, FindTableRows, FoundRows, QueryTableRows, RowCount, RowMatch};
pub use row_data::RowData;
pub use rows::{
    CreateTableRow, CreateTableRows, DeleteTableRow, DeleteTableRows, DeletedRow, DeletedRows,
    GetTableRow, InsertedRows, ListTableRows, Row, UpdateTableRow, UpdateTableRows, UpdatedRows,
    UpsertOperation, UpsertTableRow, UpsertedRow,
};
pub use runs::{
    CancelTableRuns, CancelledRuns, ColumnRun, RunColumnsLimit, RunMode, RunRowEnrichment,
    RunScope, RunTableColumns,
};
pub use views::{
    CreateTableView, DeleteTableView, DeletedView, GetTableView, ListTableViews, TableView,
    UpdateTableView, ViewConfig,
};
