//! Where a paused run waits, and for what.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::open_enum;
use crate::primitives::json::field;
use crate::primitives::{ContextId, RunId, WorkflowId, json};

open_enum! {
    /// What a paused run waits for.
    PauseKind {
        /// A person who answers.
        Human = "human",
        /// A time: the run goes on by itself and cannot be resumed.
        Time = "time",
    }
}

/// What a paused run waits for.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Pause {
    /// The places where it waits; usually one.
    pub points: Vec<PausePoint>,
}

/// One place where a run waits: what [`resume`](crate::ResumeRun) needs, and what a person is asked.
///
/// It serialises, so that a program can store it, end, and come back with the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PausePoint {
    /// Names the place; resuming needs it. It may hold characters beyond ASCII.
    pub context_id: ContextId,
    /// The workflow.
    pub workflow_id: Option<WorkflowId>,
    /// The run that waits.
    pub run_id: Option<RunId>,
    /// What it waits for.
    pub kind: Option<PauseKind>,
    /// What a person is asked to fill in: the fields of the input to resume with.
    #[serde(default)]
    pub form: Vec<FormField>,
    /// What a person is shown, each value as the server describes it (`name`, `type`, `value`).
    #[serde(default)]
    pub shown: Vec<Value>,
    /// When a pause for a time ends.
    pub resume_at: Option<Timestamp>,
    /// The page where a person can answer.
    pub ui_url: Option<String>,
    /// Where a program can answer; the SDK builds its own address and never sends the key to this one.
    pub api_url: Option<String>,
}

/// One field that a person is asked to fill in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FormField {
    /// The key of the answer.
    pub name: String,
    /// What to call it before a person.
    #[serde(default, deserialize_with = "field::text")]
    pub label: Option<String>,
    /// What kind of value it takes: `string`, `number`, `boolean`, `object`, `array`, `file[]`.
    #[serde(default, rename = "type", deserialize_with = "field::text")]
    pub kind: Option<String>,
    /// More to say of it.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// Whether the answer must have it.
    #[serde(default, deserialize_with = "field::flag")]
    pub required: bool,
    /// What stands in it at first.
    #[serde(default)]
    pub value: Value,
}

impl Pause {
    /// Finds the pause in an output. In the first generation nothing else of an answer tells that the run is
    /// not over.
    pub(crate) fn read(output: &Value) -> Option<Self> {
        let points: Vec<_> = match output.get("pausedBlocks") {
            Some(blocks) => blocks.as_array()?.iter().filter_map(PausePoint::read).collect(),
            None => PausePoint::asked(output.get("data")?).map(|point| vec![point])?,
        };
        Some(Self { points })
    }
}

impl PausePoint {
    /// The place by its names alone.
    pub(crate) fn named(context_id: ContextId, workflow: WorkflowId, run: RunId) -> Self {
        Self {
            context_id,
            workflow_id: Some(workflow),
            run_id: Some(run),
            kind: None,
            form: Vec::new(),
            shown: Vec::new(),
            resume_at: None,
            ui_url: None,
            api_url: None,
        }
    }

    /// One block of several that wait: what it asks stands in it, or in its output.
    fn read(block: &Value) -> Option<Self> {
        let data = block.get("data").or_else(|| block.pointer("/output/data"));
        data.and_then(Self::asked).or_else(|| Self::asked(block))
    }

    /// What a waiting block puts out.
    fn asked(data: &Value) -> Option<Self> {
        let resume = data.get("_resume")?;
        let text = |key| resume.get(key)?.as_str().map(str::to_owned);
        let list = |key| data.get(key).and_then(Value::as_array);
        let operation = data.get("operation").and_then(Value::as_str);
        Some(Self {
            context_id: ContextId::new(text("contextId")?),
            workflow_id: text("workflowId").map(WorkflowId::new),
            run_id: text("executionId").map(RunId::new),
            kind: operation.map(PauseKind::from),
            form: list("inputFormat").into_iter().flatten().filter_map(form_field).collect(),
            shown: list("responseStructure").cloned().unwrap_or_default(),
            resume_at: data.get("resumeAt").and_then(json::timestamp),
            ui_url: text("uiUrl"),
            api_url: text("apiUrl"),
        })
    }
}

fn form_field(field: &Value) -> Option<FormField> {
    FormField::deserialize(field).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn block(context: &str) -> Value {
        json!({
            "operation": "human",
            "responseStructure": [{"name": "amount", "type": "number", "value": 7}],
            "inputFormat": [
                {"id": "f", "name": "approved", "label": "Approve?", "type": "boolean", "value": "", "required": true},
                {"odd": true},
            ],
            "submission": null,
            "_resume": {
                "apiUrl": "https://sim.test/api/resume/wf/r/c", "uiUrl": "https://sim.test/resume/wf/r",
                "contextId": context, "executionId": "r", "workflowId": "wf",
            },
        })
    }

    #[test]
    fn a_pause_says_where_it_is_and_what_is_asked() {
        let pause = Pause::read(&json!({"data": block("b₍0₎"), "status": 200})).expect("a pause");
        let [point] = &pause.points[..] else { panic!("one point: {pause:?}") };
        assert_eq!((point.context_id.as_str(), &point.kind), ("b₍0₎", &Some(PauseKind::Human)));
        assert_eq!(point.workflow_id, Some(WorkflowId::from("wf")));
        assert_eq!(point.run_id, Some(RunId::from("r")));
        let [field] = &point.form[..] else { panic!("one field: {point:?}") };
        assert_eq!((field.name.as_str(), field.required), ("approved", true));
        assert_eq!(
            (field.label.as_deref(), field.kind.as_deref()),
            (Some("Approve?"), Some("boolean"))
        );
        assert_eq!(point.shown[0]["value"], 7);
    }

    #[test]
    fn a_place_that_was_stored_is_the_same_when_it_is_read() {
        let mut data = block("b₍0₎");
        data["resumeAt"] = json!("2026-11-23T18:26:24.158Z");
        let point = PausePoint::asked(&data).expect("a place");
        assert!(point.resume_at.is_some());
        let stored = serde_json::to_string(&point).expect("JSON");
        assert_eq!(serde_json::from_str::<PausePoint>(&stored).expect("a place"), point);
        let named: PausePoint = serde_json::from_str(r#"{"context_id":"c"}"#).expect("a place");
        assert_eq!((named.context_id.as_str(), named.form.len()), ("c", 0));
    }

    #[test]
    fn a_field_is_asked_for_whatever_is_said_of_it() {
        for odd in [json!(null), json!("yes"), json!(1), json!([])] {
            let mut data = block("b");
            data["inputFormat"] = json!([{
                "name": "approved", "label": odd, "type": odd, "description": odd, "required": odd,
            }]);
            let pause = Pause::read(&json!({"data": data})).expect("a pause");
            let [field] = &pause.points[0].form[..] else { panic!("{odd}: {pause:?}") };
            assert_eq!((field.name.as_str(), field.required), ("approved", false), "{odd}");
        }
    }

    #[test]
    fn several_blocks_can_wait_at_once() {
        let output = json!({"pausedBlocks": [block("a"), {"output": {"data": block("b")}}, {}], "pauseCount": 3});
        let points = Pause::read(&output).expect("a pause").points;
        let contexts: Vec<_> = points.iter().map(|point| point.context_id.as_str()).collect();
        assert_eq!(contexts, ["a", "b"]);
        assert_eq!(Pause::read(&json!({"data": {"x": 1}})), None);
        assert_eq!(Pause::read(&json!("text")), None);
    }
}
