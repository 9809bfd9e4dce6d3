//! `cargo xtask test`: every test of the workspace, or the conformance suite over one transport.

use crate::Result;
use crate::shell::{cargo, run as execute};

const TRANSPORTS: [&str; 2] = ["ureq", "reqwest"];

pub(crate) fn run(arguments: &[String]) -> Result {
    let (line, filters) = plan(arguments)?;
    let mut command = cargo(&line);
    if let [first, rest @ ..] = filters {
        // Cargo takes one filter itself; the harness takes any number.
        command.arg(first).arg("--").args(rest);
    }
    execute(&mut command)
}

/// The command line of Cargo, and the filters after it.
fn plan(arguments: &[String]) -> Result<(String, &[String])> {
    match arguments {
        [flag, name, filters @ ..] if flag == "--transport" => {
            if !TRANSPORTS.contains(&name.as_str()) {
                return Err(format!("there is no transport {name:?}; there is {TRANSPORTS:?}"));
            }
            Ok((format!("test --all-features -p sim-{name} --test conformance"), filters))
        }
        [flag, ..] if flag.starts_with('-') => Err(format!("{flag:?} means nothing here")),
        filters => Ok(("test --workspace --all-features".to_owned(), filters)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(line: &str) -> Result<(String, usize)> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        plan(&words).map(|(line, filters)| (line, filters.len()))
    }

    #[test]
    fn without_a_transport_everything_is_tested() {
        assert_eq!(planned("a b"), Ok(("test --workspace --all-features".to_owned(), 2)));
    }

    #[test]
    fn a_transport_runs_its_conformance_suite_alone() {
        let line = "test --all-features -p sim-ureq --test conformance".to_owned();
        assert_eq!(planned("--transport ureq x"), Ok((line, 1)));
        for odd in ["--transport hyper", "--transport", "--fast"] {
            assert!(planned(odd).is_err(), "{odd}");
        }
    }
}
