//! `cargo xtask canary`: runs the suite with the oldest and with the newest release of each library that speaks HTTP or
//! TLS, as far as the manifest allows them. Repeats and redirects return silently upstream.
//!
//! It works on a copy of the workspace, with a lock file of its own.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::command::{Result, nothing};
use crate::manifest::{sections, text};
use crate::shell::{cargo, output, program, root, run as execute, target, tests};

/// The libraries whose releases are tried. One that needs another comes before it.
const LIBRARIES: [&str; 5] = ["ureq", "reqwest", "hyper-util", "hyper", "rustls"];

/// The suite over both transports, and nothing else: all other tests run on one release of each library.
const SUITE: &str = "test --quiet -p sim-ureq -p sim-reqwest --test conformance";

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    let manifest = read(&root().join("Cargo.toml"))?;
    let oldest = LIBRARIES.map(|name| floor(&manifest, name).map(|version| (name, version)));
    let oldest = oldest.into_iter().collect::<Result<Vec<_>>>()?;
    let home = copy()?;
    let runs = [("oldest", precisely(&oldest)), ("newest", newest())];
    let runs = runs.map(|(name, updates)| (name, tried(&home, &updates)));
    let told = runs.each_ref().map(|(name, run)| match run {
        Ok(versions) => format!("{name} passes: {versions}"),
        Err(why) => format!("{name} FAILS: {}", why.replace('\n', " ")),
    });
    println!("canary: {}", told.join("; "));
    runs.into_iter().try_for_each(|(_, run)| run.map(drop))
}

/// The arguments of Cargo that lock each library at this release.
fn precisely(releases: &[(&str, &str)]) -> Vec<String> {
    let line = |(name, version): &(&str, &str)| format!("update -p {name} --precise {version}");
    releases.iter().map(line).collect()
}

fn newest() -> Vec<String> {
    vec![format!("update {}", LIBRARIES.map(|name| format!("-p {name}")).join(" "))]
}

/// Runs the suite in the copy of the workspace, with its lock file changed so. Returns the releases that were tried.
fn tried(home: &Path, updates: &[String]) -> Result<String> {
    // Nothing else of the copy changes, so that the second run builds only what differs.
    let lock = home.join("Cargo.lock");
    fs::copy(root().join("Cargo.lock"), &lock).map_err(|why| failed(&lock, &why))?;
    for update in updates {
        execute(cargo(update).current_dir(home))?;
    }
    let versions = locked(&read(&lock)?);
    eprintln!("    {SUITE} ({versions})");
    let mut suite = tests(SUITE);
    suite.current_dir(home).env("CARGO_TARGET_DIR", home.with_file_name("target"));
    // What is built once and run once needs neither.
    suite.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
    execute(&mut suite).map_err(|why| format!("{versions}: {why}"))?;
    Ok(versions)
}

/// Copies the files of the workspace that git knows.
fn copy() -> Result<PathBuf> {
    let home = target().join("canary/workspace");
    if home.exists() {
        fs::remove_dir_all(&home).map_err(|why| failed(&home, &why))?;
    }
    let files = output(program("git").args(["ls-files", "-z"]))?;
    for file in files.split_terminator('\0') {
        let (from, to) = (root().join(file), home.join(file));
        // One that was deleted is still known until that is committed.
        if !from.is_file() {
            continue;
        }
        let folder = to.parent().unwrap_or(&home);
        fs::create_dir_all(folder).map_err(|why| failed(folder, &why))?;
        same(&from, &to).map_err(|why| failed(&from, &why))?;
    }
    Ok(home)
}

/// Copies a file with its time, so that Cargo builds again only what has changed since the last run.
fn same(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    File::options().write(true).open(to)?.set_modified(from.metadata()?.modified()?)
}

/// The oldest release of a library that the manifest allows.
fn floor<'m>(manifest: &'m str, name: &str) -> Result<&'m str> {
    let lines = sections(manifest, "[workspace.dependencies]").concat();
    let line = lines.into_iter().find(|line| line.split_once(" = ").is_some_and(|it| it.0 == name));
    let version = line.and_then(|line| line.split('"').nth(1));
    version
        .filter(|version| version.split('.').count() == 3)
        .ok_or_else(|| format!("Cargo.toml names no release of {name} with three numbers"))
}

/// The releases of the libraries in a lock file.
fn locked(lock: &str) -> String {
    let packages = sections(lock, "[[package]]");
    let of = |name: &str| {
        let own = packages.iter().filter(|lines| text(lines, "name") == Some(name));
        let versions: Vec<_> = own.filter_map(|lines| text(lines, "version")).collect();
        format!("{name} {}", versions.join(" and "))
    };
    LIBRARIES.map(of).join(", ")
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|why| failed(path, &why))
}

fn failed(path: &Path, why: &io::Error) -> String {
    format!("{}: {why}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_is_the_release_that_the_manifest_names() {
        let manifest = "[workspace.dependencies]\nureq = { version = \"3.0.0\", features = [\"x\"] }\n\
            hyper = \"1.2.3\"\nhyper-util = \"0.1.0\"\nrustls = \"0.23\"\n";
        assert_eq!(floor(manifest, "ureq"), Ok("3.0.0"));
        assert_eq!(floor(manifest, "hyper"), Ok("1.2.3"));
        for name in ["rustls", "reqwest"] {
            assert!(floor(manifest, name).is_err_and(|why| why.contains(name)), "{name}");
        }
    }

    #[test]
    fn the_manifest_has_a_floor_for_each_library() {
        let manifest = read(&root().join("Cargo.toml")).expect("the manifest");
        for name in LIBRARIES {
            floor(&manifest, name).expect(name);
        }
    }

    #[test]
    fn every_release_of_a_library_in_a_lock_file_is_named() {
        let package = |name: &str, version: &str| {
            format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\n")
        };
        let lock = [
            package("ureq", "3.0.0"),
            package("ureq-proto", "9.9.9"),
            package("reqwest", "0.13.0"),
            package("hyper-util", "0.1.0"),
            package("hyper", "1.0.0"),
            package("hyper", "0.14.0"),
            package("rustls", "0.23.1"),
        ];
        let expected =
            "ureq 3.0.0, reqwest 0.13.0, hyper-util 0.1.0, hyper 1.0.0 and 0.14.0, rustls 0.23.1";
        assert_eq!(locked(&lock.concat()), expected);
    }
}
