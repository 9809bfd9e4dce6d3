//! The fields of runs in lists and logs.

use serde_json::{Map, Value};
use simstudio::logs::{Log, LogWorkflow, RunListItem, SpanCost, Tokens, ToolCall, TraceSpan};

use super::{Show, shows};

shows!(RunListItem {
    "runId": run_id,
    "workflowId": workflow_id,
    "status": status,
    "trigger": trigger,
    "startedAt": started_at,
    "endedAt": ended_at,
    "durationMs": duration,
    "cost": cost,
});

shows!(Log {
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

shows!(LogWorkflow {
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

impl Show for TraceSpan {
    fn show(&self) -> Value {
        let fields = [
            ("id", self.id.show()),
            ("name", self.name.show()),
            ("type", self.kind.show()),
            ("duration", self.duration.show()),
            ("startTime", self.started_at.show()),
            ("endTime", self.ended_at.show()),
            ("relativeStartMs", self.relative_start.show()),
            ("status", self.status.show()),
            ("errorHandled", self.error_handled.show()),
            ("errorType", self.error_type.show()),
            ("errorMessage", self.error_message.show()),
            ("blockId", self.block_id.show()),
            ("input", self.input.show()),
            ("output", self.output.show()),
            ("tokens", self.tokens.show()),
            ("cost", self.cost.show()),
            ("toolCalls", self.tool_calls.show()),
            ("children", self.children.show()),
        ];
        with_extra(fields, &self.extra)
    }
}

impl Show for ToolCall {
    fn show(&self) -> Value {
        let fields = [
            ("id", self.id.show()),
            ("name", self.name.show()),
            ("arguments", self.arguments.show()),
            ("result", self.result.show()),
            ("error", self.error.show()),
            ("startTime", self.started_at.show()),
            ("endTime", self.ended_at.show()),
            ("duration", self.duration.show()),
        ];
        with_extra(fields, &self.extra)
    }
}

shows!(Tokens { "total": total, "input": input, "output": output });

shows!(SpanCost { "total": total, "input": input, "output": output, "toolCost": tools });

/// Returns the fields together with the unknown ones.
fn with_extra<const N: usize>(fields: [(&str, Value); N], extra: &Map<String, Value>) -> Value {
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
    fields.chain(extra.clone()).collect()
}
