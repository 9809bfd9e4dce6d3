//! A run that waits, and the output that it has then.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::data::{Outcome, Pause, Then, Work};
use crate::ids;

impl Pause {
    /// Creates a point with a random id that shows and asks nothing. The run completes with the input that
    /// resumes it.
    pub fn new() -> Self {
        Self {
            context_id: ids::uuid(),
            shown: Vec::new(),
            asked: Vec::new(),
            time: None,
            resume_at: None,
            others: Vec::new(),
            then: Then(Arc::new(|input| Outcome::Completed(input).into())),
        }
    }

    /// Creates a timed point: the run waits this long, and then resumes by itself with an empty input. Nobody
    /// can resume it earlier.
    pub fn time(time: Duration) -> Self {
        Self { time: Some(time), ..Self::new() }
    }

    /// Sets the id of the point.
    pub fn context_id(mut self, id: impl Into<String>) -> Self {
        self.context_id = id.into();
        self
    }

    /// Adds a named value that the human sees.
    pub fn show(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let value = value.into();
        let kind = match &value {
            Value::Null | Value::String(_) => "string",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        self.shown.push(json!({ "name": name.into(), "type": kind, "value": value }));
        self
    }

    /// Adds a field that the human fills in, with its type (`string`, `boolean`, `number` …).
    pub fn ask(mut self, name: impl Into<String>, kind: impl Into<String>) -> Self {
        let name = name.into();
        self.asked.push(json!({
            "id": ids::uuid(),
            "name": name,
            "label": name,
            "type": kind.into(),
            "value": "",
            "required": false,
        }));
        self
    }

    /// Sets the closure that the run continues with, which receives the input that resumes it. The run may
    /// wait again.
    pub fn then<R: Into<Work>>(
        mut self,
        body: impl Fn(Value) -> R + Send + Sync + 'static,
    ) -> Self {
        self.then = Then(Arc::new(move |input| body(input).into()));
        self
    }

    /// Adds another point where the run waits at the same time. The run continues once all points are
    /// resumed.
    pub fn beside(mut self, other: Self) -> Self {
        self.others.push(other);
        self
    }

    /// Starts the clock of timed points.
    pub(crate) fn begin(mut self, now: Timestamp) -> Self {
        self.resume_at = self.time.and_then(|time| now.checked_add(time).ok());
        self.others = self.others.into_iter().map(|other| other.begin(now)).collect();
        self
    }

    /// Calls the closure that the run continues with.
    pub(crate) fn resume(&self, input: Value) -> Work {
        (self.then.0)(input)
    }

    /// Returns every point where the run waits, each by itself.
    pub(crate) fn places(mut self) -> Vec<Self> {
        let others = std::mem::take(&mut self.others);
        let others = others.into_iter().flat_map(Self::places);
        std::iter::once(self).chain(others).collect()
    }

    /// Joins points into one pause. Returns `None` if there are none.
    pub(crate) fn joined(places: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut places = places.into_iter();
        let mut first = places.next()?;
        first.others = places.collect();
        Some(first)
    }

    /// Returns the name of what the run waits for.
    pub(crate) fn kind(&self) -> &'static str {
        if self.time.is_some() { "time" } else { "human" }
    }

    /// Returns the output of the paused run, with the addresses that resume it.
    pub(crate) fn output(&self, app_url: &str, workflow: &str, run: &str) -> Value {
        if self.others.is_empty() {
            return self.response(app_url, workflow, run);
        }
        let places = self.clone().places();
        let responses: Vec<Value> =
            places.iter().map(|place| place.response(app_url, workflow, run)).collect();
        json!({ "pausedBlocks": responses, "pauseCount": responses.len() })
    }

    /// Returns the output of the block that waits.
    pub(crate) fn response(&self, app_url: &str, workflow: &str, run: &str) -> Value {
        if let Some(time) = self.time {
            let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            let resume_at = self.resume_at.map(ids::time_text);
            return json!({ "waitDuration": milliseconds, "resumeAt": resume_at });
        }
        json!({
            "data": {
                "operation": "human",
                "responseStructure": self.shown,
                "inputFormat": self.asked,
                "submission": null,
                "_resume": Links::new(self, app_url, workflow, run).value(),
            },
            "status": 200,
            "headers": { "Content-Type": "application/json" },
        })
    }
}

/// The addresses that resume a run at one point.
#[derive(Debug)]
pub(crate) struct Links<'a> {
    context: &'a str,
    app_url: &'a str,
    workflow: &'a str,
    run: &'a str,
}

impl<'a> Links<'a> {
    pub(crate) fn new(pause: &'a Pause, app_url: &'a str, workflow: &'a str, run: &'a str) -> Self {
        Self { context: &pause.context_id, app_url, workflow, run }
    }

    pub(crate) fn value(&self) -> Value {
        let Self { context, app_url, workflow, run } = self;
        json!({
            "apiUrl": format!("{app_url}/api/resume/{workflow}/{run}/{context}"),
            "uiUrl": format!("{app_url}/resume/{workflow}/{run}"),
            "contextId": context,
            "executionId": run,
            "workflowId": workflow,
        })
    }
}

impl Default for Pause {
    fn default() -> Self {
        Self::new()
    }
}
