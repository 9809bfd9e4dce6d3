//! What steps about pauses give.

use recorded::Operation::{PauseContext, PausedDetail, PausedList, Resume, ResumeStream};
use sim_core::Generation::{V1, V2};

use crate::gives::Gives::{Completed, Ends, List, Points, Receipt, Refused};
use crate::gives::Row;

/// Beside the answer to a pause stands what the run reads afterwards, which decides.
#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    (PausedDetail, V1, 200, "status …", Points),
    (PausedDetail, V1, 404, "error: Paused execution not found", Refused("NOT_FOUND")),
    (PausedList, V1, 200, "pausedExecutions", List),
    (PausedList, V1, 401, "error: Invalid API key", Refused("UNAUTHORIZED")),
    (PausedList, V1, 404, "error: Workflow not found", Refused("")),
    (PauseContext, V1, 200, "pausePoint", Points),
    (PauseContext, V1, 404, "error: Pause context not found", Refused("NOT_FOUND")),
    (Resume, V1, 200, "status completed; status completed", Completed),
    (Resume, V1, 200, "status completed; status paused", Ends("paused")),
    (Resume, V1, 200, "status completed; no …", Completed),
    (Resume, V1, 200, "status paused; …", Ends("paused")),
    (Resume, V1, 200, "status queued; …", Receipt),
    (Resume, V1, 202, "receipt", Receipt),
    // The answer counted, and what follows it failed.
    (Resume, V1, 400, "error: Boom: …", Ends("failed")),
    (Resume, V1, 400, "error: Pause kind 'time' is not allowed …", Refused("BAD_REQUEST")),
    (Resume, V1, 400, "error: Pause point already resumed or in progress", Refused("")),
    (Resume, V1, 400, "error: Pause point not found for execution", Refused("")),
    (Resume, V1, 400, "error: Paused execution is not resumable", Refused("")),
    (Resume, V1, 400, "error: Paused execution not found or already resumed", Refused("")),
    (Resume, V1, 401, "error: Invalid API key", Refused("UNAUTHORIZED")),
    (Resume, V1, 404, "error: Pause point not found for execution", Refused("NOT_FOUND")),
    (Resume, V1, 404, "error: Paused execution not found", Refused("NOT_FOUND")),
    (Resume, V1, 409, "error: Execution can no longer be resumed", Refused("CONFLICT")),
    (Resume, V1, 409, "error: Paused execution is not resumable", Refused("CONFLICT")),
    (Resume, V1, 409, "error: …; this same answer counted", Refused("ANSWER_REPEATED")),
    (Resume, V2, 200, "status completed; …", Completed),
    (Resume, V2, 200, "status paused; …", Ends("paused")),
    (Resume, V2, 202, "receipt", Receipt),
    (Resume, V2, 404, "NOT_FOUND: Pause point not found for execution", Refused("NOT_FOUND")),
    (Resume, V2, 409, "CONFLICT: Execution can no longer be resumed", Refused("CONFLICT")),
    (Resume, V2, 409, "CONFLICT: Paused execution is not resumable", Refused("CONFLICT")),
    (Resume, V2, 409, "CONFLICT: …; this same answer counted", Refused("ANSWER_REPEATED")),
    (ResumeStream, V1, 200, "stream, success; status paused", Ends("paused")),
    (ResumeStream, V1, 200, "stream, success; status completed", Completed),
    (ResumeStream, V1, 200, "stream, success; no …", Completed),
    (ResumeStream, V1, 200, "stream, paused; …", Ends("paused")),
];
