//! `cargo xtask others`: runs the suite with features that another crate of a program may switch on, of the transports
//! and of `serde_json`. They must change nothing: not the headers that are sent, not what is kept, unpacked or read.

use crate::command::{Result, nothing};
use crate::features::FOREIGN;
use crate::shell::{run as execute, tests};

const TRANSPORTS: [(&str, &[&str]); 2] = [
    ("ureq", &["brotli", "charset", "cookies", "gzip", "json"]),
    (
        "reqwest",
        &["brotli", "charset", "cookies", "deflate", "gzip", "http2", "json", "stream", "zstd"],
    ),
];

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    let of_json = format!("test --quiet -p sim-ureq --features {FOREIGN} --test conformance");
    let of_transports = TRANSPORTS.map(|(transport, features)| line(transport, features));
    for line in std::iter::once(of_json).chain(of_transports) {
        eprintln!("    {line}");
        execute(&mut tests(&line))?;
    }
    Ok(())
}

fn line(transport: &str, features: &[&str]) -> String {
    let features: Vec<_> =
        features.iter().map(|feature| format!("{transport}/{feature}")).collect();
    format!("test --quiet -p sim-{transport} --features {} --test conformance", features.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_features_are_those_of_the_transport() {
        let expected = "test --quiet -p sim-ureq --features ureq/gzip,ureq/json --test conformance";
        assert_eq!(line("ureq", &["gzip", "json"]), expected);
    }
}
