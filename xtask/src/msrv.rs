//! `cargo xtask msrv`: checks that the oldest supported Rust builds the crates that programs depend on.
//!
//! The suite is not among them, because wiremock needs a later Rust. The feature `aws-lc` is left out, because its C code
//! takes as long to build as all the rest.

use crate::command::{Result, nothing};
use crate::manifest;
use crate::shell::{cargo, is_there, run as execute};

const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");
const CRATES: [&str; 5] = ["sim-core", "sim-ureq", "sim-reqwest", "simstudio", "sim-mock"];

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    if !is_there(&mut cargo(&format!("+{OLDEST} --version"))) {
        eprintln!(
            "Rust {OLDEST} is not installed (rustup toolchain install {OLDEST}): not checked"
        );
        return Ok(());
    }
    let mut line = format!("+{OLDEST} check --locked --lib");
    for name in CRATES {
        line += &[" -p ", name].concat();
        for feature in manifest::features_of(name)?.iter().filter(|feature| *feature != "aws-lc") {
            line += &[" --features ", name, "/", feature].concat();
        }
    }
    execute(&mut cargo(&line))
}
