//! The fields of runs in lists and logs.

use serde_json::{Map, Value};
use simstudio::logs::{Log, LogWorkflow, RunListItem, SpanCost, Tokens, ToolCall, TraceSpan};

use super::{ToJson, json_fields};

json_fields!(RunListItem {
    "runId": run_id,
    "workflowId": workflow_id,
    "status": status,
    "trigger": trigger,
    "startedAt": started_at,
    "endedAt": ended_at,
    "durationMs": duration,
    "cost": cost,
});

json_fields!(Log {
    "runId": run_id,
    "workflowId": workflow_id,
    "deploymentVersionId": deployment_version_id,
    "status": status,
    "level": level,
    "trigger": trigger,
    "startedAt": started_at,
    "endedAt": ended_at,
    "totalDurationMs": duration,
    "cost": cost,
    "files": files,
    "workflow": workflow,
    "finalOutput": final_output,
    "traceSpans": trace_spans,
    "workflowState": workflow_state,
    "createdAt": created_at,
});

json_fields!(LogWorkflow {
    "id": id,
    "name": name,
    "description": description,
    "folderPath": folder,
    "ownerEmail": owner_email,
    "workspaceId": workspace,
    "createdAt": created_at,
    "updatedAt": updated_at,
    "deleted": deleted,
});

impl ToJson for TraceSpan {
    fn to_json(&self) -> Value {
        let fields = [
            ("id", self.id.to_json()),
            ("name", self.name.to_json()),
            ("type", self.kind.to_json()),
            ("duration", self.duration.to_json()),
            ("startTime", self.started_at.to_json()),
            ("endTime", self.ended_at.to_json()),
            ("relativeStartMs", self.relative_start.to_json()),
            ("status", self.status.to_json()),
            ("errorHandled", self.error_handled.to_json()),
            ("errorType", self.error_type.to_json()),
            ("errorMessage", self.error_message.to_json()),
            ("blockId", self.block_id.to_json()),
            ("input", self.input.to_json()),
            ("output", self.output.to_json()),
            ("tokens", self.tokens.to_json()),
            ("cost", self.cost.to_json()),
            ("toolCalls", self.tool_calls.to_json()),
            ("children", self.children.to_json()),
        ];
        with_extra(fields, &self.extra)
    }
}

impl ToJson for ToolCall {
    fn to_json(&self) -> Value {
        let fields = [
            ("id", self.id.to_json()),
            ("name", self.name.to_json()),
            ("arguments", self.arguments.to_json()),
            ("result", self.result.to_json()),
            ("error", self.error.to_json()),
            ("startTime", self.started_at.to_json()),
            ("endTime", self.ended_at.to_json()),
            ("duration", self.duration.to_json()),
        ];
        with_extra(fields, &self.extra)
    }
}

json_fields!(Tokens { "total": total, "input": input, "output": output });

json_fields!(SpanCost { "total": total, "input": input, "output": output, "toolCost": tools });

/// Returns the fields together with the unknown ones.
fn with_extra<const N: usize>(fields: [(&str, Value); N], extra: &Map<String, Value>) -> Value {
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
    fields.chain(extra.clone()).collect()
}
