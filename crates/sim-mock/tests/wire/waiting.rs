//! Servers with runs that wait, for the tests of pauses.

use std::sync::{Mutex, mpsc};

use serde_json::{Value, json};
use sim_mock::{Mode, Pause, Sim, Status, Workflow};

use crate::client::{Call, poll_until};

/// A context id as Sim creates them within a parallel branch.
pub(crate) const CONTEXT: &str = "approve\u{208d}0\u{208e}";

/// The same id in a path.
pub(crate) const CONTEXT_IN_PATH: &str = "approve%E2%82%8D0%E2%82%8E";

/// Starts a run `r` of the workflow `w` that waits for an approval, then returns the answer.
pub(crate) fn waiting(mode: Mode) -> Sim {
    let workflow = Workflow::new("w", |input: Value| {
        let pause = Pause::new().context_id(CONTEXT).show("amount", input["amount"].clone());
        pause.ask("approved", "boolean").then(|input| json!({ "approved": input["approved"] }))
    });
    start(workflow, mode)
}

/// Starts a server with any workflow `w` and a waiting run `r`.
pub(crate) fn start(workflow: Workflow, mode: Mode) -> Sim {
    let sim = Sim::builder().workflow(workflow).app_url("https://sim.example");
    let sim = sim.start().expect("a free port");
    run(&sim, mode);
    sim
}

/// Starts the run `r` of `w`, and returns once it waits.
pub(crate) fn run(sim: &Sim, mode: Mode) {
    let body = match mode {
        Mode::Queued => json!({ "input": { "amount": 5 }, "async": true }),
        Mode::Stream => json!({ "input": { "amount": 5 }, "stream": true }),
        _ => json!({ "input": { "amount": 5 } }),
    };
    Call::execute_v2("w", &body).header("x-run-id", "r").send(sim);
    poll_until(|| (sim.run("r")?.status == Status::Paused).then_some(()));
}

/// Starts a run `r` that waits. Once resumed, it continues only when the test says so.
pub(crate) fn held(mode: Mode) -> (Sim, mpsc::Sender<()>) {
    let (open, gate) = mpsc::channel();
    let gate = std::sync::Arc::new(Mutex::new(gate));
    let workflow = Workflow::new("w", move |_| {
        let gate = std::sync::Arc::clone(&gate);
        Pause::new().context_id("one").then(move |input| {
            // The test may be over.
            let _ = gate.lock().map(|gate| gate.recv());
            input
        })
    });
    (start(workflow, mode), open)
}

/// Starts a run `r` that waits at `one` and `two` at once.
pub(crate) fn twofold() -> Sim {
    let workflow = Workflow::new("w", |_| {
        let two =
            Pause::new().context_id("two").then(|input| json!({ "last": "two", "in": input }));
        Pause::new()
            .context_id("one")
            .then(|input| json!({ "last": "one", "in": input }))
            .beside(two)
    });
    start(workflow, Mode::Sync)
}

/// Returns the run `r` as v2 reports it.
pub(crate) fn told(sim: &Sim) -> Value {
    let call = Call::get("/api/v2/workflows/w/runs/r?includeOutput=true");
    call.send(sim).json()["data"].clone()
}
