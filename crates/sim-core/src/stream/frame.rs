//! One frame of the stream: the JSON of one server-sent event, borrowed where possible.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{RunEvent, ToolStatus};
use crate::error::{Error, Result};
use crate::model::{RunError, WorkflowExecutionResult};
use crate::primitives::RunId;
use crate::primitives::json::{self, field};

/// The content of a frame.
pub(super) enum Frame<'a> {
    /// The end mark of the stream.
    Done,
    Event(RunEvent<'a>),
}

/// The fields of all kinds of frames. One flat struct with borrowed text costs less than an enum that tries each
/// variant. Fields that do not matter for a frame may hold any JSON. A name that is neither text nor `null` makes an
/// unknown frame.
#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default, rename = "blockId", deserialize_with = "text")]
    block: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "field::lent")]
    chunk: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "field::name")]
    event: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "text")]
    phase: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text")]
    id: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text")]
    name: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text")]
    status: Cow<'a, str>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

/// Reads text; any other JSON is empty.
fn text<'a, 'de: 'a, D: Deserializer<'de>>(from: D) -> std::result::Result<Cow<'a, str>, D::Error> {
    field::lent(from).map(Option::unwrap_or_default)
}

#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Present<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl<'a> Frame<'a> {
    /// Reads the data of one server-sent event of the run `run`.
    pub(super) fn read(data: &'a str, run: Option<&RunId>) -> Result<Self> {
        // The server sends the mark as JSON; its published guides show it without quotes.
        if data == "\"[DONE]\"" || data == "[DONE]" {
            return Ok(Self::Done);
        }
        if let Some(result) = usual_result(data, run) {
            return Ok(Self::Event(RunEvent::Final(Box::new(result))));
        }
        match serde_json::from_str(data) {
            Ok(wire) => Self::of(wire, data, run),
            Err(_) => Self::repaired(data, run),
        }
    }

    /// Reads data that holds half of a character or other damage, and cannot be lent.
    fn repaired(data: &str, run: Option<&RunId>) -> Result<Self> {
        let repaired = json::repaired(data.as_bytes());
        let repaired = repaired.as_deref().and_then(|json| std::str::from_utf8(json).ok());
        let wire = repaired.and_then(|json| serde_json::from_str(json).ok());
        match wire {
            Some(wire) => Ok(match Frame::of(wire, data, run)? {
                Frame::Done => Self::Done,
                Frame::Event(event) => Self::Event(event.into_owned()),
            }),
            None => Ok(Self::Event(other(data))),
        }
    }

    fn of(wire: Wire<'a>, data: &str, run: Option<&RunId>) -> Result<Self> {
        let Wire { block, chunk, event, data: payload, phase, id, name, status, error } = wire;
        let event = match (event.as_deref().unwrap_or_default(), chunk, &*phase) {
            ("", Some(chunk), _) => RunEvent::Text { block, chunk },
            ("chunk_reset", ..) => RunEvent::TextReset { block },
            ("thinking", ..) => match payload.and_then(said) {
                Some(text) => RunEvent::Thinking { block, text },
                None => other(data),
            },
            ("tool", _, "start") => RunEvent::ToolStart { block, id, name },
            ("tool", _, "end") => {
                let status =
                    Some(&*status).filter(|status| !status.is_empty()).map(ToolStatus::from);
                RunEvent::ToolEnd { block, id, name, status }
            }
            ("stream_error", ..) => RunEvent::BlockError { block, error: words(error) },
            ("error", ..) if !block.is_empty() => {
                RunEvent::OutputError { block, error: words(error) }
            }
            ("error", ..) => {
                let error = reason(error).unwrap_or_else(|| RunError::saying(""));
                let failure = WorkflowExecutionResult::stream_failure(error, run.cloned());
                RunEvent::Failure(Box::new(failure))
            }
            // The published guides show a flat form named `done`.
            ("final" | "done", ..) => {
                let result = payload.map_or(data, RawValue::get);
                let result =
                    json::read(result.as_bytes()).map_err(|error| unreadable(data, &error, run))?;
                RunEvent::Final(Box::new(WorkflowExecutionResult::of_stream(result, run.cloned())))
            }
            _ => other(data),
        };
        Ok(Self::Event(event))
    }
}

