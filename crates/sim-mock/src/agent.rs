//! Agent blocks, which talk, think and call tools step by step.

use std::time::Duration;

use serde_json::{Value, json};

/// The way in which a tool call of an [`Agent`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolStatus {
    /// The tool returned a result.
    Success,
    /// The tool failed. The agent continues all the same.
    Error,
    /// The call was cancelled before it ended.
    Cancelled,
}

impl ToolStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One thing that an agent does in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Thinks(String),
    Says(String),
    Starts { call: String, tool: String },
    Ends { call: String, tool: String, status: Option<ToolStatus> },
    Retracts,
    Fails(String),
}

/// An agent block, whose output is text that comes piece by piece.
///
/// ```
/// use std::time::Duration;
/// use sim_mock::{Agent, ToolStatus, Workflow};
///
/// let agent = Agent::new("agent1")
///     .named("Agent 1")
///     .thinks("They ask for the weather.")
///     .says("Let me look.")
///     .calls("custom_get_weather", ToolStatus::Success)
///     .says("It is ")
///     .says("sunny.")
///     .every(Duration::from_millis(30));
/// let workflow = Workflow::new("weather", move |_| agent.clone());
/// # drop(workflow);
/// ```
///
/// A stream sends what its caller selected: the text of every agent block that one of the selected outputs belongs
/// to. Thoughts, tool calls and retractions reach only callers who declared their protocol. Other callers get the
/// text of an agent that calls tools in one piece, once it is final.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an agent does its steps when a closure returns it"]
pub struct Agent {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) model: String,
    pub(crate) steps: Vec<Step>,
    pub(crate) every: Duration,
}

impl Agent {
    /// Creates a silent agent block with this id. Its name is the same as its id.
    pub fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self {
            name: id.clone(),
            id,
            model: "mock".to_owned(),
            steps: Vec::new(),
            every: Duration::ZERO,
        }
    }

    /// Sets the name of the block, which is the id by default.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the name of the model in the output, by default `mock`.
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = model.into();
        self
    }

    /// Adds a step: the agent says a piece of text.
    pub fn says(self, chunk: impl Into<String>) -> Self {
        self.step(Step::Says(chunk.into()))
    }

    /// Adds a step: the agent thinks a piece of a thought.
    pub fn thinks(self, text: impl Into<String>) -> Self {
        self.step(Step::Thinks(text.into()))
    }

    /// Adds two steps: a tool call starts, and it ends. The ids of the calls are `call_1`, `call_2` and so
    /// on. With the status `None` the end does not say whether the call succeeded.
    ///
    /// Between the two steps the agent retracts what it said before in this turn, as Sim does with the text
    /// of a turn that turns out not to be the last.
    pub fn calls(mut self, tool: impl Into<String>, status: impl Into<Option<ToolStatus>>) -> Self {
        let (tool, status) = (tool.into(), status.into());
        let call = format!("call_{}", self.calls_made().count() + 1);
        let has_spoken = !self.content().is_empty();
        self.steps.push(Step::Starts { call: call.clone(), tool: tool.clone() });
        if has_spoken {
            self.steps.push(Step::Retracts);
        }
        self.step(Step::Ends { call, tool, status })
    }

    /// Adds a step: the agent retracts everything that it has said.
    pub fn retracts(self) -> Self {
        self.step(Step::Retracts)
    }

    /// Adds a step: the agent fails with this error, and the run with it. Later steps do not happen.
    pub fn fails(self, error: impl Into<String>) -> Self {
        self.step(Step::Fails(error.into()))
    }

    /// Sets the time between two steps of the agent, by default none.
    pub fn every(mut self, time: Duration) -> Self {
        self.every = time;
        self
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Returns whether the final text is known only at the end, because steps may retract it.
    pub(crate) fn has_turns(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Retracts | Step::Starts { .. }))
    }

    /// Returns the text without what was retracted.
    pub(crate) fn content(&self) -> String {
        let mut content = String::new();
        for step in &self.steps {
            match step {
                Step::Says(chunk) => content.push_str(chunk),
                Step::Retracts => content.clear(),
                _ => {}
            }
        }
        content
    }

    fn calls_made(&self) -> impl Iterator<Item = (&str, Option<ToolStatus>)> {
        self.steps.iter().filter_map(|step| match step {
            Step::Ends { tool, status, .. } => Some((tool.as_str(), *status)),
            _ => None,
        })
    }

    /// Returns the output of the block.
    pub(crate) fn output(&self) -> Value {
        let content = self.content();
        let words = content.split_whitespace().count();
        let calls: Vec<Value> = self
            .calls_made()
            .map(|(tool, status)| {
                // Streams name a tool of the workspace with this prefix; outputs do not.
                let name = tool.strip_prefix("custom_").unwrap_or(tool);
                let success = status == Some(ToolStatus::Success);
                json!({ "name": name, "arguments": {}, "result": {}, "success": success })
            })
            .collect();
        json!({
            "content": content,
            "model": self.model,
            "tokens": { "input": 10, "output": words, "total": 10 + words },
            "toolCalls": { "count": calls.len(), "list": calls },
            "cost": { "input": 0, "output": 0, "total": 0 },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Agent, ToolStatus, json};

    #[test]
    fn the_text_before_a_tool_call_does_not_stay() {
        let agent = Agent::new("a").says("Let me look.").calls("custom_look", ToolStatus::Success);
        let output = agent.calls("count", None).says("It is ").says("two.").output();
        assert_eq!(output["content"], "It is two.");
        assert_eq!(output["tokens"], json!({ "input": 10, "output": 3, "total": 13 }));
        assert_eq!(output["toolCalls"]["count"], 2);
        assert_eq!(output["toolCalls"]["list"][0]["name"], "look");
        assert_eq!(output["toolCalls"]["list"][0]["success"], true);
        assert_eq!(output["toolCalls"]["list"][1]["success"], false);
    }
}
