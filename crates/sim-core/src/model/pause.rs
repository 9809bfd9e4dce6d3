//! The pause of a run: the places where it waits, and the input it waits for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::open_enum;
use crate::primitives::json::field;
use crate::primitives::{ContextId, RunId, WorkflowId, json};

open_enum! {
    /// The reason why a paused run waits.
    PauseKind {
        /// A person has to answer.
        Human = "human",
        /// A time has to come: the run then continues by itself, and nobody can resume it.
        Time = "time",
    }
}

/// The pause of a run, with every place where it waits.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Pause {
    /// The places where the run waits; usually one. Empty if the answer names none, as for a pause for a time.
    pub points: Vec<PausePoint>,
    /// When the run goes on by itself. `None` if it waits only for people, or if the server did not say.
    pub resume_at: Option<Timestamp>,
}

/// One place where a run waits: the data that [`resume`](crate::ResumeRun) needs, and the form for the person who
/// answers.
///
/// It serialises, so that a program can store it, end, and come back with the answer.
///
/// ```
/// use sim_core::WorkflowExecutionResult;
///
/// fn print_forms(result: &WorkflowExecutionResult) {
///     for point in result.pause.iter().flat_map(|pause| &pause.points) {
///         for field in &point.form {
///             println!("{}: {:?}", field.name, field.label);
///         }
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PausePoint {
    /// The id of the place, which resuming needs. It may hold characters beyond ASCII.
    pub context_id: ContextId,
    /// The id of the workflow, or `None` if the server did not name it.
    pub workflow_id: Option<WorkflowId>,
    /// The id of the run that waits, or `None` if the server did not name it.
    pub run_id: Option<RunId>,
    /// Whether the run waits for a person or for a time. `None` if the server did not say.
    pub kind: Option<PauseKind>,
    /// The fields that a person fills in; they become the input of the resume. Empty if there is no form.
    #[serde(default)]
    pub form: Vec<FormField>,
    /// The values that the person is shown, each as the server describes it (`name`, `type`, `value`).
    #[serde(default)]
    pub shown: Vec<Value>,
    /// When a pause for a time ends. `None` for a pause that waits for a person.
    pub resume_at: Option<Timestamp>,
    /// The URL of the page where a person can answer, or `None` if the server sent none.
    pub ui_url: Option<String>,
    /// The URL where a program can answer, or `None` if the server sent none. The SDK builds its own URL and never
    /// sends the API key to this one.
    pub api_url: Option<String>,
}

/// One field of the form that a person fills in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FormField {
    /// The key of the answer in the input of the resume.
    pub name: String,
    /// The label to show to a person. `None` if the workflow sets none.
    #[serde(default, deserialize_with = "field::text")]
    pub label: Option<String>,
    /// The type of the value: `string`, `number`, `boolean`, `object`, `array` or `file[]`. `None` if the server did
    /// not say.
    #[serde(default, rename = "type", deserialize_with = "field::text")]
    pub kind: Option<String>,
    /// A longer explanation for the person. `None` if the workflow sets none.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// Whether the answer must have this field.
    #[serde(default, deserialize_with = "field::flag")]
    pub required: bool,
    /// The initial value of the field; `null` if it has none.
    #[serde(default)]
    pub value: Value,
}

impl Pause {
    /// Creates the pause of a run that waits in these places, for tests of your program.
    pub fn new(points: impl IntoIterator<Item = PausePoint>) -> Self {
        Self::at(points.into_iter().collect())
    }

    /// Finds the pause for a person in an output. Nothing else in an answer of the first generation says that the run
    /// is not over. An output that asks without naming its place is a pause too.
    pub(crate) fn read(output: &Value) -> Option<Self> {
        let points: Vec<_> = if let Some(blocks) = output.get("pausedBlocks") {
            blocks.as_array()?.iter().filter_map(PausePoint::read).collect()
        } else {
            let data = output.get("data").filter(|data| asks(data))?;
            PausePoint::asked(data).into_iter().collect()
        };
        Some(Self { points, resume_at: resume_at(output) })
    }

