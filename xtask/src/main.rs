//! The project's own commands, run as `cargo xtask COMMAND`: the steps of CI, and a developer's tools.

mod adoption;
mod api;
mod audit;
mod bench;
mod canary;
mod checks;
mod ci;
mod command;
mod contract;
mod explore;
mod features;
mod fuzz;
mod manifest;
mod matrix;
mod msrv;
mod mutants;
mod newcomer;
mod others;
mod packages;
mod peers;
mod perturb;
mod release;
mod sans_io;
mod shell;
mod soak;
mod start;
mod test;
mod tidy;

use std::process::ExitCode;

use command::Result;

/// A command: its name, its arguments, its purpose, and its function.
struct Command {
    name: &'static str,
    arguments: &'static str,
    purpose: &'static str,
    run: fn(&[String]) -> Result,
}

const COMMANDS: [Command; 21] = [
    Command {
        name: "ci",
        arguments: "",
        purpose: "everything that CI checks, in its order",
        run: ci::run,
    },
    Command {
        name: "test",
        arguments: "[--transport NAME] [FILTER..]",
        purpose: "all tests, or the conformance suite over one transport",
        run: test::run,
    },
    Command {
        name: "features",
        arguments: "",
        purpose: "clippy over each feature alone and over none",
        run: features::run,
    },
    Command {
        name: "msrv",
        arguments: "",
        purpose: "that the oldest Rust builds the libraries, if it is installed",
        run: msrv::run,
    },
    Command {
        name: "sans-io",
        arguments: "",
        purpose: "that the core depends on no runtime, transport or socket",
        run: sans_io::run,
    },
    Command {
        name: "tidy",
        arguments: "",
        purpose: "rules of the source tree that no compiler checks",
        run: tidy::run,
    },
    Command {
        name: "api",
        arguments: "[--bless]",
        purpose: "comparison of what each crate offers with its listing in api/",
        run: api::run,
    },
    Command {
        name: "contract",
        arguments: "[--spec FOLDER]",
        purpose: "comparison of the operations with the documents of the API",
        run: contract::run,
    },
    Command {
        name: "explore",
        arguments: "[--k N] [--break NAME] [--only TEXT]",
        purpose: "every way to bend the conversations with up to N adverse choices, on every server version",
        run: explore::run,
    },
    Command {
        name: "matrix",
        arguments: "[ROW|TRANSPORT..]",
        purpose: "every fault for every kind of call over every transport, as a table",
        run: matrix::run,
    },
    Command {
        name: "others",
        arguments: "",
        purpose: "the suite with what other crates may switch on in the transports",
        run: others::run,
    },
    Command {
        name: "canary",
        arguments: "",
        purpose: "the suite on the oldest and the newest release of each transport",
        run: canary::run,
    },
    Command {
        name: "peers",
        arguments: "",
        purpose: "comparison with the official SDKs and command-line client",
        run: peers::run,
    },
    Command {
        name: "perturb",
        arguments: "[--break RULE] [RECORDING..]",
        purpose: "every recording of a run changed in many ways, and read by the core",
        run: perturb::run,
    },
    Command {
        name: "bench",
        arguments: "NAME [ARGUMENT..]",
        purpose: "a measurement beside the best alternatives; see docs/performance.md",
        run: bench::run,
    },
    Command {
        name: "soak",
        arguments: "NAME [OPTION..]",
        purpose: "many calls under faults, limits, losses and kills: once, files, batch, rows, retries, waits, latency",
        run: soak::run,
    },
    Command {
        name: "fuzz",
        arguments: "TARGET SECONDS | TARGET --runs NUMBER",
        purpose: "one fuzz target for that long",
        run: fuzz::run,
    },
    Command {
        name: "mutants",
        arguments: "[whole|sample [COUNT [SEED]]|report]",
        purpose: "the core broken on purpose: does a test see it? It takes hours, and can be stopped",
        run: mutants::run,
    },
    Command {
        name: "release",
        arguments: "--dry-run",
        purpose: "the package of every crate that is published, each tested alone",
        run: release::run,
    },
    Command {
        name: "newcomer",
        arguments: "",
        purpose: "`cargo new` and the program of the README, with the packages, for each transport",
        run: newcomer::run,
    },
    Command {
        name: "audit",
        arguments: "[--baseline REVISION] [TOOL..]",
        purpose: "the checks of tools that do not come with Rust, which it installs: dependencies, spelling, semver",
        run: audit::run,
    },
];

fn main() -> ExitCode {
    if let Some(end) = api::rustdoc() {
        return end;
    }
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = words.split_first() else {
        print!("{}", help());
        return ExitCode::FAILURE;
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    let outcome = match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(rest),
        None => Err(format!("there is no command {name:?}\n\n{}", help())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    let line = |command: &Command| {
        let Command { name, arguments, purpose, .. } = command;
        format!("  {:<46} {purpose}", format!("{name} {arguments}"))
    };
    let lines: Vec<_> = COMMANDS.iter().map(line).collect();
    format!("cargo xtask COMMAND\n\n{}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_command_once() {
        for Command { name, .. } in &COMMANDS {
            let line = |line: &&str| line.split_whitespace().next() == Some(name);
            assert_eq!(help().lines().filter(line).count(), 1, "{name}");
        }
    }
}
