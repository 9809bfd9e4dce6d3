//! `cargo xtask soak once`: makes many runs under faults, and expects as many results; see `tests/soak`.

use crate::command::Result;
use crate::shell::{cargo, run as execute};

pub(crate) fn run(arguments: &[String]) -> Result {
    let calls = calls(arguments)?;
    let mut soak = cargo("test --release -p tests --test soak -- --nocapture");
    execute(soak.env("SIM_SOAK_CALLS", calls.to_string()))
}

fn calls(arguments: &[String]) -> Result<usize> {
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let calls = match words.as_slice() {
        ["once"] => Some(10_000),
        ["once", "--calls", calls] => calls.parse().ok(),
        _ => None,
    };
    calls.ok_or_else(|| "what is wanted is: once [--calls NUMBER]".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_calls_may_be_given() {
        let calls =
            |line: &str| calls(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(calls("once"), Ok(10_000));
        assert_eq!(calls("once --calls 12"), Ok(12));
        for odd in ["", "twice", "once 12", "once --calls", "once --calls many"] {
            assert!(calls(odd).is_err(), "{odd:?}");
        }
    }
}
