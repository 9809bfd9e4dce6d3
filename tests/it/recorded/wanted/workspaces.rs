//! What is expected of the recordings of workspaces.

use crate::recorded::want::Row;
use crate::recorded::want::Want::{Gives, Refused};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // GET /api/v2/workspaces
    ("v2-workspaces", Gives(&[("/data/0/id", "25236d8f-d28a-4734-9480-95610a0d48ad"), ("/data/0/name", "Alice's Workspace"), ("/data/0/color", "#14b8a6")])),
    ("v2-res-key-deleted", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-ratelimit-by-address-after-12s", Refused(429, "RATE_LIMITED", "API rate limit exceeded")),
    ("v2-res-workspace-13-list-badcursor", Refused(400, "BAD_REQUEST", "cursor is not a valid pagination cursor. Restart pagination without a cursor.")),
    // GET /api/v2/workspaces/{workspace}
    ("v2-workspace", Gives(&[("/id", "25236d8f-d28a-4734-9480-95610a0d48ad"), ("/name", "Alice's Workspace"), ("/color", "#14b8a6")])),
    ("v2-res-key-member-removed-workspace", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-workspace-404", Refused(404, "NOT_FOUND", "Workspace not found")),
    // GET /api/v2/workspaces/{workspace}/members
    ("v2-res-workspace-04-members", Gives(&[("/data/0/name", "Alice"), ("/data/0/email", "alice@example.com"), ("/data/0/role", "admin")])),
    ("v2-res-workspace-08-members-bobs", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
];
