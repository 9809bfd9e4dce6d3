//! The demo workflows of the program and of the examples.

use std::time::Duration;

use serde_json::{Value, json};

use crate::agent::{Agent, ToolStatus};
use crate::builder::Builder;
use crate::outcome::Pause;
use crate::outcome::{Failure, ResponseBlock};
use crate::sim::Sim;
use crate::workflow::Workflow;

impl Sim {
    /// The ids of the workflows of [`Sim::demo`].
    pub const DEMO_WORKFLOWS: [&str; 8] =
        ["greet", "echo", "slow", "chat", "fails", "approval", "response", "draft"];

    /// Returns a builder with one workflow for each kind of result:
    ///
    /// | id | what a run of it does |
    /// |---|---|
    /// | `greet` | greets the `name` of the input |
    /// | `echo` | gives the input back |
    /// | `slow` | takes 3 s |
    /// | `chat` | an agent (`assistant`) thinks, calls a tool and quotes the `question` |
    /// | `fails` | fails |
    /// | `approval` | waits for a human, then says whether it was `approved` |
    /// | `response` | writes the HTTP answer itself: 201 and two headers |
    /// | `draft` | does not start, it is not deployed |
    pub fn demo() -> Builder {
        Sim::builder()
            .workflow(Workflow::new("greet", |input| greeting(&input)))
            .workflow(Workflow::new("echo", |input| json!({ "echo": input })))
            .workflow(
                Workflow::new("slow", |_| json!({ "slept": 3 })).takes(Duration::from_secs(3)),
            )
            .workflow(Workflow::new("chat", |input| chat(&input)))
            .workflow(Workflow::new("fails", |_| {
                Failure::new("it broke").of_block("boom", "Boom", "function")
            }))
            .workflow(Workflow::new("approval", |input: Value| {
                Pause::new()
                    .context_id("approve")
                    .show("amount", input["amount"].clone())
                    .ask("approved", "boolean")
                    .then(|answer| json!({ "approved": answer["approved"] }))
            }))
            .workflow(Workflow::new("response", |input: Value| {
                ResponseBlock::new(json!({ "ok": true, "name": input["name"] }))
                    .status(201)
                    .header("X-Custom", "abc")
                    .header("X-Another", "1")
            }))
            .workflow(Workflow::new("draft", |_| json!({})).not_deployed())
    }
}

fn greeting(input: &Value) -> Value {
    let name = input["name"].as_str().unwrap_or("world");
    json!({ "greeting": format!("Hello {name}") })
}

/// Returns an agent that thinks, announces a search, searches, and then answers.
fn chat(input: &Value) -> Agent {
    let question = input["question"].as_str().unwrap_or("nothing");
    let answer = format!(
        "You asked: \"{question}\". I am a mock and know little, \
         but I say it word by word, as models do."
    );
    let agent = Agent::new("assistant")
        .named("Assistant")
        .every(Duration::from_millis(40))
        .thinks("They want to know something. ")
        .thinks("I will look it up.")
        .says("Let me ")
        .says("look that up. ")
        .calls("custom_search", ToolStatus::Success)
        .thinks("Nothing was found.");
    answer.split_inclusive(' ').fold(agent, Agent::says)
}
