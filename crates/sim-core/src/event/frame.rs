//! One frame of the wire: the JSON of one server-sent event, borrowed where it can be.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{RunEvent, ToolStatus};
use crate::error::{Error, Result};
use crate::id::RunId;
use crate::run::WorkflowExecutionResult;

/// What a frame says.
pub(super) enum Frame<'a> {
    /// The end mark.
    Done,
    Event(RunEvent<'a>),
}

/// Every field of every frame. One flat struct with borrowed text costs less than an enum that is tried
/// variant by variant, and an empty text stands for an absent one because an optional one cannot borrow.
#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default, rename = "blockId")]
    block: Cow<'a, str>,
    #[serde(borrow, default)]
    chunk: Chunk<'a>,
    #[serde(borrow, default)]
    event: Cow<'a, str>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    phase: Cow<'a, str>,
    #[serde(borrow, default)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    status: Cow<'a, str>,
    #[serde(borrow, default)]
    error: Cow<'a, str>,
}

/// A chunk may be empty text, so that it is there at all must be known.
#[derive(Default, Deserialize)]
#[serde(from = "Present<'a>", bound(deserialize = "'de: 'a"))]
struct Chunk<'a>(Option<Cow<'a, str>>);

#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Present<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl<'a> From<Present<'a>> for Chunk<'a> {
    fn from(present: Present<'a>) -> Self {
        Self(Some(present.0))
    }
}

impl<'a> Frame<'a> {
    /// Reads the data of one server-sent event of the run `run`.
    pub(super) fn read(data: &'a str, run: Option<&RunId>) -> Result<Self> {
        // The server sends the mark as JSON; its published guides show it bare.
        if data == "\"[DONE]\"" || data == "[DONE]" {
            return Ok(Self::Done);
        }
        let Ok(wire) = serde_json::from_str::<Wire<'a>>(data) else {
            return Ok(Self::Event(other(data)));
        };
        let Wire { block, chunk, event, data: payload, phase, id, name, status, error } = wire;
        let event = match (&*event, chunk.0, &*phase) {
            ("", Some(chunk), _) => RunEvent::Text { block, chunk },
            ("chunk_reset", ..) => RunEvent::TextReset { block },
            ("thinking", ..) => match payload.map(|text| serde_json::from_str(text.get())) {
                Some(Ok(Present(text))) => RunEvent::Thinking { block, text },
                _ => other(data),
            },
            ("tool", _, "start") => RunEvent::ToolStart { block, id, name },
            ("tool", _, "end") => {
                let status =
                    Some(&*status).filter(|status| !status.is_empty()).map(ToolStatus::from);
                RunEvent::ToolEnd { block, id, name, status }
            }
            ("stream_error", ..) => RunEvent::BlockError { block, error },
            ("error", ..) if !block.is_empty() => RunEvent::OutputError { block, error },
            ("error", ..) => {
                let failure =
                    WorkflowExecutionResult::stream_failure(error.into_owned(), run.cloned());
                RunEvent::Failure(Box::new(failure))
            }
            // `done` is the flat form of the published guides.
            ("final" | "done", ..) => {
                let result = payload.map_or(data, RawValue::get);
                let result =
                    serde_json::from_str(result).map_err(|error| unreadable(data, &error, run))?;
                RunEvent::Final(Box::new(WorkflowExecutionResult::of_stream(result, run.cloned())))
            }
            _ => other(data),
        };
        Ok(Self::Event(event))
    }
}

/// A frame of a later server: nothing of it is lost.
fn other(data: &str) -> RunEvent<'static> {
    RunEvent::Other(serde_json::from_str(data).unwrap_or_else(|_| Value::String(data.to_owned())))
}

fn unreadable(data: &str, why: &dyn std::fmt::Display, run: Option<&RunId>) -> Error {
    let message = format!("the result in the stream cannot be read: {why}");
    Error::decode(crate::code::readable(&message)).with(|inner| {
        inner.run = run.cloned();
        inner.body = bytes::Bytes::copy_from_slice(data.as_bytes());
    })
}
