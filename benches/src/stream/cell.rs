//! The cells of the table: each stream, read in each way.

use super::{Reads, Workload};

/// A kind of stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Frames of about 85 bytes.
    Small,
    /// Lines of 64 KiB.
    Long,
    /// Everything that the format has.
    Mixed,
    /// Lines of 64 KiB with few ASCII characters.
    Greek,
    /// One line of 10 MB.
    Last,
}

/// A stream and how it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell(pub Kind, pub Reads);

/// The cells of the table.
pub const CELLS: [Cell; 18] = [
    Cell(Kind::Small, Reads::Of(1)),
    Cell(Kind::Small, Reads::Of(64)),
    Cell(Kind::Small, Reads::AFrame),
    Cell(Kind::Small, Reads::Of(1500)),
    Cell(Kind::Small, Reads::Of(16 << 10)),
    Cell(Kind::Long, Reads::Of(64)),
    Cell(Kind::Long, Reads::Of(1500)),
    Cell(Kind::Long, Reads::Of(16 << 10)),
    Cell(Kind::Long, Reads::AFrame),
    Cell(Kind::Mixed, Reads::Of(64)),
    Cell(Kind::Mixed, Reads::AFrame),
    Cell(Kind::Mixed, Reads::Of(1500)),
    Cell(Kind::Mixed, Reads::Of(16 << 10)),
    Cell(Kind::Greek, Reads::Of(1500)),
    Cell(Kind::Greek, Reads::Of(16 << 10)),
    Cell(Kind::Greek, Reads::AFrame),
    Cell(Kind::Last, Reads::Of(16 << 10)),
    Cell(Kind::Last, Reads::AFrame),
];

impl Cell {
    /// Returns the ratio to the most correct peer's time to reach, or `None` where only the best peer counts.
    pub fn goal(self) -> Option<f64> {
        match (self.0, self.1) {
            (Kind::Small, Reads::Of(64)) => Some(0.7),
            (Kind::Long, Reads::Of(64)) => Some(0.8),
            (Kind::Mixed, Reads::Of(1500 | 16_384) | Reads::AFrame) => Some(0.55),
            (Kind::Small | Kind::Long, Reads::Of(1500 | 16_384) | Reads::AFrame) => Some(0.45),
            _ => None,
        }
    }

    /// Returns the stream at its full size.
    pub fn full(self) -> Workload {
        match self.0 {
            Kind::Small if self.1 == Reads::Of(1) => self.frames(20_000),
            Kind::Small => self.frames(20_000).repeat(5),
            Kind::Mixed => self.frames(20_000).repeat(3),
            Kind::Long | Kind::Greek => self.frames(2).repeat(240),
            Kind::Last => Workload::last(10_000_000, self.1),
        }
    }

    /// Returns the stream at a size for a slow machine or a slow decoder.
    pub fn short(self) -> Workload {
        match self.0 {
            Kind::Small | Kind::Mixed => self.frames(4_000),
            Kind::Long | Kind::Greek => self.frames(16),
            Kind::Last => self.frames(1),
        }
    }

    fn frames(self, frames: usize) -> Workload {
        let Self(kind, reads) = self;
        match kind {
            Kind::Small => Workload::small(frames, reads),
            Kind::Long => Workload::long(64 << 10, frames, reads),
            Kind::Mixed => Workload::mixed(frames, reads),
            Kind::Greek => Workload::greek(64 << 10, frames, reads),
            Kind::Last => Workload::last(1_000_000, reads),
        }
    }
}
