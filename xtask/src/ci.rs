//! `cargo xtask ci`: everything that CI checks, step by step. A laptop runs the same.
//!
//! The order keeps builds warm. Steps without a build come first, then clippy, the documentation and the listing of the
//! public interface, which share their artefacts, then the tests and the programs that run their binaries, and last the
//! programs that are built for speed.

use std::env::consts::EXE_SUFFIX;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::command::{Result, nothing};
use crate::shell::{cargo, program, run as execute, target};
use crate::{api, bench, explore, features, fuzz, msrv, peers, perturb, sans_io, test, tidy};

type Step = (&'static str, fn() -> Result);

const STEPS: [Step; 15] = [
    ("fmt", fmt),
    ("sans-io", || sans_io::run(&[])),
    ("tidy", || tidy::run(&[])),
    ("clippy", clippy),
    ("features", || features::run(&[])),
    ("msrv", || msrv::run(&[])),
    ("docs", docs),
    ("api", api::check),
    ("test", || test::run(&[])),
    ("quickstart", quickstart),
    ("peers", || peers::run(&[])),
    ("perturb", || perturb::run(&[])),
    ("explore", explore::shallow),
    ("benches", bench::check),
    ("fuzz", fuzz::each),
];

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    let mut done = Vec::new();
    let outcome = follow(&STEPS, &mut done);
    eprintln!("\n{}", summary(&STEPS, &done, outcome.is_err()));
    outcome
}

/// Runs steps until one fails, and records the time of each.
fn follow(steps: &[Step], done: &mut Vec<Duration>) -> Result {
    for (number, (name, step)) in steps.iter().enumerate() {
        eprintln!("\n==> {}/{} {name}", number + 1, steps.len());
        let started = Instant::now();
        let outcome = step();
        done.push(started.elapsed());
        outcome.map_err(|why| format!("the step {name:?} failed: {why}"))?;
    }
    Ok(())
}

/// Returns a line for each step and one for all of them.
fn summary(steps: &[Step], done: &[Duration], failed: bool) -> String {
    let line = |(number, (name, _)): (usize, &Step)| match done.get(number) {
        Some(time) if failed && number + 1 == done.len() => told("FAILED", *time, name),
        Some(time) => told("ok", *time, name),
        None => format!("not run             {name}"),
    };
    let mut lines: Vec<_> = steps.iter().enumerate().map(line).collect();
    lines.push(told("", done.iter().sum(), "in all"));
    lines.join("\n")
}

fn told(end: &str, time: Duration, name: &str) -> String {
    format!("{end:<8} {:>7.1} s  {name}", time.as_secs_f64())
}

fn fmt() -> Result {
    execute(&mut cargo("fmt --all --check"))
}

fn clippy() -> Result {
    execute(&mut cargo("clippy --workspace --all-features --all-targets -- -D warnings"))
}

fn docs() -> Result {
    execute(cargo("doc --no-deps --workspace --all-features").env("RUSTDOCFLAGS", "-D warnings"))
}

fn quickstart() -> Result {
    // `cargo run` accepts no `--workspace`, and without it Cargo builds some dependencies once more.
    execute(&mut cargo("build --workspace --all-features --example quickstart"))?;
    let name = format!("debug/examples/quickstart{EXE_SUFFIX}");
    execute(program(target().join(name)).stdout(Stdio::null()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [Step; 3] =
        [("one", || Ok(())), ("two", || Err("broken".to_owned())), ("three", || Ok(()))];

    #[test]
    fn the_first_failure_ends_it_and_is_named() {
        let mut done = Vec::new();
        let error = follow(&TABLE, &mut done).expect_err("a step fails");
        assert!(error.contains("two") && error.contains("broken"), "{error}");
        assert_eq!(done.len(), 2);
    }

    #[test]
    fn the_summary_tells_the_end_of_every_step() {
        let done = [Duration::from_millis(100), Duration::from_secs(2)];
        let text = summary(&TABLE, &done, true);
        let words: Vec<_> =
            text.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(words, ["ok", "FAILED", "not", "2.1"]);
    }
}
