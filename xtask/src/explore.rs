//! `cargo xtask explore`: explores the conversations of the SDK with a model of each server version; see `tests/model`.

use crate::checks;
use crate::command::Result;

pub(crate) fn run(arguments: &[String]) -> Result {
    checks::run("explore", arguments)
}

/// Explores as far as CI does, with two adverse choices.
pub(crate) fn shallow() -> Result {
    run(&["--k".to_owned(), "2".to_owned()])
}
