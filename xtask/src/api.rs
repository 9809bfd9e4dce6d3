//! `cargo xtask api`: compares what each published crate offers with its listing in `api/`, so that a change of the
//! surface is a diff that somebody reads.
//!
//! Rustdoc writes what a crate offers as JSON on a nightly toolchain alone, and `cargo-public-api` makes lines of it. The
//! tool is installed into the target folder. A listing leaves out what the compiler adds by itself and the members of
//! foreign traits, so that it does not depend on the nightly that is used.

use std::fs;
use std::path::PathBuf;

use crate::command::Result;
use crate::shell::{cargo, output, program, root, run as execute, target};

/// The crates that are published.
const CRATES: [&str; 8] = [
    "sim-core",
    "sim-platform",
    "sim-net",
    "sim-ureq",
    "sim-reqwest",
    "simstudio",
    "sim-mock",
    "sim-conformance",
];

/// The file that names the nightly which wrote the listings.
const NIGHTLY: &str = "nightly";

const TOOL: &str = "cargo-public-api";
const VERSION: &str = "0.52.0";

/// The number of differing lines of a crate that are shown.
const SHOWN: usize = 20;

pub(crate) fn run(arguments: &[String]) -> Result {
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] => compare(),
        ["--bless"] => bless(),
        _ => Err("the only argument is --bless, which writes the listings anew".to_owned()),
    }
}

