//! `cargo xtask bench`: runs a measurement of the member `benches` with the given arguments, or one of the whole build.

use crate::command::Result;
use crate::shell::{cargo, run as execute};
use crate::{adoption, checks, start};

const BENCHES: [&str; 9] = [
    "calls",
    "files",
    "final_frame",
    "growth",
    "idle",
    "load",
    "sockets",
    "stream",
    "stream_allocations",
];
/// The benches that count something which no load on the machine changes, and are done within seconds.
const COUNTING: [&str; 4] = ["calls", "final_frame", "growth", "stream_allocations"];

pub(crate) fn run(arguments: &[String]) -> Result {
    match arguments {
        [name, own @ ..] if name == "adoption" => return adoption::run(own),
        [name, own @ ..] if name == "start" => return start::run(own),
        _ => {}
    }
    let (line, own) = plan(arguments)?;
    execute(cargo(&line).args(own))
}

/// Checks what can be counted: allocations and memory.
pub(crate) fn check() -> Result {
    COUNTING.iter().try_for_each(|name| checks::run(name, &["--check".to_owned()]))
}

/// Returns the command line of Cargo and the arguments of the bench.
fn plan(arguments: &[String]) -> Result<(String, &[String])> {
    match arguments {
        [name, own @ ..] if BENCHES.contains(&name.as_str()) => {
            Ok((format!("run --release -p benches --bin {name} --"), own))
        }
        _ => Err(format!("the name of a bench is wanted, adoption, start, or one of {BENCHES:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bench_is_named_first_and_gets_the_rest() {
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (own, line) = (words("--check"), "run --release -p benches --bin calls --".to_owned());
        assert_eq!(plan(&words("calls --check")), Ok((line, &own[..])));
        for odd in ["", "--check", "call", "--check calls"] {
            assert!(plan(&words(odd)).is_err(), "{odd:?}");
        }
    }
}
