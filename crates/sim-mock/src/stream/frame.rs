//! The frames of a stream, with Sim's order of keys.

use serde::Serialize;
use serde_json::Value;

use crate::agent::ToolStatus;

/// The end marker of every stream: a frame with a JSON string, quotes included.
pub(crate) const MARKER: &str = "data: \"[DONE]\"\n\n";

/// One frame of a stream.
#[derive(Debug, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub(crate) enum Frame {
    Text {
        block_id: String,
        chunk: String,
    },
    /// An event of an agent besides its text.
    Agent {
        block_id: String,
        #[serde(flatten)]
        event: AgentEvent,
    },
    /// An event of the run.
    Run(RunEvent),
}

#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum AgentEvent {
    ChunkReset,
    Thinking {
        data: String,
    },
    Tool {
        phase: &'static str,
        id: String,
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<&'static str>,
    },
}

#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(crate) enum RunEvent {
    StreamError { block_id: String, error: String },
    Error { error: String },
    Final { data: Final },
}

/// The data of the end of a run that did not fail.
#[derive(Debug, Serialize)]
pub(crate) struct Final {
    success: bool,
    output: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
}

impl Frame {
    pub(crate) fn text(block: &str, chunk: String) -> Self {
        Self::Text { block_id: block.to_owned(), chunk }
    }

    pub(crate) fn reset(block: &str) -> Self {
        Self::Agent { block_id: block.to_owned(), event: AgentEvent::ChunkReset }
    }

    pub(crate) fn thinking(block: &str, data: &str) -> Self {
        let event = AgentEvent::Thinking { data: data.to_owned() };
        Self::Agent { block_id: block.to_owned(), event }
    }

    pub(crate) fn tool_start(block: &str, call: &str, tool: &str) -> Self {
        Self::tool(block, "start", call, tool, None)
    }

    pub(crate) fn tool_end(
        block: &str,
        call: &str,
        tool: &str,
        status: Option<ToolStatus>,
    ) -> Self {
        Self::tool(block, "end", call, tool, status.map(ToolStatus::as_str))
    }

    fn tool(
        block: &str,
        phase: &'static str,
        call: &str,
        tool: &str,
        status: Option<&'static str>,
    ) -> Self {
        let (id, name) = (call.to_owned(), tool.to_owned());
        let event = AgentEvent::Tool { phase, id, name, status };
        Self::Agent { block_id: block.to_owned(), event }
    }

    pub(crate) fn stream_error(block: &str, error: &str) -> Self {
        let (block_id, error) = (block.to_owned(), error.to_owned());
        Self::Run(RunEvent::StreamError { block_id, error })
    }

    pub(crate) fn error(error: String) -> Self {
        Self::Run(RunEvent::Error { error })
    }

    pub(crate) fn finished(success: bool, output: Value, paused: bool) -> Self {
        let data = Final { success, output, status: paused.then_some("paused") };
        Self::Run(RunEvent::Final { data })
    }
}
