//! `cargo xtask api`: compares what each published crate offers with its listing in `api/`, so that a change of the
//! surface is a diff that somebody reads.
//!
//! Rustdoc writes what a crate offers as JSON, and `xtask/listing` makes lines of it. A listing leaves out what the
//! compiler adds by itself and the members of foreign traits.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

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

/// The file that names the Rust which wrote the listings.
const RUST: &str = "rust";

/// The variable that makes this program stand in for rustdoc.
const STANDS_IN: &str = "XTASK_STANDS_IN_FOR_RUSTDOC";

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

/// Writes the listings anew, and which Rust wrote them.
fn bless() -> Result {
    fs::create_dir_all(root().join("api")).map_err(|error| error.to_string())?;
    let write = |name: &str, text: String| {
        let path = listing_of(name);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    offered()?.into_iter().try_for_each(|(name, listing)| write(name, listing))?;
    write(RUST, rust()?)
}

/// Compares the listings, if the machine has the Rust that wrote them: another one may word them otherwise. Without it,
/// this says so where nobody can miss it.
pub(crate) fn check() -> Result {
    let wrote = fs::read_to_string(listing_of(RUST)).unwrap_or_default();
    let here = rust()?;
    if here == wrote {
        return compare();
    }
    let line = "!".repeat(78);
    eprintln!("{line}\n!! THE PUBLIC INTERFACE WAS NOT COMPARED WITH api/*.txt");
    eprintln!("!! the listings are of {}, and this is {}\n{line}", wrote.trim(), here.trim());
    Ok(())
}

fn compare() -> Result {
    let mut changed = Vec::new();
    for (name, offered) in offered()? {
        let listed = fs::read_to_string(listing_of(name)).unwrap_or_default();
        let lines = difference(&listed, &offered);
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

/// Returns which Rust runs this.
fn rust() -> Result<String> {
    output(program("rustc").arg("--version"))
}

fn listing_of(name: &str) -> PathBuf {
    root().join("api").join(format!("{name}.txt"))
}

/// Returns what each crate offers with all its features, a line for each item.
fn offered() -> Result<Vec<(&'static str, String)>> {
    // As the documentation is made, so that what was built for it serves.
    let mut doc = cargo("doc --quiet --no-deps --workspace --all-features --lib");
    let this = env::current_exe().map_err(|error| error.to_string())?;
    doc.env("RUSTDOC", this).env(STANDS_IN, "1");
    execute(doc.env("RUSTDOCFLAGS", "-Z unstable-options --output-format json --cap-lints allow"))?;
    let listed = |name: &'static str| {
        let json = target().join("doc").join(format!("{}.json", name.replace('-', "_")));
        let mut list = cargo("run --quiet --manifest-path xtask/listing/Cargo.toml --");
        list.env("CARGO_TARGET_DIR", target().join("listing"));
        Ok((name, plain(&output(list.arg(json))?)))
    };
    CRATES.into_iter().map(listed).collect()
}

/// Returns how rustdoc ended, if this program stands in for it.
///
/// Rustdoc writes JSON only where it takes itself for a nightly. The variable that says so would make the build scripts of
/// the dependencies run again, so rustdoc alone gets it.
pub(crate) fn rustdoc() -> Option<ExitCode> {
    env::var_os(STANDS_IN)?;
    let mut rustdoc = std::process::Command::new("rustdoc");
    let status = rustdoc.args(env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").status();
    Some(if status.is_ok_and(|status| status.success()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
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
