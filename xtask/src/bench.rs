//! `cargo xtask bench`: runs a measurement of the member `benches`.

use crate::Result;
use crate::shell::{cargo, run as execute};

const BENCHES: [&str; 2] = ["calls", "stream"];

pub(crate) fn run(arguments: &[String]) -> Result {
    let line = line(arguments)?;
    execute(&mut cargo(&line))
}

fn line(arguments: &[String]) -> Result<String> {
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [name] if BENCHES.contains(&name) => Ok(format!("run --release -p benches --bin {name}")),
        [name, "--check"] if BENCHES.contains(&name) => {
            Ok(format!("run --release -p benches --bin {name} -- --check"))
        }
        _ => Err(format!("one of {BENCHES:?} is wanted, and --check or nothing")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bench_is_named_and_nothing_else_is_taken() {
        let line =
            |words: &[&str]| line(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        assert_eq!(line(&["calls"]), Ok("run --release -p benches --bin calls".to_owned()));
        assert!(line(&["stream", "--check"]).is_ok_and(|line| line.ends_with("-- --check")));
        for odd in [&[][..], &["--check"], &["call"], &["calls", "--fast"]] {
            assert!(line(odd).is_err(), "{odd:?}");
        }
    }
}
