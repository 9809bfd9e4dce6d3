//! Conversations with servers of v0.6.80, v0.7.31 and v0.7.32.

use sim_mock::{Fault, Release};

use super::each;
use super::family::{Does, Family};

const VERSIONS: [(&str, Release); 3] =
    [("v0680", Release::V0680), ("v0731", Release::V0731), ("v0732", Release::V0732)];

/// Tells the conversations with these names, of each version that has them.
fn in_each_version(does: Does, faults: &[Fault], names: &[&str]) {
    for (version, release) in VERSIONS {
        let family = Family::new(release, does).faults(faults.iter().copied());
        let names: Vec<String> = names.iter().map(|name| format!("{version}-{name}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        each(&family, &names);
    }
}

#[test]
fn a_run_and_its_reads() {
    in_each_version(Does::Echo, &[], &["sync-echo", "async-echo"]);
    in_each_version(Does::Fails, &[], &["sync-fail", "async-fail"]);
    in_each_version(Does::Responds, &[], &["async-response"]);
}

#[test]
fn an_id_that_the_caller_chose() {
    let names = [
        "ownid-x-execution-id",
        "ownid-x-run-id",
        "ownid-body",
        "ownid-sdk",
        "ownid-other-workflow",
        "ownid-other-key",
        "async-ownid-x-execution-id",
        "async-ownid-x-run-id",
        "cancel-before",
    ];
    in_each_version(Does::Echo, &[], &names);
    in_each_version(Does::Fails, &[], &["ownid-fail"]);
}

#[test]
fn a_probe_starts_nothing() {
    in_each_version(Does::Echo, &[], &["probe"]);
}

#[test]
fn a_refused_start_and_the_same_id_again() {
    in_each_version(Does::Echo, &[Fault::Gate(5), Fault::Gate(5)], &["gate"]);
}

#[test]
fn outages() {
    let queue = Family::new(Release::V0731, Does::Echo).faults([Fault::AmbiguousEnqueueLost]);
    each(&queue, &["v0731-queue-outage"]);
    let queue = Family::new(Release::V0732, Does::Echo).faults([Fault::AmbiguousEnqueueLost]);
    each(&queue, &["v0732-queue-outage"]);
    let claims = Family::new(Release::V0732, Does::Echo).faults([Fault::ClaimOutage; 4]);
    each(&claims, &["v0732-claim-outage"]);
}

#[test]
fn cancels() {
    in_each_version(Does::Echo, &[], &["cancel-unknown"]);
    in_each_version(Does::Asks, &[], &["cancel-hitl"]);
}

#[test]
fn one_human() {
    in_each_version(Does::Asks, &[], &["hitl-sync", "hitl-async", "hitl-unknown", "hitl-empty"]);
}

/// v0.6.80 was not asked.
fn in_v0_7(does: Does, names: &[&str]) {
    for (version, release) in &VERSIONS[1..] {
        let names: Vec<String> =
            names.iter().map(|name| format!("{version}-hitl2-{name}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        each(&Family::new(*release, does), &names);
    }
}

#[test]
fn two_humans_in_a_row() {
    in_v0_7(Does::AsksTwice, &["seq-sync", "seq-stream", "seq-queued"]);
}

#[test]
fn two_humans_at_once() {
    in_v0_7(Does::AsksTwoAtOnce, &["par-sync", "par-stream", "par-queued"]);
}

#[test]
fn what_follows_an_answer_fails() {
    in_v0_7(Does::AsksAndFails, &["fail-sync", "fail-stream", "fail-queued"]);
}

#[test]
fn answers_that_come_twice_or_too_late() {
    let names = [
        "twice",
        "twice-queued",
        "cancelled",
        "cancelled-queued",
        "queued-answered-then-cancelled",
    ];
    in_v0_7(Does::Asks, &names);
}

#[test]
fn timed_pauses() {
    in_v0_7(Does::Sleeps, &["time2-sync", "time2-queued", "time2-stream", "time2-early"]);
}
