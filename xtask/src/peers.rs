//! `cargo xtask peers`: compares the SDK with the official Python one, each against a Sim of its own.
//!
//! The comparison itself is the test target `peers` of the member `tests`; this gives it an interpreter
//! that has the official SDK.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{cargo, is_there, output, program, run as execute, target};
use crate::{Result, nothing};

/// The last version of the generation that ours follows.
const PEER: &str = "simstudio-sdk==0.1.2";
/// Tells the test where the interpreter is.
const VARIABLE: &str = "SIM_PEERS_PYTHON";

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    let Some(python) = python() else {
        eprintln!("peers: skipped, there is no python3");
        return Ok(());
    };
    match interpreter(python) {
        Ok(interpreter) => {
            let mut test = cargo("test --workspace --all-features --test peers -- --nocapture");
            execute(test.env(VARIABLE, interpreter))
        }
        Err(why) if env::var("CI").as_deref() == Ok("true") => {
            Err(format!("{PEER} could not be installed: {why}"))
        }
        Err(why) => {
            eprintln!("peers: skipped, {PEER} could not be installed: {why}");
            Ok(())
        }
    }
}

fn python() -> Option<&'static str> {
    is_there(program("python3").arg("--version")).then_some("python3")
}

/// An interpreter that can import the peer, made at the first call.
fn interpreter(python: &str) -> Result<PathBuf> {
    let home = target().join("peers");
    let interpreter = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !is_there(&mut import(&interpreter)) {
        output(program(python).args(["-m", "venv", "--clear"]).arg(&home))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER];
        output(program(&interpreter).args(pip))?;
        output(&mut import(&interpreter))?;
    }
    Ok(interpreter)
}

fn import(interpreter: &Path) -> Command {
    let mut command = program(interpreter);
    let version = PEER.rsplit('=').next().unwrap_or_default();
    command.args(["-c", &format!("import simstudio; assert simstudio.__version__ == {version:?}")]);
    command
}
