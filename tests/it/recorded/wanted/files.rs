//! What is expected of the recordings of files.

use crate::recorded::want::Row;
use crate::recorded::want::Want::{Gives, Refused};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // GET /api/v2/files
    ("v2-files-list-p1", Gives(&[("/data/0/id", "wf_JQlbofqhuTHqUdDJWvOys"), ("/data/0/name", "note.txt"), ("/data/0/type", "text/plain")])),
    ("v2-res-file-list-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-file-list-bad-scope", Refused(400, "BAD_REQUEST", "Invalid option: expected one of \"active\"|\"archived\"")),
    ("v2-res-file-list-otherws", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // POST /api/v2/files
    ("v2-res-file-01-create-empty", Gives(&[("/id", "wf_2yv6Sv_oioE_Xau5eHWQL"), ("/name", "empty8e6417.txt"), ("/type", "text/plain")])),
    ("v2-file-create-badbase64", Refused(400, "BAD_REQUEST", "content must be valid base64")),
    ("v2-file-create-dup", Refused(409, "CONFLICT", "File already exists")),
    ("v2-res-file-24-folder-missing", Refused(404, "NOT_FOUND", "Target folder not found")),
    ("v2-res-file-27-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-file-28-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // POST /api/v2/files/bulk-delete
    ("v2-file-bulk-delete", Gives(&[("/deletedItems/files", "1")])),
    ("v2-res-file-trash-17-bulk-delete-missing", Refused(404, "NOT_FOUND", "Workspace file items not found (files: wf_QDbODwOK2Z2PGRhxuYBHd, nope)")),
    ("v2-res-file-trash-18-bulk-delete-empty", Refused(400, "BAD_REQUEST", "Too small: expected array to have >=1 items")),
    ("v2-res-file-trash-19-bulk-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // DELETE /api/v2/files/folders
    ("v2-files-folder-delete-recursive", Gives(&[("/path", "/M9ea29"), ("/deleted", "true"), ("/deletedItems/folders", "1")])),
    ("v2-files-folder-delete-nonempty", Refused(409, "CONFLICT", "Folder is not empty")),
    ("v2-res-file-trash-36-folder-delete-404", Refused(404, "NOT_FOUND", "Folder not found")),
    ("v2-res-file-trash-37-folder-delete-bad-recursive", Refused(400, "BAD_REQUEST", "Invalid option: expected one of \"true\"|\"1\"|\"yes\"|\"on\"|\"y\"|\"enabled\"|\"false\"|\"0\"|\"no\"|\"off\"|\"n\"|\"disabled\"")),
    // GET /api/v2/files/folders
    ("v2-file-folders", Gives(&[("/data/0/name", "Docs"), ("/data/0/path", "/Docs"), ("/data/0/parentPath", "/")])),
    // PATCH /api/v2/files/folders
    ("v2-files-folder-move", Gives(&[("/name", "Fe1a83y"), ("/path", "/Fe1a83y"), ("/parentPath", "/")])),
    // POST /api/v2/files/folders
    ("v2-file-folder-create", Gives(&[("/name", "Docs"), ("/path", "/Docs"), ("/parentPath", "/")])),
    // POST /api/v2/files/move
    ("v2-file-move-ok", Gives(&[("/movedItems/files", "1")])),
    // POST /api/v2/files/uploads
    ("v2-file-upload-1-session", Gives(&[("/session/id", "803bd970-0d69-40a6-bfed-c793fc33ee1f"), ("/session/name", "up_c6113.txt"), ("/session/status", "uploading")])),
    ("v2-res-file-upload-err-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-file-upload-err-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-file-upload-err-size-huge", Refused(400, "BAD_REQUEST", "Too big: expected number to be <=5368709120")),
    // DELETE /api/v2/files/uploads/{upload}
    ("v2-file-upload-abort-2", Gives(&[("/id", "552dfe5b-64ec-4c6c-9952-7cc8870efd3d"), ("/name", "ab.txt"), ("/status", "aborted")])),
    ("v2-res-file-upload-err-abort-404", Refused(404, "NOT_FOUND", "Upload session not found")),
    ("v2-res-file-upload-token-05-abort-no-token", Refused(400, "BAD_REQUEST", "Invalid input: expected string, received undefined")),
    // POST /api/v2/files/uploads/{upload}/complete
    ("v2-res-file-upload-empty-03-complete", Gives(&[("/id", "d05fd7d9-4f18-4c37-ada2-7d2c4e31d5d5"), ("/name", "em1d6385.txt"), ("/status", "completed")])),
    ("v2-file-upload-complete-missing-token-header", Refused(400, "BAD_REQUEST", "Invalid input: expected string, received undefined")),
    ("v2-res-file-upload-folder-03-complete-folder-gone", Refused(404, "NOT_FOUND", "Target folder not found")),
    ("v2-res-file-upload-parts-10-complete-missing-part", Refused(409, "CONFLICT", "Expected 2 uploaded parts; provider returned 1")),
    // POST /api/v2/files/uploads/{upload}/parts
    ("v2-file-upload-big-2-parts", Gives(&[("/parts/0/partNumber", "1"), ("/parts/0/headers/Content-Type", "application/octet-stream")])),
    ("v2-res-file-upload-parts-02-urls-3", Refused(400, "BAD_REQUEST", "partNumber must be between 1 and 2")),
    ("v2-res-file-upload-parts-06-urls-bad-token", Refused(404, "NOT_FOUND", "Upload session not found")),
    ("v2-res-file-upload-parts-16-urls-after", Refused(409, "CONFLICT", "Upload session is completed")),
    // DELETE /api/v2/files/{file}
    ("v2-res-file-share-38-delete-file", Gives(&[("/id", "wf_6fZJksX8LYvAYD_-rk5Gs"), ("/deleted", "true")])),
    ("v2-res-file-trash-03-delete-again", Refused(404, "NOT_FOUND", "File not found")),
    ("v2-res-file-trash-14-delete-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // GET /api/v2/files/{file}
    ("v2-file-download-range", Gives(&[("/contentType", "text/plain")])),
    ("v2-res-file-60-get-bob", Refused(404, "NOT_FOUND", "File not found")),
    ("v2-res-file-62-get-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-file-66-get-badid", Refused(400, "BAD_REQUEST", "Invalid file id")),
    // PATCH /api/v2/files/{file}
    ("v2-file-patch", Gives(&[("/id", "wf_JQlbofqhuTHqUdDJWvOys"), ("/name", "note2.txt"), ("/type", "text/plain")])),
    ("v2-res-file-51-rename-409", Refused(409, "CONFLICT", "A file named \"dup8e6417.txt\" already exists in this workspace")),
    ("v2-res-file-52-rename-bad", Refused(400, "BAD_REQUEST", "Name cannot contain path separators or dot segments")),
    ("v2-res-file-53-rename-404", Refused(404, "NOT_FOUND", "File not found")),
    ("v2-res-file-54-rename-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // PUT /api/v2/files/{file}/content
    ("v2-file-content-put", Gives(&[("/id", "wf_JQlbofqhuTHqUdDJWvOys"), ("/name", "note.txt"), ("/type", "text/plain")])),
    ("v2-res-file-44-content-404", Refused(404, "NOT_FOUND", "File not found")),
    ("v2-res-file-45-content-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-file-46-content-missing", Refused(400, "BAD_REQUEST", "Invalid input: expected string, received undefined")),
    // GET /api/v2/files/{file}/metadata
    ("v2-res-file-06-metadata-unicode", Gives(&[("/id", "wf_Rtxjds5_iTKMwIcy9b8e0"), ("/name", "файл 世界 🚀 8e6417.txt"), ("/type", "text/plain")])),
    ("v2-res-file-64-metadata-404", Refused(404, "NOT_FOUND", "File not found")),
    ("v2-res-file-65-metadata-noworkspace", Refused(400, "BAD_REQUEST", "Workspace ID is required")),
    // POST /api/v2/files/{file}/restore
    ("v2-file-restore-b", Gives(&[("/id", "wf_JQlbofqhuTHqUdDJWvOys"), ("/name", "note2.txt"), ("/type", "text/plain")])),
    ("v2-file-restore", Refused(400, "BAD_REQUEST", "Unrecognized key: \"workspaceId\"")),
    ("v2-res-file-trash-12-restore-404", Refused(404, "NOT_FOUND", "File not found")),
    ("v2-res-file-trash-13-restore-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // GET /api/v2/files/{file}/share
    ("v2-res-file-share-04-get", Gives(&[("/id", "f683e681-7cb6-4b64-9823-ac98c63c5b28"), ("/isActive", "true"), ("/resourceType", "file")])),
    ("v2-res-file-share-31-get-404", Refused(404, "NOT_FOUND", "File not found")),
    ("v2-res-file-share-35-get-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // PATCH /api/v2/files/{file}/share
    ("v2-file-share-patch", Gives(&[("/id", "b1e2313d-8859-4b3b-9a39-f812a057617a"), ("/isActive", "true"), ("/resourceType", "file")])),
    ("v2-res-file-share-08-password-without", Refused(400, "BAD_REQUEST", "Password is required for password-protected shares")),
    ("v2-res-file-share-30-404", Refused(404, "NOT_FOUND", "File not found")),
    ("v2-res-file-share-32-wskey-403", Refused(403, "FORBIDDEN", "Workspace API key cannot perform this operation")),
    // GET /api/v2/workflows/{workflow}/runs/{run}/files/{file}
    ("v2-res-run-file-02-get", Refused(404, "NOT_FOUND", "Not found")),
];
