//! What a streamed run tells: frames in, typed events out, and exactly one outcome.

use std::borrow::Cow;

use serde_json::Value;

use crate::error::Result;
use crate::model::WorkflowExecutionResult;
use crate::open_enum;
use crate::primitives::Secret;

open_enum! {
    /// How a tool call ended.
    ToolStatus {
        /// It gave a result.
        Success = "success",
        /// It failed.
        Error = "error",
        /// It was cancelled.
        Cancelled = "cancelled",
    }
}

/// One thing that a streamed run tells. The text is lent by a borrowing reader, or owned
/// (`RunEvent<'static>`).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RunEvent<'a> {
    /// More text of a block. When another block has told text before, its first chunk begins with an empty
    /// line; [`Texts`](crate::Texts) takes that off again.
    Text {
        /// The id of the block.
        block: Cow<'a, str>,
        /// The text; it may end anywhere between two characters.
        chunk: Cow<'a, str>,
    },
    /// All text of the block so far is retracted; it comes again.
    TextReset {
        /// The id of the block.
        block: Cow<'a, str>,
    },
    /// More of what an agent thinks; never a part of its answer.
    Thinking {
        /// The id of the block.
        block: Cow<'a, str>,
        /// The text.
        text: Cow<'a, str>,
    },
    /// An agent calls a tool.
    ToolStart {
        /// The id of the block.
        block: Cow<'a, str>,
        /// Pairs this with the end of the call.
        id: Cow<'a, str>,
        /// The name of the tool.
        name: Cow<'a, str>,
    },
    /// A tool call ended.
    ToolEnd {
        /// The id of the block.
        block: Cow<'a, str>,
        /// Pairs this with the start of the call.
        id: Cow<'a, str>,
        /// The name of the tool.
        name: Cow<'a, str>,
        /// How it ended, where the server says so.
        status: Option<ToolStatus>,
    },
    /// The text of one block broke off. The run goes on; its end decides.
    BlockError {
        /// The id of the block.
        block: Cow<'a, str>,
        /// Why, in the server's words.
        error: Cow<'a, str>,
    },
    /// A selected output cannot be part of the stream. The run itself is not affected.
    OutputError {
        /// The id of the block.
        block: Cow<'a, str>,
        /// Why, in the server's words.
        error: Cow<'a, str>,
    },
    /// The end: the run has a result, completed, paused, cancelled or failed.
    Final(Box<WorkflowExecutionResult>),
    /// The end: the run failed or timed out and left no output.
    Failure(Box<WorkflowExecutionResult>),
    /// A frame that this version does not know; text where it is no JSON.
    Other(Value),
}

impl RunEvent<'_> {
    /// The result, if this is the end of the stream.
    pub fn result(&self) -> Option<&WorkflowExecutionResult> {
        match self {
            Self::Final(result) | Self::Failure(result) => Some(result),
            _ => None,
        }
    }

    /// What the event adds to the text of the run: a chunk, or the error of a run that did not complete.
    pub fn into_text(self) -> Option<Result<Cow<'static, str>>> {
        match self.into_owned() {
            RunEvent::Text { chunk, .. } => Some(Ok(chunk)),
            RunEvent::Final(result) | RunEvent::Failure(result) => {
                result.into_result().err().map(Err)
            }
            _ => None,
        }
    }

    /// The event without a secret in the server's words about what went wrong. What the run tells is left
    /// as it is.
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

    /// The event with its text owned.
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
