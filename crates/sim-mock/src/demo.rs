//! The workflows of the program and of the examples.

use std::time::Duration;

use serde_json::{Value, json};

use crate::builder::Builder;
use crate::outcome::{Outcome, ResponseBlock};
use crate::pause::Pause;
use crate::sim::Sim;
use crate::workflow::Workflow;

impl Sim {
    /// Ids of the workflows of [`Sim::demo`].
    pub const DEMO_WORKFLOWS: [&str; 7] =
        ["greet", "echo", "slow", "fails", "approval", "response", "draft"];

    /// A server with a workflow for every kind of result:
    ///
    /// | id | what a run of it does |
    /// |---|---|
    /// | `greet` | greets the `name` of the input |
    /// | `echo` | gives the input back |
    /// | `slow` | takes 3 s |
    /// | `fails` | fails |
    /// | `approval` | waits for a human |
    /// | `response` | writes the HTTP answer itself: 201 and two headers |
    /// | `draft` | does not start, it is not deployed |
    pub fn demo() -> Builder {
        Sim::builder()
            .workflow(Workflow::new("greet", |input| greeting(&input)))
            .workflow(Workflow::new("echo", |input| json!({ "echo": input })))
            .workflow(
                Workflow::new("slow", |_| json!({ "slept": 3 })).takes(Duration::from_secs(3)),
            )
            .workflow(Workflow::new("fails", |_| Outcome::failed("Boom: it broke")))
            .workflow(Workflow::new("approval", |input: Value| {
                Pause::new()
                    .context_id("approve")
                    .show("amount", input["amount"].clone())
                    .ask("approved", "boolean")
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
