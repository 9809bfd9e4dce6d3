//! The expected results for servers that limit the rate, the spending, the time or the concurrent runs, or have
//! v2 switched off.

use crate::replay::Row;
use crate::replay::expected::Want::{
    Deployed, Job, Json, Queued, Receipt, Refused, Run, Unfinished, Usage,
};

const LIMITED: &str = "Rate limit exceeded. Please try again later.";
const BUSY: &str = "Too many concurrent executions are in progress for this billing account.";

#[rustfmt::skip]
pub(crate) const WANTED: [Row; 46] = [
    ("402-usage-limits", Usage(100, 0.001, "free")),
    ("402-v1-async", Refused(402, "USAGE_LIMIT_EXCEEDED", "Usage limit exceeded: $1.59 used of $0.00 limit.")),
    ("402-v1-stream", Refused(402, "USAGE_LIMIT_EXCEEDED", "Usage limit exceeded: $1.59 used of $0.00 limit.")),
    ("bill-usage-limits", Usage(100, 0.001, "free")),
    ("bill-v1-async", Receipt("workflow-execution:20c346e8-288d-4664-8b7d-0deea92a14c7", "20c346e8-288d-4664-8b7d-0deea92a14c7")),
    ("bill-v2-async", Queued("63e1bae9-073c-4b85-ba8c-59157b0bce38")),
    ("bill-v2-exec", Run("completed", "5c21745d-4eb0-432b-9e06-e758741ad57f", &[("/result/greeting", "Hello a")])),
    ("conc-usage-limits", Usage(100, 5.0, "free")),
    ("conc-v1-429", Refused(429, "RATE_LIMIT_EXCEEDED", BUSY)),
    ("conc-v2-429", Refused(429, "RATE_LIMIT_EXCEEDED", BUSY)),
    ("conc-v2-async", Refused(429, "RATE_LIMIT_EXCEEDED", BUSY)),
    ("conc-warm", Run("completed", "96d18624-b436-457b-8434-3decd919b080", &[("/result/greeting", "Hello a")])),
    ("gate-v1-429", Refused(429, "RATE_LIMIT_EXCEEDED", "Too many requests")),
    ("gate-v2-429", Refused(429, "RATE_LIMIT_EXCEEDED", "Server is at capacity. Please retry shortly.")),
    ("lim-usage-limits-after", Usage(0, 99_999.0, "free")),
    ("lim-usage-limits-before", Usage(2, 99_999.0, "free")),
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
    ("lim-v2-async-0", Queued("59ccddc0-0144-49c2-a240-71caa6c29640")),
    ("lim-v2-async-1", Queued("a605ff38-1888-46a3-9b93-40c6eed36c30")),
    ("lim-v2-async-2", Refused(429, "RATE_LIMIT_EXCEEDED", LIMITED)),
    ("lim-v2-exec-1", Run("completed", "9679963e-3fa0-4ab6-ad9d-a528b53c76c6", &[("/result/greeting", "Hello r")])),
    ("lim-v2-exec-3", Refused(429, "RATE_LIMIT_EXCEEDED", LIMITED)),
    ("lim-v2-stream-429", Refused(429, "RATE_LIMIT_EXCEEDED", LIMITED)),
    ("lim2-usage-after-v1-async", Usage(0, 99_999.0, "free")),
    ("lim2-v1-async-1", Receipt("workflow-execution:0c35750a-fee6-4df8-846f-af297d3ec571", "0c35750a-fee6-4df8-846f-af297d3ec571")),
    ("lim2-v1-async-2", Refused(429, "RATE_LIMIT_EXCEEDED", LIMITED)),
    ("lim2-v1-async-3", Refused(429, "RATE_LIMIT_EXCEEDED", LIMITED)),
    ("lim2-v1-async-5", Refused(429, "RATE_LIMIT_EXCEEDED", LIMITED)),
    ("tmo-v1-exec-408", Unfinished("timed_out", "Execution timed out after 3 seconds")),
    ("tmo-v1-job", Job("failed", "4c47cd15-17ee-4c6c-9606-624233daadf1", "null", Some("Execution timed out after 3 seconds"))),
    ("tmo-v2-async", Queued("15fce4be-65e7-4141-916a-4d43513bcd34")),
    ("tmo-v2-exec", Unfinished("timed_out", "Execution timed out after 3 seconds")),
    ("v2off-badkey", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2off-exec", Refused(404, "NOT_FOUND", "Not found")),
];
