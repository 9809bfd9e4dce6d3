//! `cargo xtask bench`: runs a measurement of the member `benches` with the given arguments.

use crate::command::Result;
use crate::shell::{cargo, run as execute};

const BENCHES: [&str; 5] = ["calls", "idle", "sockets", "stream", "stream_allocations"];

pub(crate) fn run(arguments: &[String]) -> Result {
    let (line, own) = plan(arguments)?;
    execute(cargo(&line).args(own))
}

/// Returns the command line of Cargo and the arguments of the bench.
fn plan(arguments: &[String]) -> Result<(String, &[String])> {
    match arguments {
        [name, own @ ..] if BENCHES.contains(&name.as_str()) => {
            Ok((format!("run --release -p benches --bin {name} --"), own))
        }
        _ => Err(format!("the name of a bench is wanted, one of {BENCHES:?}")),
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
