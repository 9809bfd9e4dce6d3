//! The expected results of v2 for workflows, their deployments, logs and billing.

use crate::replay::Row;
use crate::replay::expected::Want::{Holds, Lists, Refused};

const ECHO: &str = "62eb2d6c-afd5-442d-9b04-41921f16bfad";
const WORKSPACE: &str = "25236d8f-d28a-4734-9480-95610a0d48ad";
const CREATED: &str = "3e790352-9f1e-4d72-b6fc-08d2000045ca";
const LIMITED: &str = "API rate limit exceeded";
const AT_MOST: &str = "limit cannot exceed 100";

#[rustfmt::skip]
pub(crate) const WANTED: [Row; 60] = [
    ("bill-v2-status-ws", Holds("BillingStatus", &[("/data/workspaceId", WORKSPACE), ("/data/plan", "free"), ("/data/status", "limit_exceeded"), ("/data/credits/used", "228.0"), ("/data/credits/remaining", "-228.0"), ("/data/period/start", "1970-01-01T00:00:00Z"), ("/data/period/end", "null"), ("/data/storage/usedBytes", "453")])),
    ("lim-v2-get-0", Holds("Workflow", &[("/data/id", ECHO), ("/data/name", "echo"), ("/data/runCount", "51"), ("/data/inputs/3/type", "object")])),
    ("lim-v2-get-1", Holds("Workflow", &[("/data/id", ECHO), ("/data/isDeployed", "true"), ("/data/deployedAt", "2026-11-23T18:07:37.485Z")])),
    ("lim-v2-get-3", Holds("Workflow", &[("/data/id", ECHO), ("/data/folderPath", "/"), ("/data/inputs/0/name", "name")])),
    ("lim-v2-get-4", Holds("Workflow", &[("/data/id", ECHO), ("/data/workspaceId", WORKSPACE), ("/data/variables", "{}")])),
    ("lim-v2-get-6", Holds("Workflow", &[("/data/id", ECHO), ("/data/lastRunAt", "2026-11-23T18:25:23.405Z")])),
    ("lim-v2-get-9", Refused(429, "RATE_LIMIT_EXCEEDED", LIMITED)),
    ("v2-billing-logs", Lists("BillingLog", "runId", &["974c163e-1eff-40f7-999a-d8f3b9deb423", "bea84225-b2fe-4446-b362-deb9984fd956"], true)),
    ("v2-deploy-badfield", Refused(400, "BAD_REQUEST", "Unrecognized key: \"x\"")),
    ("v2-deployment-after-rollback", Holds("Deployment", &[("/data/id", "adc0f779-57cf-4058-980a-d714b79ac84d"), ("/data/activeDeployment/version", "1"), ("/data/latestDeploymentAttempt/action", "activate"), ("/data/latestDeploymentAttempt/status", "active"), ("/data/needsRedeployment", "false")])),
    ("v2-deployment-notdeployed", Holds("Deployment", &[("/data/id", "f2e9fa68-a24b-4f03-a790-8c37f1a34e73"), ("/data/isDeployed", "false"), ("/data/deployedAt", "null"), ("/data/activeDeployment", "null"), ("/data/warnings", "[]")])),
    ("v2-deployment-other-workspace", Refused(404, "WORKFLOW_NOT_FOUND", "Workflow not found")),
    ("v2-deployment-redeployed", Holds("Deployment", &[("/data/activeDeployment/deploymentVersionId", "73533006-9def-408f-a607-073b3c7f38b1"), ("/data/latestDeploymentAttempt/action", "deploy"), ("/data/latestDeploymentAttempt/readiness/webhooks", "ready"), ("/data/latestDeploymentAttempt/isCurrent", "true"), ("/data/version", "null")])),
    ("v2-deployment-unknown", Refused(404, "WORKFLOW_NOT_FOUND", "Workflow not found")),
    ("v2-hitl-2-list-paused", Lists("RunListItem", "runId", &["42e70c7d-01a4-41c9-87ca-1bb8400dab97", "f6d202c9-b69c-4e3e-bc39-0afab44844f5", "4a9e4ccd-4b8f-4238-b4b2-5b43d00d56d4"], false)),
    ("v2-hitl2-5-runs-list", Lists("RunListItem", "status", &["completed", "paused", "paused"], true)),
    ("v2-hitl5-3-log-of-resume-run", Refused(404, "NOT_FOUND", "Log not found")),
    ("v2-hitl5-4-log-of-original", Holds("Log", &[("/data/runId", "da6578f0-e273-4c22-bf21-934db1d8558a"), ("/data/status", "completed"), ("/data/workflow/name", "hitl"), ("/data/traceSpans/0/children/1/type", "human_in_the_loop"), ("/data/traceSpans/0/children/1/output/approved", "true"), ("/data/finalOutput/result/approved", "true"), ("/data/totalDurationMs", "494.0")])),
    ("v2-log-404", Refused(404, "NOT_FOUND", "Log not found")),
    ("v2-log-detail-failed", Holds("Log", &[("/data/runId", "0620914b-ca52-40a0-aadb-33a224ea8eb1"), ("/data/status", "failed"), ("/data/level", "error"), ("/data/workflow/ownerEmail", "alice@example.com"), ("/data/traceSpans/0/children/2/name", "Boom"), ("/data/traceSpans/0/children/2/status", "error"), ("/data/traceSpans/0/children/2/executionOrder", "1"), ("/data/cost/total", "0.005")])),
    ("v2-logs-list-filter", Lists("Log", "runId", &["5b1726e9-ebed-45b4-89c3-dd5ac68f565d"], true)),
    ("v2-logs-list-p1", Lists("Log", "runId", &["b87b8809-3464-4953-8dd1-2a9f072afbf8", "rundf3157d517ff48e5b07c"], true)),
    ("v2-logs-list-p2", Lists("Log", "runId", &["00c39a46-afcf-4c80-9833-ba01f6953398", "rundf9dff8b95724cbb828e"], true)),
    ("v2-redeploy", Holds("Deployment", &[("/data/id", "dbb72828-bad6-4f43-9e8b-b30295a2a190"), ("/data/version", "2"), ("/data/warnings/0", "Deployment activation completed, and post-activation notifications are queued.")])),
    ("v2-rollback", Holds("Deployment", &[("/data/version", "1"), ("/data/activeDeployment/version", "1"), ("/data/latestDeploymentAttempt/action", "activate"), ("/data/needsRedeployment", "null")])),
    ("v2-runs-list-badlimit", Refused(400, "BAD_REQUEST", AT_MOST)),
    ("v2-runs-list-badstatus", Refused(400, "BAD_REQUEST", "Invalid option: expected one of \"pending\"|\"running\"|")),
    ("v2-runs-list-dates", Lists("RunListItem", "runId", &["f52a1a1e-9505-4ff4-8d01-eb42241e6e29"], true)),
    ("v2-runs-list-failed", Lists("RunListItem", "runId", &["5b1726e9-ebed-45b4-89c3-dd5ac68f565d"], true)),
    ("v2-undeploy", Holds("Deployment", &[("/data/id", "dbb72828-bad6-4f43-9e8b-b30295a2a190"), ("/data/isDeployed", "false"), ("/data/latestDeploymentAttempt", "null")])),
    ("v2-undeploy-again", Refused(400, "BAD_REQUEST", "Workflow is not deployed")),
    ("v2-version-1", Holds("WorkflowVersion", &[("/data/id", "38293940-96e1-47a7-a604-aba336678a78"), ("/data/version", "1"), ("/data/isActive", "false"), ("/data/name", "null"), ("/data/state/lastSaved", "1795457270845")])),
    ("v2-version-bad", Refused(400, "BAD_REQUEST", "Invalid input: expected number, received NaN")),
    ("v2-versions", Lists("WorkflowVersion", "deployedBy", &["Alice"], true)),
    ("v2-workflow-create-409", Refused(409, "CONFLICT", "A workflow named \"tmp-created\" already exists in this folder")),
    ("v2-workflow-delete", Holds("DeletedWorkflow", &[("/data/id", "81133736-9a1d-4266-9eeb-2afcfd59725c"), ("/data/deleted", "true")])),
    ("v2-workflow-delete2", Holds("DeletedWorkflow", &[("/data/id", CREATED), ("/data/deleted", "true")])),
    ("v2-workflow-deploy-empty-graph", Holds("Deployment", &[("/data/id", CREATED), ("/data/isDeployed", "true"), ("/data/version", "1"), ("/data/latestDeploymentAttempt/id", "95093bce-14a3-430f-8368-88a0cd96928d")])),
    ("v2-workflow-folder-create", Holds("Folder", &[("/data/name", "Ops"), ("/data/path", "/Ops"), ("/data/parentPath", "/"), ("/data/locked", "false")])),
    ("v2-workflow-folder-create2", Holds("Folder", &[("/data/path", "/Fe1a83"), ("/data/createdAt", "2026-11-23T18:44:49.627Z")])),
    ("v2-workflow-folder-delete", Holds("DeletedFolder", &[("/data/path", "/Fe1a83x"), ("/data/deleted", "true"), ("/data/deletedItems/folders", "1"), ("/data/deletedItems/workflows", "0")])),
    ("v2-workflow-folder-delete-404", Refused(404, "NOT_FOUND", "Folder not found")),
    ("v2-workflow-folder-move", Holds("Folder", &[("/data/path", "/Fe1a83x"), ("/data/updatedAt", "2026-11-23T18:44:49.682Z")])),
    ("v2-workflow-get-deleted", Refused(404, "WORKFLOW_NOT_FOUND", "Workflow not found")),
    ("v2-workflow-get-unknown", Refused(404, "WORKFLOW_NOT_FOUND", "Workflow not found")),
    ("v2-workflow-import", Holds("ImportedWorkflow", &[("/data/id", "9a859335-fe1f-4452-b7d0-cd70687b1dfb"), ("/data/name", "imp-e1a83"), ("/data/description", ""), ("/data/folderPath", "/")])),
    ("v2-workflow-import-bad", Refused(400, "BAD_REQUEST", "Invalid workflow: Missing or invalid field: blocks")),
    ("v2-workflow-patch", Holds("Workflow", &[("/data/id", CREATED), ("/data/name", "tmp-renamed"), ("/data/description", "d"), ("/data/lastRunAt", "null"), ("/data/inputs", "null")])),
    ("v2-workflow-patch-empty", Refused(400, "BAD_REQUEST", "At least one of name, description, or folderPath is required")),
    ("v2-workflows-list-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-workflows-list-cursor-other-sort", Refused(400, "BAD_REQUEST", "cursor does not match the requested sortBy/sortOrder.")),
    ("v2-workflows-list-deployed", Lists("Workflow", "name", &["twoagents"], true)),
    ("v2-workflows-list-limit1000", Refused(400, "BAD_REQUEST", AT_MOST)),
    ("v2-workflows-list-noworkspace", Refused(400, "BAD_REQUEST", "Workspace ID is required")),
    ("v2-workflows-list-otherws", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-workflows-list-p1", Lists("Workflow", "name", &["twoagents", "agentthenfail"], true)),
    ("v2-workflows-list-p2", Lists("Workflow", "name", &["agentslow", "agenthttp500"], true)),
    ("v2-workflows-list-search", Lists("Workflow", "name", &["twoagents", "default-agent", "agenttools", "agentthink", "agentthenfail", "agentslow", "agentmidfail", "agenthttp500", "agenterrframe", "agent"], false)),
    ("v2-workflows-list-wskey", Lists("Workflow", "id", &["de790f62-efea-4639-963e-f247e5465968"], true)),
    ("v2off-list", Refused(404, "NOT_FOUND", "Not found")),
];
