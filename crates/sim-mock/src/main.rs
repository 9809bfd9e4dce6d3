//! The server as a program, for a client or curl.

use std::process::ExitCode;

use sim_mock::{Release, Sim};

const USAGE: &str = "usage: sim-mock [--port PORT] [--release NAME]";

/// The body of a request for everything that a stream can show.
const CHAT: &str = r#"{"question": "Why?", "stream": true, "selectedOutputs": ["assistant.content"], "includeThinking": true, "includeToolCalls": true}"#;

fn main() -> ExitCode {
    let (port, release) = match read(std::env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("sim-mock: {problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let sim = match Sim::demo().port(port).release(release).start() {
        Ok(sim) => sim,
        Err(error) => {
            eprintln!("sim-mock: cannot open port {port}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let (url, key) = (sim.url(), sim.key());
    println!("url:       {url}");
    println!("key:       {key}");
    println!("workflows: {}", Sim::DEMO_WORKFLOWS.join(", "));
    println!();
    println!("curl -s {url}/api/workflows/greet/execute \\");
    println!("  -H 'X-API-Key: {key}' -d '{{\"name\": \"Ann\"}}'");
    println!();
    println!("curl -sN {url}/api/workflows/chat/execute \\");
    println!("  -H 'X-API-Key: {key}' -H 'X-Sim-Stream-Protocol: agent-events-v1' \\");
    println!("  -d '{CHAT}'");
    println!();
    println!("Ctrl-C ends it.");
    loop {
        std::thread::park();
    }
}

/// Returns the port and the release from the arguments. Port 0 lets the system choose; `None` is a request for
/// help.
fn read(mut arguments: impl Iterator<Item = String>) -> Result<Option<(u16, Release)>, String> {
    let (mut port, mut release) = (0, Release::default());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--port" => {
                let value = arguments.next().ok_or("--port needs a number")?;
                port = value.parse().map_err(|_| format!("{value:?} is not a port"))?;
            }
            "--release" => {
                let value = arguments.next().ok_or("--release needs a name")?;
                release = value.parse()?;
            }
            _ => return Err(format!("unknown argument {argument:?}")),
        }
    }
    Ok(Some((port, release)))
}

#[cfg(test)]
mod tests {
    use super::Release;

    fn read(arguments: &[&str]) -> Result<Option<(u16, Release)>, String> {
        super::read(arguments.iter().map(ToString::to_string))
    }

    #[test]
    fn port_and_release_are_read() {
        assert_eq!(read(&[]), Ok(Some((0, Release::Hosted))));
        assert_eq!(read(&["--port", "4000"]), Ok(Some((4000, Release::Hosted))));
        assert_eq!(read(&["--release", "v0.7.31"]), Ok(Some((0, Release::V0731))));
        assert_eq!(read(&["--help"]), Ok(None));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(read(&["--prot"]), Err("unknown argument \"--prot\"".to_owned()));
        assert_eq!(read(&["--release"]), Err("--release needs a name".to_owned()));
        assert!(read(&["--release", "v9"]).is_err_and(|why| why.contains("v0.8.9")));
        assert_eq!(read(&["--port"]), Err("--port needs a number".to_owned()));
        assert_eq!(read(&["--port", "x"]), Err("\"x\" is not a port".to_owned()));
    }
}
