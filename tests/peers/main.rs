//! The official Python SDK 0.1.2 and ours, call by call: what a caller gets, and what reaches the server.
//!
//! Every difference stands in `differences.txt` under its reason, and everything that stands there occurs.
//! `cargo xtask peers` gives the test an interpreter that has the official SDK; without one it is skipped.

mod cases;
mod compare;
mod ours;
mod python;
mod record;
mod shown;
mod step;

use std::collections::BTreeSet;
use std::env;

use serde_json::Value;
use sim_mock::Sim;
use tests::List;

use cases::Case;
use ours::{Reqwest, Ureq};
use python::Python;
use record::Record;
use step::Step;

/// The path of a Python interpreter that has the official SDK.
const INTERPRETER: &str = "SIM_PEERS_PYTHON";

/// An SDK, and one client of it at a time.
trait Peer {
    /// Makes a client.
    fn open(&mut self, sim: &Sim, key: &str) -> Value;

    /// Makes a call and says what came of it.
    fn step(&mut self, step: &Step, sim: &Sim) -> Value;
}

#[test]
fn every_difference_to_the_official_sdk_is_explained() {
    let Ok(interpreter) = env::var(INTERPRETER) else {
        println!("skipped: {INTERPRETER} names no interpreter; run `cargo xtask peers`");
        return;
    };
    let mut python = Python::start(&interpreter);
    let (mut ureq, mut reqwest) = (Ureq::default(), Reqwest::default());
    let mut found = BTreeSet::new();
    for case in cases::all() {
        let theirs = run(&case, &mut python);
        let differences = |peer| compare::differences(case.name, &theirs, &run(&case, peer));
        let (on_ureq, on_reqwest) = (differences(&mut ureq), differences(&mut reqwest));
        found.extend(on_ureq.intersection(&on_reqwest).cloned());
        found.extend(on_ureq.difference(&on_reqwest).map(|line| format!("ureq: {line}")));
        found.extend(on_reqwest.difference(&on_ureq).map(|line| format!("reqwest: {line}")));
    }
    let (unexplained, stale) = List::read(include_str!("differences.txt")).judge(&found);
    assert!(
        unexplained.is_empty() && stale.is_empty(),
        "not in differences.txt:\n{}\n\nin differences.txt, but not so:\n{}\n",
        unexplained.join("\n"),
        stale.join("\n")
    );
    println!("{} cases, {} differences, all explained", cases::all().len(), found.len());
}

/// Runs a case against a server of its own.
fn run(case: &Case, peer: &mut dyn Peer) -> Record {
    let sim = (case.server)().start().expect("a port is free");
    let mut outcomes = vec![("open".to_owned(), peer.open(&sim, case.key))];
    let mut number = 0;
    for step in &case.steps {
        if let Step::Server(happens) = step {
            happens(&sim);
        } else {
            number += 1;
            outcomes.push((format!("{number} {}", step.method()), peer.step(step, &sim)));
        }
    }
    Record::new(&sim, outcomes)
}
