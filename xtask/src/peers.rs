//! `cargo xtask peers`: compares the SDK with the official ones and with the official command-line client, each
//! against its own Sim server.
//!
//! The test target `peers` of the member `tests` makes the comparison; this command installs the peers.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{Result, nothing};
use crate::shell::{cargo, is_there, output, program, run as execute, target};

/// The official Python SDK, in the last version of each generation, with the variable that holds the path of
/// its interpreter.
const SDKS: [(&str, &str); 2] = [("0.1.2", "SIM_PEERS_PYTHON"), ("0.2.1", "SIM_PEERS_PYTHON_2")];

/// The official command-line client, with the variable that holds the path of its program.
const COMMAND_LINE: (&str, &str) = ("2.1.28", "SIM_PEERS_CLI");

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    let mut test = cargo("test --workspace --all-features --test peers -- --nocapture");
    let mut peers = 0;
    for (version, variable) in SDKS {
        let name = format!("simstudio-sdk {version}");
        peers += offer(&mut test, &name, "python3", variable, || interpreter(version))?;
    }
    let (version, variable) = COMMAND_LINE;
    let name = format!("sim {version}");
    peers += offer(&mut test, &name, "node", variable, || command_line(version))?;
    if peers == 0 {
        return Ok(());
    }
    execute(&mut test)
}

/// Sets the variable of a peer. Skips a peer whose runtime is missing, and on a developer's machine also one
/// that cannot be installed.
fn offer(
    test: &mut Command,
    name: &str,
    runtime: &str,
    variable: &str,
    install: impl FnOnce() -> Result<PathBuf>,
) -> Result<u32> {
    if !is_there(program(runtime).arg("--version")) {
        eprintln!("peers: {name} is skipped, there is no {runtime}");
        return Ok(0);
    }
    match install() {
        Ok(path) => {
            test.env(variable, path);
            Ok(1)
        }
        Err(why) if env::var("CI").as_deref() == Ok("true") => {
            Err(format!("{name} could not be installed: {why}"))
        }
        Err(why) => {
            eprintln!("peers: {name} is skipped, it could not be installed: {why}");
            Ok(0)
        }
    }
}

/// Returns an interpreter that can import the SDK. The first call creates it.
fn interpreter(version: &str) -> Result<PathBuf> {
    let home = target().join("peers").join(version);
    let interpreter = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !is_there(&mut import(&interpreter, version)) {
        output(program("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        output(program(&interpreter).args(pip).arg(format!("simstudio-sdk=={version}")))?;
        output(&mut import(&interpreter, version))?;
    }
    Ok(interpreter)
}

fn import(interpreter: &Path, version: &str) -> Command {
    let mut command = program(interpreter);
    command.args(["-c", &format!("import simstudio; assert simstudio.__version__ == {version:?}")]);
    command
}

/// Returns the program of the command-line client. The first call installs it, without running its scripts.
fn command_line(version: &str) -> Result<PathBuf> {
    let home = target().join("peers").join(format!("sim-{version}"));
    let client = home.join("node_modules/sim/dist/index.js");
    if !client.exists() {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let install = ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"];
        let mut npm = program(npm);
        npm.args(install).arg("--prefix").arg(&home).arg(format!("sim@{version}"));
        output(&mut npm)?;
    }
    Ok(client)
}
