//! The cases about runs by id, which only the newer peers support.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use sim_mock::{Pause, Sim, Status, Workflow};

use crate::cases::{Case, ended, execute};
use crate::step::Step;

fn queue(workflow: &'static str) -> Step {
    Step::Queue { workflow, input: json!({"name": "Ann"}) }
}

fn get(workflow: &'static str) -> Step {
    Step::Run { workflow, run: "{run}" }
}

fn wait(workflow: &'static str) -> Step {
    Step::Wait { workflow, run: "{run}" }
}

fn cancel(workflow: &'static str) -> Step {
    Step::Cancel { workflow, run: "{run}" }
}

fn resume(context: &'static str) -> Step {
    let input = json!({"approved": true});
    Step::Resume { workflow: "approval", run: "{run}", context, input }
}

/// Waits until the last queued run is running.
fn began(sim: &Sim) {
    let limit = Instant::now() + Duration::from_secs(10);
    let begun = |sim: &Sim| sim.runs().last().is_some_and(|run| run.status == Status::Running);
    while !begun(sim) && Instant::now() < limit {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Returns the cases that read a run.
pub(crate) fn read() -> Vec<Case> {
    let nothing = Step::Run { workflow: "greet", run: "nothing" };
    vec![
        Case::new("a run that ended", [queue("greet"), Step::Server(ended), get("greet")]),
        Case::new("a run that failed", [queue("fails"), Step::Server(ended), get("fails")]),
        Case::new("a run that waits", [queue("approval"), Step::Server(ended), get("approval")]),
        Case::new(
            "a run in the queue",
            [Step::Server(Sim::hold_queue), queue("greet"), get("greet")],
        ),
        Case::new("a run that nobody knows", [nothing.clone()]),
        Case::new("a run and a bad key", [nothing]).bad_key(),
    ]
}

/// Returns the cases for the command line: runs started, streamed, cancelled, resumed and listed.
pub(crate) fn typed() -> Vec<Case> {
    let run = |workflow| execute(workflow, json!({"name": "Ann"}));
    let mut cases = read();
    cases.extend([
        Case::new("an object", [run("greet")]),
        Case::new("no input", [execute("echo", json!({}))]),
        Case::new("a failed run", [run("fails")]),
        Case::new("a cancelled run", [run("cancels")]),
        Case::new("a run past its limit", [run("lasts")]),
        Case::new("a paused run", [run("approval")]),
        Case::new("a response block", [run("response")]),
        Case::new("not deployed", [run("draft")]),
        Case::new("unknown", [run("nowhere")]),
        Case::new("a bad key", [run("greet")]).bad_key(),
        Case::new(
            "a stream of an agent",
            [Step::Stream { workflow: "agent", outputs: Some("Assistant.content") }],
        ),
        Case::new("a stream of a failed run", [Step::Stream { workflow: "fails", outputs: None }]),
        Case::new("waiting", [queue("greet"), Step::Server(ended), wait("greet")]),
        Case::new("waiting for a failure", [queue("fails"), Step::Server(ended), wait("fails")]),
        Case::new(
            "waiting for a human",
            [queue("approval"), Step::Server(ended), wait("approval")],
        ),
        Case::new("cancelling", [queue("slow"), Step::Server(began), cancel("slow"), get("slow")]),
        Case::new("cancelling twice", [queue("slow"), cancel("slow"), cancel("slow")]),
        Case::new("cancelling what ended", [run("greet"), cancel("greet")]),
        Case::new("cancelling what waits", [run("approval"), cancel("approval")]),
        Case::new("cancelling nothing", [Step::Cancel { workflow: "greet", run: "nothing" }]),
        Case::new("resuming", [run("approval"), resume("approve"), get("approval")]),
        Case::new("resuming twice", [run("approval"), resume("approve"), resume("approve")]),
        Case::new("resuming elsewhere", [run("approval"), resume("nowhere")]),
        Case::new(
            "resuming what was queued",
            [queue("approval"), Step::Server(ended), resume("approve")],
        ),
        Case::new(
            "resuming at a place with a foreign name",
            [run("branch"), {
                let context = "approve\u{208d}0\u{208e}";
                Step::Resume { workflow: "branch", run: "{run}", context, input: json!({}) }
            }],
        )
        .server(|| {
            let context = "approve\u{208d}0\u{208e}";
            let waits = move |_| Pause::new().context_id(context);
            crate::cases::server().workflow(Workflow::new("branch", waits))
        }),
        Case::new(
            "a list",
            [run("greet"), run("greet"), Step::List { workflow: "greet", status: "completed" }],
        ),
        Case::new("an empty list", [Step::List { workflow: "greet", status: "failed" }]),
        Case::new("workflows", [run("greet"), Step::Workflows]),
        Case::new("a list of nothing", [Step::List { workflow: "nowhere", status: "failed" }]),
    ]);
    cases
}
