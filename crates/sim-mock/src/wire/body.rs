//! The body of an execute request of v1: control keys and the input of the run.

use http::StatusCode;
use serde_json::{Map, Value};

use super::headers;
use super::intake::Intake;
use super::refusal::{Detail, Refusal};
use crate::release::Release;

/// The type that a control key must have.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Bool,
    Text,
    Texts,
    Object,
    Positive,
    Trigger,
}

/// The control keys: name, type, and whether the input lacks them.
const CONTROLS: [(&str, Kind, bool); 19] = [
    ("selectedOutputs", Kind::Texts, true),
    ("triggerType", Kind::Trigger, true),
    ("stream", Kind::Bool, true),
    ("includeThinking", Kind::Bool, false),
    ("includeToolCalls", Kind::Bool, false),
    ("useDraftState", Kind::Bool, true),
    ("isClientSession", Kind::Bool, false),
    ("includeFileBase64", Kind::Bool, true),
    ("base64MaxBytes", Kind::Positive, true),
    ("workflowStateOverride", Kind::Object, true),
    ("runFromBlock", Kind::Object, true),
    ("triggerBlockId", Kind::Text, true),
    ("startBlockId", Kind::Text, false),
    ("stopAfterBlockId", Kind::Text, true),
    ("inputFromExecutionId", Kind::Text, true),
    ("deploymentVersionId", Kind::Text, true),
    ("copilotToolCallId", Kind::Text, true),
    ("executionId", Kind::Text, false),
    ("parentWorkspaceId", Kind::Text, true),
];

/// A key that the input lacks and that nobody reads.
const IGNORED: &str = "workflowId";

const TRIGGERS: [&str; 9] =
    ["manual", "api", "schedule", "chat", "webhook", "mcp", "copilot", "mothership", "workflow"];

/// The body of an execute request, once it is parsed.
#[derive(Debug)]
pub(crate) struct ExecuteBody {
    /// The control keys that the body has.
    controls: Map<String, Value>,
    /// The input as the blocks of the workflow see it.
    pub(crate) input: Value,
}

impl ExecuteBody {
    pub(crate) fn read(intake: &Intake) -> Result<Self, Refusal> {
        if intake.too_large {
            let error = "Workflow execution request body exceeds maximum size";
            return Err(Refusal::text(StatusCode::PAYLOAD_TOO_LARGE, error));
        }
        let text = String::from_utf8_lossy(&intake.body);
        let body = if text.is_empty() { Ok(Value::Object(Map::new())) } else { text.parse() };
        let Ok(body) = body else {
            return Err(Refusal::text(StatusCode::BAD_REQUEST, "Invalid JSON in request body"));
        };
        let Value::Object(mut body) = body else {
            let detail = Detail::new("", expected("object", &body));
            return Err(Refusal::invalid("Invalid request body", &[detail]));
        };
        let mut details = Vec::new();
        let mut controls = Map::new();
        for (name, kind, kept) in CONTROLS {
            let Some(value) = body.get(name) else { continue };
            check(name, kind, value, &mut details);
            controls.insert(name.to_owned(), value.clone());
            if kept {
                body.remove(name);
            }
        }
        if !details.is_empty() {
            return Err(Refusal::invalid("Invalid request body", &details));
        }
        body.remove(IGNORED);
        Ok(Self { controls, input: as_seen(body) })
    }

    /// Returns whether the body has a control key.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.controls.contains_key(name)
    }

    /// Returns whether a control key is true.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.controls.get(name) == Some(&Value::Bool(true))
    }

    /// Returns the text of a control key, or `None` if it is absent or not a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.controls.get(name)?.as_str()
    }

    /// Returns the outputs of blocks that the caller selected.
    pub(crate) fn selected_outputs(&self) -> Vec<String> {
        let selected = self.controls.get("selectedOutputs").and_then(Value::as_array);
        let outputs = selected.into_iter().flatten();
        outputs.filter_map(|output| Some(output.as_str()?.to_owned())).collect()
    }

    /// Returns the run id that the body holds, in the older place for it.
    pub(crate) fn id(&self, release: Release) -> Result<Option<String>, Refusal> {
        let id = self.text("executionId").filter(|_| release.honours_run_ids());
        let Some(id) = id else { return Ok(None) };
        headers::check_id(id, "executionId", "Invalid request body")?;
        Ok(Some(id.to_owned()))
    }
}

