//! `cargo xtask sans-io`: checks that the core can do no I/O, by its dependencies and by the rules of clippy.

use std::fs;

use crate::command::{Result, nothing};
use crate::shell::{cargo, output, root};

/// The crates that contain a runtime, a transport, a socket or TLS.
const BANNED: [&str; 32] = [
    "actix-rt",
    "async-global-executor",
    "async-io",
    "async-std",
    "attohttpc",
    "curl",
    "embassy-executor",
    "futures-executor",
    "glommio",
    "h2",
    "hickory-resolver",
    "hyper",
    "hyper-util",
    "isahc",
    "minreq",
    "mio",
    "monoio",
    "native-tls",
    "openssl",
    "polling",
    "quinn",
    "reqwest",
    "ring",
    "rustls",
    "smol",
    "socket2",
    "surf",
    "tokio",
    "tokio-util",
    "tower",
    "ureq",
    "ureq-proto",
];

/// The paths that the core's clippy.toml must deny.
const DENIED: [&str; 7] = [
    "std::time::Instant::now",
    "std::time::SystemTime::now",
    "std::thread::sleep",
    "std::thread::spawn",
    "std::env::var",
    "std::net::TcpStream",
    "std::fs::File",
];

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    let tree = output(&mut cargo("tree -p sim-core -e normal --prefix none"))?;
    let rules = fs::read_to_string(root().join("crates/sim-core/clippy.toml"))
        .map_err(|error| format!("crates/sim-core/clippy.toml: {error}"))?;
    let found = [banned(&tree), allowed(&rules)].concat();
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

/// Returns the banned crates in the output of `cargo tree`.
fn banned(tree: &str) -> Vec<String> {
    let mut names: Vec<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    names.sort_unstable();
    names.dedup();
    if !names.contains(&"sim-core") {
        return vec!["the dependency tree does not name the core itself".to_owned()];
    }
    let found = names.into_iter().filter(|name| BANNED.contains(name));
    found.map(|name| format!("the core must not depend on {name}")).collect()
}

/// Returns the paths that clippy.toml should deny and does not.
fn allowed(rules: &str) -> Vec<String> {
    let lines: Vec<_> = rules.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let denied = |path: &&str| lines.iter().any(|line| line.contains(&format!("\"{path}\"")));
    let left = DENIED.into_iter().filter(|path| !denied(path));
    left.map(|path| format!("the clippy.toml of the core must deny {path}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banned_crate_is_found_and_its_namesakes_are_not() {
        let tree = "sim-core v0.1.0 (/x)\ntokio-lookalike v1.0.0\nbytes v1.0.0\n";
        assert!(banned(tree).is_empty());
        assert_eq!(banned(&format!("{tree}tokio v1.0.0 (*)\ntokio v1.0.0\n")).len(), 1);
        assert_eq!(banned("").len(), 1, "an empty tree proves nothing");
    }

    #[test]
    fn a_rule_that_went_missing_is_found() {
        let rules = DENIED.map(|path| format!("{{ path = \"{path}\" }},")).join("\n");
        assert!(allowed(&rules).is_empty());
        assert_eq!(allowed(&rules.replace("std::thread::sleep", "std::thread::park")).len(), 1);
        assert_eq!(allowed(&rules.replace("{ path", "# { path")).len(), DENIED.len());
    }
}
