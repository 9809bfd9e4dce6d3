//! How much a soak does, and where it tells its numbers.

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::str::FromStr;

/// Returns a number of the environment, or this one.
pub(crate) fn number<T: FromStr>(name: &str, usually: T) -> T {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usually)
}

/// Prints the line with the numbers, and adds it to the file that `SIM_SOAK_SUMMARY` names.
pub(crate) fn tell(line: &str) {
    println!("{line}");
    let Ok(path) = env::var("SIM_SOAK_SUMMARY") else { return };
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| writeln!(file, "{line}")).expect("the file can be written");
}
