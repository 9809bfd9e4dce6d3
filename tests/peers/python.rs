//! The official SDK, in a separate interpreter.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use sim_mock::Sim;

use crate::Peer;
use crate::step::Step;

const DRIVER: &str = include_str!("driver.py");

pub(crate) struct Python {
    child: Child,
    commands: ChildStdin,
    outcomes: BufReader<ChildStdout>,
}

impl Python {
    /// Starts the interpreter at this path.
    pub(crate) fn start(interpreter: &str) -> Self {
        let mut child = Command::new(interpreter)
            .args(["-c", DRIVER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the interpreter starts");
        let commands = child.stdin.take().expect("its input is a pipe");
        let outcomes = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        Self { child, commands, outcomes }
    }

    fn ask(&mut self, command: &Value) -> Value {
        writeln!(self.commands, "{command}").expect("the interpreter listens");
        let mut line = String::new();
        self.outcomes.read_line(&mut line).expect("the interpreter answers");
        serde_json::from_str(&line).expect("the driver prints JSON")
    }
}

impl Peer for Python {
    fn open(&mut self, sim: &Sim, key: &str) -> Value {
        let args = json!([key, sim.url()]);
        self.ask(&json!({"method": "open", "args": args, "kwargs": {}, "scoped": false}))
    }

    fn step(&mut self, step: &Step, sim: &Sim) -> Value {
        self.ask(&step.command(sim))
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
