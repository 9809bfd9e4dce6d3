//! A family of conversations: the server and the workflows that they need.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Fault, Faults, Outcome, Pause, Release, ResponseBlock, Scope, Sim, Work, Workflow};

use super::step::Step;

/// What the workflows of a conversation do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    Echo,
    Fails,
    Responds,
    Asks,
    AsksTwice,
    AsksTwoAtOnce,
    AsksAndFails,
    Sleeps,
    /// Works for as long as the input says.
    Works,
}

/// The server of a family.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) release: Release,
    pub(super) does: Does,
    /// The faults of the first starts.
    pub(super) faults: Vec<Fault>,
    /// Whether the next step comes while the run is at work.
    pub(super) slow: bool,
}

impl Family {
    pub(super) fn new(release: Release, does: Does) -> Self {
        Self { release, does, faults: Vec::new(), slow: does == Does::Works }
    }

    pub(super) fn faults(self, faults: impl IntoIterator<Item = Fault>) -> Self {
        Self { faults: faults.into_iter().collect(), ..self }
    }

    /// Starts a server with every workflow that the steps name.
    pub(super) fn server(&self, steps: &[Step]) -> Sim {
        let contexts = contexts(steps);
        let mut builder = Sim::builder().release(self.release);
        let keys: BTreeSet<&str> = steps.iter().filter_map(Step::key).collect();
        for key in keys.into_iter().filter(|key| key.starts_with("sk-sim-key-")) {
            builder = builder.key(key);
        }
        let workflows: BTreeSet<&str> = steps.iter().filter_map(Step::workflow).collect();
        for id in workflows.into_iter().filter(|id| !id.starts_with("00000000")) {
            let told = |words: &str| {
                steps.iter().any(|step| step.workflow() == Some(id) && step.answer.contains(words))
            };
            let workflow = workflow(id, self.does, contexts.clone());
            builder = builder.workflow(match () {
                () if told("Access denied") => workflow.foreign(),
                () if told("is not deployed") => workflow.not_deployed(),
                () => workflow,
            });
        }
        let faults = Faults::script(self.faults.iter().copied()).only(Scope::Executes);
        builder.faults(faults).start().expect("a free port")
    }
}

/// Returns the ids of the pause points that the answers name, in order.
fn contexts(steps: &[Step]) -> Vec<String> {
    let mut contexts: Vec<String> = Vec::new();
    for step in steps {
        // Older servers name the point of a timed pause as the block alone.
        let named = step.answer.replace("\"blockedOnBlockId\":\"", "\"contextId\":\"");
        for part in named.split("\"contextId\":\"").skip(1) {
            let id = part.split('"').next().unwrap_or_default().to_owned();
            if !contexts.contains(&id) {
                contexts.push(id);
            }
        }
    }
    contexts
}

fn workflow(id: &str, does: Does, contexts: Vec<String>) -> Workflow {
    let context = move |number: usize| contexts.get(number).cloned().unwrap_or_default();
    Workflow::new(id, move |input: Value| -> Work {
        let ask = |number: usize| {
            let pause =
                Pause::new().context_id(context(number)).show("amount", input["amount"].clone());
            pause.ask("approved", "boolean").ask("comment", "string")
        };
        match does {
            Does::Echo => Outcome::completed(json!({ "result": input, "stdout": "" })).into(),
            Does::Fails => Outcome::failed("Boom: Line 1: `throw`").into(),
            Does::Responds => ResponseBlock::new(json!({ "ok": true })).status(201).into(),
            Does::Asks => ask(0).then(|input| json!({ "result": input })).into(),
            Does::AsksTwice => {
                let second = ask(1).then(|input| json!({ "result": input }));
                ask(0).then(move |_| second.clone()).into()
            }
            Does::AsksTwoAtOnce => ask(0).beside(ask(1)).into(),
            Does::AsksAndFails => ask(0).then(|_| Outcome::failed("Boom: after approval")).into(),
            Does::Sleeps => Pause::time(Duration::from_secs(60)).context_id(context(0)).into(),
            Does::Works => {
                std::thread::sleep(Duration::from_millis(300));
                Outcome::completed(json!({ "result": { "waited": true } })).into()
            }
        }
    })
}
