//! Exchanges made by hand, in the shapes of a real server.

use std::path::Path;

use super::expected::Want::{self, Deployed, Job, Receipt, Refused, Run, Unfinished, Usage};
use super::replay;

const RUN: &str = "11111111-1111-4111-8111-111111111111";
const JOB: &str = "workflow-execution:11111111-1111-4111-8111-111111111111";

#[test]
fn every_vector_is_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    assert_eq!(replay(&folder, |_| true, &WANTED), WANTED.len());
}

#[rustfmt::skip]
const WANTED: [(&str, Want); 25] = [
    ("exec-cancelled", Want::Cancelled(RUN)),
    ("exec-completed", Run("completed", RUN, &[("/answer", "42")])),
    ("exec-failed", Unfinished("failed", "Divide: division by zero")),
    ("exec-gate", Refused(429, "RATE_LIMIT_EXCEEDED", "Too many requests")),
    ("exec-id-conflict", Refused(409, "EXECUTION_ID_CONFLICT", "Execution ID has already been used")),
    ("exec-invalid-json", Refused(400, "INVALID_JSON", "Invalid JSON in request body")),
    ("exec-not-deployed", Refused(403, "FORBIDDEN", "Workflow is not deployed")),
    ("exec-old-server", Run("completed", "own", &[("/answer", "42")])),
    ("exec-own-id", Run("completed", "order-1", &[("", "null")])),
    ("exec-paused", Run("paused", RUN, &[("/data/_resume/contextId", "ask")])),
    ("exec-rate-limited", Refused(429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded.")),
    ("exec-response-block", Run("completed", "own", &[("/made/id", "7")])),
    ("exec-timed-out", Unfinished("timed_out", "Execution timed out after 5 minutes")),
    ("exec-unauthorized", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("exec-usage-limit", Refused(402, "USAGE_LIMIT_EXCEEDED", "Usage limit exceeded: $20.10 used of $20.00 limit.")),
    ("job-completed", Job("completed", RUN, r#"{"answer":42}"#, None)),
    ("job-failed", Job("failed", RUN, "null", Some("Divide: division by zero"))),
    ("job-pending", Job("pending", RUN, "null", None)),
    ("job-unknown", Refused(404, "TASK_NOT_FOUND", "Task not found")),
    ("queue-receipt", Receipt(JOB, RUN)),
    ("queue-receipt-limited", Receipt(JOB, RUN)),
    ("status-deployed", Deployed(true, Some("2026-11-24T08:00:00Z"))),
    ("status-not-deployed", Deployed(false, None)),
    ("status-unknown", Refused(404, "WORKFLOW_NOT_FOUND", "Workflow not found")),
    ("usage", Usage(99, 20.0, "pro")),
];
