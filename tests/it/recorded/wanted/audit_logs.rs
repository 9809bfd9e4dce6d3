//! What is expected of the recordings of audit logs.

use crate::recorded::want::Row;
use crate::recorded::want::Want::{Gives, Refused};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // GET /api/v2/audit-logs
    ("v2-res-audit-01-list", Gives(&[("/data/0/id", "z7UcEzgn-GZMnNMmVjQDJ"), ("/data/0/workspaceId", "4aae2c72-9e6b-4489-88c0-bfee6f5c828b"), ("/data/0/actorName", "Alice")])),
    ("v2-audit-logs-org", Refused(403, "FORBIDDEN", "Not a member of the requested organization")),
    ("v2-res-audit-04-cursor-other-filter", Refused(400, "BAD_REQUEST", "cursor does not match the requested filters. Restart pagination without a cursor after changing a filter.")),
    ("v2-res-audit-20-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // GET /api/v2/audit-logs/{entry}
    ("v2-res-audit-02-get", Gives(&[("/id", "z7UcEzgn-GZMnNMmVjQDJ"), ("/workspaceId", "4aae2c72-9e6b-4489-88c0-bfee6f5c828b"), ("/actorName", "Alice")])),
    ("v2-res-audit-22-get-404", Refused(404, "NOT_FOUND", "Audit log not found")),
    ("v2-res-audit-23-get-no-org", Refused(400, "BAD_REQUEST", "Organization ID is required")),
    ("v2-res-audit-24-get-not-member", Refused(403, "FORBIDDEN", "Not a member of the requested organization")),
    ("v2-res-audit-26-get-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
];
