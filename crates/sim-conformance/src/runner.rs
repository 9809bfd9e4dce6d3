//! Runs the cases: each with an eye on the key, or not at all where the transport lacks what it needs.

use std::io::Write as _;

use sim_core::transport::Exchange;
use sim_core::{Api, Result, RunEvent, StreamEndpoint};

use crate::again;
use crate::network::Network;
use crate::secrets::{assert_hidden, assert_silent, run_guarded};
use crate::subject::{Lack, Subject};

/// Runs a case, or says that it cannot be run.
#[doc(hidden)]
pub fn case<S: Subject, F: Fn(Api) -> S>(
    subject: &F,
    name: &str,
    need: Option<Lack>,
    case: impl FnOnce(&F),
) {
    again::runs(name);
    match need.filter(|need| S::LACKS.contains(need)) {
        Some(lack) => say(&format!("not run: {name} needs {lack:?}, which is declared missing")),
        None => run_guarded(name, || case(subject)),
    }
}

/// Counts the cases, and those that cannot be run.
#[doc(hidden)]
pub fn count<S: Subject>(_: &impl Fn(Api) -> S, needs: &[Option<Lack>]) {
    let left = needs.iter().flatten().filter(|need| S::LACKS.contains(need)).count();
    let run = needs.len() - left;
    say(&format!("{run} cases can be run, {left} cannot; declared missing: {:?}", S::LACKS));
}

/// Past the harness, which hides what a passing test prints.
pub(crate) fn say(line: &str) {
    // Whether somebody reads it is not the suite's matter.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A subject whose errors and events are searched for the key as they pass.
#[doc(hidden)]
#[derive(Debug)]
pub struct Guarded<S>(pub S);

impl<S: Subject> Subject for Guarded<S> {
    const LACKS: &'static [Lack] = S::LACKS;

    fn connect(network: &Network) -> Result<Self> {
        S::connect(network).map(Self).inspect_err(assert_silent)
    }

    fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        self.0.drive(exchange).inspect_err(assert_silent)
    }

    fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        count: usize,
    ) -> Result<Vec<Result<RunEvent<'static>>>> {
        let events = self.0.stream(endpoint, count).inspect_err(assert_silent)?;
        for event in &events {
            match event {
                Err(error) => assert_silent(error),
                Ok(event) => assert_hidden(event),
            }
        }
        Ok(events)
    }
}
