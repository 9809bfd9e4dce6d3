//! `cargo xtask fuzz`: runs one fuzz target of `fuzz/`, which needs cargo-fuzz and a nightly toolchain.

use crate::Result;
use crate::shell::{cargo, is_there, root, run as execute, target as built};

pub(crate) fn run(arguments: &[String]) -> Result {
    let (target, seconds) = arguments_of(arguments)?;
    if !root().join("fuzz/Cargo.toml").exists() {
        return Err("there is no directory fuzz/".to_owned());
    }
    if !root().join("fuzz/fuzz_targets").join(format!("{target}.rs")).exists() {
        return Err(format!("there is no fuzz target {target:?}"));
    }
    if !is_there(&mut cargo("+nightly --version")) {
        return Err("no nightly toolchain: rustup toolchain install nightly".to_owned());
    }
    if !is_there(&mut cargo("+nightly fuzz --version")) {
        return Err("cargo-fuzz is missing: cargo install cargo-fuzz".to_owned());
    }
    // What is found goes to the first corpus; the second is the one that the project keeps.
    let found = built().join("fuzz-corpus").join(target);
    std::fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
    let mut fuzz = cargo(&format!("+nightly fuzz run {target}"));
    fuzz.arg(&found).arg(format!("fuzz/corpus/{target}"));
    execute(
        fuzz.args(["--", "-verbosity=0", "-print_final_stats=1"])
            .arg(format!("-max_total_time={seconds}")),
    )
}

fn arguments_of(arguments: &[String]) -> Result<(&str, u32)> {
    let usage = || "a target and a number of seconds are wanted".to_owned();
    let [target, seconds] = arguments else { return Err(usage()) };
    Ok((target, seconds.parse().map_err(|_| usage())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_and_a_time_are_wanted() {
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(arguments_of(&words("sse 10")), Ok(("sse", 10)));
        for odd in ["", "sse", "sse soon", "sse 1 2", "sse -1"] {
            assert!(arguments_of(&words(odd)).is_err(), "{odd}");
        }
    }
}
