//! What each block of a run did. Servers put into spans what they like: whatever is not understood is kept.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::primitives::json;

/// What a block did, or a group of blocks.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(from = "Map<String, Value>")]
#[non_exhaustive]
pub struct TraceSpan {
    /// Its id.
    pub id: Option<String>,
    /// The name of the block.
    pub name: Option<String>,
    /// The type of the block: `function`, `agent`, ...; `workflow` for the run as a whole.
    pub kind: Option<String>,
    /// How long it took.
    pub duration: Option<Duration>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When it began, counted from the start of the run.
    pub relative_start: Option<Duration>,
    /// `success`, `error`, ...
    pub status: Option<String>,
    /// Whether an error was dealt with inside the workflow.
    pub error_handled: Option<bool>,
    /// The type of the error.
    pub error_type: Option<String>,
    /// The text of the error.
    pub error_message: Option<String>,
    /// The block.
    pub block_id: Option<String>,
    /// What went in.
    pub input: Option<Value>,
    /// What came out.
    pub output: Option<Value>,
    /// The tokens that a model used.
    pub tokens: Option<Tokens>,
    /// What it cost.
    pub cost: Option<SpanCost>,
    /// The tools that an agent called.
    pub tool_calls: Vec<ToolCall>,
    /// The spans inside of it.
    pub children: Vec<TraceSpan>,
    /// Everything else.
    pub extra: Map<String, Value>,
}

/// How many tokens were used.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Tokens {
    /// In and out.
    pub total: Option<u64>,
    /// What the model read.
    pub input: Option<u64>,
    /// What it wrote.
    pub output: Option<u64>,
}

/// What a span cost, in US dollars as far as is known; see [`Cost`](crate::Cost).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct SpanCost {
    /// The sum.
    pub total: Option<f64>,
    /// For what the model read.
    pub input: Option<f64>,
    /// For what it wrote.
    pub output: Option<f64>,
    /// For its tools.
    pub tools: Option<f64>,
}

/// A tool that an agent called.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ToolCall {
    /// Its id.
    pub id: Option<String>,
    /// The name of the tool.
    pub name: Option<String>,
    /// What it was given.
    pub arguments: Option<Value>,
    /// What it gave back.
    pub result: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How long it took.
    pub duration: Option<Duration>,
    /// Everything else.
    pub extra: Map<String, Value>,
}

/// The fields of an object while they are taken out of it.
struct Fields(Map<String, Value>);

impl Fields {
    /// Takes a field that `read` understands; another stays.
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

    /// A list of objects; any other list stays.
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

impl Tokens {
    /// A number is the sum alone. An object with more in it than is known is left to `extra`.
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
    /// An object with more in it than is known is left to `extra`.
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
