//! The events of a streamed run.

use std::borrow::Cow;

use serde_json::Value;

use crate::error::Result;
use crate::model::{Blocks, WorkflowExecutionResult};
use crate::open_enum;
use crate::primitives::Secret;

open_enum! {
    /// The outcome of a tool call.
    ToolStatus {
        /// The tool returned a result.
        Success = "success",
        /// The tool call failed.
        Error = "error",
        /// The tool call was cancelled.
        Cancelled = "cancelled",
    }
}

/// One event of a streamed run. Its text is borrowed from the reader, or owned (`RunEvent<'static>`).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RunEvent<'a> {
    /// More text of a block. If another block has sent text before, the first chunk begins with an empty line;
    /// [`Texts`](crate::Texts) removes it.
    Text {
        /// The id of the block that sent the text.
        block: Cow<'a, str>,
        /// The text. It may end anywhere between two characters.
        chunk: Cow<'a, str>,
    },
    /// A retraction of all text of a block so far. The block sends its text again.
    TextReset {
        /// The id of the block that retracts its text.
        block: Cow<'a, str>,
    },
    /// More of an agent's thinking, which is never part of its answer.
    Thinking {
        /// The id of the agent's block.
        block: Cow<'a, str>,
        /// The text of the thinking.
        text: Cow<'a, str>,
    },
    /// The start of a tool call by an agent.
    ToolStart {
        /// The id of the agent's block.
        block: Cow<'a, str>,
        /// The id of the call, which its end has too.
        id: Cow<'a, str>,
        /// The name of the tool.
        name: Cow<'a, str>,
    },
    /// The end of a tool call.
    ToolEnd {
        /// The id of the agent's block.
        block: Cow<'a, str>,
        /// The id of the call, which its start had too.
        id: Cow<'a, str>,
        /// The name of the tool.
        name: Cow<'a, str>,
        /// The outcome of the call, or `None` if the server did not say.
        status: Option<ToolStatus>,
    },
    /// An error that ended the text of one block. The run goes on; its end decides.
    BlockError {
        /// The id of the block that failed.
        block: Cow<'a, str>,
        /// The reason, in the server's words.
        error: Cow<'a, str>,
    },
    /// An error for a selected output that cannot be part of the stream. It does not affect the run itself.
    OutputError {
        /// The id of the block with the output.
        block: Cow<'a, str>,
        /// The reason, in the server's words.
        error: Cow<'a, str>,
    },
    /// The end of the stream: the run has a result, whether completed, paused, cancelled or failed.
    Final(Box<WorkflowExecutionResult>),
    /// The end of the stream: the run failed or timed out, without an output.
    Failure(Box<WorkflowExecutionResult>),
    /// A frame that this version does not know; as text if it is not JSON.
    Other(Value),
}

impl RunEvent<'_> {
    /// Returns the id of the block that the event is about, or `None` if it is about the run as a whole.
    pub fn block(&self) -> Option<&str> {
        match self {
            Self::Text { block, .. }
            | Self::TextReset { block }
            | Self::Thinking { block, .. }
            | Self::ToolStart { block, .. }
            | Self::ToolEnd { block, .. }
            | Self::BlockError { block, .. }
            | Self::OutputError { block, .. } => Some(block),
            Self::Final(_) | Self::Failure(_) | Self::Other(_) => None,
        }
    }

    /// Returns whether the event is about this block, named by its id or, if `blocks` knows it, by its name.
    pub fn is_of(&self, block: &str, blocks: &Blocks) -> bool {
        self.block().is_some_and(|own| own == block || blocks.id(block) == Some(own))
    }

    /// Returns the result if this event ends the stream.
    pub fn result(&self) -> Option<&WorkflowExecutionResult> {
        match self {
            Self::Final(result) | Self::Failure(result) => Some(result),
            _ => None,
        }
    }

    /// Returns the text that the event adds to the run, the error of a run that did not complete, or `None` for any
    /// other event.
    pub fn into_text(self) -> Option<Result<Cow<'static, str>>> {
        match self.into_owned() {
            RunEvent::Text { chunk, .. } => Some(Ok(chunk)),
            RunEvent::Final(result) | RunEvent::Failure(result) => {
                result.into_result().err().map(Err)
            }
            _ => None,
        }
    }

    /// Removes a secret from the server's error messages. Text of the run stays as it is.
    pub(super) fn without(mut self, secret: Option<&Secret>) -> Self {
        let Some(secret) = secret else { return self };
        match &mut self {
            Self::BlockError { error, .. } | Self::OutputError { error, .. } => {
                secret.hide(error.to_mut());
            }
            Self::Final(result) | Self::Failure(result) => {
                result.error.iter_mut().for_each(|error| secret.hide(&mut error.message));
            }
            _ => {}
        }
        self
    }

    /// Converts the event into one that owns its text.
    pub fn into_owned(self) -> RunEvent<'static> {
        use RunEvent as E;
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            E::Text { block, chunk } => E::Text { block: own(block), chunk: own(chunk) },
            E::TextReset { block } => E::TextReset { block: own(block) },
            E::Thinking { block, text } => E::Thinking { block: own(block), text: own(text) },
            E::ToolStart { block, id, name } => {
                E::ToolStart { block: own(block), id: own(id), name: own(name) }
            }
            E::ToolEnd { block, id, name, status } => {
                E::ToolEnd { block: own(block), id: own(id), name: own(name), status }
            }
            E::BlockError { block, error } => {
                E::BlockError { block: own(block), error: own(error) }
            }
            E::OutputError { block, error } => {
                E::OutputError { block: own(block), error: own(error) }
            }
            E::Final(result) => E::Final(result),
            E::Failure(result) => E::Failure(result),
            E::Other(value) => E::Other(value),
        }
    }
}
