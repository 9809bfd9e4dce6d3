//! `cargo xtask msrv`: checks that the oldest supported Rust builds the crates that programs depend on.
//!
//! The suite is not among them, because wiremock needs a later Rust.

use crate::command::{Result, nothing};
use crate::shell::{cargo, is_there, run as execute};

const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");
const CRATES: &str = "-p sim-core -p sim-ureq -p sim-reqwest -p simstudio -p sim-mock";

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    if !is_there(&mut cargo(&format!("+{OLDEST} --version"))) {
        eprintln!(
            "Rust {OLDEST} is not installed (rustup toolchain install {OLDEST}): not checked"
        );
        return Ok(());
    }
    execute(&mut cargo(&format!("+{OLDEST} check --locked --lib --all-features {CRATES}")))
}
