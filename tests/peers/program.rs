//! What the test asks of a program, ours or an official one.

use serde_json::Value;
use sim_mock::Sim;

use crate::step::Step;

/// An SDK or the command-line client, with one client at a time.
pub(crate) trait Program {
    /// Creates a client with this key.
    fn open(&mut self, sim: &Sim, key: &str) -> Value;

    /// Makes a call and returns its outcome.
    fn step(&mut self, step: &Step, sim: &Sim) -> Value;
}
