//! The fields of stream frames.

use serde_json::{Value, json};
use simstudio::{RunEvent, ToolStatus};

use super::Show;

impl Show for RunEvent<'_> {
    fn show(&self) -> Value {
        match self {
            Self::Text { block, chunk } => json!({"blockId": block, "chunk": chunk}),
            Self::TextReset { block } => json!({"blockId": block, "event": "chunk_reset"}),
            Self::Thinking { block, text } => {
                json!({"blockId": block, "event": "thinking", "data": text})
            }
            Self::ToolStart { block, id, name } => tool("start", [block, id, name], None),
            Self::ToolEnd { block, id, name, status } => {
                tool("end", [block, id, name], status.as_ref())
            }
            Self::BlockError { block, error } => {
                json!({"event": "stream_error", "blockId": block, "error": error})
            }
            Self::Final(result) => {
                let message = result.error.as_ref().map(|error| &error.message);
                let (success, status, output) = (result.success, &result.status, &result.output);
                let data = json!({
                    "success": success, "status": status, "output": output, "error": message,
                });
                json!({"event": "final", "data": data})
            }
            Self::Failure(result) => {
                let message = result.error.as_ref().map(|error| &error.message);
                json!({"event": "error", "error": message})
            }
            Self::Other(frame) => frame.clone(),
            other => Value::String(format!("{other:?}")),
        }
    }
}

fn tool(phase: &str, [block, id, name]: [&str; 3], status: Option<&ToolStatus>) -> Value {
    json!({
        "blockId": block, "event": "tool", "phase": phase, "id": id, "name": name, "status": status,
    })
}
