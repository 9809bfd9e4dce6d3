//! What is expected of the recordings of workflows.

use crate::recorded::want::Row;
use crate::recorded::want::Want::{Gives, Refused};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // GET /api/v2/workflows
    ("v2-workflows-list-deployed", Gives(&[("/data/0/id", "de790f62-efea-4639-963e-f247e5465968"), ("/data/0/name", "twoagents"), ("/data/0/folderPath", "/")])),
    ("v2-workflows-list-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-workflows-list-cursor-other-sort", Refused(400, "BAD_REQUEST", "cursor does not match the requested sortBy/sortOrder. Restart pagination without a cursor after changing the sort.")),
    ("v2-workflows-list-otherws", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // POST /api/v2/workflows
    ("v2-res-workflow-create-wskey", Gives(&[("/id", "d775f8f1-f1ed-4298-8d1b-edaba9288e64"), ("/name", "wf wskey 863340"), ("/folderPath", "/")])),
    ("v2-res-workflow-create-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-workflow-create-bob", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-workflow-create-409", Refused(409, "CONFLICT", "A workflow named \"tmp-created\" already exists in this folder")),
    // DELETE /api/v2/workflows/folders
    ("v2-workflow-folder-delete", Gives(&[("/path", "/Fe1a83x"), ("/deleted", "true"), ("/deletedItems/folders", "1")])),
    ("v2-workflow-folder-delete-404", Refused(404, "NOT_FOUND", "Folder not found")),
    // GET /api/v2/workflows/folders
    ("v2-res-folder-workflows-10-list", Gives(&[("/data/0/name", "A4ed405"), ("/data/0/path", "/A4ed405"), ("/data/0/parentPath", "/")])),
    ("v2-res-folder-workflows-20-list-limit", Refused(400, "BAD_REQUEST", "Unrecognized key: \"limit\"")),
    // PATCH /api/v2/workflows/folders
    ("v2-workflow-folder-move", Gives(&[("/name", "Fe1a83x"), ("/path", "/Fe1a83x"), ("/parentPath", "/")])),
    ("v2-res-folder-workflows-14-move-same", Refused(400, "BAD_REQUEST", "destinationPath must differ from path")),
    ("v2-res-folder-workflows-16-move-404", Refused(404, "NOT_FOUND", "Folder not found")),
    ("v2-res-folder-workflows-17-move-409", Refused(409, "CONFLICT", "A folder with this name already exists in this location")),
    // POST /api/v2/workflows/folders
    ("v2-workflow-folder-create", Gives(&[("/name", "Ops"), ("/path", "/Ops"), ("/parentPath", "/")])),
    ("v2-res-folder-workflows-03-create-409", Refused(409, "CONFLICT", "A folder with this name already exists in this location")),
    ("v2-res-folder-workflows-04-create-no-parent", Refused(404, "NOT_FOUND", "Parent folder not found")),
    ("v2-res-folder-workflows-06-create-unencoded", Refused(400, "BAD_REQUEST", "Path must be a canonical folder path")),
    ("v2-res-folder-workflows-18-create-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-folder-workflows-19-create-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // POST /api/v2/workflows/import
    ("v2-workflow-import", Gives(&[("/id", "9a859335-fe1f-4452-b7d0-cd70687b1dfb"), ("/name", "imp-e1a83"), ("/workspaceId", "25236d8f-d28a-4734-9480-95610a0d48ad")])),
    ("v2-res-workflow-import-bob", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-workflow-import-bad", Refused(400, "BAD_REQUEST", "Invalid workflow: Missing or invalid field: blocks")),
    // DELETE /api/v2/workflows/{workflow}
    ("v2-workflow-delete", Gives(&[("/id", "81133736-9a1d-4266-9eeb-2afcfd59725c"), ("/deleted", "true")])),
    ("v2-res-workflow-delete-readonly", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // GET /api/v2/workflows/{workflow}
    ("v2-get-keepalive", Gives(&[("/id", "62eb2d6c-afd5-442d-9b04-41921f16bfad"), ("/name", "echo"), ("/folderPath", "/")])),
    ("v2-res-key-personal-off-workflow", Refused(403, "FORBIDDEN", "Personal API keys are not allowed for this workspace")),
    ("v2-res-workflow-get-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-workflow-get-deleted", Refused(404, "NOT_FOUND", "Workflow not found")),
    // PATCH /api/v2/workflows/{workflow}
    ("v2-workflow-patch", Gives(&[("/id", "3e790352-9f1e-4d72-b6fc-08d2000045ca"), ("/name", "tmp-renamed"), ("/description", "d")])),
    ("v2-res-workflow-patch-readonly", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-workflow-patch-empty", Refused(400, "BAD_REQUEST", "At least one of name, description, or folderPath is required")),
    // GET /api/v2/workflows/{workflow}/export
    ("v2-res-workflow-export-readonly", Gives(&[("/version", "1.0"), ("/workflow/id", "f7e46082-3c48-4de9-99f2-675f9aaae40b"), ("/workflow/name", "branch")])),
];
