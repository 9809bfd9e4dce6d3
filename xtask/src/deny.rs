//! `cargo xtask deny`: checks the dependencies against `deny.toml`. Not part of CI, because it needs
//! cargo-deny.

use crate::command::{Result, nothing};
use crate::shell::{cargo, is_there, run as execute};

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    if !is_there(&mut cargo("deny --version")) {
        eprintln!("cargo-deny is not installed (cargo install cargo-deny): nothing was checked");
        return Ok(());
    }
    execute(&mut cargo("deny --all-features check bans licenses sources"))
}
