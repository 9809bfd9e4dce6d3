//! The official Python SDK (0.1.2 and 0.2.1), the official command-line client, and our SDK, compared call by
//! call: the results for the caller, and the requests to the server.
//!
//! `differences.txt` lists every difference under its reason, and lists no others. `cargo xtask peers` gives
//! the tests an interpreter for each SDK, and the client. Without one its tests are skipped.

mod cases;
mod cli;
mod compare;
mod ours;
mod python;
mod record;
mod runs;
mod shown;
mod step;

use std::collections::BTreeSet;
use std::env;

use serde_json::Value;
use sim_mock::Sim;
use simstudio::Generation;
use tests::List;

use cases::Case;
use cli::CommandLine;
use ours::{Reqwest, Ureq};
use python::Python;
use record::Record;
use step::Step;

/// A peer, which determines the generation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edition {
    /// The Python SDK 0.1.2, on v1.
    First,
    /// The Python SDK 0.2.1, on v2.
    Second,
    /// The command-line client, on v2.
    CommandLine,
}

impl Edition {
    fn generation(self) -> Generation {
        if self == Self::First { Generation::V1 } else { Generation::V2 }
    }

    /// Returns its name in the list of differences.
    fn name(self) -> &'static str {
        match self {
            Self::First => "0.1.2",
            Self::Second => "0.2.1",
            Self::CommandLine => "sim",
        }
    }

    /// Returns whether an entry of the list concerns this peer. An entry without a name concerns both SDKs.
    fn is_meant(self, name: Option<&str>) -> bool {
        name.map_or(self != Self::CommandLine, |name| name == self.name())
    }

    /// Returns the variable that holds its path.
    fn variable(self) -> &'static str {
        match self {
            Self::First => "SIM_PEERS_PYTHON",
            Self::Second => "SIM_PEERS_PYTHON_2",
            Self::CommandLine => "SIM_PEERS_CLI",
        }
    }
}

/// An SDK, and one client of it at a time.
trait Peer {
    /// Creates a client with this key.
    fn open(&mut self, sim: &Sim, key: &str) -> Value;

    /// Makes a call and returns its outcome.
    fn step(&mut self, step: &Step, sim: &Sim) -> Value;
}

#[test]
fn every_difference_to_the_first_sdk_is_explained() {
    compare(Edition::First, &cases::all(), |interpreter| Box::new(Python::start(interpreter)));
}

#[test]
fn every_difference_to_the_second_sdk_is_explained() {
    let cases: Vec<Case> = cases::all().into_iter().chain(runs::read()).collect();
    compare(Edition::Second, &cases, |interpreter| Box::new(Python::start(interpreter)));
}

#[test]
fn every_difference_to_the_command_line_client_is_explained() {
    compare(Edition::CommandLine, &runs::typed(), |program| Box::new(CommandLine::new(program)));
}

fn compare(edition: Edition, cases: &[Case], start: fn(&str) -> Box<dyn Peer>) {
    let Ok(path) = env::var(edition.variable()) else {
        println!("skipped: {} is not set; run `cargo xtask peers`", edition.variable());
        return;
    };
    let mut official = start(&path);
    let (mut ureq, mut reqwest) = (Ureq::like(edition), Reqwest::like(edition));
    let mut found = BTreeSet::new();
    for case in cases {
        let theirs = run(case, official.as_mut());
        let differences = |peer| compare::differences(case.name, &theirs, &run(case, peer));
        let (on_ureq, on_reqwest) = (differences(&mut ureq), differences(&mut reqwest));
        found.extend(on_ureq.intersection(&on_reqwest).cloned());
        found.extend(on_ureq.difference(&on_reqwest).map(|line| format!("ureq: {line}")));
        found.extend(on_reqwest.difference(&on_ureq).map(|line| format!("reqwest: {line}")));
    }
    let list = List::read(include_str!("differences.txt")).only(|name| edition.is_meant(name));
    let (unexplained, stale) = list.judge(&found);
    assert!(
        unexplained.is_empty() && stale.is_empty(),
        "not in differences.txt:\n{}\n\nin differences.txt, but not so:\n{}\n",
        unexplained.join("\n"),
        stale.join("\n")
    );
    let (name, cases) = (edition.name(), cases.len());
    println!("{name}: {cases} cases, {} differences, all explained", found.len());
}

/// Runs a case against a new server.
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
