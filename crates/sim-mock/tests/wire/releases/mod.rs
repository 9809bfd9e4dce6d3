//! What differs by release: each rule on every release, also on those that were read and not seen.

mod ids;
mod pauses;
mod reads;
mod refusals;

use sim_mock::{Release, Sim, Workflow};

/// Starts a server of this release.
fn server(release: Release, workflow: Workflow) -> Sim {
    let sim = Sim::builder().release(release).workflow(workflow).app_url("https://sim.example");
    sim.start().expect("a free port")
}
