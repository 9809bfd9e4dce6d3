//! The fields of runs.

use serde_json::Value;
use simstudio::{
    AsyncExecutionResult, Cancellation, Cost, ExecutionMetadata, PausedAt, QueuedResume, Resumed,
    Run, RunError, WorkflowExecutionResult,
};

use super::{Show, shows};

impl Show for WorkflowExecutionResult {
    fn show(&self) -> Value {
        let mut shown = self.metadata.clone().unwrap_or_default().show();
        shown["runId"] = self.run_id.show();
        shown["workflowId"] = self.workflow_id.show();
        shown["status"] = self.status.show();
        shown["output"] = self.output.clone();
        shown["error"] = self.error.show();
        shown["blockOutputs"] = self.block_outputs.show();
        shown
    }
}

shows!(ExecutionMetadata { "durationMs": duration, "startedAt": start_time, "endedAt": end_time });

shows!(AsyncExecutionResult { "runId": run_id, "statusUrl": links.status });

shows!(Run {
    "runId": run_id,
    "workflowId": workflow_id,
    "status": status,
    "trigger": trigger,
    "startedAt": started_at,
    "endedAt": ended_at,
    "durationMs": duration,
    "paused": paused,
    "cost": cost,
    "error": error,
    "output": output,
    "blockOutputs": block_outputs,
});

shows!(PausedAt {
    "contextId": context_id,
    "pausedAt": paused_at,
    "resumeAt": resume_at,
    "pauseKind": pause_kind,
    "blockedOnBlockId": blocked_on_block_id,
    "automaticResumeWaitingReason": automatic_resume_waiting_reason,
    "pausePointCount": pause_point_count,
    "resumedCount": resumed_count,
});

shows!(Cost { "total": total });

shows!(RunError {
    "message": message,
    "code": code,
    "blockId": block_id,
    "blockName": block_name,
    "blockType": block_type,
});

shows!(Cancellation {
    "success": success,
    "runId": run_id,
    "redisAvailable": redis_available,
    "durablyRecorded": durably_recorded,
    "locallyAborted": locally_aborted,
    "pausedCancelled": paused_cancelled,
    "reason": reason,
});

impl Show for Resumed {
    fn show(&self) -> Value {
        match self {
            Self::Ended(result) => result.show(),
            Self::Queued(receipt) => receipt.show(),
            _ => Value::Null,
        }
    }
}

shows!(QueuedResume { "runId": attempt, "queuePosition": queue_position, "statusUrl": status_url });
