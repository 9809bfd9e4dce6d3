//! `cargo xtask features`: runs clippy over the crates that have features, with each feature alone and with
//! none.
//!
//! It checks only the libraries. Tests bring dependencies whose features would hide a missing one.
//!
//! Then it runs the tests of programs without TLS, which no other build sees, and the tests of what reads JSON with the
//! features of `serde_json` that any crate of a program may switch on.

use crate::command::{Result, nothing};
use crate::manifest;
use crate::shell::{cargo, run as execute};

/// The crates that programs depend on. The core comes first: it must build alone.
const CRATES: [&str; 5] = ["sim-core", "sim-net", "sim-ureq", "sim-reqwest", "simstudio"];

/// The tests of clients without TLS, and of what reads and writes JSON. One build has them all.
const TESTS: &str = "test --quiet --lib --tests --no-default-features -p no-tls -p sim-core -p sim-platform \
                     --features sim-platform/wire";

/// The features of `serde_json` that change how it reads and writes. `cargo xtask others` runs the suite with them.
pub(crate) const FOREIGN: &str =
    "serde_json/arbitrary_precision,serde_json/preserve_order,serde_json/unbounded_depth";

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    for name in CRATES {
        for line in lines(name, &manifest::features_of(name)?) {
            eprintln!("    {line}");
            execute(&mut cargo(&line))?;
        }
    }
    let line = format!("{TESTS},{FOREIGN}");
    eprintln!("    {line}");
    execute(&mut cargo(&line))
}

fn lines(name: &str, features: &[String]) -> Vec<String> {
    let line = |feature: &str| {
        format!("clippy --quiet -p {name} --lib --no-default-features{feature} -- -D warnings")
    };
    let alone = features.iter().map(|feature| line(&format!(" --features {feature}")));
    std::iter::once(line("")).chain(alone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_feature_is_checked_alone_and_none_first() {
        let lines = lines("x", &["a", "b"].map(str::to_owned));
        let features: Vec<_> = lines
            .iter()
            .map(|line| line.split_once("--features ").map(|(_, rest)| &rest[..1]))
            .collect();
        assert_eq!(features, [None, Some("a"), Some("b")]);
    }
}
