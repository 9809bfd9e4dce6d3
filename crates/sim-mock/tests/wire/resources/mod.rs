//! Every recorded exchange about the resources of v2, told to the mock again in the order in which it was: the same
//! status, the same codes, the same form of the answer. The test says nothing where the recordings are absent.

mod known;
mod seeds;
mod shape;
mod step;
mod world;

use std::collections::BTreeMap;

use serde_json::Value;

use known::{BY_CHANCE, KNOWN, LEAST};
use step::Step;
use world::World;

/// The workspaces of the recordings, by their folder.
const WORKSPACES: [&str; 2] =
    ["25236d8f-d28a-4734-9480-95610a0d48ad", "4aae2c72-9e6b-4489-88c0-bfee6f5c828b"];

/// Tells all steps. Returns the differences by the step, and how many steps of each resource were told.
fn tell(steps: &[Step], workspace: &str) -> (Vec<(String, String)>, BTreeMap<String, usize>) {
    let mut world = World::new(workspace, steps);
    world.seed(steps);
    let (mut wrong, mut told) = (Vec::new(), BTreeMap::new());
    for (at, step) in steps.iter().enumerate() {
        let is_found = step.status < 400 || matches!(step.status, 400 | 409 | 423);
        let is_found = is_found || step.resource().is_none();
        if let Some(id) = world.unknown(step).filter(|_| is_found) {
            if std::env::var_os("UNTOLD").is_some() {
                eprintln!("untold {}: {id}", step.name);
            }
            continue;
        }
        if step.answer.contains("has expired") {
            world.sim.expire_uploads();
        }
        let is_indexed = ["completed", "failed"]
            .iter()
            .any(|word| step.answer.contains(&format!("\"processingStatus\":\"{word}\"")));
        if is_indexed || step.target.contains("/search") {
            world.sim.finish_indexing();
        }
        world.answer_as_mcp(steps, at);
        world.define_tags(step);
        world.lock(step, true);
        let answer = world.send(step);
        world.lock(step, false);
        let here: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let recorded = step.json();
        if let Some(resource) = step.resource() {
            *told.entry(resource.to_owned()).or_default() += 1;
        }
        let mut found = Vec::new();
        if answer.status != step.status {
            let body: String = answer.body.chars().take(300).collect();
            found.push(format!("{} | {} {body}", step.status, answer.status));
        } else if step.resource().is_some() {
            found = shape::differences(&recorded, &here);
        }
        if !found.is_empty() {
            wrong.push((step.name.clone(), found.join("\n    ")));
        }
        world.learn(&recorded, &here);
    }
    (wrong, told)
}

#[test]
fn the_mock_answers_every_recorded_exchange_about_a_resource_as_the_server_did() {
    let (mut wrong, mut told) = (Vec::new(), BTreeMap::new());
    for (steps, workspace) in step::all().iter().zip(WORKSPACES) {
        let (more, counts) = tell(steps, workspace);
        wrong.extend(more);
        for (resource, count) in counts {
            *told.entry(resource).or_insert(0) += count;
        }
    }
    if told.is_empty() {
        return;
    }
    let known = || KNOWN.iter().flat_map(|(_, steps)| steps.iter().copied());
    let certain = KNOWN.iter().filter(|(reason, _)| *reason != BY_CHANCE);
    let certain = certain.flat_map(|(_, steps)| steps.iter().copied());
    let unused: Vec<&str> =
        certain.filter(|name| !wrong.iter().any(|(step, _)| step == name)).collect();
    wrong.retain(|(step, _)| known().all(|name| step != name));
    let list: Vec<String> =
        wrong.iter().map(|(step, found)| format!("{step}\n    {found}")).collect();
    assert!(wrong.is_empty(), "{} differ of {told:?}:\n{}", wrong.len(), list.join("\n"));
    assert!(unused.is_empty(), "no differences any more: {unused:?}");
    for (resource, least) in LEAST {
        assert!(told.get(*resource) >= Some(least), "{resource}: {told:?}");
    }
}
