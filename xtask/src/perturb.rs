//! `cargo xtask perturb`: changes every recording that concerns runs, and lets the core read it; see `tests/recorded`.

use crate::checks;
use crate::command::Result;

pub(crate) fn run(arguments: &[String]) -> Result {
    checks::run("perturb", arguments)
}
