//! `cargo xtask test`: runs every test of the workspace, or the conformance suite over one transport.

use crate::command::Result;
use crate::shell::{run as execute, tests};

/// The transports that pass the suite, with the test target of each.
const TRANSPORTS: [(&str, &str); 7] = [
    ("ureq", "-p sim-ureq --test conformance"),
    ("reqwest", "-p sim-reqwest --test conformance"),
    ("hyper", "-p transports --test hyper"),
    ("curl", "-p transports --test curl"),
    ("std", "-p transports --test std"),
    ("poll_loop", "-p transports --test poll_loop"),
    ("smol", "-p transports --test smol"),
];

pub(crate) fn run(arguments: &[String]) -> Result {
    let (line, filters) = plan(arguments)?;
    let mut command = tests(&line);
    if let [first, rest @ ..] = filters {
        // Cargo accepts one filter, the test harness any number.
        command.arg(first).arg("--").args(rest);
    }
    execute(&mut command)
}

/// Returns the command line of Cargo, and the filters after it.
fn plan(arguments: &[String]) -> Result<(String, &[String])> {
    match arguments {
        [flag, name, filters @ ..] if flag == "--transport" => {
            let Some((_, suite)) = TRANSPORTS.iter().find(|(known, _)| known == name) else {
                let known = TRANSPORTS.map(|(known, _)| known);
                return Err(format!("there is no transport {name:?}; there is {known:?}"));
            };
            Ok((format!("test --all-features {suite}"), filters))
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
        for (name, suite) in TRANSPORTS {
            let line = format!("test --all-features {suite}");
            assert_eq!(planned(&format!("--transport {name}")), Ok((line, 0)));
        }
        for odd in ["--transport carrier-pigeon", "--transport", "--fast"] {
            assert!(planned(odd).is_err(), "{odd}");
        }
    }
}
