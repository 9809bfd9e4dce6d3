//! Builds a program from nothing, and counts what that takes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::command::Result;
use crate::shell::{cargo, output, program, root, run as execute, target};

use super::cpu;
use super::programs::Program;

/// What a program consists of, and what its build took.
pub(super) struct Built {
    /// Each crate that is compiled, with its version, the program itself aside.
    pub(super) crates: BTreeSet<String>,
    /// The size of the stripped program.
    pub(super) bytes: u64,
    /// The CPU time of the whole build, in seconds.
    pub(super) cpu: f64,
    /// The CPU time of the compiler, in seconds, by the names of crates as Rust spells them.
    pub(super) seconds: BTreeMap<String, f64>,
}

impl Built {
    /// Returns the seconds that the compiler took for a crate, in all its versions.
    pub(super) fn seconds_of(&self, name: &str) -> f64 {
        self.seconds.get(&name.replace('-', "_")).copied().unwrap_or_default()
    }
}

/// Runs the compiler, and notes the crate and its CPU time.
const WRAPPER: &str = r#"#!/bin/sh
name=-
last=
for word in "$@"; do
    [ "$last" = --crate-name ] && name=$word
    last=$word
done
"$@"
code=$?
{ echo "crate $name"; times; } >>"$XTASK_CPU_LOG"
exit $code
"#;

/// Builds a program in an empty folder.
pub(super) fn build(source: &Program) -> Result<Built> {
    let folder = target().join("adoption").join(&source.name);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| told(&folder, &error))?;
    }
    write(&folder.join("Cargo.toml"), &source.manifest)?;
    write(&folder.join("src").join("main.rs"), source.source)?;
    // The versions are those of the workspace.
    let lock = root().join("Cargo.lock");
    fs::copy(&lock, folder.join("Cargo.lock")).map_err(|error| told(&lock, &error))?;
    let (wrapper, log) = (folder.join("rustc.sh"), folder.join("cpu.log"));
    write(&wrapper, WRAPPER)?;
    execute(program("chmod").arg("+x").arg(&wrapper))?;

    let inside = |line: &str| {
        let mut cargo = cargo(line);
        cargo.current_dir(&folder).env("CARGO_TARGET_DIR", folder.join("target"));
        cargo
    };
    execute(&mut inside("fetch --quiet"))?;
    let mut building = inside("build --quiet --offline --release");
    building.env("RUSTC_WRAPPER", &wrapper).env("XTASK_CPU_LOG", &log);
    eprintln!("    builds {}", source.name);
    let printed = output(&mut timed(&building))?;
    let cpu = cpu::of_children(&printed).ok_or("the shell told no times")?;
    let tree = output(&mut inside(
        "tree --offline --edges normal,build --prefix none --no-dedupe --format {p}",
    ))?;
    let binary = folder.join("target").join("release").join("hello");
    let bytes = fs::metadata(&binary).map_err(|error| told(&binary, &error))?.len();
    let log = fs::read_to_string(&log).map_err(|error| told(&log, &error))?;
    Ok(Built { crates: crates(&tree), bytes, cpu, seconds: seconds(&log) })
}

/// Returns a shell that runs a command and then prints the times.
fn timed(command: &Command) -> Command {
    let mut shell = program("sh");
    shell.args(["-c", "\"$@\" >&2 && times", "sh"]).arg(command.get_program());
    shell.args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// Returns the crates of what `cargo tree` printed: `name 1.2.3`, without the program.
fn crates(tree: &str) -> BTreeSet<String> {
    let named = |line: &str| {
        let mut words = line.split_whitespace();
        let (name, version) = (words.next()?, words.next()?);
        (name != "hello").then(|| format!("{name} {}", version.trim_start_matches('v')))
    };
    tree.lines().filter_map(named).collect()
}

/// Returns the seconds of each crate in what the wrapper noted.
fn seconds(log: &str) -> BTreeMap<String, f64> {
    let mut seconds = BTreeMap::new();
    for note in log.split("crate ").skip(1) {
        let Some((name, times)) = note.split_once('\n') else { continue };
        *seconds.entry(name.to_owned()).or_default() += cpu::of_children(times).unwrap_or_default();
    }
    seconds
}

fn write(path: &Path, text: &str) -> Result {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| told(folder, &error))?;
    fs::write(path, text).map_err(|error| told(path, &error))
}

fn told(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_counts_once_for_each_version_and_the_program_does_not() {
        let tree = "hello v0.1.0 (/somewhere)\nhttp v1.5.0\ngetrandom v0.2.17\nhttp v1.5.0\n\
            getrandom v0.4.3\nserde_derive v1.0.229 (proc-macro)\n";
        let found: Vec<_> = crates(tree).into_iter().collect();
        assert_eq!(
            found,
            ["getrandom 0.2.17", "getrandom 0.4.3", "http 1.5.0", "serde_derive 1.0.229"]
        );
    }

    #[test]
    fn the_times_of_a_crate_are_added_up() {
        let log = "crate sim_core\n0m0.00s 0m0.00s\n0m1.50s 0m0.25s\n\
            crate getrandom\n0m0.00s 0m0.00s\n0m0.10s 0m0.00s\n\
            crate getrandom\n0m0.00s 0m0.00s\n0m0.15s 0m0.00s\n";
        let built = Built { crates: BTreeSet::new(), bytes: 0, cpu: 0.0, seconds: seconds(log) };
        assert!((built.seconds_of("sim-core") - 1.75).abs() < 1e-9);
        assert!((built.seconds_of("getrandom") - 0.25).abs() < 1e-9);
        assert!(built.seconds_of("unknown").abs() < 1e-9);
    }
}
