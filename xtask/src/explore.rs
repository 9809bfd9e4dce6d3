//! `cargo xtask explore`: explores the conversations of the SDK with a model of each server version; see `tests/model`.

use crate::command::Result;
use crate::shell::{cargo, run as execute};

pub(crate) fn run(arguments: &[String]) -> Result {
    execute(cargo("run --quiet --profile explore -p model --bin explore --").args(arguments))
}

/// Explores as far as CI does, with two adverse choices.
pub(crate) fn shallow() -> Result {
    run(&["--k".to_owned(), "2".to_owned()])
}
