//! What reads and cancellations give.

use recorded::Operation::{Cancel, Job, Log, Logs, Read, Runs};
use sim_core::Generation::{V1, V2};

use crate::gives::Gives::{List, Noted, Refused, Stands};
use crate::gives::Row;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    (Read, V1, 200, "status cancelled", Stands("cancelled")),
    (Read, V1, 200, "status completed", Stands("completed")),
    (Read, V1, 200, "status failed", Stands("failed")),
    (Read, V1, 200, "status failed: …", Stands("failed")),
    (Read, V1, 200, "status failed by time", Stands("timed_out")),
    (Read, V1, 200, "status paused", Stands("paused")),
    (Read, V1, 200, "status pending", Stands("pending")),
    (Read, V1, 200, "status running", Stands("running")),
    (Read, V1, 400, "error: Validation error", Refused("BAD_REQUEST")),
    (Read, V1, 401, "error: Invalid API key", Refused("UNAUTHORIZED")),
    (Read, V1, 401, "error: Unauthorized", Refused("UNAUTHORIZED")),
    (Read, V1, 404, "error: Execution not found", Refused("NOT_FOUND")),
    (Read, V1, 404, "error: Workflow not found", Refused("")),
    // The framework's page of a server that has no such route.
    (Read, V1, 404, "no JSON", Refused("")),
    (Read, V2, 200, "status cancelled", Stands("cancelled")),
    (Read, V2, 200, "status completed", Stands("completed")),
    (Read, V2, 200, "status failed…", Stands("failed")),
    (Read, V2, 200, "status paused", Stands("paused")),
    (Read, V2, 200, "status running", Stands("running")),
    (Read, V2, 404, "NOT_FOUND: Run not found", Refused("NOT_FOUND")),
    (Job, V1, 200, "status completed", Stands("completed")),
    // The job is over, and its run did not succeed.
    (Job, V1, 200, "status completed, run failed", Stands("completed")),
    (Job, V1, 200, "status failed…", Stands("failed")),
    (Job, V1, 200, "status pending", Stands("pending")),
    (Job, V1, 200, "status processing", Stands("processing")),
    (Job, V1, 404, "error: Task not found", Refused("TASK_NOT_FOUND")),
    (Job, V1, 500, "error: Failed to fetch task status", Refused("SERVER_ERROR")),
    (Log, V2, 200, "status cancelled", Stands("cancelled")),
    (Log, V2, 200, "status completed", Stands("completed")),
    (Log, V2, 200, "status failed", Stands("failed")),
    (Log, V2, 200, "status pending", Stands("pending")),
    (Log, V2, 404, "NOT_FOUND: Log not found", Refused("NOT_FOUND")),
    (Logs, V2, 200, "data", List),
    (Runs, V2, 200, "data", List),
    (Cancel, V1, 200, "success true, recorded", Noted(true, "recorded")),
    (Cancel, V1, 401, "error: Invalid API key", Refused("UNAUTHORIZED")),
    (Cancel, V1, 401, "error: Unauthorized", Refused("UNAUTHORIZED")),
    (Cancel, V1, 403, "error: Unauthorized: Access denied to write this workflow", Refused("FORBIDDEN")),
    (Cancel, V1, 404, "error: Workflow not found", Refused("")),
    // The run is over. The second generation answers 200, and this is the reason that it gives.
    (Cancel, V1, 409, "error: Execution cannot be cancelled while completed", Noted(true, "already_completed")),
    (Cancel, V1, 409, "error: Execution cannot be cancelled while failed", Noted(true, "already_failed")),
    (Cancel, V2, 200, "success true, already_completed", Noted(true, "already_completed")),
    (Cancel, V2, 200, "success true, already_failed", Noted(true, "already_failed")),
];