/// Returns the input as fields of the start block: those under `input` first, then those beside it.
fn as_seen(mut body: Map<String, Value>) -> Value {
    match body.remove("input") {
        Some(Value::Object(fields)) => body.extend(fields),
        Some(other) => drop(body.insert("input".to_owned(), other)),
        None => {}
    }
    Value::Object(body)
}

fn check(name: &str, kind: Kind, value: &Value, details: &mut Vec<Detail>) {
    let found = match (kind, value) {
        (Kind::Bool, Value::Bool(_))
        | (Kind::Text, Value::String(_))
        | (Kind::Object, Value::Object(_)) => return,
        (Kind::Texts, Value::Array(items)) => {
            for (at, item) in items.iter().enumerate().filter(|(_, item)| !item.is_string()) {
                details.push(Detail::new(format!("{name}.{at}"), expected("string", item)));
            }
            return;
        }
        (Kind::Positive, Value::Number(number)) if number.as_u64().is_some_and(|n| n > 0) => return,
        (Kind::Positive, Value::Number(number)) if number.as_f64().is_some_and(|n| n > 0.0) => {
            "Invalid input: expected int, received number".to_owned()
        }
        (Kind::Positive, Value::Number(_)) => "Too small: expected number to be >0".to_owned(),
        (Kind::Trigger, Value::String(text)) if TRIGGERS.contains(&text.as_str()) => return,
        (Kind::Trigger, _) => {
            let options: Vec<String> = TRIGGERS.iter().map(|one| format!("\"{one}\"")).collect();
            format!("Invalid option: expected one of {}", options.join("|"))
        }
        (Kind::Bool, _) => expected("boolean", value),
        (Kind::Text, _) => expected("string", value),
        (Kind::Texts, _) => expected("array", value),
        (Kind::Object, _) => expected("object", value),
        (Kind::Positive, _) => expected("number", value),
    };
    details.push(Detail::new(name, found));
}

/// Says of a value that it is of another kind than was expected.
pub(crate) fn expected(kind: &str, found: &Value) -> String {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    format!("Invalid input: expected {kind}, received {found}")
}

#[cfg(test)]
mod tests {
    use super::{ExecuteBody, Intake, Value};
    use serde_json::json;

    fn input(body: &Value) -> Value {
        let body = body.to_string().into();
        let intake = Intake { request_id: String::new(), body, too_large: false, fault: None };
        ExecuteBody::read(&intake).expect("a good body").input
    }

    #[test]
    fn spread_and_nested_input_look_the_same() {
        assert_eq!(input(&json!({ "city": "Oslo" })), json!({ "city": "Oslo" }));
        assert_eq!(input(&json!({ "input": { "city": "Oslo" } })), json!({ "city": "Oslo" }));
        assert_eq!(
            input(&json!({ "input": { "a": 1 }, "a": 2, "b": 3 })),
            json!({ "a": 1, "b": 3 })
        );
        assert_eq!(input(&json!({ "input": "hello" })), json!({ "input": "hello" }));
        assert_eq!(input(&json!({})), json!({}));
    }

    #[test]
    fn some_control_keys_are_kept_from_the_input() {
        let body = json!({ "stream": false, "selectedOutputs": [], "workflowId": "w", "a": 1 });
        assert_eq!(input(&body), json!({ "a": 1 }));
        let body = json!({ "includeThinking": false, "startBlockId": "b", "executionId": "e" });
        assert_eq!(input(&body), body);
    }
}
