//! What is expected of the recordings of custom tools.

use crate::recorded::want::Row;
use crate::recorded::want::Want::{Gives, Refused};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // GET /api/v2/custom-tools
    ("v2-res-tool-25-list-1", Gives(&[("/data/0/id", "sQUbde_uKwoDW6s6HsB8X"), ("/data/0/title", "T bf709d"), ("/data/0/schema/type", "function")])),
    // POST /api/v2/custom-tools
    ("v2-res-tool-01-create", Gives(&[("/id", "N4ExfBgChwjD88BWVHqiY"), ("/title", "Tool badbe3"), ("/code", "return 1")])),
    ("v2-res-tool-02-dup-title", Refused(409, "CONFLICT", "A custom tool titled \"Tool badbe3\" already exists in this workspace")),
    ("v2-res-tool-03-bad-schema", Refused(400, "BAD_REQUEST", "Invalid input: expected object, received undefined")),
    ("v2-res-tool-06-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-tool-08-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // DELETE /api/v2/custom-tools/{tool}
    ("v2-custom-tool-delete", Gives(&[("/id", "zS5tZ1AVDFl2kZXHRpqVC"), ("/deleted", "true")])),
    ("v2-res-tool-30-delete-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-tool-32-delete-again", Refused(404, "NOT_FOUND", "Custom tool not found")),
    // GET /api/v2/custom-tools/{tool}
    ("v2-custom-tool-get", Gives(&[("/id", "zS5tZ1AVDFl2kZXHRpqVC"), ("/title", "t_9ea29"), ("/code", "return 1"), ("/schema/function/name", "t_9ea29")])),
    ("v2-res-tool-24-get-bob", Refused(404, "NOT_FOUND", "Custom tool not found")),
    // PATCH /api/v2/custom-tools/{tool}
    ("v2-custom-tool-patch", Gives(&[("/id", "zS5tZ1AVDFl2kZXHRpqVC"), ("/title", "t_9ea29"), ("/code", "return 2")])),
    ("v2-res-tool-21-patch-empty", Refused(400, "BAD_REQUEST", "At least one of title, schema, or code is required")),
    ("v2-res-tool-22-patch-404", Refused(404, "NOT_FOUND", "Custom tool not found")),
    ("v2-res-tool-23-patch-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
];
