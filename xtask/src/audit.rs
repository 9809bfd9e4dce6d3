//! `cargo xtask audit`: the checks whose tools do not come with Rust. It installs the tools from the crate registry into
//! the target folder, once, and runs each. A check whose tool cannot be had is told loudly and fails the audit.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use crate::command::Result;
use crate::shell::{cargo, is_there, output, program, run as execute, target};

/// A tool: its crate and its program, and the command lines of its checks. `BASELINE` in a line is the revision that the
/// public interface is compared with.
struct Tool {
    name: &'static str,
    binary: &'static str,
    checks: &'static [&'static str],
}

const TOOLS: [Tool; 5] = [
    Tool { name: "cargo-machete", binary: "cargo-machete", checks: &["cargo machete"] },
    Tool { name: "typos-cli", binary: "typos", checks: &["typos"] },
    Tool {
        name: "cargo-hack",
        binary: "cargo-hack",
        checks: &[
            "cargo hack check --quiet --lib --feature-powerset --depth 2 -p sim-core -p sim-net -p sim-platform \
             -p sim-ureq -p sim-reqwest -p simstudio",
        ],
    },
    Tool {
        name: "cargo-deny",
        binary: "cargo-deny",
        checks: &[
            "cargo deny --all-features check bans licenses sources",
            // This one fetches the database of advisories.
            "cargo deny --all-features check advisories",
        ],
    },
    Tool {
        name: "cargo-semver-checks",
        binary: "cargo-semver-checks",
        checks: &[
            "cargo semver-checks --baseline-rev BASELINE -p sim-core -p sim-net -p sim-platform \
             -p sim-mock -p sim-ureq -p sim-reqwest -p simstudio",
        ],
    },
];

/// What became of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Passed,
    Failed,
    /// The tool is not there, so nothing was checked.
    Missing,
}

pub(crate) fn run(arguments: &[String]) -> Result {
    let (baseline, chosen) = plan(arguments)?;
    let baseline = baseline.map_or_else(last_release, str::to_owned);
    let mut ends = Vec::new();
    for tool in chosen {
        let is_had = had(tool);
        for check in tool.checks {
            let line = check.replace("BASELINE", &baseline);
            eprintln!("\n==> {line}");
            let end = match is_had.as_ref().map(|()| execute(&mut command(&line))) {
                Ok(Ok(())) => End::Passed,
                Ok(Err(why)) => told(End::Failed, &why),
                Err(why) => told(End::Missing, why),
            };
            ends.push((line, end));
        }
    }
    println!("\n{}", summary(&ends));
    if ends.iter().all(|(_, end)| *end == End::Passed) {
        return Ok(());
    }
    Err("not every check of the audit passed".to_owned())
}

fn told(end: End, why: &str) -> End {
    eprintln!("{why}");
    end
}

/// Returns the revision to compare with, if one is named, and the tools that are wanted.
fn plan(arguments: &[String]) -> Result<(Option<&str>, Vec<&'static Tool>)> {
    let (baseline, names) = match arguments {
        [flag, revision, names @ ..] if flag == "--baseline" => (Some(revision.as_str()), names),
        names => (None, names),
    };
    if names.is_empty() {
        return Ok((baseline, TOOLS.iter().collect()));
    }
    let tool = |name: &String| {
        let known = TOOLS.map(|tool| tool.name);
        let found = TOOLS.iter().find(|tool| tool.name == name);
        found.ok_or_else(|| format!("there is no tool {name:?}; there is {known:?}"))
    };
    Ok((baseline, names.iter().map(tool).collect::<Result<_>>()?))
}

/// Returns the tag of the last release; before the first one, the commit before this one.
fn last_release() -> String {
    let mut git = program("git");
    git.args(["describe", "--tags", "--abbrev=0", "--match", "v*"]);
    output(&mut git).map_or_else(|_| "HEAD~1".to_owned(), |tag| tag.trim().to_owned())
}

/// Makes sure that a tool is there.
fn had(tool: &Tool) -> Result {
    let place = target().join("tools");
    if is_there(program(place.join("bin").join(tool.binary)).arg("--version")) {
        return Ok(());
    }
    eprintln!("\n    installs {}", tool.name);
    let mut install = cargo("install --quiet --locked --root");
    install.arg(&place).arg(tool.name).env("CARGO_TARGET_DIR", place.join("build"));
    // A tool runs for seconds, and an optimised build takes many minutes.
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
    execute(&mut install)
        .map_err(|why| format!("{} CANNOT BE INSTALLED, so NOTHING IS CHECKED: {why}", tool.name))
}

/// Returns the command of a check, which finds the tools first.
fn command(line: &str) -> Command {
    let mut command = match line.strip_prefix("cargo ") {
        Some(line) => cargo(line),
        None => program(line),
    };
    let mut path: OsString = target().join("tools").join("bin").into();
    if let Some(others) = env::var_os("PATH") {
        path =
            env::join_paths(std::iter::once(path.clone().into()).chain(env::split_paths(&others)))
                .unwrap_or(path);
    }
    command.env("PATH", path);
    command
}

fn summary(ends: &[(String, End)]) -> String {
    let word = |end: &End| match end {
        End::Passed => "ok",
        End::Failed => "FAILED",
        End::Missing => "MISSING",
    };
    let lines: Vec<_> = ends.iter().map(|(line, end)| format!("{:<8} {line}", word(end))).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(line: &str) -> Result<(Option<String>, Vec<&'static str>)> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        plan(&words).map(|(baseline, tools)| {
            (baseline.map(str::to_owned), tools.iter().map(|tool| tool.name).collect())
        })
    }

    #[test]
    fn without_names_every_tool_is_wanted() {
        assert_eq!(planned(""), Ok((None, TOOLS.map(|tool| tool.name).to_vec())));
        let (baseline, tools) = planned("--baseline v1.2.3 cargo-deny").expect("a plan");
        assert_eq!((baseline.as_deref(), &tools[..]), (Some("v1.2.3"), &["cargo-deny"][..]));
        for odd in ["--fast", "--baseline", "deny"] {
            assert!(planned(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn what_is_missing_is_told_and_is_not_well() {
        let ends = [("a".to_owned(), End::Passed), ("b".to_owned(), End::Missing)];
        assert_eq!(summary(&ends), "ok       a\nMISSING  b");
    }
}
