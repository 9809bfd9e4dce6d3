//! `cargo xtask newcomer`: what somebody does who has never seen the SDK. `cargo new`, `cargo add` as the README says it,
//! the program of the README, and `cargo run`, with the packages and against the packaged `sim-mock`.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::command::{Result, nothing};
use crate::packages::Packages;
use crate::shell::{cargo, program, root, run as execute};

/// A transport, and what its programs need beside it.
const PATHS: [(&str, &str); 2] =
    [("ureq", ""), ("reqwest", "add --quiet tokio --features macros,rt-multi-thread")];

/// What the program prints: the demo workflow `echo` gives back its input.
const PRINTED: &str = "completed: {\"echo\":{\"city\":\"Oslo\"}}\n";

/// How long the program itself may run; a build has no limit of its own.
const LIMIT: Duration = Duration::from_secs(60);

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    walk(&Packages::make()?)
}

/// Walks the path for each transport.
pub(crate) fn walk(packages: &Packages) -> Result {
    let readme = fs::read_to_string(root().join("README.md"))
        .map_err(|error| format!("README.md: {error}"))?;
    let mock = packages.folder("sim-mock");
    execute(&mut packages.cargo_in(&mock, "build --quiet --bin sim-mock"))?;
    let server = Server::start(&built(packages, "sim-mock"))?;
    let outcome = PATHS.iter().try_for_each(|(transport, more)| {
        let started = Instant::now();
        one(packages, &readme, (transport, more), &server)?;
        println!("newcomer: {transport} in {:.1} s", started.elapsed().as_secs_f64());
        Ok(())
    });
    end(server.process);
    outcome
}

/// Makes a program with one transport, and runs it.
fn one(
    packages: &Packages,
    readme: &str,
    (transport, more): (&str, &str),
    server: &Server,
) -> Result {
    let command = adding(readme, transport)
        .ok_or_else(|| format!("the README does not say how to add {transport}"))?;
    let source = example(readme, transport)
        .ok_or_else(|| format!("the README has no program with {transport}"))?;
    let place = packages.builds().join("newcomer");
    let folder = place.join(format!("hello-{transport}"));
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(&place).map_err(|error| format!("{}: {error}", place.display()))?;
    execute(cargo("new --quiet --vcs none --name hello").arg(&folder))?;
    // Before the first release only the packages have the crate.
    let own = packages.folder("simstudio");
    execute(packages.cargo_in(&folder, &command).arg("--quiet").arg("--path").arg(own))?;
    if !more.is_empty() {
        execute(&mut packages.cargo_in(&folder, more))?;
    }
    let main = folder.join("src").join("main.rs");
    fs::write(&main, source.replace("workflow-id", "echo"))
        .map_err(|error| format!("{}: {error}", main.display()))?;
    execute(&mut packages.cargo_in(&folder, "build --quiet"))?;
    let mut hello = program(built(packages, "hello"));
    let hello = hello
        .env("SIM_BASE_URL", &server.url)
        .env("SIM_API_KEY", &server.key)
        .stdout(Stdio::piped());
    let mut child = hello.spawn().map_err(|error| format!("the program: {error}"))?;
    let started = Instant::now();
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        if started.elapsed() > LIMIT {
            end(child);
            return Err(format!("the program with {transport} did not end within {LIMIT:?}"));
        }
        thread::sleep(Duration::from_millis(20));
    }
    let done = child.wait_with_output().map_err(|error| error.to_string())?;
    let printed = String::from_utf8_lossy(&done.stdout);
    if !done.status.success() || printed != PRINTED {
        return Err(format!("the program with {transport} ended with {}: {printed}", done.status));
    }
    Ok(())
}

/// Returns the place of a program that was built.
fn built(packages: &Packages, name: &str) -> PathBuf {
    packages.builds().join("debug").join(format!("{name}{EXE_SUFFIX}"))
}

/// The packaged server as a process.
struct Server {
    process: Child,
    /// Where it tells about itself. It ends if nobody listens.
    told: Option<BufReader<ChildStdout>>,
    url: String,
    key: String,
}

impl Server {
    fn start(binary: &Path) -> Result<Self> {
        let mut process = program(binary)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", binary.display()))?;
        let told = process.stdout.take().map(BufReader::new);
        let mut server = Self { process, told, url: String::new(), key: String::new() };
        for line in server.told.iter_mut().flat_map(|told| told.lines().take(2)).flatten() {
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                ["url:", url] => url.clone_into(&mut server.url),
                ["key:", key] => key.clone_into(&mut server.key),
                _ => {}
            }
        }
        if server.url.is_empty() || server.key.is_empty() {
            end(server.process);
            return Err("sim-mock told no address or no key".to_owned());
        }
        Ok(server)
    }
}

fn end(mut child: Child) {
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}

/// Returns the arguments of the README's `cargo add` for a transport, without the crate, which comes by its path.
fn adding(readme: &str, transport: &str) -> Option<String> {
    let line = readme.lines().find(|line| {
        let command = line.split('#').next().unwrap_or_default().trim();
        command == format!("cargo add simstudio --features {transport}")
    })?;
    let command = line.split('#').next()?.trim();
    Some(command.strip_prefix("cargo ")?.replace("simstudio ", ""))
}

/// Returns the README's program with the client of a transport.
fn example<'a>(readme: &'a str, transport: &str) -> Option<&'a str> {
    let blocks = readme.split("```rust,no_run\n").skip(1);
    let mut programs = blocks.filter_map(|block| block.split("```").next());
    programs.find(|program| program.contains(&format!("use simstudio::{transport}::Client;")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = "```sh\ncargo add simstudio --features a      # blocking\n\
        cargo add simstudio --features ab\n```\n```rust,no_run\nuse simstudio::ab::Client;\n```\n\
        ```rust,no_run\nuse simstudio::a::Client;\nfn main() {}\n```\n";

    #[test]
    fn the_readme_tells_the_command_and_the_program() {
        assert_eq!(adding(README, "a").as_deref(), Some("add --features a"));
        assert_eq!(adding(README, "ab").as_deref(), Some("add --features ab"));
        assert_eq!(adding(README, "b"), None);
        assert_eq!(example(README, "a"), Some("use simstudio::a::Client;\nfn main() {}\n"));
        assert_eq!(example(README, "c"), None);
    }

    #[test]
    fn the_readme_of_the_project_has_each_path() {
        let readme = fs::read_to_string(root().join("README.md")).expect("the README");
        for (transport, _) in PATHS {
            assert!(adding(&readme, transport).is_some(), "{transport}");
            assert!(example(&readme, transport).is_some(), "{transport}");
        }
    }
}
