//! Exchanges made by hand, in the shapes of a real server.

use std::path::Path;

use super::expected::Want::{
    Broke, Cancelled, Deployed, GoesOn, Holds, Job, Lists, Noted, Paused, Place, Queued, Receipt,
    Refused, Run, Stands, Unfinished, Usage, Waiting, Waits,
};
use super::record::Record;
use super::{Row, dropped, replay};

const RUN: &str = "11111111-1111-4111-8111-111111111111";
const JOB: &str = "workflow-execution:11111111-1111-4111-8111-111111111111";
const WORKFLOW: &str = "3c1b9f7e-0000-4000-8000-000000000001";
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
const WANTED: [Row; 84] = [
    ("cancel-ended", Noted(RUN, "already_completed", false)),
    ("cancel-recorded", Noted(RUN, "recorded", false)),
    ("exec-cancelled", Cancelled(RUN)),
    ("exec-completed", Run("completed", RUN, &[("/answer", "42")])),
    ("exec-failed", Unfinished("failed", "Divide: division by zero")),
    ("exec-gate", Refused(429, "RATE_LIMIT_EXCEEDED", "Too many requests")),
    ("exec-id-conflict", Refused(409, "EXECUTION_ID_CONFLICT", "Execution ID has already been used")),
    ("exec-invalid-json", Refused(400, "INVALID_JSON", "Invalid JSON in request body")),
    ("exec-not-deployed", Refused(403, "WORKFLOW_NOT_DEPLOYED", "Workflow is not deployed")),
    ("exec-old-server", Run("completed", "none", &[("/answer", "42")])),
    ("exec-own-id", Run("completed", "order-1", &[("", "null")])),
    ("exec-paused", Run("paused", RUN, &[("/data/_resume/contextId", "ask")])),
    ("exec-rate-limited", Refused(429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded.")),
    ("exec-response-block", Run("completed", "none", &[("/made/id", "7")])),
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
    ("v2-billing-logs", Lists("BillingLog", "source", &["workflow", "a-later-source"], false)),
    ("v2-billing-status", Holds("BillingStatus", &[("/data/status", "active"), ("/data/credits/used", "12.5"), ("/data/period/start", "1970-01-01T00:00:00Z"), ("/data/period/end", "null"), ("/data/storage/limitBytes", "5368709120")])),
    ("v2-cancel-again", Noted(RUN, "already_completed", false)),
    ("v2-cancel-recorded", Noted(RUN, "recorded", true)),
    ("v2-deployed", Holds("Deployment", &[("/data/version", "2"), ("/data/warnings/0", "One warning"), ("/data/needsRedeployment", "null")])),
    ("v2-deployment", Holds("Deployment", &[("/data/id", WORKFLOW), ("/data/activeDeployment/version", "1"), ("/data/latestDeploymentAttempt/status", "failed"), ("/data/latestDeploymentAttempt/error/code", "webhook_failed"), ("/data/latestDeploymentAttempt/readiness/mcp", "not_applicable"), ("/data/needsRedeployment", "true")])),
    ("v2-exec-busy", Refused(429, "RATE_LIMIT_EXCEEDED", "Too many concurrent executions")),
    ("v2-exec-cancelled", Cancelled(RUN)),
    ("v2-exec-completed", Run("completed", RUN, &[("/answer", "42")])),
    ("v2-exec-failed", Broke("division by zero", "BLOCK_EXECUTION_FAILED", "Divide", "function")),
    ("v2-exec-id-conflict", Refused(409, "EXECUTION_ID_CONFLICT", "Run ID has already been used")),
    ("v2-exec-invalid", Refused(400, "BAD_REQUEST", "Unrecognized key: \"n\"")),
    ("v2-exec-invalid-json", Refused(400, "INVALID_JSON", "Request body must be valid JSON")),
    ("v2-exec-lines", Run("completed", RUN, &[("/answer", "42")])),
    ("v2-exec-lines-refused", Refused(403, "WORKFLOW_NOT_DEPLOYED", "Workflow is not deployed")),
    ("v2-exec-not-deployed", Refused(403, "WORKFLOW_NOT_DEPLOYED", "Workflow is not deployed")),
    ("v2-exec-off", Refused(404, "NOT_FOUND", "Not found")),
    ("v2-exec-own-id", Run("completed", "order-1", &[("", "null")])),
    ("v2-exec-paused", Waits(RUN, CONTEXT, &["approved"])),
    ("v2-exec-timed-out", Unfinished("timed_out", "Execution timed out after 5 minutes")),
    ("v2-folder-created", Holds("Folder", &[("/data/path", "/Ops"), ("/data/locked", "false")])),
    ("v2-folder-deleted", Holds("DeletedFolder", &[("/data/path", "/Ops"), ("/data/deletedItems/workflows", "2")])),
    ("v2-folder-moved", Holds("Folder", &[("/data/name", "Ops"), ("/data/parentPath", "/")])),
    ("v2-folders", Lists("Folder", "path", &["/Ops"], false)),
    ("v2-log", Holds("Log", &[("/data/runId", RUN), ("/data/traceSpans/0/children/0/toolCalls/0/name", "lookup"), ("/data/traceSpans/0/children/0/cost/toolCost", "0.001"), ("/data/traceSpans/0/children/1/tokens/prompt", "1"), ("/data/workflow/ownerEmail", "ada@sim.example")])),
    ("v2-log-unknown", Refused(404, "NOT_FOUND", "Log not found")),
    ("v2-logs", Lists("Log", "runId", &[RUN], false)),
    ("v2-queue-receipt", Queued(RUN)),
    ("v2-resume-ended", Run("completed", RUN, &[("/approved", "true")])),
    ("v2-resume-queued", GoesOn(ATTEMPT)),
    ("v2-resume-taken", Refused(409, "CONFLICT", "Paused execution is not resumable")),
    ("v2-rolled-back", Holds("Deployment", &[("/data/version", "1"), ("/data/isDeployed", "true")])),
    ("v2-run-completed", Stands("completed", RUN, &[("/output/answer", "42"), ("/blockOutputs/b7.result", "1"), ("/blockOutputs/b8", "null")])),
    ("v2-run-failed", Stands("failed", RUN, &[("/error/code", "EXECUTION_FAILED"), ("/error/message", "Divide: division by zero")])),
    ("v2-run-paused", Stands("paused", RUN, &[("/paused/contextId", CONTEXT), ("/paused/pauseKind", "human"), ("/paused/pausePointCount", "2"), ("/paused/resumedCount", "1")])),
    ("v2-run-running", Stands("running", RUN, &[("/endedAt", "null"), ("/startedAt", "2026-11-24T09:00:00Z")])),
    ("v2-run-unknown", Refused(404, "NOT_FOUND", "Run not found")),
    ("v2-runs", Lists("RunListItem", "runId", &[RUN], true)),
    ("v2-undeployed", Holds("Deployment", &[("/data/isDeployed", "false"), ("/data/activeDeployment", "null")])),
    ("v2-version", Holds("WorkflowVersion", &[("/data/version", "1"), ("/data/name", "one"), ("/data/state/lastSaved", "1")])),
    ("v2-versions", Lists("WorkflowVersion", "latestOperationStatus", &["active"], true)),
    ("v2-workflow", Holds("Workflow", &[("/data/id", WORKFLOW), ("/data/inputs/1/type", "file[]"), ("/data/inputs/0/description", "Its number"), ("/data/variables/v1/value", "eu")])),
    ("v2-workflow-created", Holds("Workflow", &[("/data/name", "empty"), ("/data/description", "null"), ("/data/isDeployed", "false")])),
    ("v2-workflow-deleted", Holds("DeletedWorkflow", &[("/data/id", WORKFLOW), ("/data/deleted", "true")])),
    ("v2-workflow-exported", Holds("WorkflowExport", &[("/data/workflow/name", "orders"), ("/data/state/later", "1")])),
    ("v2-workflow-imported", Holds("ImportedWorkflow", &[("/data/id", WORKFLOW), ("/data/folderPath", "/")])),
    ("v2-workflow-locked", Refused(423, "LOCKED", "Workflow is locked")),
    ("v2-workflow-updated", Holds("Workflow", &[("/data/name", "orders"), ("/data/runCount", "3")])),
    ("v2-workflows-bad-cursor", Refused(400, "BAD_REQUEST", "Invalid cursor")),
    ("v2-workflows-last-page", Lists("Workflow", "name", &[], false)),
    ("v2-workflows-page", Lists("Workflow", "name", &["orders", "empty"], true)),
];
