//! A run that waits, and what its output then looks like.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::data::{Outcome, Pause, Then, Work};
use crate::ids;

impl Pause {
    /// A place with a random id, where a human is shown nothing and asked
    /// nothing. The run completes with what it was resumed with.
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

    /// A place where the run waits this long and then resumes by itself, with
    /// an empty input. Nobody else can resume it.
    pub fn time(time: Duration) -> Self {
        Self { time: Some(time), ..Self::new() }
    }

    /// Sets the id of the place.
    pub fn context_id(mut self, id: impl Into<String>) -> Self {
        self.context_id = id.into();
        self
    }

    /// Shows the human a named value.
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

    /// Asks the human for a field of this type (`string`, `boolean`, `number` …).
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

    /// Sets what the run does once it is resumed here, with the input that it
    /// was resumed with. It may wait again.
    pub fn then<R: Into<Work>>(
        mut self,
        body: impl Fn(Value) -> R + Send + Sync + 'static,
    ) -> Self {
        self.then = Then(Arc::new(move |input| body(input).into()));
        self
    }

    /// The run waits at another place at the same time. It goes on once all
    /// of them are resumed.
    pub fn beside(mut self, other: Self) -> Self {
        self.others.push(other);
        self
    }

    /// The run begins to wait now.
    pub(crate) fn begin(mut self, now: Timestamp) -> Self {
        self.resume_at = self.time.and_then(|time| now.checked_add(time).ok());
        self.others = self.others.into_iter().map(|other| other.begin(now)).collect();
        self
    }

    /// Goes on.
    pub(crate) fn resume(&self, input: Value) -> Work {
        (self.then.0)(input)
    }

    /// Every place where the run waits, each by itself.
    pub(crate) fn places(mut self) -> Vec<Self> {
        let others = std::mem::take(&mut self.others);
        let others = others.into_iter().flat_map(Self::places);
        std::iter::once(self).chain(others).collect()
    }

    /// The opposite; `None` when there is no place.
    pub(crate) fn joined(places: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut places = places.into_iter();
        let mut first = places.next()?;
        first.others = places.collect();
        Some(first)
    }

    /// The word for what it waits for.
    pub(crate) fn kind(&self) -> &'static str {
        if self.time.is_some() { "time" } else { "human" }
    }

    /// The output of the paused run, with the addresses that resume it.
    pub(crate) fn output(&self, app_url: &str, workflow: &str, run: &str) -> Value {
        if self.others.is_empty() {
            return self.response(app_url, workflow, run);
        }
        let places = self.clone().places();
        let responses: Vec<Value> =
            places.iter().map(|place| place.response(app_url, workflow, run)).collect();
        json!({ "pausedBlocks": responses, "pauseCount": responses.len() })
    }

    /// What the block that waits has put out.
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

/// The addresses that resume a run.
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
