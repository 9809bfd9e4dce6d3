//! What is expected of the recordings of tables.

use crate::recorded::want::Row;
use crate::recorded::want::Want::{Gives, Refused};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // GET /api/v2/tables
    ("v2-tables-list", Gives(&[("/data/0/id", "tbl_865dd003a1ec41d7999c302d6fcf7866"), ("/data/0/name", "people_4896ae"), ("/data/0/rowCount", "0")])),
    ("v2-res-key-member-removed-table-list", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-table-list-badsort", Refused(400, "BAD_REQUEST", "Invalid option: expected one of \"name\"|\"createdAt\"|\"updatedAt\"")),
    // POST /api/v2/tables
    ("v2-table-create", Gives(&[("/id", "tbl_865dd003a1ec41d7999c302d6fcf7866"), ("/name", "people_4896ae"), ("/rowCount", "0")])),
    ("v2-res-key-personal-off-create", Refused(403, "FORBIDDEN", "Personal API keys are not allowed for this workspace")),
    ("v2-res-table-create-401-nokey", Refused(401, "UNAUTHORIZED", "API key required")),
    ("v2-res-table-create-folder-missing", Refused(404, "NOT_FOUND", "Folder not found")),
    ("v2-table-create-400", Refused(400, "BAD_REQUEST", "Name must start with a letter or underscore and contain only alphanumeric characters and underscores")),
    // DELETE /api/v2/tables/exports/{export}
    ("v2-res-table-export-cancel-4-cancel", Gives(&[("/id", "cd1704f4-9017-49e7-b913-b1bf3d8597e1"), ("/status", "canceled"), ("/tableId", "tbl_e34ae29cb4b74a70a6b4f81e4e52613b")])),
    ("v2-res-table-export-cancel-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-table-export-cancel-404", Refused(404, "NOT_FOUND", "Table export not found")),
    ("v2-res-table-export-csv-8-cancel-finished", Refused(409, "CONFLICT", "Table export is completed")),
    // GET /api/v2/tables/exports/{export}
    ("v2-res-table-export-cancel-3-running", Gives(&[("/id", "cd1704f4-9017-49e7-b913-b1bf3d8597e1"), ("/status", "processing"), ("/tableId", "tbl_e34ae29cb4b74a70a6b4f81e4e52613b")])),
    ("v2-res-table-export-csv-10-get-bob", Refused(404, "NOT_FOUND", "Table export not found")),
    // GET /api/v2/tables/exports/{export}/download
    ("v2-res-table-export-csv-12-download-wskey", Gives(&[("/fileName", "exp_fbb9b3.csv")])),
    ("v2-res-table-export-cancel-2-download-early", Refused(409, "CONFLICT", "Table export is processing")),
    ("v2-res-table-export-download-404", Refused(404, "NOT_FOUND", "Table export not found")),
    // DELETE /api/v2/tables/folders
    ("v2-tables-folder-delete", Gives(&[("/path", "/Fe1a83y"), ("/deleted", "true"), ("/deletedItems/folders", "1")])),
    ("v2-res-folder-tables-22-delete-404", Refused(404, "NOT_FOUND", "Folder not found")),
    // GET /api/v2/tables/folders
    ("v2-res-folder-tables-10-list", Gives(&[("/data/0/name", "A4ed405"), ("/data/0/path", "/A4ed405"), ("/data/0/parentPath", "/")])),
    ("v2-res-folder-tables-20-list-limit", Refused(400, "BAD_REQUEST", "Unrecognized key: \"limit\"")),
    // PATCH /api/v2/tables/folders
    ("v2-res-folder-tables-13-move", Gives(&[("/name", "C4ed405"), ("/path", "/C4ed405"), ("/parentPath", "/")])),
    ("v2-res-folder-tables-14-move-same", Refused(400, "BAD_REQUEST", "destinationPath must differ from path")),
    ("v2-res-folder-tables-16-move-404", Refused(404, "NOT_FOUND", "Folder not found")),
    ("v2-res-folder-tables-17-move-409", Refused(409, "CONFLICT", "A folder with this name already exists in this location")),
    // POST /api/v2/tables/folders
    ("v2-res-folder-tables-01-create", Gives(&[("/name", "A4ed405"), ("/path", "/A4ed405"), ("/parentPath", "/")])),
    ("v2-res-folder-tables-03-create-409", Refused(409, "CONFLICT", "A folder with this name already exists in this location")),
    ("v2-res-folder-tables-04-create-no-parent", Refused(404, "NOT_FOUND", "Parent folder not found")),
    ("v2-res-folder-tables-06-create-unencoded", Refused(400, "BAD_REQUEST", "Path must be a canonical folder path")),
    ("v2-res-folder-tables-18-create-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-folder-tables-19-create-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // POST /api/v2/tables/imports
    ("v2-res-table-import-abort-1-start", Gives(&[("/session/id", "d09f695d-6d1b-4e6d-ab7d-300b5ac24744"), ("/session/status", "uploading"), ("/session/workspaceId", "4aae2c72-9e6b-4489-88c0-bfee6f5c828b")])),
    ("v2-res-table-import-err-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-table-import-err-folder", Refused(404, "NOT_FOUND", "Folder not found")),
    ("v2-table-import-badshape", Refused(400, "BAD_REQUEST", "Invalid input: expected object, received undefined")),
    // DELETE /api/v2/tables/imports/{import}
    ("v2-res-table-import-abort-3-abort", Gives(&[("/id", "d09f695d-6d1b-4e6d-ab7d-300b5ac24744"), ("/status", "canceled"), ("/workspaceId", "4aae2c72-9e6b-4489-88c0-bfee6f5c828b")])),
    ("v2-res-table-import-abort-2-no-token", Refused(404, "NOT_FOUND", "Table import not found")),
    ("v2-res-table-import-two-import-of-deleted-table-cancel", Refused(409, "CONFLICT", "Table import is completed")),
    // GET /api/v2/tables/imports/{import}
    ("v2-res-table-import-abort-5-get", Gives(&[("/id", "d09f695d-6d1b-4e6d-ab7d-300b5ac24744"), ("/status", "canceled"), ("/workspaceId", "4aae2c72-9e6b-4489-88c0-bfee6f5c828b")])),
    ("v2-res-table-import-abort-5b-get-no-token", Refused(404, "NOT_FOUND", "Table import not found")),
    ("v2-res-table-import-get-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // POST /api/v2/tables/imports/{import}/complete
    ("v2-res-table-import-append-3-complete", Gives(&[("/id", "ef71abf4-6541-4ec0-8d6d-a3507f2050f4"), ("/status", "processing"), ("/workspaceId", "4aae2c72-9e6b-4489-88c0-bfee6f5c828b")])),
    ("v2-res-table-import-abort-6-complete", Refused(409, "CONFLICT", "Upload session is aborted")),
    ("v2-res-table-import-complete-404", Refused(404, "NOT_FOUND", "Upload session not found")),
    // POST /api/v2/tables/imports/{import}/parts
    ("v2-res-table-import-parts-07-urls", Gives(&[("/parts/0/partNumber", "1"), ("/parts/0/headers/Content-Type", "application/octet-stream")])),
    ("v2-res-table-import-parts-02-urls-none", Refused(400, "BAD_REQUEST", "Too small: expected array to have >=1 items")),
    ("v2-res-table-import-parts-404", Refused(404, "NOT_FOUND", "Upload session not found")),
    // DELETE /api/v2/tables/{table}
    ("v2-table-delete", Gives(&[("/id", "tbl_865dd003a1ec41d7999c302d6fcf7866"), ("/deleted", "true")])),
    ("v2-res-table-delete-again-404", Refused(404, "NOT_FOUND", "Table \"tbl_1b32dc9fa99e4e358de8a2f44c9a6ea1\" not found in this workspace — it may not exist or may b")),
    ("v2-res-table-delete-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // GET /api/v2/tables/{table}
    ("v2-res-trailing-slash", Refused(308, "", "")),
    ("v2-table-get", Gives(&[("/id", "tbl_865dd003a1ec41d7999c302d6fcf7866"), ("/name", "people_4896ae"), ("/rowCount", "0")])),
    ("v2-res-key-personal-off-table-404", Refused(404, "NOT_FOUND", "Table \"nope\" not found in this workspace — it may not exist or may belong to a different workspace. ")),
    ("v2-res-table-more-10-bearer", Refused(401, "UNAUTHORIZED", "API key required")),
    ("v2-res-table-more-11-workspace-twice", Refused(400, "BAD_REQUEST", "workspaceId was sent 2 times; send it at most once")),
    // PATCH /api/v2/tables/{table}
    ("v2-res-table-locked-schema-rename", Gives(&[("/id", "tbl_1b32dc9fa99e4e358de8a2f44c9a6ea1"), ("/name", "ren_03ca42"), ("/rowCount", "2")])),
    ("v2-res-table-patch-03-empty", Refused(400, "BAD_REQUEST", "Provide a new name, description, or folder")),
    ("v2-res-table-patch-05-name-409", Refused(409, "CONFLICT", "A table named \"taken_871502\" already exists in this workspace")),
    ("v2-res-table-patch-06-folder-missing", Refused(404, "NOT_FOUND", "Folder not found in this workspace")),
    ("v2-res-table-patch-07-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // POST /api/v2/tables/{table}/cancel-runs
    ("v2-table-cancel-runs", Gives(&[("/cancelled", "0")])),
    // DELETE /api/v2/tables/{table}/columns
    ("v2-res-table-column-delete-01-ok", Gives(&[("/columns/0/id", "col_6afcf27a6bd8487ab60f7d5507467096"), ("/columns/0/name", "first"), ("/columns/0/type", "boolean")])),
    ("v2-res-table-column-delete-02-again", Refused(404, "NOT_FOUND", "Column \"b2\" not found")),
    ("v2-res-table-column-delete-04-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-table-column-delete-05-no-body", Refused(400, "BAD_REQUEST", "Request body must be valid JSON")),
    // PATCH /api/v2/tables/{table}/columns
    ("v2-res-table-group-34-rename-output-column", Gives(&[("/columns/0/id", "col_925849f73dd64f229cc45cb3964ad158"), ("/columns/0/name", "name"), ("/columns/0/type", "string")])),
    ("v2-res-table-group-35-retype-output-column", Refused(400, "BAD_REQUEST", "Column \"greet2\" is already type \"json\"; re-issue the request without a type change.")),
    // POST /api/v2/tables/{table}/columns
    ("v2-column-add", Gives(&[("/columns/0/id", "col_f3dbf15aac8644f39ed746f95f542651"), ("/columns/0/name", "name"), ("/columns/0/type", "string")])),
    ("v2-res-table-locked-schema-423", Refused(423, "LOCKED", "This table is schema-locked: its columns cannot be changed.")),
    // POST /api/v2/tables/{table}/columns/run
    ("v2-res-table-run-01-all", Gives(&[("/dispatchId", "tdsp_2893fe89ab9e478c9d41004d56459b19")])),
    ("v2-res-table-run-08-rowids-and-filter", Refused(400, "BAD_REQUEST", "Provide either filter or rowIds, but not both")),
    ("v2-res-table-run-09-unknown-group", Refused(404, "NOT_FOUND", "Workflow group not found")),
    ("v2-res-table-run-13-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-table-run-16-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // POST /api/v2/tables/{table}/exports
    ("v2-res-table-export-cancel-1-start", Gives(&[("/id", "cd1704f4-9017-49e7-b913-b1bf3d8597e1"), ("/status", "queued"), ("/tableId", "tbl_e34ae29cb4b74a70a6b4f81e4e52613b")])),
    ("v2-res-table-export-404", Refused(404, "NOT_FOUND", "Table \"nope\" not found in this workspace — it may not exist or may belong to a different workspace. ")),
    // DELETE /api/v2/tables/{table}/groups
    ("v2-res-table-group-delete-02-ok", Gives(&[("/id", "bd85a670-7f43-4a57-b764-39754107961b"), ("/deleted", "true"), ("/columns/0/id", "col_63d5f1d007c2469d86c69f861e19f872")])),
    ("v2-res-table-group-delete-01-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-table-group-delete-03-again-404", Refused(404, "NOT_FOUND", "Workflow group \"bd85a670-7f43-4a57-b764-39754107961b\" not found")),
    ("v2-res-table-group-delete-04-nobody", Refused(400, "BAD_REQUEST", "Request body must be valid JSON")),
    ("v2-res-table-group-delete-05-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // GET /api/v2/tables/{table}/groups
    ("v2-res-table-group-16-list", Gives(&[("/data/0/id", "bd85a670-7f43-4a57-b764-39754107961b"), ("/data/0/name", "Greeter"), ("/data/0/workflowId", "9b6b5152-2db0-4a6a-8550-ebe3c56afe85")])),
    ("v2-res-table-group-18-list-404", Refused(404, "NOT_FOUND", "Table \"nope\" not found in this workspace — it may not exist or may belong to a different workspace. ")),
    ("v2-res-table-group-19-list-limit", Refused(400, "BAD_REQUEST", "Unrecognized key: \"limit\"")),
    // PATCH /api/v2/tables/{table}/groups
    ("v2-res-table-group-update-01-name", Gives(&[("/group/id", "bd85a670-7f43-4a57-b764-39754107961b"), ("/group/name", "Greeter 2"), ("/group/workflowId", "9b6b5152-2db0-4a6a-8550-ebe3c56afe85")])),
    ("v2-res-table-group-update-09-404", Refused(404, "NOT_FOUND", "Workflow group \"nope\" not found")),
    ("v2-res-table-group-update-12-unknown-workflow", Refused(400, "BAD_REQUEST", "Invalid workflow ID")),
    ("v2-res-table-group-update-14-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // POST /api/v2/tables/{table}/groups
    ("v2-res-table-group-01-add", Gives(&[("/group/id", "bd85a670-7f43-4a57-b764-39754107961b"), ("/group/name", "Greeter"), ("/group/workflowId", "9b6b5152-2db0-4a6a-8550-ebe3c56afe85")])),
    ("v2-res-table-group-02-add-column-taken", Refused(400, "BAD_REQUEST", "Column \"greeting\" already exists")),
    ("v2-res-table-group-10-add-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-table-group-11-add-404", Refused(404, "NOT_FOUND", "Table \"nope\" not found in this workspace — it may not exist or may belong to a different workspace. ")),
    ("v2-res-table-group-13-add-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // POST /api/v2/tables/{table}/query
    ("v2-table-query-p1", Gives(&[("/data/0/id", "row_93f9c880c7ed4959bbcc99f16d75fce1"), ("/data/0/data/name", "Ann"), ("/data/0/data/email", "a@x")])),
    ("v2-res-table-query-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-table-query-404", Refused(404, "NOT_FOUND", "Table \"nope\" not found in this workspace — it may not exist or may belong to a different workspace. ")),
    ("v2-table-query-badop", Refused(400, "BAD_REQUEST", "Invalid input")),
    // POST /api/v2/tables/{table}/query/count
    ("v2-table-count", Gives(&[("/totalCount", "4")])),
    ("v2-res-table-count-404", Refused(404, "NOT_FOUND", "Table \"nope\" not found in this workspace — it may not exist or may belong to a different workspace. ")),
    ("v2-res-table-count-bad", Refused(400, "BAD_REQUEST", "Unknown filter column \"zzz\". It is not a column on this table.")),
    // DELETE /api/v2/tables/{table}/rows
    ("v2-rows-bulk-delete", Gives(&[("/deletedCount", "1"), ("/requestedCount", "2")])),
    ("v2-res-table-bulk-delete-08-both", Refused(400, "BAD_REQUEST", "Provide either filter or rowIds, but not both")),
    ("v2-res-table-bulk-delete-17-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-table-bulk-delete-18-404", Refused(404, "NOT_FOUND", "Table \"nope\" not found in this workspace — it may not exist or may belong to a different workspace. ")),
    ("v2-res-table-bulk-delete-19-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // GET /api/v2/tables/{table}/rows
    ("v2-res-table-import-append-6-rows", Gives(&[("/data/0/id", "row_cfbbeb5fd3194b26adeec7c17061a312"), ("/data/0/data/name", "Ann"), ("/data/0/data/email", "a@x")])),
    ("v2-res-table-rows-33-list-limit-0", Refused(400, "BAD_REQUEST", "Limit must be at least 1")),
    // PATCH /api/v2/tables/{table}/rows
    ("v2-rows-bulk-patch", Gives(&[("/updatedCount", "3")])),
    ("v2-res-table-bulk-update-04-leaf", Refused(400, "BAD_REQUEST", "Invalid input")),
    ("v2-res-table-bulk-update-18-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-table-bulk-update-19-404", Refused(404, "NOT_FOUND", "Table \"nope\" not found in this workspace — it may not exist or may belong to a different workspace. ")),
    ("v2-res-table-locked-update-423", Refused(423, "LOCKED", "This table is update-locked: existing rows cannot be edited.")),
    // POST /api/v2/tables/{table}/rows
    ("v2-row-insert-batch", Gives(&[("/insertedCount", "5"), ("/rows/0/id", "row_347509d3b8894e11800d206e70311206"), ("/rows/0/data/name", "P0")])),
    ("v2-row-insert-single", Gives(&[("/id", "row_93f9c880c7ed4959bbcc99f16d75fce1"), ("/data/name", "Ann"), ("/data/age", "30")])),
    ("v2-res-table-rows-04-insert-1001", Refused(400, "BAD_REQUEST", "Cannot insert more than 1000 rows per batch")),
    ("v2-res-table-insert-into-deleted", Refused(404, "NOT_FOUND", "Table \"tbl_1b32dc9fa99e4e358de8a2f44c9a6ea1\" not found in this workspace — it may not exist or may b")),
    ("v2-res-table-locked-insert-423", Refused(423, "LOCKED", "This table is insert-locked: new rows cannot be added.")),
    ("v2-res-table-more-03-lone-surrogate", Refused(500, "INTERNAL_ERROR", "Internal server error")),
    ("v2-res-table-more-09-content-type-text-bad", Refused(415, "UNSUPPORTED_MEDIA_TYPE", "Request body must be sent as application/json")),
    ("v2-res-table-rows-21-insert-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-table-rows-22-insert-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-row-insert-badtype", Refused(400, "BAD_REQUEST", "Row data does not match schema")),
    // POST /api/v2/tables/{table}/rows/find
    ("v2-res-table-find-date", Gives(&[("/truncated", "false"), ("/matches/0/ordinal", "0"), ("/matches/0/rowId", "row_317fa2d9d20b4ddf90c2b73b0fce0527")])),
    ("v2-res-table-find-201", Refused(400, "BAD_REQUEST", "q is too long")),
    // POST /api/v2/tables/{table}/rows/upsert
    ("v2-row-upsert-insert", Gives(&[("/operation", "insert"), ("/row/id", "row_1f429c49a40b4210891ce2f29989a0ec"), ("/row/data/name", "New")])),
    ("v2-res-table-upsert-04-target-not-unique", Refused(400, "BAD_REQUEST", "Column \"name\" is not a unique column. Available unique columns: email")),
    ("v2-res-table-upsert-12-404", Refused(404, "NOT_FOUND", "Table \"nope\" not found in this workspace — it may not exist or may belong to a different workspace. ")),
    ("v2-res-table-upsert-13-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // DELETE /api/v2/tables/{table}/rows/{row}
    ("v2-res-table-rows-26-delete-ok", Gives(&[("/id", "row_fe3e78d9b3c94541bfa9e80783769c75"), ("/deleted", "true")])),
    ("v2-res-table-rows-25-delete-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-table-rows-27-delete-again-404", Refused(404, "NOT_FOUND", "Row not found")),
    ("v2-res-table-rows-28-delete-noworkspace", Refused(400, "BAD_REQUEST", "workspaceId query parameter is required")),
    ("v2-res-table-rows-30-delete-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // GET /api/v2/tables/{table}/rows/{row}
    ("v2-row-get", Gives(&[("/id", "row_93f9c880c7ed4959bbcc99f16d75fce1"), ("/data/name", "Ann"), ("/data/email", "a@x")])),
    ("v2-row-404", Refused(404, "NOT_FOUND", "Row not found")),
    // PATCH /api/v2/tables/{table}/rows/{row}
    ("v2-res-table-rows-17-patch-unique-same-value", Gives(&[("/id", "row_09a6043d2cd3418c8b404a1a9e7d9803"), ("/data/name", "P0"), ("/data/email", "p0@x")])),
    ("v2-res-table-rows-16-patch-unique-conflict", Refused(400, "BAD_REQUEST", "Column \"email\" must be unique. Value \"p1@x\" already exists in row 2")),
    ("v2-res-table-types-39-patch-404", Refused(404, "NOT_FOUND", "Row not found")),
    // POST /api/v2/tables/{table}/rows/{row}/enrichment/{group}
    ("v2-res-table-enrichment-01-enrichment-group", Gives(&[("/dispatchId", "tdsp_f8adb6df085d4fd382d5ff24478d2f22")])),
    ("v2-res-table-enrichment-04-unknown-group", Refused(404, "NOT_FOUND", "Workflow group not found")),
    ("v2-res-table-enrichment-06-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-table-enrichment-07-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-table-enrichment-09-nobody", Refused(400, "BAD_REQUEST", "Request body must be valid JSON")),
    // GET /api/v2/tables/{table}/views
    ("v2-res-table-view-01-list-empty", Gives(&[("/data/0/id", "a3345915-5294-424e-ab3e-a8a259621fa4"), ("/data/0/name", "Default"), ("/data/0/tableId", "tbl_5479c1ff048646f7a52436a2a7e627f4")])),
    ("v2-res-table-view-19-list-limit-refused", Refused(400, "BAD_REQUEST", "Unrecognized key: \"limit\"")),
    ("v2-res-table-view-25-list-404-table", Refused(404, "NOT_FOUND", "Table \"nope\" not found in this workspace — it may not exist or may belong to a different workspace. ")),
    // POST /api/v2/tables/{table}/views
    ("v2-view-create", Gives(&[("/id", "0de51039-ce75-4921-a429-a1e7881942c7"), ("/name", "v"), ("/tableId", "tbl_04f4f3b1e6544b969ff5d73ff05c0b31")])),
    ("v2-res-ratelimit-by-address-429", Refused(429, "RATE_LIMITED", "API rate limit exceeded")),
    ("v2-res-table-view-04-create-empty-name", Refused(400, "BAD_REQUEST", "View name is required")),
    ("v2-res-table-view-22-create-readonly", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // DELETE /api/v2/tables/{table}/views/{view}
    ("v2-res-table-view-23-delete", Gives(&[("/id", "62384e19-fe22-437a-b9c7-6a941b5928a6"), ("/deleted", "true")])),
    ("v2-res-table-view-24-delete-404", Refused(404, "NOT_FOUND", "View not found on this table — call table_views with operation \"list_views\" for valid view ids")),
    // GET /api/v2/tables/{table}/views/{view}
    ("v2-res-table-view-11-get", Gives(&[("/id", "62384e19-fe22-437a-b9c7-6a941b5928a6"), ("/name", "My view é"), ("/tableId", "tbl_5479c1ff048646f7a52436a2a7e627f4")])),
    ("v2-res-table-view-20-get-404", Refused(404, "NOT_FOUND", "View not found on this table — call table_views with operation \"list_views\" for valid view ids")),
    // PATCH /api/v2/tables/{table}/views/{view}
    ("v2-view-patch", Gives(&[("/id", "0de51039-ce75-4921-a429-a1e7881942c7"), ("/name", "v2"), ("/tableId", "tbl_04f4f3b1e6544b969ff5d73ff05c0b31")])),
    ("v2-res-table-view-14-patch-both", Refused(400, "BAD_REQUEST", "config and configPatch are mutually exclusive")),
    ("v2-res-table-view-21-patch-404", Refused(404, "NOT_FOUND", "View not found on this table — call table_views with operation \"list_views\" for valid view ids")),
];
