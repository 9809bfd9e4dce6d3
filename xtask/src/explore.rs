//! `cargo xtask explore`: explores the conversations of the SDK with a model of each server version; see `tests/model`.

use crate::command::Result;
use crate::shell::{cargo, run as execute};

pub(crate) fn run(arguments: &[String]) -> Result {
    execute(cargo("run --quiet --profile explore -p model --bin explore --").args(arguments))
}
