//! A client, a process of its own.

use std::env;
use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use benches::calls::Outcome;

use super::work::{Figures, Side, Transport, Work};

/// The argument with which this program is a client.
pub(crate) const DRIVE: &str = "--drive";

/// A client that runs.
#[derive(Debug)]
pub(crate) struct Client {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Client {
    pub(crate) fn start(work: Work, transport: Transport, side: Side, url: &str) -> Outcome<Self> {
        let words = [format!("{work:?}"), format!("{transport:?}"), format!("{side:?}")];
        let mut command = Command::new(env::current_exe()?);
        command.arg(DRIVE).args(words.map(|word| word.to_lowercase())).arg(url);
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        Ok(Self { child, lines })
    }

    /// Returns what it measured. Once it is ready, the server must go on.
    pub(crate) fn measured(mut self, go_on: impl FnOnce() -> Outcome) -> Outcome<Figures> {
        let memory = self.number()?;
        go_on()?;
        let (cpu, wall) = (self.number()?, self.number()?);
        if !self.child.wait()?.success() {
            return Err("the client failed".into());
        }
        Ok(Figures { memory, cpu, wall })
    }

    fn number(&mut self) -> Outcome<f64> {
        Ok(self.lines.next().ok_or("the client ended early")??.parse()?)
    }
}
