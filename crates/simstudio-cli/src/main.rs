//! `simstudio`, a command-line program for [Sim](https://www.sim.ai) workflows, built on the crate `simstudio`.
//!
//! It reads the profiles of the official program `sim`, and follows its output rules and exit codes; see README.md.

mod arguments;
mod commands;
mod exit;
mod failure;
mod input;
mod listing;
mod output;
mod profiles;
mod results;
mod settings;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use arguments::{Arguments, Command};
use commands::{access, limits};
use exit::Exit;
use failure::Outcome;
use settings::Settings;

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
    let end = run(arguments).and_then(|exit| {
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

/// Runs a command.
fn run(arguments: Arguments) -> Outcome {
    let settings = || Settings::new(arguments.global);
    match arguments.command {
        Command::Run(command) => command.run(&settings()?),
        Command::Runs(command) => command.run(&settings()?),
        Command::Pauses(command) => command.run(&settings()?),
        Command::Resume(command) => command.run(&settings()?),
        Command::Batch(command) => command.run(&settings()?),
        Command::Workflows(command) => command.run(&settings()?),
        Command::Deploy(command) => command.run(&settings()?),
        Command::Undeploy(command) => command.run(&settings()?),
        Command::Logs(command) => command.run(&settings()?),
        Command::Limits => limits::run(&settings()?),
        Command::Files(command) => command.run(&settings()?),
        Command::Tables(command) => command.run(&settings()?),
        Command::Knowledge(command) => command.run(&settings()?),
        Command::Login(command) => command.run(&settings()?),
        Command::Logout => access::logout(&settings()?),
        Command::Whoami => access::whoami(&settings()?),
        Command::Profiles => access::profiles(&settings()?),
        Command::Configure(command) => command.run(&settings()?),
        Command::Completions(shell) => shell.run(Arguments::command()),
        Command::Man(pages) => pages.run(Arguments::command()),
    }
}
