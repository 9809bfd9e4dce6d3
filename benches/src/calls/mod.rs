//! One call: the request and its answer, the ways to write it by hand, and a server that can answer it.

pub mod by_hand;
pub mod least;
mod outcome;
pub mod server;
mod wire;

pub use outcome::Outcome;
pub use wire::{Input, KEY, Metadata, RunResult, WORKFLOW, input};
