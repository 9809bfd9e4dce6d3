//! The workflows that the model knows, each as the steps of its runs.

use serde_json::{Value, json};

/// A workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Workflow {
    /// Returns its input.
    Echo,
    /// Returns its input after a minute.
    Slow,
    /// Throws.
    Fail,
    /// A Response block with the words of a rate limit.
    Respond,
    /// Waits for a human, and returns the answer.
    Human,
    /// Waits for a human, and throws.
    HumanFail,
    /// Waits for two humans, one after the other.
    TwoHumans,
    /// Waits for two humans at the same time.
    Parallel,
    /// Waits for a minute to pass, suspended.
    Timed,
}

/// One step of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Ends with the output.
    End,
    /// Ends with an error.
    Throw,
    /// Ends with a Response block.
    Respond,
    /// Waits at these places for humans.
    Ask(&'static [&'static str]),
    /// Waits until a minute has passed.
    Sleep,
}

/// The error of a block that throws.
pub const THROWN: &str = "Boom: Line 1: `throw new Error('kaboom')` - kaboom";
/// The duration of a timed pause.
pub const SLEEP: u64 = 60_000;

impl Workflow {
    /// All workflows.
    pub const ALL: [Self; 9] = [
        Self::Echo,
        Self::Slow,
        Self::Fail,
        Self::Respond,
        Self::Human,
        Self::HumanFail,
        Self::TwoHumans,
        Self::Parallel,
        Self::Timed,
    ];

    /// Returns the id of the workflow.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Echo => "wf-echo",
            Self::Slow => "wf-slow",
            Self::Fail => "wf-fail",
            Self::Respond => "wf-respond",
            Self::Human => "wf-human",
            Self::HumanFail => "wf-human-fail",
            Self::TwoHumans => "wf-two-humans",
            Self::Parallel => "wf-parallel",
            Self::Timed => "wf-timed",
        }
    }

    /// Returns the workflow with this id, or `None` if there is none.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|workflow| workflow.id() == id)
    }

    /// Returns what follows the work number `stage` of a run.
    pub const fn part(self, stage: usize) -> Part {
        match (self, stage) {
            (Self::Fail, _) | (Self::HumanFail, 1..) => Part::Throw,
            (Self::Respond, _) => Part::Respond,
            (Self::Human | Self::HumanFail, 0) => Part::Ask(&["ask"]),
            (Self::TwoHumans, 0) => Part::Ask(&["first"]),
            (Self::TwoHumans, 1) => Part::Ask(&["second"]),
            (Self::Parallel, 0) => Part::Ask(&["left", "right"]),
            (Self::Timed, 0) => Part::Sleep,
            _ => Part::End,
        }
    }

    /// Returns the time that a run works until it comes to its next part, in milliseconds.
    pub const fn work(self, stage: usize) -> u64 {
        match (self, stage) {
            (Self::Slow, 0) => 60_000,
            _ => 30,
        }
    }

    /// Returns the output of a run that ended: its input, and the latest answer of a human.
    pub fn output(self, input: &Value, answer: Option<&Value>) -> Value {
        match answer {
            _ if self == Self::Parallel => json!({}),
            Some(answer) => json!({"result": {"input": input, "answer": answer}, "stdout": ""}),
            None => json!({"result": {"input": input}, "stdout": ""}),
        }
    }

    /// Returns the body that the Response block writes, with its status.
    pub fn response() -> (u16, Value) {
        (429, json!({"error": "Rate limit exceeded. Please try again later."}))
    }
}
