//! What is expected of the recordings of billing.

use crate::recorded::want::Row;
use crate::recorded::want::Want::{Gives, Refused};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // GET /api/v2/billing/logs
    ("v2-billing-logs", Gives(&[("/data/0/id", "908f3ec8-ba5e-49c1-bed8-5eff29c271db"), ("/data/0/runId", "974c163e-1eff-40f7-999a-d8f3b9deb423"), ("/data/0/source", "workflow")])),
    ("v2-res-workflow-billing-logs-bob", Refused(404, "NOT_FOUND", "Workspace not found")),
    // GET /api/v2/billing/status
    ("v2-res-workflow-billing-status-readonly", Gives(&[("/status", "active"), ("/workspaceId", "4aae2c72-9e6b-4489-88c0-bfee6f5c828b"), ("/plan", "free")])),
    ("v2-res-workflow-billing-status-bob", Refused(404, "NOT_FOUND", "Workspace not found")),
];
