//! `cargo xtask fuzz`: runs the fuzz targets of `fuzz/`, which need cargo-fuzz and a nightly toolchain.

use std::fs;

use crate::command::Result;
use crate::shell::{cargo, is_there, root, run as execute, target as built};

/// The time that each target runs in CI, in seconds.
const SECONDS: u32 = 20;

/// The length of a target's run.
#[derive(Debug, PartialEq)]
enum Length {
    Seconds(u32),
    Runs(u64),
}

pub(crate) fn run(arguments: &[String]) -> Result {
    let (target, length) = arguments_of(arguments)?;
    if !targets()?.iter().any(|known| known == target) {
        return Err(format!("there is no fuzz target {target:?}; there is {:?}", targets()?));
    }
    match missing() {
        Some(why) => Err(why.to_owned()),
        None => fuzz(target, &length),
    }
}

/// Runs every target for a short time, if the machine can fuzz.
pub(crate) fn each() -> Result {
    if let Some(why) = missing() {
        eprintln!("not fuzzed: {why}");
        return Ok(());
    }
    targets()?.iter().try_for_each(|target| fuzz(target, &Length::Seconds(SECONDS)))
}

/// Returns what the machine lacks for fuzzing, or `None` if it lacks nothing.
fn missing() -> Option<&'static str> {
    if !is_there(&mut cargo("+nightly --version")) {
        return Some("no nightly toolchain: rustup toolchain install nightly");
    }
    let fuzz = is_there(&mut cargo("+nightly fuzz --version"));
    (!fuzz).then_some("cargo-fuzz is missing: cargo install cargo-fuzz")
}

/// Returns the targets, which are those with a corpus.
fn targets() -> Result<Vec<String>> {
    let corpora = root().join("fuzz/corpus");
    let told = |error| format!("{}: {error}", corpora.display());
    let names = fs::read_dir(&corpora)
        .map_err(told)?
        .map(|entry| Ok(entry.map_err(told)?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

fn fuzz(target: &str, length: &Length) -> Result {
    // New inputs go to the first corpus; the project keeps the second.
    let found = built().join("fuzz-corpus").join(target);
    fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
    let mut fuzz = cargo(&format!("+nightly fuzz run {target}"));
    fuzz.arg(&found).arg(format!("fuzz/corpus/{target}"));
    execute(fuzz.args(["--", "-verbosity=0", "-print_final_stats=1"]).arg(match length {
        Length::Seconds(seconds) => format!("-max_total_time={seconds}"),
        Length::Runs(runs) => format!("-runs={runs}"),
    }))
}

fn arguments_of(arguments: &[String]) -> Result<(&str, Length)> {
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let length = match words[..] {
        [_, "--runs", runs] => runs.parse().ok().map(Length::Runs),
        [_, seconds] => seconds.parse().ok().map(Length::Seconds),
        _ => None,
    };
    let usage = || "what is wanted is a target, and SECONDS or --runs NUMBER".to_owned();
    Ok((words.first().copied().ok_or_else(usage)?, length.ok_or_else(usage)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_and_a_length_are_wanted() {
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(arguments_of(&words("sse 10")), Ok(("sse", Length::Seconds(10))));
        assert_eq!(arguments_of(&words("sse --runs 1000")), Ok(("sse", Length::Runs(1000))));
        for odd in ["", "sse", "sse soon", "sse 1 2", "sse -1", "sse --runs", "sse --runs x"] {
            assert!(arguments_of(&words(odd)).is_err(), "{odd}");
        }
    }

    #[test]
    fn every_target_has_a_corpus_and_every_corpus_a_target() {
        let sources = root().join("fuzz/fuzz_targets");
        let targets = targets().expect("a directory of corpora");
        assert!(targets.len() >= 8, "{targets:?}");
        for target in targets {
            assert!(sources.join(format!("{target}.rs")).exists(), "{target}");
        }
        let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).expect("a manifest");
        assert_eq!(manifest.matches("[[bin]]").count(), super::targets().expect("again").len());
    }
}
