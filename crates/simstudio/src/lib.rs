//! The Sim SDK for Rust: run AI workflows from Rust programs.