/// Reads the result of a run from the last frame, if it is spelt as the server spells it. An output may be large, and
/// looking for the fields of the frame first would read all of it once more.
fn usual_result(data: &str, run: Option<&RunId>) -> Option<WorkflowExecutionResult> {
    let result = data.strip_prefix("{\"event\":\"final\",\"data\":")?.strip_suffix('}')?;
    let ended = result.starts_with('{').then(|| json::read_text(result).ok())??;
    Some(WorkflowExecutionResult::of_stream(ended, run.cloned()))
}

/// Reads the reason of a failure from any JSON.
fn reason(error: Option<&RawValue>) -> Option<RunError> {
    RunError::of(json::read_hint(error?.get().as_bytes())?)
}

/// Reads the reason of a failure as the server's own text.
fn words(error: Option<&RawValue>) -> Cow<'_, str> {
    error
        .and_then(said)
        .unwrap_or_else(|| reason(error).map(|error| error.message).unwrap_or_default().into())
}

/// Reads text, borrowed where possible; any other JSON is `None`.
fn said(json: &RawValue) -> Option<Cow<'_, str>> {
    let lent = serde_json::from_str(json.get()).map(|Present(text)| text).ok();
    lent.or_else(|| json::read_hint(json.get().as_bytes()).map(Cow::Owned))
}

/// Returns a frame of a later server unchanged.
fn other(data: &str) -> RunEvent<'static> {
    RunEvent::Other(json::read(data.as_bytes()).unwrap_or_else(|_| Value::String(data.to_owned())))
}

fn unreadable(data: &str, why: &dyn std::fmt::Display, run: Option<&RunId>) -> Error {
    let message = format!("the result in the stream cannot be read: {why}");
    Error::decode(crate::code::readable(&message)).with(|inner| {
        inner.run_id = run.cloned();
        inner.body = bytes::Bytes::copy_from_slice(data.as_bytes());
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the result of a frame as text, or the error.
    fn told(data: &str) -> String {
        match Frame::read(data, None) {
            Ok(Frame::Event(event)) => format!("{event:?}"),
            Ok(Frame::Done) => "done".to_owned(),
            Err(error) => format!("{:?} {error}", error.kind()),
        }
    }

    /// The published guides show another name, which the short way does not know.
    #[test]
    fn a_last_frame_means_the_same_however_it_is_spelt() {
        for rest in [
            r#"{"success":true,"output":{"n":1}}}"#,
            r#"{"success":false,"output":2,"error":"Boom"}}"#,
            r#"{"success":true,"output":"half \ud83d"}}"#,
            r#"{"success":true,"output":1},"data":{"success":false}}"#,
            r#"{"success":true,"output":1},"event":"tool","phase":"start"}"#,
            r#"{"success":true,"output":1},"more":{}}"#,
            r#"{"success":true,"output":1}} "#,
            r#"{"success":true,"output":1}}}"#,
            r#"{"success":true,"output":1}"#,
            r#"{"output":1}}"#,
            r"{}}",
            r"[true,1]}",
            r#"null,"success":true,"output":1}"#,
            r"null}",
        ] {
            let usual = told(&format!("{{\"event\":\"final\",\"data\":{rest}"));
            let odd =
                told(&format!("{{\"event\":\"done\" ,\"data\":{rest}")).replace("done", "final");
            // The text of an error or of an unknown frame shows the frame itself.
            assert_eq!(usual.replace(' ', ""), odd.replace(' ', ""), "{rest}");
        }
        assert!(told(r#"{"event":"final","data":{"success":true}}"#).starts_with("Final"));
    }
}
