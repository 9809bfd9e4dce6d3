//! The official command-line client, in a new process for every call.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};
use sim_mock::Sim;

use crate::program::Program;
use crate::step::{self, Step};

/// The client, with the path of its program and its key.
pub(crate) struct CommandLine {
    program: String,
    key: String,
    /// A folder without any settings.
    home: PathBuf,
}

impl CommandLine {
    /// Creates the client with this program, for Node.
    pub(crate) fn new(program: &str) -> Self {
        let home = env::temp_dir().join(format!("sim-peers-{}", std::process::id()));
        Self { program: program.to_owned(), key: String::new(), home }
    }

    /// Runs the client, with only the variables that a program needs.
    pub(crate) fn run(&self, sim: &Sim, words: &[String]) -> Output {
        let mut node = Command::new("node");
        node.arg(&self.program).args(words).env_clear();
        for name in ["PATH", "SystemRoot"] {
            node.envs(env::var_os(name).map(|value| (name, value)));
        }
        let settings = [
            ("SIM_ENDPOINT", sim.url()),
            ("SIM_API_KEY", &self.key),
            ("SIM_WORKSPACE", sim.workspace()),
            ("SIM_OUTPUT", "json"),
            // The client must contact nobody else.
            ("SIM_NO_UPDATE_CHECK", "1"),
            ("SIM_TELEMETRY_DISABLED", "1"),
            ("DO_NOT_TRACK", "1"),
        ];
        node.envs(settings).env("SIM_CONFIG_DIR", &self.home).env("HOME", &self.home);
        node.output().expect("node runs")
    }
}

impl Program for CommandLine {
    fn open(&mut self, _sim: &Sim, key: &str) -> Value {
        key.clone_into(&mut self.key);
        json!({"ok": null})
    }

    fn step(&mut self, step: &Step, sim: &Sim) -> Value {
        told(&self.run(sim, &words(step, sim)))
    }
}

/// Returns the arguments that one types.
fn words(step: &Step, sim: &Sim) -> Vec<String> {
    let of = |verb: &str, run: &str, workflow: &str, more: &[&str]| {
        let run = step::run(sim, run);
        let words = ["workflows", "runs", verb, &run, "--workflow", workflow];
        words.iter().chain(more).map(ToString::to_string).collect()
    };
    let start = |workflow: &str, more: &[&str]| {
        ["workflows", "run", workflow].iter().chain(more).map(ToString::to_string).collect()
    };
    match step {
        Step::Execute { workflow, input, .. } => start(workflow, &["--input", &input.to_string()]),
        Step::Queue { workflow, input } => {
            start(workflow, &["--async", "--input", &input.to_string()])
        }
        Step::Stream { workflow, outputs: None } => start(workflow, &["--follow"]),
        Step::Stream { workflow, outputs: Some(output) } => {
            start(workflow, &["--follow", "--select-output", output])
        }
        Step::Run { workflow, run } => of("get", run, workflow, &["--include-output"]),
        Step::Wait { workflow, run } => of("wait", run, workflow, &[]),
        Step::Cancel { workflow, run } => of("cancel", run, workflow, &[]),
        Step::Resume { workflow, run, context, input } => {
            of("resume", run, workflow, &["--context", context, "--input", &input.to_string()])
        }
        Step::List { workflow, status } => {
            let words = ["workflows", "runs", "list", "--workflow", workflow, "--status", status];
            words.map(str::to_owned).to_vec()
        }
        Step::Workflows => ["workflows", "list"].map(str::to_owned).to_vec(),
        other => panic!("nobody types {}", other.method()),
    }
}

/// Returns the printed value, or else the error. A failed run prints both, and the value counts.
pub(crate) fn told(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    if let Ok(value) = serde_json::from_str::<Value>(&text) {
        return json!({"ok": value});
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let last = errors.lines().last().unwrap_or_default();
    let mut error =
        serde_json::from_str(last).unwrap_or_else(|_| json!({"error": {"message": errors}}));
    // Each peer has one error type.
    error["error"]["class"] = json!("SimStudioError");
    error
}
