//! `cargo xtask perturb`: changes every recording that concerns runs, and lets the core read it; see `tests/recorded`.

use crate::command::Result;
use crate::shell::{cargo, run as execute};

pub(crate) fn run(arguments: &[String]) -> Result {
    execute(cargo("run --release -p recorded --bin perturb --").args(arguments))
}
