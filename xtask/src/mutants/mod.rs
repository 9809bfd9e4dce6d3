//! `cargo xtask mutants`: breaks the core on purpose, one place at a time, and checks that a test fails.
//!
//! It needs cargo-mutants, which works on a copy of the tree. The core's unit tests, which are built the quickest, see each
//! mutant first, its other tests see what survives, and the conformance suite the rest, over one transport. `target/mutants` keeps the
//! result of each mutant, so that an interrupted run continues where it stopped.

mod known;
mod sample;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::str::FromStr;

use crate::command::Result;
use crate::shell::{cargo, is_there, output, run as execute, target, tests};
use known::{End, Known, places};

/// The rooms of the core that are mutated completely, one batch each, the most important first: those that judge answers,
/// and those that decide what is sent again.
const WHOLE: [&str; 9] =
    ["run", "response", "exchange", "call", "error", "flow", "primitives/json", "stream", "sse"];
/// The number of mutants that are tried in all other files.
const SAMPLE: usize = 200;
/// The share of the mutants that compile and must be caught, in per cent.
const GOAL: usize = 95;

/// What of the core is built only if it is asked for.
const FEATURES: [&str; 2] = ["--features", "sim-core/webhooks"];

/// The survivors that no test can tell from the original, each with the reason.
const EQUIVALENT: &str = include_str!("equivalent.txt");

/// A group of tests that sees a mutant, with its time limit in seconds. The limit catches a mutant that loops
/// for ever.
struct Stage {
    name: &'static str,
    package: &'static str,
    seconds: &'static str,
    tests: &'static [&'static str],
    /// The level of optimisation: what takes long to run is worth it.
    optimised: &'static str,
    /// The end of a mutant that this stage misses.
    missed: End,
}

const UNIT: Stage = Stage {
    name: "unit",
    package: "sim-core",
    seconds: "60",
    tests: &["--lib"],
    optimised: "0",
    missed: End::Unseen,
};
const CORE: Stage = Stage {
    name: "core",
    package: "sim-core",
    seconds: "120",
    tests: &["--test", "*"],
    optimised: "1",
    missed: End::Missed,
};
const SUITE: Stage = Stage {
    name: "suite",
    package: "sim-ureq",
    seconds: "300",
    tests: &["--test", "conformance"],
    optimised: "1",
    missed: End::Alive,
};

const USAGE: &str = "what is wanted is: [whole|sample [COUNT [SEED]]|in ROOM...|report]";

/// Which mutants are tried.
#[derive(Clone, Copy)]
enum Choice<'a> {
    /// The rooms that are tried completely, and a sample of the rest.
    All,
    Whole,
    /// The sample of the rest.
    Rest,
    /// A sample of all rooms, of this size and this seed.
    Some(usize, u64),
    /// All of these rooms, one batch each.
    Rooms(&'a [&'a str]),
}

pub(crate) fn run(arguments: &[String]) -> Result {
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let (choice, report_only) = match words.as_slice() {
        [] => (Choice::All, false),
        ["report"] => (Choice::All, true),
        ["whole"] => (Choice::Whole, false),
        ["sample"] => (Choice::Rest, false),
        ["sample", count] => (Choice::Some(number(count)?, 0), false),
        ["sample", count, seed] => (Choice::Some(number(count)?, number(seed)?), false),
        ["in", rooms @ ..] if !rooms.is_empty() => (Choice::Rooms(rooms), false),
        _ => return Err(USAGE.to_owned()),
    };
    if !is_there(&mut cargo("mutants --version")) {
        return Err("cargo-mutants is missing: cargo install cargo-mutants --locked".to_owned());
    }
    let listed = output(&mut cargo("mutants --list --package sim-core"))?;
    let batches = batches(&listed, choice);
    let all: Vec<_> = batches.iter().flatten().copied().collect();
    let listed: Vec<_> = listed.lines().collect();
    let mut known = Known::load(target().join("mutants/known.txt"), &listed);
    if !report_only {
        // Results of an interrupted run count.
        [UNIT, CORE, SUITE].iter().try_for_each(|stage| harvest(&mut known, stage))?;
        for batch in &batches {
            try_out(&mut known, &UNIT, &listed, batch, None)?;
        }
        try_out(&mut known, &CORE, &listed, &all, Some(End::Unseen))?;
        try_out(&mut known, &SUITE, &listed, &all, Some(End::Missed))?;
    }
    report(&known, &all)
}

