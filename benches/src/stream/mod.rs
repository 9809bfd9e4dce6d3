//! Decoding event streams: the workloads, and each decoder behind the same function.

mod cell;
mod peers;
mod way;
mod workload;

pub use cell::{CELLS, Cell, Kind};
pub use peers::{PEERS, Subject, version};
pub use way::{Depth, FRAMING, Flat, TYPED, Way};
pub use workload::{Reads, Workload, last};

/// What a decoder made of a stream.
///
/// A decoder that drops an event, or gives only a part of one, ends up with another tally than the rest.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// How many events it gave.
    pub events: usize,
    /// How many errors it gave.
    pub errors: usize,
    /// How many bytes of data its events had. Typed events count none.
    pub bytes: usize,
}
