//! `simstudio`, a command-line program for [Sim](https://www.sim.ai) workflows, built on the crate `simstudio`.
//!
//! It reads the profiles of the official program `sim`, and follows its output rules and exit codes; see README.md.

mod arguments;
mod commands;
mod exit;
mod failure;
mod input;
mod output;
mod profiles;
mod results;
mod settings;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

use arguments::Arguments;
use exit::Exit;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help goes to standard output and is a success; wrong usage has the code 1, because 2 is a cancelled run.
            let is_wrong = error.use_stderr();
            let _ = error.print();
            return if is_wrong { Exit::Failed } else { Exit::Done }.into();
        }
    };
    let end = commands::run(arguments).and_then(|exit| {
        io::stdout().flush()?;
        Ok(exit)
    });
    match end {
        Ok(exit) => exit.into(),
        Err(error) if failure::is_closed_pipe(&*error) => Exit::Done.into(),
        Err(error) => {
            eprint!("{}", failure::told(&*error));
            Exit::Failed.into()
        }
    }
}
