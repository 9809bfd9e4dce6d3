//! The trace spans of a run: the work of each block. Servers may put any JSON into spans, so unknown fields are kept.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::primitives::json;
use crate::primitives::json::written::in_milliseconds;

/// The work of a block or of a group of blocks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "Map<String, Value>", into = "Map<String, Value>")]
#[non_exhaustive]
pub struct TraceSpan {
    /// The id of the span, or `None` if it has none.
    pub id: Option<String>,
    /// The name of the block, or `None` if it has none.
    pub name: Option<String>,
    /// The type of the block, such as `function` or `agent`; `workflow` for the run as a whole. `None` if the server
    /// did not say.
    pub kind: Option<String>,
    /// The duration of the span, or `None` if the server did not say.
    pub duration: Option<Duration>,
    /// When the span began, or `None` if the server did not say.
    pub started_at: Option<Timestamp>,
    /// When the span ended, or `None` if the server did not say.
    pub ended_at: Option<Timestamp>,
    /// When the span began, as the time since the start of the run. `None` if the server did not say.
    pub relative_start: Option<Duration>,
    /// The status of the span, such as `success` or `error`. `None` if the server did not say.
    pub status: Option<String>,
    /// Whether the workflow handled an error of the block. `None` if the server did not say.
    pub error_handled: Option<bool>,
    /// The type of the error, or `None` if there was none.
    pub error_type: Option<String>,
    /// The text of the error, or `None` if there was none.
    pub error_message: Option<String>,
    /// The id of the block, or `None` if the server did not say.
    pub block_id: Option<String>,
    /// The input of the block, or `None` if the server did not send it.
    pub input: Option<Value>,
    /// The output of the block, or `None` if the server did not send it.
    pub output: Option<Value>,
    /// The tokens that a model used, or `None` if the server did not say.
    pub tokens: Option<Tokens>,
    /// The cost of the span, or `None` if the server did not say.
    pub cost: Option<SpanCost>,
    /// The tool calls of an agent; empty if there were none.
    pub tool_calls: Vec<ToolCall>,
    /// The spans inside this one; empty if there are none.
    pub children: Vec<TraceSpan>,
    /// All other fields of the span.
    pub extra: Map<String, Value>,
}

/// The number of tokens that a model used.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Tokens {
    /// The sum of both, or `None` if the server did not say.
    pub total: Option<u64>,
    /// The tokens that the model read, or `None` if the server did not say.
    pub input: Option<u64>,
    /// The tokens that the model wrote, or `None` if the server did not say.
    pub output: Option<u64>,
}

/// The cost of a span, in US dollars as far as is known; see [`Cost`](crate::Cost).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct SpanCost {
    /// The total cost, or `None` if the server did not say.
    pub total: Option<f64>,
    /// The cost of tokens that the model read, or `None` if the server did not say.
    pub input: Option<f64>,
    /// The cost of tokens that the model wrote, or `None` if the server did not say.
    pub output: Option<f64>,
    /// The cost of tools, or `None` if the server did not say.
    pub tools: Option<f64>,
}

/// A tool call by an agent.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ToolCall {
    /// The id of the call, or `None` if it has none.
    pub id: Option<String>,
    /// The name of the tool, or `None` if the server did not say.
    pub name: Option<String>,
    /// The arguments of the call, or `None` if the server did not send them.
    pub arguments: Option<Value>,
    /// The result of the call, or `None` if there is none.
    pub result: Option<Value>,
    /// Why the call failed, or `None` if it did not fail.
    pub error: Option<String>,
    /// When the call began, or `None` if the server did not say.
    pub started_at: Option<Timestamp>,
    /// When the call ended, or `None` if the server did not say.
    pub ended_at: Option<Timestamp>,
    /// The duration of the call, or `None` if the server did not say.
    pub duration: Option<Duration>,
    /// All other fields of the call.
    pub extra: Map<String, Value>,
}

impl TraceSpan {
    /// Returns why the block failed, or `None` if it did not fail, or if its workflow handled the error.
    pub fn failure(&self) -> Option<&str> {
        let failed = self.status.as_deref() == Some("error") && self.error_handled != Some(true);
        let in_output = || self.output.as_ref()?.get("error")?.as_str();
        let told = self.error_message.as_deref().or_else(in_output);
        failed.then(|| told.unwrap_or("the block failed"))
    }

    /// Returns the spans and all spans inside them, each before those inside it.
    pub(super) fn all(spans: &[Self]) -> Vec<&Self> {
        let inside = |span| {
            let inside: &Self = span;
            std::iter::once(inside).chain(Self::all(&inside.children))
        };
        spans.iter().flat_map(inside).collect()
    }

    /// Returns whether this span or one inside it tells of tokens.
    pub(super) fn tells_tokens(&self) -> bool {
        self.tokens.is_some() || self.children.iter().any(Self::tells_tokens)
    }
}

impl Tokens {
    /// Returns the sum of both.
    pub(super) fn plus(self, other: Self) -> Self {
        let sum = |a: Option<u64>, b: Option<u64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (a, b) => a.or(b),
        };
        Self {
            total: sum(self.total, other.total),
            input: sum(self.input, other.input),
            output: sum(self.output, other.output),
        }
    }
}

/// The fields of an object that have not been read yet.
struct Fields(Map<String, Value>);

impl Fields {
    /// Removes a field that `read` understands; leaves any other.
    fn take<T>(&mut self, name: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let taken = read(self.0.get(name)?)?;
        self.0.remove(name);
        Some(taken)
    }

    fn text(&mut self, name: &str) -> Option<String> {
        self.take(name, |value| value.as_str().map(str::to_owned))
    }

