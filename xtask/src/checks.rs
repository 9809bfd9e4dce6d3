//! The programs that CI runs at some speed. They are built together, so that what they share is built once.

use std::env::consts::EXE_SUFFIX;

use crate::command::Result;
use crate::shell::{cargo, program, run as execute, target};

/// Their packages and names. `cargo build` takes all features of one package from all that it builds.
const PROGRAMS: &str = "-p model -p recorded -p benches --bin explore --bin perturb --bin calls \
                        --bin final_frame --bin growth --bin stream_allocations";

/// Builds the programs, and runs one.
pub(crate) fn run(name: &str, arguments: &[String]) -> Result {
    execute(&mut cargo(&format!("build --quiet --profile checks {PROGRAMS}")))?;
    let built = target().join("checks").join(format!("{name}{EXE_SUFFIX}"));
    execute(program(built).args(arguments))
}
