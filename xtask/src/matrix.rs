//! `cargo xtask matrix`: prints the fault matrix over every transport as a table; see `tests/matrix`.

use crate::command::Result;
use crate::shell::{cargo, run as execute};

pub(crate) fn run(arguments: &[String]) -> Result {
    execute(cargo("test --all-features -p tests --test matrix --").args(arguments))
}