    fn time(&mut self, name: &str) -> Option<Timestamp> {
        self.take(name, json::timestamp)
    }

    fn duration(&mut self, name: &str) -> Option<Duration> {
        self.take(name, json::milliseconds)
    }

    fn any(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// Removes a list of objects; leaves any other list.
    fn objects<T: From<Map<String, Value>>>(&mut self, name: &str) -> Vec<T> {
        let objects = |value: &Value| value.as_array()?.iter().all(Value::is_object).then_some(());
        if self.0.get(name).and_then(objects).is_none() {
            return Vec::new();
        }
        let list = self.0.remove(name).and_then(json::into_list).unwrap_or_default();
        let objects = list.into_iter().filter_map(|item| match item {
            Value::Object(object) => Some(T::from(object)),
            _ => None,
        });
        objects.collect()
    }
}

impl From<Map<String, Value>> for TraceSpan {
    fn from(fields: Map<String, Value>) -> Self {
        let mut from = Fields(fields);
        Self {
            id: from.text("id"),
            name: from.text("name"),
            kind: from.text("type"),
            duration: from.duration("durationMs").or_else(|| from.duration("duration")),
            started_at: from.time("startTime"),
            ended_at: from.time("endTime"),
            relative_start: from.duration("relativeStartMs"),
            status: from.text("status"),
            error_handled: from.take("errorHandled", Value::as_bool),
            error_type: from.text("errorType"),
            error_message: from.text("errorMessage"),
            block_id: from.text("blockId"),
            input: from.any("input"),
            output: from.any("output"),
            tokens: from.take("tokens", Tokens::read),
            cost: from.take("cost", SpanCost::read),
            tool_calls: from.objects("toolCalls"),
            children: from.objects("children"),
            extra: from.0,
        }
    }
}

impl From<Map<String, Value>> for ToolCall {
    fn from(fields: Map<String, Value>) -> Self {
        let mut from = Fields(fields);
        Self {
            id: from.text("id"),
            name: from.text("name"),
            arguments: from.any("arguments"),
            result: from.any("result"),
            error: from.text("error"),
            started_at: from.time("startTime"),
            ended_at: from.time("endTime"),
            duration: from.duration("duration"),
            extra: from.0,
        }
    }
}

/// The fields of an object in the making.
struct Writing(Map<String, Value>);

impl Writing {
    fn put(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
    }

    fn times(&mut self, started: Option<Timestamp>, ended: Option<Timestamp>) {
        self.put("startTime", started.map(|time| time.to_string()));
        self.put("endTime", ended.map(|time| time.to_string()));
    }

    fn objects<T: Into<Map<String, Value>>>(&mut self, name: &str, list: Vec<T>) {
        let list: Vec<_> = list.into_iter().map(|item| Value::Object(item.into())).collect();
        self.put(name, (!list.is_empty()).then_some(list));
    }
}

/// The form of an answer, which reads as the same span.
impl From<TraceSpan> for Map<String, Value> {
    fn from(span: TraceSpan) -> Self {
        let mut to = Writing(span.extra);
        to.put("id", span.id);
        to.put("name", span.name);
        to.put("type", span.kind);
        to.put("durationMs", span.duration.map(in_milliseconds));
        to.times(span.started_at, span.ended_at);
        to.put("relativeStartMs", span.relative_start.map(in_milliseconds));
        to.put("status", span.status);
        to.put("errorHandled", span.error_handled);
        to.put("errorType", span.error_type);
        to.put("errorMessage", span.error_message);
        to.put("blockId", span.block_id);
        to.put("input", span.input);
        to.put("output", span.output);
        to.put("tokens", span.tokens.map(Tokens::written));
        to.put("cost", span.cost.map(SpanCost::written));
        to.objects("toolCalls", span.tool_calls);
        to.objects("children", span.children);
        to.0
    }
}

impl From<ToolCall> for Map<String, Value> {
    fn from(call: ToolCall) -> Self {
        let mut to = Writing(call.extra);
        to.put("id", call.id);
        to.put("name", call.name);
        to.put("arguments", call.arguments);
        to.put("result", call.result);
        to.put("error", call.error);
        to.times(call.started_at, call.ended_at);
        to.put("duration", call.duration.map(in_milliseconds));
        to.0
    }
}

impl Tokens {
    fn written(self) -> Value {
        let mut to = Writing(Map::new());
        to.put("total", self.total);
        to.put("input", self.input);
        to.put("output", self.output);
        to.0.into()
    }

    /// Reads a number as the total only. Leaves an object with unknown fields to `extra`.
    fn read(value: &Value) -> Option<Self> {
        if let Some(total) = value.as_u64() {
            return Some(Self { total: Some(total), ..Self::default() });
        }
        let count = |name| value.get(name).and_then(Value::as_u64);
        let read = Self { total: count("total"), input: count("input"), output: count("output") };
        let known = [read.total, read.input, read.output].into_iter().flatten().count();
        (value.as_object()?.len() == known).then_some(read)
    }
}

impl SpanCost {
    fn written(self) -> Value {
        let mut to = Writing(Map::new());
        to.put("total", self.total);
        to.put("input", self.input);
        to.put("output", self.output);
        to.put("toolCost", self.tools);
        to.0.into()
    }

    /// Reads an object. Leaves one with unknown fields to `extra`.
    fn read(value: &Value) -> Option<Self> {
        let amount = |name| value.get(name).and_then(Value::as_f64);
        let read = Self {
            total: amount("total"),
            input: amount("input"),
            output: amount("output"),
            tools: amount("toolCost"),
        };
        let known = [read.total, read.input, read.output, read.tools].into_iter().flatten().count();
        (value.as_object()?.len() == known).then_some(read)
    }
}
