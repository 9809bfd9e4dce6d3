//! Conversations with a server of v0.8.9.

use sim_mock::{Fault, Release};

use super::each;
use super::family::{Does, Family};

fn family(does: Does) -> Family {
    Family::new(Release::V089, does)
}

/// The generations and the ways of starting that were recorded.
const WAYS: [&str; 4] = ["v1-sync", "v1-queued", "v2-sync", "v2-queued"];

fn in_each_way(does: Does, name: &str) {
    let names: Vec<String> = WAYS.iter().map(|way| format!("{name}-{way}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    each(&family(does), &names);
}

#[test]
fn two_humans_in_a_row() {
    in_each_way(Does::AsksTwice, "hitl2-seq");
}

#[test]
fn two_humans_at_once() {
    in_each_way(Does::AsksTwoAtOnce, "hitl2-par");
}

#[test]
fn what_follows_an_answer_fails() {
    in_each_way(Does::AsksAndFails, "hitl2-fail");
}

/// The same, and streams.
const STARTS: [&str; 6] =
    ["v1-sync", "v1-stream", "v1-queued", "v2-sync", "v2-stream", "v2-queued"];

fn refused(fault: Fault, name: &str) {
    let names: Vec<String> = STARTS.iter().map(|way| format!("{name}-{way}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    each(&family(Does::Echo).faults([fault]), &names);
}

#[test]
fn a_refused_rate_burns_the_id() {
    refused(Fault::Bucket, "burn-rate");
}

#[test]
fn a_refusal_of_the_gate_leaves_the_id_free() {
    refused(Fault::Gate(5), "burn-gate");
}
