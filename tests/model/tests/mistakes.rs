//! The old mistakes, each in the shortest history in which it breaks a promise. Without the mistake the same history
//! breaks none.

use model::explore::{Bend, Change, Conversation, Mistake, Named, Scenario, World, play};
use model::oracle::{Violation, judge};
use model::server::{Mode, Node, Refusal, Version, Workflow};

const ONCE: Conversation = Conversation::Once { sync: false, workflow: Workflow::Echo };

fn world(version: Version, change: Change) -> World {
    World { node: Node::new(version), change, keyed: true }
}

fn shows(
    mistake: Mistake,
    world: World,
    conversation: Conversation,
    turns: &[(usize, Bend)],
    broken: Violation,
) {
    let scenario = Scenario { world, conversation };
    let story = play(&scenario, &mut Named::new(turns), Some(mistake));
    let found = judge(&story);
    assert!(found.contains(&broken), "{found:?}\n{}", story.lines().join("\n"));
    let story = play(&scenario, &mut Named::new(turns), None);
    let found = judge(&story);
    assert!(found.is_empty(), "{found:?}\n{}", story.lines().join("\n"));
}

#[test]
fn claims_that_are_assumed_start_a_second_run() {
    let old = world(Version::V0731, Change::None);
    let turns = [(2, Bend::LoseAnswer)];
    shows(Mistake::ClaimsAssumed, old, ONCE, &turns, Violation::TwoRuns);
}

#[test]
fn a_proof_that_came_after_the_start_starts_a_second_run() {
    let upgraded = world(Version::V0731, Change::Upgrade(Version::V0732));
    let durable = Conversation::Durable { workflow: Workflow::Echo, two: false };
    let turns = [(4, Bend::Upgrade), (7, Bend::Crash)];
    shows(Mistake::ProofAfterStart, upgraded, durable, &turns, Violation::TwoRuns);
}

#[test]
fn a_wait_without_a_bound_does_not_end() {
    let server = world(Version::V0809, Change::None);
    let turns = [(0, Bend::Refuse(Refusal::QueueOut))];
    shows(Mistake::WaitUnbounded, server, ONCE, &turns, Violation::NoEnd);
}

#[test]
fn an_answer_that_is_not_checked_is_another() {
    let off = Node { v2_off: true, ..Node::new(Version::V0809) };
    let off = World { node: off, change: Change::None, keyed: true };
    let resume = Conversation::Resume { workflow: Workflow::Human, mode: Mode::Queued };
    let turns = [(1, Bend::LoseAtOnce)];
    shows(Mistake::ResumeUnchecked, off, resume, &turns, Violation::WrongAnswer);
}

#[test]
fn a_burned_row_is_no_result() {
    let server = world(Version::V0732, Change::None);
    let turns = [(2, Bend::RefuseUnheard(Refusal::Rate))];
    shows(Mistake::BurnedIsResult, server, ONCE, &turns, Violation::WrongResult);
}

#[test]
fn a_fallback_after_a_start_uses_the_first_generation() {
    let beside = world(Version::V0809, Change::OtherNode(Version::V0731));
    let turns = [(0, Bend::Refuse(Refusal::QueueOut))];
    shows(Mistake::FallbackAfterStart, beside, ONCE, &turns, Violation::FellBack);
}
