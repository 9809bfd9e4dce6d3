//! The recordings of a real server, v0.8.9.

use std::path::Path;

use super::expected::Want::{self, Deployed, Job, Json, Receipt, Refused, Run, Unfinished, Usage};
use super::replay;

/// What begins so is replayed.
const CHOSEN: [&str; 8] =
    ["v1-exec", "v1-async", "v1-job", "v1-status", "v1-usage", "lim-v1", "402-v1", "tmo-v1"];

const LIMITED: &str = "Rate limit exceeded. Please try again later.";
const PROTOCOL: &str = "includeThinking and includeToolCalls require the X-Sim-Stream-Protocol";

#[test]
fn every_recording_of_the_first_generation_is_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings");
    if !folder.is_dir() {
        eprintln!("skipped: the recordings are not here");
        return;
    }
    let count =
        replay(&folder, |name| CHOSEN.iter().any(|prefix| name.starts_with(prefix)), &WANTED);
    eprintln!("{count} recordings on two transports");
}

#[rustfmt::skip]
const WANTED: [(&str, Want); 61] = [
    ("402-v1-async", Refused(402, "USAGE_LIMIT_EXCEEDED", "Usage limit exceeded: $1.59 used of $0.00 limit.")),
    ("402-v1-stream", Refused(402, "USAGE_LIMIT_EXCEEDED", "Usage limit exceeded: $1.59 used of $0.00 limit.")),
    ("lim-v1-async-0", Refused(429, "RATE_LIMIT_EXCEEDED", LIMITED)),
    ("lim-v1-async-1", Refused(429, "RATE_LIMIT_EXCEEDED", LIMITED)),
    ("lim-v1-async-2", Refused(429, "RATE_LIMIT_EXCEEDED", LIMITED)),
    ("lim-v1-async-3", Refused(429, "RATE_LIMIT_EXCEEDED", LIMITED)),
    ("lim-v1-exec-2", Refused(429, "RATE_LIMIT_EXCEEDED", LIMITED)),
    ("lim-v1-jobs-not-limited", Refused(404, "TASK_NOT_FOUND", "Task not found")),
    ("lim-v1-status-not-limited", Deployed(true, Some("2026-11-23T18:07:37.485Z"))),
    ("lim-v1api-get-2", Json("/data/name", "echo")),
    ("lim-v1api-get-3", Json("/data/workspaceId", "25236d8f-d28a-4734-9480-95610a0d48ad")),
    ("lim-v1api-get-4", Json("/data/runCount", "52")),
    ("lim-v1api-get-5", Json("/data/isDeployed", "true")),
    ("lim-v1api-get-8", Refused(429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded")),
    ("lim-v1api-get-9", Refused(429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded")),
    ("tmo-v1-exec-408", Unfinished("timed_out", "Execution timed out after 3 seconds")),
    ("tmo-v1-job", Job("failed", "4c47cd15-17ee-4c6c-9606-624233daadf1", "null", Some("Execution timed out after 3 seconds"))),
    ("tmo-v1-stream", Unfinished("timed_out", "Execution timed out after 3 seconds")),
    ("v1-async-202", Receipt("workflow-execution:642728c3-89fc-4b7b-a143-1493bd103c66", "642728c3-89fc-4b7b-a143-1493bd103c66")),
    ("v1-async-202-timeout", Receipt("workflow-execution:a4e68fff-3bf2-42ad-91d8-aae8c3b270fa", "a4e68fff-3bf2-42ad-91d8-aae8c3b270fa")),
    ("v1-async-body-flag-ignored", Run("completed", "5f183598-feec-42e7-9d0c-6c59fba5f52a", &[("/result/greeting", "Hello a"), ("/stdout", "hello from fn")])),
    ("v1-async-execution-status-failed", Json("/error", "Boom: Line 1: `throw new Error('kaboom: ' + \"async\")` - kaboom: async")),
    ("v1-async-notdeployed", Refused(403, "FORBIDDEN", "Workflow is not deployed")),
    ("v1-exec-400-badjson", Refused(400, "INVALID_JSON", "Invalid JSON in request body")),
    ("v1-exec-400-json-array", Refused(400, "BAD_REQUEST", "Invalid request body")),
    ("v1-exec-401-badkey", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v1-exec-404-unknown-uuid", Refused(404, "NOT_FOUND", "Workflow not found")),
    ("v1-exec-agent-tools", Run("completed", "32f5cc54-0bd3-4e24-9654-209b19fbb3ce", &[("/content", "Hello from the mock model. You said: hi. Unicode: héllo 世界 🚀. Done."), ("/tokens/total", "66"), ("/toolCalls/count", "1")])),
    ("v1-exec-bad-execution-id", Refused(400, "BAD_REQUEST", "Invalid execution ID header")),
    ("v1-exec-execid-409", Refused(409, "EXECUTION_ID_CONFLICT", "Execution ID has already been used")),
    ("v1-exec-execid-first", Run("completed", "own", &[("/result/greeting", "Hello a")])),
    ("v1-exec-fail", Unfinished("failed", "Boom: Line 1: `throw new Error('kaboom: ' + \"x\")` - kaboom: x")),
    ("v1-exec-gzip-accept", Run("completed", "a79ebdda-1e23-41dc-a81f-78a15f997066", &[("/result/greeting", "Hello x")])),
    ("v1-exec-invalid-input-type", Run("completed", "57fcb03c-2d54-4b05-a3ab-9ce57dc80900", &[("/result/greeting", "Hello 5"), ("/result/count", "abc")])),
    ("v1-exec-no-content-type", Run("completed", "ec54f85f-3364-4795-8a7a-9e29e4c230dd", &[("/result/greeting", "Hello ")])),
    ("v1-exec-notdeployed", Refused(403, "FORBIDDEN", "Workflow is not deployed")),
    ("v1-exec-other-workspace", Refused(403, "FORBIDDEN", "Unauthorized: Access denied to read this workflow")),
    ("v1-exec-output-12M", Run("completed", "5b56363c-0d92-4735-9625-5e1a5de6ecb3", &[("/result/data/__simLargeValueRef", "true"), ("/result/data/size", "12582914")])),
    ("v1-exec-parallel", Run("completed", "5a3677da-2d8c-4c04-ac40-6d8950141c5b", &[("/result/0/0/result", "100"), ("/result/2/0/result", "102")])),
    ("v1-exec-success", Run("completed", "0104fa97-3e9f-4df5-b15b-693e420e6a4c", &[("/result/greeting", "Hello Ann"), ("/result/count", "3"), ("/result/flag", "true"), ("/result/obj/a", "1")])),
    ("v1-exec-thinking-without-header", Refused(400, "BAD_REQUEST", PROTOCOL)),
    ("v1-exec-workspacekey", Run("completed", "a7dbc01c-a225-4cca-be85-1c6d3f7f1604", &[("/result/greeting", "Hello a")])),
    ("v1-executions-stream", Refused(401, "UNAUTHORIZED", "Unauthorized")),
    ("v1-job-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v1-job-403-other-user", Refused(403, "ACCESS_DENIED", "Access denied")),
    ("v1-job-404", Refused(404, "TASK_NOT_FOUND", "Task not found")),
    ("v1-job-bare-execution-id", Refused(404, "TASK_NOT_FOUND", "Task not found")),
    ("v1-job-first-poll", Job("processing", "642728c3-89fc-4b7b-a143-1493bd103c66", "null", None)),
    ("v1-job-for-v2-run", Refused(404, "TASK_NOT_FOUND", "Task not found")),
    ("v1-job-id-plain", Job("completed", "9ad4290d-7783-4aca-a709-094fe91c41dc", r#"{"result":{"greeting":"Hello enc","count":0,"flag":"","obj":""},"stdout":"hello from fn"}"#, None)),
    ("v1-job-processing", Job("processing", "642728c3-89fc-4b7b-a143-1493bd103c66", "null", None)),
    ("v1-job-timeout-processing", Job("processing", "a4e68fff-3bf2-42ad-91d8-aae8c3b270fa", "null", None)),
    ("v1-status-401", Refused(401, "UNAUTHORIZED", "Unauthorized")),
    ("v1-status-after-undeploy", Deployed(false, None)),
    ("v1-status-deployed", Deployed(true, Some("2026-11-23T18:07:37.485Z"))),
    ("v1-status-notdeployed", Deployed(false, None)),
    ("v1-status-other-workspace", Refused(404, "WORKFLOW_NOT_FOUND", "Workflow not found")),
    ("v1-status-unknown", Refused(404, "WORKFLOW_NOT_FOUND", "Workflow not found")),
    ("v1-status-workspacekey", Deployed(true, Some("2026-11-23T18:07:37.485Z"))),
    ("v1-usage-limits", Usage(999_995, 99_999.0, "free")),
    ("v1-usage-limits-401", Refused(401, "UNAUTHORIZED", "Authentication required")),
];
