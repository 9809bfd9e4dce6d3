//! A run that waits for a human, and what its output then looks like.

use serde_json::{Value, json};

use crate::ids;
use crate::outcome::Outcome;

/// The place where a run waits for a human.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pause {
    /// Id of the place, which is the id of the block that waits.
    pub context_id: String,
    /// What the human is shown: entries of name, type and value.
    pub shown: Vec<Value>,
    /// What the human is asked for: entries of name and type.
    pub asked: Vec<Value>,
}

impl Pause {
    /// A place with a random id, nothing shown, nothing asked.
    pub fn new() -> Self {
        Self { context_id: ids::uuid(), shown: Vec::new(), asked: Vec::new() }
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

    /// The output of the paused run, with the addresses that resume it.
    pub(crate) fn output(&self, app_url: &str, workflow: &str, run: &str) -> Value {
        let context = &self.context_id;
        json!({
            "data": {
                "operation": "human",
                "responseStructure": self.shown,
                "inputFormat": self.asked,
                "submission": null,
                "_resume": {
                    "apiUrl": format!("{app_url}/api/resume/{workflow}/{run}/{context}"),
                    "uiUrl": format!("{app_url}/resume/{workflow}/{run}"),
                    "contextId": context,
                    "executionId": run,
                    "workflowId": workflow,
                },
            },
            "status": 200,
            "headers": { "Content-Type": "application/json" },
        })
    }
}

impl Default for Pause {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Pause> for Outcome {
    fn from(pause: Pause) -> Self {
        Self::Paused(pause)
    }
}