fn number<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| format!("{text:?} is no number"))
}

/// Returns the mutants by batch: one for each room that is tried completely, and one for a sample.
fn batches<'a>(listed: &'a str, choice: Choice<'_>) -> Vec<Vec<&'a str>> {
    let is_of = |name: &str, part: &str| {
        let path =
            name.strip_prefix("crates/sim-core/src/").and_then(|path| path.split_once(".rs:"));
        path.is_some_and(|(path, _)| {
            path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let of = |part: &&str| listed.lines().filter(|name| is_of(name, part)).collect::<Vec<_>>();
    let whole = || WHOLE.iter().map(of).collect::<Vec<_>>();
    let rest = || {
        let rest = listed.lines().filter(|name| !WHOLE.iter().any(|part| is_of(name, part)));
        sample::of(&rest.collect::<Vec<_>>(), SAMPLE, 0)
    };
    let mut batches = match choice {
        Choice::All => [whole(), vec![rest()]].concat(),
        Choice::Whole => whole(),
        Choice::Rooms(rooms) => rooms.iter().map(of).collect(),
        Choice::Rest => vec![rest()],
        Choice::Some(count, seed) => {
            vec![sample::of(&listed.lines().collect::<Vec<_>>(), count, seed)]
        }
    };
    batches.retain(|batch| !batch.is_empty());
    batches
}

/// Runs a stage on the mutants of a batch that have the end `end`.
fn try_out(
    known: &mut Known,
    stage: &Stage,
    listed: &[&str],
    batch: &[&str],
    end: Option<End>,
) -> Result {
    let names: BTreeSet<_> = batch.iter().filter(|name| known.get(name) == end).collect();
    if names.is_empty() {
        return Ok(());
    }
    // cargo-mutants would run only the core's tests here, whichever stage it is.
    let mut unbroken = cargo(&format!("test --package {}", stage.package));
    execute(unbroken.args(FEATURES).args(stage.tests))?;
    let directory = target().join("mutants").join(stage.name);
    let found = directory.join("mutants.out");
    let told = |error| format!("{}: {error}", found.display());
    fs::create_dir_all(&found).map_err(told)?;
    // Patterns of names would not do: cargo-mutants 27 tries each deleted field of a struct whatever the patterns are. But
    // it tries nothing that it finds among what an earlier run caught.
    let others: Vec<_> = listed.iter().copied().filter(|name| !names.contains(name)).collect();
    fs::write(found.join("previously_caught.txt"), others.join("\n")).map_err(told)?;
    let mut mutants = tests("mutants --package sim-core --no-shuffle --jobs 1 --colors never");
    mutants.arg("--iterate").arg("--output").arg(&directory);
    mutants.args(FEATURES).args(["--baseline", "skip", "--test-package", stage.package]);
    mutants.args(["--timeout", stage.seconds]);
    // What stands behind `--` would not reach the build, which then takes in every test.
    mutants.args(stage.tests.iter().map(|word| format!("--cargo-arg={word}")));
    // Symbols would be written thousands of times and never read. One function changes at a time, so most of what the
    // mutant before was built of can be used again.
    mutants.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_PROFILE_DEV_OPT_LEVEL", stage.optimised);
    mutants.env("CARGO_INCREMENTAL", "1");
    // Every batch is a copy of the tree, and its dependencies are built once. Nothing else may be built in that
    // folder: a file that is broken in a copy is newer than this tree, so Cargo would take its artefact for
    // this tree's.
    mutants.env("CARGO_TARGET_DIR", target().join("mutants/build"));
    watch(&mut mutants)?;
    harvest(known, stage)
}

/// Runs cargo-mutants. Survivors (exit code 2) and timeouts (3) are results, not failures.
fn watch(mutants: &mut Command) -> Result {
    let status = mutants.status().map_err(|error| format!("cargo mutants: {error}"))?;
    match status.code() {
        Some(0 | 2 | 3) => Ok(()),
        _ => Err(format!("cargo mutants ended with {status}")),
    }
}

/// Reads the results that cargo-mutants wrote.
fn harvest(known: &mut Known, stage: &Stage) -> Result {
    let found = target().join("mutants").join(stage.name).join("mutants.out");
    let ends = [
        ("caught", End::Caught),
        ("timeout", End::Caught),
        ("unviable", End::Unviable),
        ("missed", stage.missed),
    ];
    for (word, end) in ends {
        let names = fs::read_to_string(found.join(format!("{word}.txt"))).unwrap_or_default();
        names.lines().for_each(|name| known.note(name, end));
    }
    known.save()?;
    // The results are recorded, and must not be mistaken for later ones.
    let _ = fs::remove_dir_all(found);
    Ok(())
}

/// Counts the ends of the mutants, and names the survivors.
fn report(known: &Known, all: &[&str]) -> Result {
    let count = |end| all.iter().filter(|name| known.get(name) == Some(end)).count();
    let survivors = [End::Alive, End::Missed, End::Unseen];
    let (caught, alive) = (count(End::Caught), survivors.map(count).iter().sum::<usize>());
    let mut equivalent = 0;
    for (end, told) in survivors.into_iter().zip([
        "lives on",
        "not seen by the suite",
        "not seen by all tests of the core",
    ]) {
        for name in all.iter().filter(|name| known.get(name) == Some(end)) {
            let why = places(EQUIVALENT).find(|(place, _)| name.contains(place));
            equivalent += usize::from(why.is_some());
            println!("{told}: {name}\n    {}", why.map_or("a test is missing", |(_, why)| why));
        }
    }
    let viable = caught + alive;
    let share = caught * 1000 / viable.max(1);
    println!(
        "{} mutants, {} tried, {viable} viable, {caught} caught ({}.{} %), {alive} live on, {equivalent} of them for a reason",
        all.len(),
        viable + count(End::Unviable),
        share / 10,
        share % 10,
    );
    if share < GOAL * 10 { Err(format!("less than {GOAL} % are caught")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: &str = "crates/sim-core/src/exchange.rs:1:2: replace a\n\
                          crates/sim-core/src/stream/frame.rs:3:4: replace b\n\
                          crates/sim-core/src/catalog.rs:5:6: replace c\n";

    #[test]
    fn each_part_is_a_batch_and_all_else_is_sampled() {
        let lines: Vec<_> = LISTED.lines().collect();
        assert_eq!(batches(LISTED, Choice::Whole), [[lines[0]], [lines[1]]]);
        assert_eq!(batches(LISTED, Choice::Rest), [[lines[2]]]);
        assert_eq!(batches(LISTED, Choice::All).concat(), lines);
        let rooms = ["catalog", "stream"];
        assert_eq!(batches(LISTED, Choice::Rooms(&rooms)), [[lines[2]], [lines[1]]]);
        assert_eq!(batches(LISTED, Choice::Some(3, 0)), [lines]);
        assert_eq!(batches(LISTED, Choice::Some(1, 0)).concat().len(), 1);
    }

    #[test]
    fn every_room_that_is_named_is_there() {
        let home = crate::shell::root().join("crates/sim-core/src");
        for room in WHOLE {
            let is_there = home.join(room).is_dir() || home.join(format!("{room}.rs")).is_file();
            assert!(is_there, "{room}");
        }
    }

    #[test]
    fn every_equivalent_mutant_has_its_reason() {
        let lines = EQUIVALENT.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert_eq!(places(EQUIVALENT).count(), lines.count());
    }
}
