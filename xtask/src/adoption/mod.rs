//! `cargo xtask bench adoption`: what a program pays for the SDK. The same hello-world is built with each client, and
//! with the bare transport and the same TLS; their crates, their sizes and the CPU time of their builds are compared.
//!
//! CPU time is that of all processes of a build, so other load on the machine disturbs it little. A goal that is missed is
//! told, and is no failure. An extra crate that nobody explained is one.

mod build;
mod cpu;
mod programs;
mod reasons;

use crate::command::Result;
use build::{Built, build};
use programs::{Pair, pairs};

/// How much more than the bare transport a client may cost.
const MORE_CRATES: usize = 10;
const MORE_MEGABYTES: f64 = 0.4;
const MORE_CPU: f64 = 0.25;

pub(crate) fn run(arguments: &[String]) -> Result {
    let chosen = match arguments {
        [] => pairs(),
        [name] => pairs().into_iter().filter(|pair| pair.transport == name).collect(),
        _ => Vec::new(),
    };
    if chosen.is_empty() {
        return Err("`bench adoption` takes the name of a transport: ureq or reqwest".to_owned());
    }
    let mut unexplained = Vec::new();
    for Pair { transport, bare, ours } in chosen {
        let (bare, ours) = (build(&bare)?, build(&ours)?);
        print!("{}", table(transport, &bare, &ours));
        let (lines, missing) = explain(&bare, &ours);
        println!("{lines}");
        unexplained.extend(missing);
    }
    match &unexplained[..] {
        [] => Ok(()),
        names => Err(format!("no reason is given for the crates {names:?}: add one to reasons.rs")),
    }
}

/// The three numbers of both programs, what the goal is, and whether it is met.
fn table(transport: &str, bare: &Built, ours: &Built) -> String {
    let line = |what: &str, numbers: [String; 3], goal: String, met: bool| {
        let [bare, ours, more] = numbers;
        let met = if met { "met" } else { "NOT met" };
        format!("{what:<18} {bare:>10} {ours:>10} {more:>10} {goal:>10}  {met}\n")
    };
    // A program is far smaller than the numbers that a float cannot hold.
    #[allow(clippy::cast_precision_loss)]
    let megabytes = |built: &Built| built.bytes as f64 / 1e6;
    let more_crates = ours.crates.len().saturating_sub(bare.crates.len());
    let more_megabytes = megabytes(ours) - megabytes(bare);
    let more_cpu = ours.cpu / bare.cpu - 1.0;
    let size = |number: f64| format!("{number:.2}");
    let seconds = |number: f64| format!("{number:.1}");
    [
        format!("{transport:<18} {:>10} {:>10} {:>10} {:>10}\n", "bare", "ours", "more", "goal"),
        line(
            "crates",
            [
                bare.crates.len().to_string(),
                ours.crates.len().to_string(),
                format!("+{more_crates}"),
            ],
            format!("+{MORE_CRATES}"),
            more_crates <= MORE_CRATES,
        ),
        line(
            "stripped, MB",
            [size(megabytes(bare)), size(megabytes(ours)), format!("{more_megabytes:+.2}")],
            format!("{MORE_MEGABYTES:+.2}"),
            more_megabytes <= MORE_MEGABYTES,
        ),
        line(
            "build, CPU s",
            [seconds(bare.cpu), seconds(ours.cpu), format!("{:+.0} %", more_cpu * 100.0)],
            format!("{:+.0} %", MORE_CPU * 100.0),
            more_cpu <= MORE_CPU,
        ),
    ]
    .concat()
}

/// Says by name what costs more and why, and returns the extra crates that have no reason.
fn explain(bare: &Built, ours: &Built) -> (String, Vec<String>) {
    let mut lines = Vec::new();
    let mut missing = Vec::new();
    let mut extra = 0.0;
    for krate in ours.crates.difference(&bare.crates) {
        let name = krate.split(' ').next().unwrap_or(krate);
        let seconds = ours.seconds_of(name) - bare.seconds_of(name);
        extra += seconds;
        let reason = reasons::of(name).unwrap_or_else(|| {
            missing.push(krate.clone());
            "NO REASON IS GIVEN"
        });
        lines.push(format!("  + {krate:<26} {seconds:>6.1} s  {reason}\n"));
    }
    for krate in bare.crates.difference(&ours.crates) {
        lines.push(format!("  - {krate:<36} only the bare program has it\n"));
    }
    let rest = ours.cpu - bare.cpu - extra;
    lines.push(format!(
        "  = {:<26} {rest:>6.1} s  crates that both have, build scripts, Cargo itself\n",
        "the rest"
    ));
    (lines.concat(), missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(crates: &[&str], cpu: f64, bytes: u64) -> Built {
        let crates = crates.iter().map(|name| (*name).to_owned()).collect();
        let seconds = [("jiff".to_owned(), 7.0)].into();
        Built { crates, bytes, cpu, seconds }
    }

    #[test]
    fn each_number_is_held_against_its_goal() {
        let bare = built(&["a 1"], 40.0, 2_000_000);
        let at_the_goals = built(&["a 1"], 50.0, 2_400_000);
        let over = built(&["a 1"], 50.5, 2_410_000);
        assert_eq!(table("x", &bare, &at_the_goals).matches("NOT met").count(), 0);
        assert_eq!(table("x", &bare, &over).matches("NOT met").count(), 2);
    }

    #[test]
    fn an_extra_crate_is_told_with_its_cost_and_needs_a_reason() {
        let bare = built(&["a 1", "b 1"], 40.0, 1);
        let bare = Built { seconds: [].into(), ..bare };
        let ours = built(&["a 1", "jiff 1.0.1", "nobody-knows 3"], 50.0, 1);
        let (lines, missing) = explain(&bare, &ours);
        assert_eq!(missing, ["nobody-knows 3"]);
        assert!(lines.contains("+ jiff 1.0.1"), "{lines}");
        assert!(lines.contains("7.0 s"), "{lines}");
        assert!(lines.contains("- b 1"), "{lines}");
        assert!(lines.contains("3.0 s  crates that both have"), "{lines}");
    }
}