    /// Reads the output of a run that is known to be paused. Only the output says when a pause for a time ends.
    pub(crate) fn of(output: &Value) -> Self {
        Self::read(output)
            .unwrap_or_else(|| Self { points: Vec::new(), resume_at: resume_at(output) })
    }

    /// Creates the pause of a run that waits at these places.
    pub(crate) fn at(points: Vec<PausePoint>) -> Self {
        let timed = points.iter().filter(|point| point.kind == Some(PauseKind::Time));
        let resume_at = timed.filter_map(|point| point.resume_at).min();
        Self { points, resume_at }
    }
}

/// Returns whether this is the output of a block that waits for a person.
fn asks(data: &Value) -> bool {
    data.get("_resume").is_some_and(Value::is_object)
}

/// Returns the earliest end of the pauses for a time in an output.
fn resume_at(output: &Value) -> Option<Timestamp> {
    let blocks = output.get("pausedBlocks").and_then(Value::as_array);
    let each = blocks.into_iter().flatten().flat_map(|block| {
        [Some(block), block.get("data"), block.get("output"), block.pointer("/output/data")]
    });
    let timed = each.chain([Some(output)]).flatten().filter(|data| !asks(data));
    timed.filter_map(|data| data.get("resumeAt").and_then(json::timestamp)).min()
}

impl PausePoint {
    /// Creates a place where a run waits for a person, without a form, for tests of your program. Set more in its fields.
    pub fn new(context: impl Into<ContextId>) -> Self {
        Self {
            context_id: context.into(),
            workflow_id: None,
            run_id: None,
            kind: Some(PauseKind::Human),
            form: Vec::new(),
            shown: Vec::new(),
            resume_at: None,
            ui_url: None,
            api_url: None,
        }
    }

    /// Creates a place from its ids alone.
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

    /// Reads one of several blocks that wait. The form is in the block itself or in its output.
    fn read(block: &Value) -> Option<Self> {
        let data = block.get("data").or_else(|| block.pointer("/output/data"));
        data.and_then(Self::asked).or_else(|| Self::asked(block))
    }

    /// Reads the output of a waiting block.
    fn asked(data: &Value) -> Option<Self> {
        let resume = data.get("_resume")?;
        let text =
            |key| resume.get(key)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
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
    fn a_pause_without_a_usable_place_is_a_pause() {
        for odd in [json!(null), json!(7), json!({}), json!([])] {
            let mut data = block("b");
            data["_resume"]["contextId"] = odd.clone();
            let pause = Pause::read(&json!({"data": data})).expect("a pause");
            assert_eq!(pause, Pause::default(), "{odd}");
        }
        assert_eq!(Pause::read(&json!({"data": {"_resume": "mine"}})), None);
    }

    #[test]
    fn a_pause_for_a_time_says_when_it_ends() {
        let at = |text: &str| Some(text.parse::<Timestamp>().expect("a time"));
        let output = json!({"waitDuration": 60000, "resumeAt": "2026-11-29T07:09:56.503Z"});
        assert_eq!(Pause::read(&output), None, "a workflow may write such keys itself");
        let pause = Pause::of(&output);
        assert_eq!((pause.points.len(), pause.resume_at), (0, at("2026-11-29T07:09:56.503Z")));
        let timed = |at: &str| json!({"data": {"waitDuration": 1, "resumeAt": at}});
        let blocks = [
            timed("2026-11-29T08:00:00Z"),
            json!({"data": block("a")}),
            timed("2026-11-29T07:30:00Z"),
        ];
        let pause = Pause::of(&json!({"pausedBlocks": blocks, "pauseCount": 3}));
        assert_eq!((pause.points.len(), pause.resume_at), (1, at("2026-11-29T07:30:00Z")));
        assert_eq!(Pause::of(&json!({"data": block("a")})).resume_at, None);
        assert_eq!(Pause::of(&json!({"resumeAt": {}})), Pause::default());
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
