//! Conversations with real servers, told again to the mock: each answer must have the status and the shape of
//! the one that was recorded. The tests say nothing where the recordings are absent.

mod family;
mod shape;
mod step;
mod v06_v07;
mod v08;

use std::collections::BTreeSet;

use sim_mock::{Sim, Status};

use crate::client::{Answer, poll_until};
use family::Family;
use shape::Shape;
use step::Step;

/// Tells the steps of a conversation to the mock, and returns how many there were.
///
/// The ids that a server made are learned from the answers, and the mock's own take their place in later steps.
fn tell(family: &Family, prefix: &str) -> usize {
    let Some(steps) = Step::all(prefix) else { return 0 };
    let sim = family.server(&steps);
    let is_list = |step: &&Step| !step.answer.contains("pausedExecutions");
    let own = steps.iter().filter(is_list).flat_map(|step| shape::ids(&step.answer));
    let runs: BTreeSet<String> = own.map(|(_, id)| id).collect();
    let mut ids: Vec<(String, String)> = Vec::new();
    let mut wrong = Vec::new();
    let mut told = 0;
    for step in steps.iter().filter(|step| step.is_modelled()) {
        if !family.slow {
            wait_until_idle(&sim, family, &ids);
        }
        learn_of_path(step, &sim, &mut ids);
        let answer = step.call(&ids).send(&sim);
        learn(step, &answer, &mut ids);
        if step.is_early() {
            continue;
        }
        told += 1;
        let recorded = Shape::recorded(step, &runs);
        let found = recorded.differences(&Shape::of(&answer));
        if !found.is_empty() {
            wrong.push(format!("{}\n    {}", step.name, found.join("\n    ")));
        }
    }
    assert!(wrong.is_empty(), "{prefix} on {}:\n{}", family.release, wrong.join("\n"));
    told
}

/// Waits until nothing works any more, neither a run nor an attempt that an answer named. Where a queued run never goes
/// on after an answer, its attempt is not waited for.
fn wait_until_idle(sim: &Sim, family: &Family, ids: &[(String, String)]) {
    let works = |status| matches!(status, Status::Running | Status::Queued);
    let attempts = ids.iter().filter(|_| family.release.resumes_queued_runs());
    let named: Vec<&String> = attempts.map(|(_, here)| here).collect();
    poll_until(|| {
        let named = named.iter().filter_map(|id| sim.run(id));
        let works = sim.runs().into_iter().chain(named).any(|run| works(run.status));
        (!works).then_some(())
    });
}

/// Learns which of the mock's ids stands for which id that the recorded server made.
fn learn(step: &Step, answer: &Answer, ids: &mut Vec<(String, String)>) {
    let (recorded, got) = (shape::ids(&step.answer), shape::ids(&answer.body));
    for (path, recorded) in recorded {
        let here = got.iter().find(|(other, _)| *other == path);
        let is_known = ids.iter().any(|(known, _)| *known == recorded);
        if let Some((_, here)) = here.filter(|(_, here)| *here != recorded && !is_known) {
            ids.push((recorded, here.clone()));
        }
    }
}

/// Learns the id of a run that no answer named: it is that of the newest run.
fn learn_of_path(step: &Step, sim: &Sim, ids: &mut Vec<(String, String)>) {
    let runs = sim.runs();
    let (Some(run), Some(newest)) = (step.run(), runs.last()) else { return };
    let is_known = ids.iter().any(|(known, _)| known == run) || sim.run(run).is_some();
    if step.status == 200 && !is_known && newest.id != run {
        ids.push((run.to_owned(), newest.id.clone()));
    }
}

/// Tells conversations of one family. Parts of the recordings may be absent, but not all of them.
fn each(family: &Family, names: &[&str]) {
    let told: usize = names.iter().map(|name| tell(family, name)).sum();
    assert!(told > 0 || !step::is_there(), "no step of {names:?}");
}
