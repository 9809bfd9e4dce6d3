//! What is expected of the recordings of knowledge bases.

use crate::recorded::want::Row;
use crate::recorded::want::Want::{Gives, Refused};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // GET /api/v2/knowledge
    ("v2-knowledge-list-1", Gives(&[("/data/0/id", "7ca7336c-70cf-449e-9501-819439a6622d"), ("/data/0/name", "kb2"), ("/data/0/description", "d")])),
    ("v2-res-knowledge-33-list-cursor-other-sort", Refused(400, "BAD_REQUEST", "cursor does not match the requested sortBy/sortOrder. Restart pagination without a cursor after changing the sort.")),
    ("v2-res-knowledge-37-list-otherws", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // POST /api/v2/knowledge
    ("v2-knowledge-create", Gives(&[("/id", "7ca7336c-70cf-449e-9501-819439a6622d"), ("/name", "kb1"), ("/description", "d")])),
    ("v2-res-knowledge-03-create-dup-name", Refused(409, "CONFLICT", "A knowledge base named \"Min e6c04c\" already exists in this workspace. Names are unique across the wh")),
    ("v2-res-knowledge-04-bad-chunking", Refused(400, "BAD_REQUEST", "Too small: expected number to be >=100")),
    ("v2-res-knowledge-09-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-knowledge-10-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-knowledge-12-folder-missing", Refused(404, "NOT_FOUND", "Folder not found")),
    // DELETE /api/v2/knowledge/folders
    ("v2-knowledge-folder-delete", Gives(&[("/path", "/Fe1a83y"), ("/deleted", "true"), ("/deletedItems/folders", "1")])),
    // GET /api/v2/knowledge/folders
    ("v2-knowledge-folders-list", Gives(&[("/data/0/name", "Fe1a83"), ("/data/0/path", "/Fe1a83"), ("/data/0/parentPath", "/")])),
    // PATCH /api/v2/knowledge/folders
    ("v2-knowledge-folder-move", Gives(&[("/name", "Fe1a83y"), ("/path", "/Fe1a83y"), ("/parentPath", "/")])),
    // POST /api/v2/knowledge/folders
    ("v2-knowledge-folder-create", Gives(&[("/name", "Fe1a83"), ("/path", "/Fe1a83"), ("/parentPath", "/")])),
    // POST /api/v2/knowledge/search
    ("v2-res-ksearch-01-ok", Gives(&[("/query", "red fox in the forest"), ("/topK", "10"), ("/totalResults", "6")])),
    ("v2-knowledge-search", Refused(500, "INTERNAL_ERROR", "Internal server error")),
    ("v2-res-ksearch-04-topk-float", Refused(400, "BAD_REQUEST", "topK must be an integer between 1 and 100")),
    ("v2-res-ksearch-22-unknown-id", Refused(404, "NOT_FOUND", "Knowledge bases not found or access denied: nope")),
    ("v2-res-ksearch-27-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // DELETE /api/v2/knowledge/{base}
    ("v2-kb-delete2", Gives(&[("/id", "06379c3b-99d6-41d2-96c3-ca67caa79494"), ("/deleted", "true")])),
    ("v2-res-knowledge-40-delete-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-knowledge-42-delete-again", Refused(404, "NOT_FOUND", "Knowledge base not found")),
    // GET /api/v2/knowledge/{base}
    ("v2-knowledge-get", Gives(&[("/id", "7ca7336c-70cf-449e-9501-819439a6622d"), ("/name", "kb1"), ("/description", "d")])),
    ("v2-knowledge-404", Refused(404, "NOT_FOUND", "Knowledge base not found")),
    ("v2-res-knowledge-29-get-noworkspace", Refused(400, "BAD_REQUEST", "workspaceId query parameter is required")),
    ("v2-res-knowledge-30-get-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // PATCH /api/v2/knowledge/{base}
    ("v2-res-knowledge-20-patch", Gives(&[("/id", "e0544a2f-ec0a-4fbc-92e5-f6ced50cae91"), ("/name", "Renamed e6c04c"), ("/tokenCount", "0")])),
    ("v2-res-knowledge-21-patch-empty", Refused(400, "BAD_REQUEST", "At least one of name, description, chunkingConfig, or folderPath is required")),
    ("v2-res-knowledge-22-patch-name-taken", Refused(409, "CONFLICT", "A knowledge base named \"Min e6c04c\" already exists in this workspace. Names are unique across the wh")),
    ("v2-res-knowledge-24-patch-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-knowledge-25-patch-404", Refused(404, "NOT_FOUND", "Knowledge base not found")),
    // GET /api/v2/knowledge/{base}/connectors
    ("v2-res-connector-03-list", Gives(&[("/data/0/id", "c198b206-e98e-40d7-bb77-eb65e71390b5"), ("/data/0/status", "syncing"), ("/data/0/knowledgeBaseId", "71b41b1c-501a-4290-8a32-3ad4e5e3e72a")])),
    ("v2-res-connector-68-list-wskey-403", Refused(403, "FORBIDDEN", "Workspace API key cannot perform this operation")),
    // POST /api/v2/knowledge/{base}/connectors
    ("v2-res-connector-01-create", Gives(&[("/id", "c198b206-e98e-40d7-bb77-eb65e71390b5"), ("/status", "active"), ("/knowledgeBaseId", "71b41b1c-501a-4290-8a32-3ad4e5e3e72a")])),
    ("v2-res-connector-50-unknown-type", Refused(400, "BAD_REQUEST", "Unknown connector type: zzz")),
    ("v2-res-connector-59-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-connector-61-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-connector-65-404-kb", Refused(404, "NOT_FOUND", "Knowledge base not found")),
    // DELETE /api/v2/knowledge/{base}/connectors/{connector}
    ("v2-res-connector-81-delete-keep-documents", Gives(&[("/id", "c198b206-e98e-40d7-bb77-eb65e71390b5"), ("/deleted", "true"), ("/documentsDeleted", "0")])),
    ("v2-res-connector-80-delete-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-connector-82-delete-again", Refused(404, "NOT_FOUND", "Connector not found")),
    ("v2-res-connector-86-delete-bad-flag", Refused(400, "BAD_REQUEST", "must be a boolean (true/false)")),
    ("v2-res-connector-87-delete-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // GET /api/v2/knowledge/{base}/connectors/{connector}
    ("v2-res-connector-02-get-at-once", Gives(&[("/id", "c198b206-e98e-40d7-bb77-eb65e71390b5"), ("/status", "syncing"), ("/knowledgeBaseId", "71b41b1c-501a-4290-8a32-3ad4e5e3e72a")])),
    ("v2-res-connector-70-get-404", Refused(404, "NOT_FOUND", "Connector not found")),
    // PATCH /api/v2/knowledge/{base}/connectors/{connector}
    ("v2-res-connector-30-pause", Gives(&[("/id", "c198b206-e98e-40d7-bb77-eb65e71390b5"), ("/status", "paused"), ("/knowledgeBaseId", "71b41b1c-501a-4290-8a32-3ad4e5e3e72a")])),
    ("v2-res-connector-36-source-bad", Refused(400, "BAD_REQUEST", "Obsidian API returned status 401")),
    ("v2-res-connector-39-404", Refused(404, "NOT_FOUND", "Connector not found")),
    ("v2-res-connector-40-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // GET /api/v2/knowledge/{base}/connectors/{connector}/documents
    ("v2-res-connector-05-documents", Gives(&[("/data/0/id", "e31b2a65-0f59-42c5-ab63-eb9776c6e411"), ("/data/0/filename", "alpha"), ("/data/0/externalId", "alpha.md")])),
    ("v2-res-connector-72-documents-404", Refused(404, "NOT_FOUND", "Connector not found")),
    // PATCH /api/v2/knowledge/{base}/connectors/{connector}/documents
    ("v2-res-connector-10-exclude", Gives(&[("/operation", "exclude"), ("/updatedCount", "0")])),
    ("v2-res-connector-17-documents-bad-op", Refused(400, "BAD_REQUEST", "Invalid option: expected one of \"restore\"|\"exclude\"")),
    ("v2-res-connector-19-documents-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // POST /api/v2/knowledge/{base}/connectors/{connector}/sync
    ("v2-res-connector-20-sync", Gives(&[("/id", "c198b206-e98e-40d7-bb77-eb65e71390b5"), ("/syncTriggered", "true")])),
    ("v2-res-connector-21-sync-again-at-once", Refused(409, "CONFLICT", "Sync already in progress")),
    ("v2-res-connector-25-sync-404", Refused(404, "NOT_FOUND", "Connector not found")),
    ("v2-res-connector-26-sync-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-connector-28-sync-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-connector-29-sync-nobody", Refused(400, "BAD_REQUEST", "Request body must be valid JSON")),
    // GET /api/v2/knowledge/{base}/documents
    ("v2-res-connector-08-kb-documents", Gives(&[("/data/0/id", "e31b2a65-0f59-42c5-ab63-eb9776c6e411"), ("/data/0/knowledgeBaseId", "71b41b1c-501a-4290-8a32-3ad4e5e3e72a"), ("/data/0/filename", "alpha")])),
    ("v2-res-kdoc-64-list-tagfilter-bad", Refused(400, "BAD_REQUEST", "tagFilters must be a JSON-encoded array of tag filters")),
    ("v2-res-kdoc-69-list-404", Refused(404, "NOT_FOUND", "Knowledge base not found")),
    // PATCH /api/v2/knowledge/{base}/documents
    ("v2-res-kdoc-70-bulk-disable", Gives(&[("/operation", "disable"), ("/updatedCount", "2")])),
    ("v2-res-kdoc-73-bulk-both", Refused(400, "BAD_REQUEST", "documentIds cannot be combined with selectAll")),
    ("v2-res-kdoc-77-bulk-all-missing", Refused(404, "NOT_FOUND", "No valid documents found to update")),
    ("v2-res-kdoc-78-bulk-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // POST /api/v2/knowledge/{base}/documents
    ("v2-res-kdoc-01-upload-txt", Gives(&[("/id", "a839eb9d-7147-4d1f-9698-5f2e1820f10b"), ("/knowledgeBaseId", "4e5a4cc2-004b-47b0-801a-fd084e03a10d"), ("/filename", "fox.txt")])),
    ("v2-res-kdoc-11-upload-empty", Refused(400, "BAD_REQUEST", "Knowledge document cannot be empty")),
    ("v2-res-kdoc-12-upload-exe", Refused(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported file type: exe. Supported types are: pdf, csv, doc, docx, txt, md, xlsx, xls, ppt, pptx,")),
    ("v2-res-kdoc-22-upload-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-kdoc-23-upload-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-kdoc-24-upload-404", Refused(404, "NOT_FOUND", "Knowledge base not found")),
    // POST /api/v2/knowledge/{base}/documents/uploads
    ("v2-kb-upload-session", Gives(&[("/session/id", "acd9ca04-52eb-4c06-bac7-c887f544d22e"), ("/session/name", "a.txt"), ("/session/status", "uploading")])),
    ("v2-res-kupload-err-ext-mismatch", Refused(415, "UNSUPPORTED_MEDIA_TYPE", "MIME type text/plain does not match file extension pdf. Expected: application/pdf, application/x-pdf")),
    ("v2-res-kupload-err-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-kupload-err-size-0", Refused(400, "BAD_REQUEST", "Too small: expected number to be >=1")),
    // DELETE /api/v2/knowledge/{base}/documents/uploads/{upload}
    ("v2-res-kupload-expired-04-abort", Gives(&[("/id", "a0d088a4-a55a-4768-946f-7aada5e185c4"), ("/name", "a.txt"), ("/status", "aborted")])),
    ("v2-res-kupload-err-abort-404", Refused(404, "NOT_FOUND", "Upload session not found")),
    ("v2-res-kupload-one-09-abort-after", Refused(409, "CONFLICT", "Upload has already been completed")),
    // POST /api/v2/knowledge/{base}/documents/uploads/{upload}/complete
    ("v2-res-kupload-one-07-complete", Gives(&[("/id", "317c4d6b-4bf6-446f-8f35-8c1715db523a"), ("/name", "a.txt"), ("/status", "completed")])),
    ("v2-res-kupload-expired-02-complete", Refused(409, "CONFLICT", "Upload session has expired")),
    ("v2-res-kupload-one-05-complete-no-token", Refused(400, "BAD_REQUEST", "Invalid input: expected string, received undefined")),
    ("v2-res-kupload-one-06-complete-bad-token", Refused(404, "NOT_FOUND", "Upload session not found")),
    // POST /api/v2/knowledge/{base}/documents/uploads/{upload}/parts
    ("v2-res-kupload-parts-02-urls", Gives(&[("/parts/0/partNumber", "1"), ("/parts/0/headers/Content-Type", "application/octet-stream")])),
    ("v2-res-kupload-parts-03-urls-3", Refused(400, "BAD_REQUEST", "partNumber must be between 1 and 2")),
    // DELETE /api/v2/knowledge/{base}/documents/{document}
    ("v2-res-kdoc-81-delete", Gives(&[("/id", "620a8388-0d73-41c3-859f-d10d35dadceb"), ("/deleted", "true")])),
    ("v2-res-kdoc-80-delete-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-kdoc-82-delete-again", Refused(404, "NOT_FOUND", "Document not found")),
    ("v2-res-kdoc-84-delete-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // GET /api/v2/knowledge/{base}/documents/{document}
    ("v2-res-connector-09-kb-document", Gives(&[("/id", "e31b2a65-0f59-42c5-ab63-eb9776c6e411"), ("/knowledgeBaseId", "71b41b1c-501a-4290-8a32-3ad4e5e3e72a"), ("/filename", "alpha")])),
    ("v2-res-kdoc-83-get-deleted", Refused(404, "NOT_FOUND", "Document not found")),
    // PATCH /api/v2/knowledge/{base}/documents/{document}
    ("v2-res-kdoc-09-patch-while-processing", Gives(&[("/id", "b4db9175-5aeb-4977-8db6-fc5e7df06189"), ("/knowledgeBaseId", "4e5a4cc2-004b-47b0-801a-fd084e03a10d"), ("/filename", "slow.txt")])),
    ("v2-res-kdoc-10-retry-while-processing", Refused(400, "BAD_REQUEST", "Document is not in a retryable state (current: processing)")),
    ("v2-res-kdoc-31-retry-failed", Refused(500, "INTERNAL_ERROR", "Internal server error")),
    ("v2-res-kdoc-retry-6-retry-again", Gives(&[("/id", "f7211090-7bfb-4fc4-b447-7bc5e698f826"), ("/queued", "true"), ("/processingStatus", "pending")])),
    ("v2-res-kdoc-50-patch-empty", Refused(400, "BAD_REQUEST", "At least one of filename, enabled, tag1-tag7, or retryProcessing is required")),
    ("v2-res-kdoc-52-patch-404", Refused(404, "NOT_FOUND", "Document not found")),
    ("v2-res-kdoc-53-patch-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-kdoc-55-patch-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // GET /api/v2/knowledge/{base}/tags
    ("v2-res-kdoc-45-tags", Gives(&[("/data/0/displayName", "ok"), ("/data/0/tagSlot", "boolean1"), ("/data/0/fieldType", "boolean")])),
];
