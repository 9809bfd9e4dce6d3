//! Exchanges made by hand, in the shapes of a real server.

use std::path::Path;

use super::expected::Want::{
    Broke, Cancelled, Deployed, GoesOn, Job, Noted, Paused, Place, Queued, Receipt, Refused, Run,
    Stands, Unfinished, Usage, Waiting, Waits,
};
use super::record::Record;
use super::{Row, dropped, replay};

const RUN: &str = "11111111-1111-4111-8111-111111111111";
const JOB: &str = "workflow-execution:11111111-1111-4111-8111-111111111111";
const ATTEMPT: &str = "22222222-2222-4222-8222-222222222222";
const CONTEXT: &str = "ask₍0₎";

#[test]
fn every_vector_is_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let dropped = replay(&Record::all(&folder, |_| true), &WANTED);
    let known = dropped::KNOWN.iter().map(|(field, _)| (*field).to_owned());
    assert_eq!(dropped, known.collect());
}

#[rustfmt::skip]
const WANTED: [Row; 58] = [
    ("cancel-ended", Noted(RUN, "already_completed", false)),
    ("cancel-recorded", Noted(RUN, "recorded", false)),
    ("exec-cancelled", Cancelled(RUN)),
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
    ("execution-completed", Stands("completed", RUN, &[("/output/answer", "42"), ("/durationMs", "13.0"), ("/cost/total", "0.005")])),
    ("job-completed", Job("completed", RUN, r#"{"answer":42}"#, None)),
    ("job-failed", Job("failed", RUN, "null", Some("Divide: division by zero"))),
    ("job-pending", Job("pending", RUN, "null", None)),
    ("job-unknown", Refused(404, "TASK_NOT_FOUND", "Task not found")),
    ("pause-context", Place(CONTEXT, "paused", RUN)),
    ("paused-detail", Paused("paused", RUN, &[CONTEXT])),
    ("paused-list", Waiting(&[RUN])),
    ("queue-receipt", Receipt(JOB, RUN)),
    ("queue-receipt-limited", Receipt(JOB, RUN)),
    ("resume-ended", Run("completed", RUN, &[("/approved", "true")])),
    ("resume-queued", GoesOn(ATTEMPT)),
    ("status-deployed", Deployed(true, Some("2026-11-24T08:00:00Z"))),
    ("status-not-deployed", Deployed(false, None)),
    ("status-unknown", Refused(404, "WORKFLOW_NOT_FOUND", "Workflow not found")),
    ("usage", Usage(99, 20.0, "pro")),
    ("v2-cancel-again", Noted(RUN, "already_completed", false)),
    ("v2-cancel-recorded", Noted(RUN, "recorded", true)),
    ("v2-exec-busy", Refused(429, "RATE_LIMIT_EXCEEDED", "Too many concurrent executions")),
    ("v2-exec-cancelled", Cancelled(RUN)),
    ("v2-exec-completed", Run("completed", RUN, &[("/answer", "42")])),
    ("v2-exec-failed", Broke("division by zero", "BLOCK_EXECUTION_FAILED", "Divide", "function")),
    ("v2-exec-id-conflict", Refused(409, "EXECUTION_ID_CONFLICT", "Run ID has already been used")),
    ("v2-exec-invalid", Refused(400, "BAD_REQUEST", "Unrecognized key: \"n\"")),
    ("v2-exec-invalid-json", Refused(400, "INVALID_JSON", "Request body must be valid JSON")),
    ("v2-exec-lines", Run("completed", RUN, &[("/answer", "42")])),
    ("v2-exec-lines-refused", Refused(403, "FORBIDDEN", "Workflow is not deployed")),
    ("v2-exec-not-deployed", Refused(403, "WORKFLOW_NOT_DEPLOYED", "Workflow is not deployed")),
    ("v2-exec-off", Refused(404, "NOT_FOUND", "Not found")),
    ("v2-exec-own-id", Run("completed", "order-1", &[("", "null")])),
    ("v2-exec-paused", Waits(RUN, CONTEXT, &["approved"])),
    ("v2-exec-timed-out", Unfinished("timed_out", "Execution timed out after 5 minutes")),
    ("v2-queue-receipt", Queued(RUN)),
    ("v2-resume-ended", Run("completed", RUN, &[("/approved", "true")])),
    ("v2-resume-queued", GoesOn(ATTEMPT)),
    ("v2-resume-taken", Refused(409, "CONFLICT", "Paused execution is not resumable")),
    ("v2-run-completed", Stands("completed", RUN, &[("/output/answer", "42"), ("/blockOutputs/b7.result", "1"), ("/blockOutputs/b8", "null")])),
    ("v2-run-failed", Stands("failed", RUN, &[("/error/code", "EXECUTION_FAILED"), ("/error/message", "Divide: division by zero")])),
    ("v2-run-paused", Stands("paused", RUN, &[("/paused/contextId", CONTEXT), ("/paused/pauseKind", "human"), ("/paused/pausePointCount", "2"), ("/paused/resumedCount", "1")])),
    ("v2-run-running", Stands("running", RUN, &[("/endedAt", "null"), ("/startedAt", "2026-11-24T09:00:00Z")])),
    ("v2-run-unknown", Refused(404, "NOT_FOUND", "Run not found")),
];
