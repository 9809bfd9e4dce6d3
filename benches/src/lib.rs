//! The parts that the measurements share: workloads, decoders, a server, and figures.

pub mod figures;
pub mod server;
pub mod stream;
