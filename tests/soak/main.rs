//! Soaks: many calls at once, under faults, limits, losses and kills. Each tells its numbers in one line.
//!
//! `cargo test` makes a small part of each; `cargo xtask soak NAME` sets the sizes of the environment and makes
//! the whole.

mod batch;
mod file_program;
mod files;
mod latency;
mod memory;
mod once;
mod program;
mod proxy;
mod release;
mod retries;
mod rows;
mod scale;
mod waits;
