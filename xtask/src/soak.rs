//! `cargo xtask soak NAME`: many calls at once, under faults, limits, losses and kills; see `tests/soak`. The last
//! line gives the numbers.

use std::fs;

use crate::command::Result;
use crate::shell::{cargo, run as execute};

/// A soak: the tests that it runs, and the sizes that they read from the environment.
#[derive(Debug, PartialEq, Eq)]
struct Soak {
    tests: &'static str,
    sizes: Vec<(&'static str, String)>,
}

const WANTED: &str = "what is wanted is: once [--calls NUMBER] [--release NAME], files [--size SIZE], or one of batch, rows, retries, waits, latency";

pub(crate) fn run(arguments: &[String]) -> Result {
    let soak = soak(arguments)?;
    let summary = std::env::temp_dir().join(format!("sim-soak-{}", std::process::id()));
    let mut tests = cargo("test --release -p tests --test soak -- --nocapture");
    tests.arg(soak.tests).env("SIM_SOAK_SUMMARY", &summary).envs(soak.sizes);
    let outcome = execute(&mut tests);
    // Without a line the soak failed before it had numbers.
    print!("\n{}", fs::read_to_string(&summary).unwrap_or_default());
    let _ = fs::remove_file(summary);
    outcome
}

fn soak(arguments: &[String]) -> Result<Soak> {
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let of = |tests, sizes: &[(&'static str, &str)]| {
        let sizes = sizes.iter().map(|(name, size)| (*name, (*size).to_owned()));
        Soak { tests, sizes: sizes.collect() }
    };
    match words.as_slice() {
        ["once", options @ ..] => once(options),
        ["files"] => files("1GiB"),
        ["files", "--size", size] => files(size),
        ["rows"] => Ok(of("rows::", &[("SIM_SOAK_ROWS", "500"), ("SIM_SOAK_KILLS", "20")])),
        ["batch"] => Ok(of("batch::", &[("SIM_SOAK_ROWS", "10000"), ("SIM_SOAK_USED", "90")])),
        ["retries"] => Ok(of("retries::", &[("SIM_SOAK_CALLS", "300")])),
        ["waits"] => {
            let sizes =
                [("SIM_SOAK_CALLS", "100"), ("SIM_SOAK_READS", "300"), ("SIM_SOAK_MINUTE", "60")];
            Ok(of("waits::", &sizes))
        }
        ["latency"] => Ok(of("latency::", &[("SIM_SOAK_CALLS", "100")])),
        _ => Err(WANTED.to_owned()),
    }
}

/// Reads the size of the soak of files, such as `64MiB`.
fn files(size: &str) -> Result<Soak> {
    let units = [("GiB", 30_u32), ("MiB", 20), ("KiB", 10)];
    let read = |(unit, bits)| Some(size.strip_suffix(unit)?.parse::<u64>().ok()? << bits);
    let bytes = units.into_iter().find_map(read).filter(|bytes| *bytes > 0);
    let bytes = bytes.ok_or_else(|| WANTED.to_owned())?;
    let sizes = vec![("SIM_SOAK_SIZE", bytes.to_string())];
    Ok(Soak { tests: "files::", sizes })
}

/// Reads the options of the soak of single runs. With a release, a proxy in front of such a server loses requests
/// and answers; without one, the newest server plays every fault.
fn once(mut options: &[&str]) -> Result<Soak> {
    let (mut calls, mut release) = ("10000", None);
    while let [name, value, rest @ ..] = options {
        match *name {
            "--calls" if value.parse::<usize>().is_ok() => calls = value,
            "--release" => release = Some(*value),
            _ => return Err(WANTED.to_owned()),
        }
        options = rest;
    }
    if !options.is_empty() {
        return Err(WANTED.to_owned());
    }
    let mut sizes = vec![("SIM_SOAK_CALLS", calls.to_owned())];
    sizes.extend(release.map(|release| ("SIM_SOAK_RELEASE", release.to_owned())));
    Ok(Soak { tests: if release.is_some() { "release::" } else { "once::" }, sizes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Soak> {
        soak(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn the_number_of_calls_and_the_release_may_be_given() {
        let calls = |line: &str| read(line).map(|soak| soak.sizes[0].1.clone());
        assert_eq!(calls("once"), Ok("10000".to_owned()));
        assert_eq!(calls("once --calls 12"), Ok("12".to_owned()));
        let old = read("once --release v0.7.31 --calls 12").expect("a soak");
        assert_eq!((old.tests, old.sizes.len()), ("release::", 2));
        assert_eq!(read("once").map(|soak| soak.tests), Ok("once::"));
    }

    #[test]
    fn the_size_of_a_file_has_a_unit() {
        let size = |line: &str| read(line).map(|soak| soak.sizes[0].1.clone());
        assert_eq!(size("files"), Ok((1 << 30).to_string()));
        assert_eq!(size("files --size 64MiB"), Ok((64 << 20).to_string()));
    }

    #[test]
    fn what_is_no_soak_is_refused() {
        for odd in [
            "files --size",
            "files --size 5",
            "files --size 0MiB",
            "files --size xGiB",
            "",
            "twice",
            "once 12",
            "once --calls",
            "once --calls many",
            "rows 5",
        ] {
            assert!(read(odd).is_err(), "{odd:?}");
        }
    }
}