/// Writes the listings anew, and which nightly wrote them.
fn bless() -> Result {
    fs::create_dir_all(root().join("api")).map_err(|error| error.to_string())?;
    let write = |name: &str, text: String| {
        let path = listing_of(name);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    CRATES.iter().try_for_each(|name| write(name, offered(name)?))?;
    write(NIGHTLY, nightly()?)
}

/// Compares the listings, if the machine has the nightly that wrote them: another one may word them otherwise. Without
/// it, this says so where nobody can miss it.
pub(crate) fn check() -> Result {
    let wrote = fs::read_to_string(listing_of(NIGHTLY)).unwrap_or_default();
    let why = match nightly() {
        Ok(here) if here == wrote => match tool() {
            Ok(_) => return compare(),
            Err(why) => why,
        },
        Ok(here) => format!("the listings are of {}, and this is {}", wrote.trim(), here.trim()),
        Err(why) => why,
    };
    let line = "!".repeat(78);
    eprintln!("{line}\n!! THE PUBLIC INTERFACE WAS NOT COMPARED WITH api/*.txt\n!! {why}\n{line}");
    Ok(())
}

fn compare() -> Result {
    let mut changed = Vec::new();
    for name in CRATES {
        let path = listing_of(name);
        let listed = fs::read_to_string(&path).unwrap_or_default();
        let lines = difference(&listed, &offered(name)?);
        for line in lines.iter().take(SHOWN) {
            eprintln!("    {name}: {line}");
        }
        if !lines.is_empty() {
            changed.push(format!("{name} ({} lines)", lines.len()));
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    let changed = changed.join(", ");
    Err(format!(
        "the public interface is not the one that is listed: {changed}. If that is meant: cargo xtask api --bless"
    ))
}

/// Returns which nightly is installed.
fn nightly() -> Result<String> {
    let version = output(program("rustc").args(["+nightly", "--version"]));
    version.map_err(|_| "no nightly toolchain: rustup toolchain install nightly".to_owned())
}

/// Returns the tool, which is installed if it is not there.
fn tool() -> Result<PathBuf> {
    nightly()?;
    let place = target().join("tools");
    let tool = place.join("bin").join(TOOL);
    let has_version = |said: String| said.split_whitespace().last() == Some(VERSION);
    if !output(program(&tool).arg("--version")).is_ok_and(has_version) {
        eprintln!("    installs {TOOL} {VERSION} into {}", place.display());
        let mut install =
            cargo(&format!("install --quiet --locked --force {TOOL} --version {VERSION}"));
        install.arg("--root").arg(&place).arg("--target-dir").arg(place.join("build"));
        execute(&mut install)?;
    }
    Ok(tool)
}

fn listing_of(name: &str) -> PathBuf {
    root().join("api").join(format!("{name}.txt"))
}

/// Returns what a crate offers with all its features, a line for each item.
fn offered(name: &str) -> Result<String> {
    let mut list = program(tool()?);
    list.env("RUSTUP_TOOLCHAIN", "nightly").env("CARGO_TARGET_DIR", target().join("public-api"));
    // The variables of the Cargo that runs this program would choose its own toolchain.
    list.env_remove("CARGO").env_remove("RUSTC").env_remove("RUSTDOC");
    list.args(["-ss", "--all-features", "--manifest-path"]);
    Ok(plain(&output(list.arg(root().join("crates").join(name).join("Cargo.toml")))?))
}

/// Leaves out what the compiler adds by itself, and the members of foreign traits, which the line of the trait implies.
fn plain(listing: &str) -> String {
    let mut members_of: Option<String> = None;
    let mut lines = Vec::new();
    for line in listing.lines() {
        let is_member = members_of.as_ref().is_some_and(|of| line.contains(of.as_str()));
        if line.starts_with("impl") {
            members_of = foreign(line).map(|of| format!(" {of}::"));
        } else if is_member {
            continue;
        } else {
            members_of = None;
        }
        if !line.contains("core::marker::StructuralPartialEq") {
            lines.push(line);
        }
    }
    lines.join("\n") + "\n"
}

/// Returns the type of an implementation of a trait that is not the SDK's own.
fn foreign(line: &str) -> Option<&str> {
    let (before, of) = line.split_once(" for ")?;
    let name = before.rsplit(' ').next()?;
    (!name.starts_with("sim")).then(|| of.split(" where ").next().unwrap_or(of))
}

/// Returns the lines that only one of two texts has, in the order of the texts.
fn difference(listed: &str, offered: &str) -> Vec<String> {
    let only = |of: &str, other: &str, sign: char| -> Vec<String> {
        let other: std::collections::BTreeSet<_> = other.lines().collect();
        of.lines()
            .filter(|line| !other.contains(line))
            .map(|line| format!("{sign} {line}"))
            .collect()
    };
    [only(listed, offered, '-'), only(offered, listed, '+')].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_of_foreign_traits_are_implied() {
        let listing = "pub struct sim_core::RunId(_)\n\
            impl sim_core::RunId\n\
            pub fn sim_core::RunId::as_str(&self) -> &str\n\
            impl core::clone::Clone for sim_core::RunId\n\
            pub fn sim_core::RunId::clone(&self) -> sim_core::RunId\n\
            impl core::marker::StructuralPartialEq for sim_core::RunId\n\
            impl sim_core::Param for sim_core::RunId\n\
            pub fn sim_core::RunId::text(&self) -> &str\n\
            impl<T: core::fmt::Debug> core::fmt::Debug for sim_core::Page<T>\n\
            pub fn sim_core::Page<T>::fmt(&self) -> core::fmt::Result\n\
            pub fn sim_core::free()\n";
        let wanted = "pub struct sim_core::RunId(_)\n\
            impl sim_core::RunId\n\
            pub fn sim_core::RunId::as_str(&self) -> &str\n\
            impl core::clone::Clone for sim_core::RunId\n\
            impl sim_core::Param for sim_core::RunId\n\
            pub fn sim_core::RunId::text(&self) -> &str\n\
            impl<T: core::fmt::Debug> core::fmt::Debug for sim_core::Page<T>\n\
            pub fn sim_core::free()\n";
        assert_eq!(plain(listing), wanted);
    }

    #[test]
    fn a_changed_line_is_one_that_went_and_one_that_came() {
        assert_eq!(difference("a\nb\n", "a\nc\n"), ["- b", "+ c"]);
        assert!(difference("a\n", "a\n").is_empty());
    }
}
