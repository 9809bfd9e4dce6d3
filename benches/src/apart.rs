//! A server that is a process of its own: the program that measures, started again.

use std::env;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::calls::Outcome;

/// The argument with which a program is the server of the one that started it.
pub const SERVE: &str = "--serve";

/// A server that runs. It ends when this is dropped.
#[derive(Debug)]
pub struct Apart {
    child: Child,
    /// What the server listens to for a sign. It ends where nobody is left to give one.
    sign: Option<ChildStdin>,
    url: String,
}

impl Apart {
    /// Starts this program again with [`SERVE`].
    ///
    /// # Errors
    /// If it does not start, or ends before it serves.
    pub fn start() -> Outcome<Self> {
        let mut command = Command::new(env::current_exe()?);
        let mut child = command.arg(SERVE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let sign = child.stdin.take();
        let mut url = String::new();
        if BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut url)? == 0 {
            return Err("the server ended early".into());
        }
        Ok(Self { child, sign, url: url.trim_end().to_owned() })
    }

    /// Returns the base URL of the server.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Gives the server the sign to go on.
    ///
    /// # Errors
    /// If it has ended.
    pub fn go_on(&mut self) -> Outcome {
        Ok(self.sign.as_mut().ok_or("it has ended")?.write_all(b"\n")?)
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.sign = None;
        // It ends by itself where it can.
        let _ = self.child.wait();
    }
}

/// Tells the program that started this one where its server listens, and waits until that program ends.
///
/// # Errors
/// If nobody is there to be told.
pub fn serve(url: &str) -> Outcome {
    writeln!(io::stdout(), "{url}")?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
