//! `completions` and `man`: what shells and readers of manuals want.

use std::fs;
use std::io;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::exit::Exit;
use crate::failure::Outcome;

/// Print completions for a shell
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, mut program: Command) -> Outcome {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut program, "simstudio", &mut text);
        io::Write::write_all(&mut io::stdout().lock(), &text)?;
        Ok(Exit::Done)
    }
}

/// Write the manual pages into a folder
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The folder; it is made if it is not there
    folder: PathBuf,
}

impl Man {
    pub(crate) fn run(self, program: Command) -> Outcome {
        fs::create_dir_all(&self.folder)?;
        clap_mangen::generate_to(program, self.folder)?;
        Ok(Exit::Done)
    }
}
