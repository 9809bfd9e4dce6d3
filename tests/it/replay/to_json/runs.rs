//! The fields of runs.

use serde_json::Value;
use simstudio::{
    AsyncExecutionResult, Cancellation, Cost, ExecutionMetadata, PausedAt, QueuedResume, Resumed,
    Run, RunError, WorkflowExecutionResult,
};

use super::{ToJson, json_fields};

impl ToJson for WorkflowExecutionResult {
    fn to_json(&self) -> Value {
        let mut json = self.metadata.clone().unwrap_or_default().to_json();
        json["runId"] = self.run_id.to_json();
        json["workflowId"] = self.workflow_id.to_json();
        json["status"] = self.status.to_json();
        json["output"] = self.output.clone();
        json["error"] = self.error.to_json();
        json["blockOutputs"] = self.block_outputs.to_json();
        json
    }
}

json_fields!(ExecutionMetadata { "durationMs": duration, "startedAt": start_time, "endedAt": end_time });

json_fields!(AsyncExecutionResult { "runId": run_id, "statusUrl": links.status });

json_fields!(Run {
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

json_fields!(PausedAt {
    "contextId": context_id,
    "pausedAt": paused_at,
    "resumeAt": resume_at,
    "pauseKind": pause_kind,
    "blockedOnBlockId": blocked_on_block_id,
    "automaticResumeWaitingReason": automatic_resume_waiting_reason,
    "pausePointCount": pause_point_count,
    "resumedCount": resumed_count,
});

json_fields!(Cost { "total": total });

json_fields!(RunError {
    "message": message,
    "code": code,
    "blockId": block_id,
    "blockName": block_name,
    "blockType": block_type,
});

json_fields!(Cancellation {
    "success": success,
    "runId": run_id,
    "redisAvailable": redis_available,
    "durablyRecorded": durably_recorded,
    "locallyAborted": locally_aborted,
    "pausedCancelled": paused_cancelled,
    "reason": reason,
});

impl ToJson for Resumed {
    fn to_json(&self) -> Value {
        match self {
            Self::Ended(result) => result.to_json(),
            Self::Queued(receipt) => receipt.to_json(),
            _ => Value::Null,
        }
    }
}

json_fields!(QueuedResume { "runId": attempt, "queuePosition": queue_position, "statusUrl": status_url });
