//! Cells whose server is a release of Sim that runs: the answer to a start is lost.

use serde_json::Value;
use sim_core::Api;
use sim_mock::{Fault, Faults, Release, Scope, Sim, Workflow};

use super::cell::Observed;
use super::kind::{self, Kind};
use super::observe::{call, streamed};
use crate::subject::Subject;
use crate::tools::{KEY, api};

/// Loses the answer to the first start, and tells the outcome and how many runs there were. The requests are the
/// starts of the workflow: what a client asks a server before them is its own affair.
pub(super) fn observe<S: Subject>(
    subject: &impl Fn(Api) -> S,
    kind: Kind,
    release: Release,
) -> Observed {
    let echo = Workflow::new("wf-1", |input: Value| input);
    let sim = Sim::builder().key(KEY).release(release).workflow(echo).start().expect("a server");
    let queues = matches!(kind, Kind::Queue | Kind::Once);
    let scope = if queues { Scope::Queues } else { Scope::Executes };
    sim.set_faults(Faults::script([Fault::CutHead]).only(scope));
    let api = api(sim.url()).build().expect("a core");
    let subject = subject(api.clone());
    let (words, _) = match kind {
        Kind::Stream => streamed(&subject, kind::stream(), usize::MAX),
        _ => call(&subject, &api, kind, None),
    };
    let starts = sim.requests().iter().filter(|request| is_start(&request.target)).count();
    Observed {
        outcome: format!("{words}, {} runs", sim.runs().len()),
        tries: u32::try_from(starts).unwrap_or(u32::MAX),
        requests: starts,
        ids: "a".repeat(starts),
        faults: Vec::new(),
    }
}

fn is_start(target: &str) -> bool {
    target.ends_with("/workflows/wf-1/execute")
}
