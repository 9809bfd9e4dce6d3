//! The parts that the measurements share: workloads, decoders, a server, and figures.

pub mod apart;
pub mod calls;
pub mod figures;
pub mod files;
pub mod instructions;
pub mod server;
pub mod stream;
