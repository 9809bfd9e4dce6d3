//! `cargo xtask bench start`: how long the command-line program takes from its start to its end.

use std::env::consts::EXE_SUFFIX;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::command::{Result, nothing};
use crate::shell::{cargo, program, run as execute, target};

/// What the program may take at the most.
const GOAL: Duration = Duration::from_millis(10);
const STARTS: usize = 100;

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    execute(&mut cargo("build --quiet --release -p simstudio-cli"))?;
    let binary = target().join("release").join(format!("simstudio{EXE_SUFFIX}"));
    for flag in ["--version", "--help"] {
        let mut times = Vec::with_capacity(STARTS);
        for _ in 0..STARTS {
            let started = Instant::now();
            execute(program(&binary).arg(flag).stdout(Stdio::null()))?;
            times.push(started.elapsed());
        }
        println!("{}", line(flag, times));
    }
    Ok(())
}

/// The fastest and the middle time, and whether the middle one meets the goal.
fn line(flag: &str, mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    let (fastest, middle) = (at(0), at(times.len() / 2));
    let met = if middle < GOAL { "met" } else { "NOT met" };
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let name = format!("simstudio {flag}");
    format!(
        "{name:<20} {:>6.2} ms, at best {:.2} ms; goal {:.0} ms: {met}",
        ms(middle),
        ms(fastest),
        ms(GOAL)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_time_is_held_against_the_goal() {
        let of = |times: [u64; 3]| line("--help", times.map(Duration::from_millis).to_vec());
        let fast = of([90, 9, 2]);
        assert!(fast.contains(" 9.00 ms, at best 2.00 ms") && fast.ends_with(": met"), "{fast}");
        assert!(of([10, 90, 2]).ends_with("NOT met"));
    }
}
