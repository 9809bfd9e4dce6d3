//! Runs other programs, in the root of the workspace.

use std::ffi::OsStr;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, thread};

use crate::command::Result;

/// The variable with the number of tests that run at a time.
const TEST_THREADS: &str = "RUST_TEST_THREADS";

/// Returns the root of the workspace.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// Returns the folder in which Cargo builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Returns a command that runs in the root of the workspace and reads nothing from the terminal.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Returns a command for the Cargo that runs this program, with the words of `line` as its arguments.
pub(crate) fn cargo(line: &str) -> Command {
    let mut cargo = program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // A toolchain on the command line needs the `cargo` of rustup, which selects it.
    if line.starts_with('+') {
        cargo = program("cargo");
        cargo.env_remove("RUSTUP_TOOLCHAIN");
    }
    // The variables that Cargo sets for this program would make some build scripts run again.
    for (name, _) in env::vars_os() {
        let own = |prefix| name.to_string_lossy().starts_with(prefix);
        if own("CARGO_PKG_") || own("CARGO_MANIFEST_") {
            cargo.env_remove(name);
        }
    }
    cargo.args(line.split_whitespace());
    cargo
}

/// Returns a command for Cargo that runs tests: more at a time than there are processors, since most of them wait.
pub(crate) fn tests(line: &str) -> Command {
    let mut command = cargo(line);
    if env::var_os(TEST_THREADS).is_none() {
        let processors = thread::available_parallelism().map_or(2, NonZero::get);
        command.env(TEST_THREADS, (3 * processors).to_string());
    }
    command
}

/// Runs a program to its end, and shows what it prints.
pub(crate) fn run(command: &mut Command) -> Result {
    let status = command.status().map_err(|error| format!("{}: {error}", told(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", told(command))) }
}

/// Runs a program to its end, and returns what it prints.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let done = command.output().map_err(|error| format!("{}: {error}", told(command)))?;
    if !done.status.success() {
        let errors = String::from_utf8_lossy(&done.stderr).into_owned();
        return Err(format!("{} ended with {}\n{errors}", told(command), done.status));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Returns whether a program can be run at all.
pub(crate) fn is_there(command: &mut Command) -> bool {
    command.output().is_ok_and(|done| done.status.success())
}

/// Returns the command line as one types it.
fn told(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(name).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
