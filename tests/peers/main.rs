//! The official Python SDK (0.1.2 and 0.2.1), the official command-line client, and our SDK, compared call by
//! call: the results for the caller, and the requests to the server.
//!
//! `differences.txt` lists every difference under its reason, and lists no others. `cargo xtask peers` gives
//! the tests an interpreter for each SDK, and the client. Without one its tests are skipped.

mod cases;
mod cli;
mod compare;
mod edition;
mod ours;
mod program;
mod python;
mod record;
mod resources;
mod runs;
mod step;
mod to_json;

use std::collections::BTreeSet;
use std::env;

use tests::List;

use cases::Case;
use cli::CommandLine;
use edition::Edition;
use ours::{Reqwest, Ureq};
use program::Program;
use python::Python;
use record::Record;
use step::Step;

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

fn compare(edition: Edition, cases: &[Case], start: fn(&str) -> Box<dyn Program>) {
    let Ok(path) = env::var(edition.variable()) else {
        println!("skipped: {} is not set; run `cargo xtask peers`", edition.variable());
        return;
    };
    let mut official = start(&path);
    let (mut ureq, mut reqwest) = (Ureq::like(edition), Reqwest::like(edition));
    let mut found = BTreeSet::new();
    for case in cases {
        let theirs = run(case, official.as_mut());
        let differences = |program| compare::differences(case.name, &theirs, &run(case, program));
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
fn run(case: &Case, program: &mut dyn Program) -> Record {
    let sim = (case.server)().start().expect("a port is free");
    let mut outcomes = vec![("open".to_owned(), program.open(&sim, case.key))];
    let mut number = 0;
    for step in &case.steps {
        if let Step::Server(happens) = step {
            happens(&sim);
        } else {
            number += 1;
            outcomes.push((format!("{number} {}", step.method()), program.step(step, &sim)));
        }
    }
    Record::new(&sim, outcomes)
}
