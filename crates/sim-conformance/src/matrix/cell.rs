//! A cell of the matrix: one variant of a row for one kind of call, with what must come of it and what did.

use std::fmt;
use std::sync::Arc;

use super::kind::Kind;
use super::stage::Stage;
use crate::subject::Lack;

/// One fault, for one kind of call.
pub struct Cell {
    /// The row of the matrix, such as `4b`.
    pub row: &'static str,
    /// What goes wrong.
    pub fault: String,
    /// What it goes wrong for.
    pub kind: Kind,
    /// What a transport must be able to do for it.
    pub needs: Option<Lack>,
    pub(super) expected: Expected,
    pub(super) stage: Arc<dyn Fn(Kind) -> Stage + Send + Sync>,
}

/// What must come of a cell.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    /// Alternatives are parted by ` | `.
    pub(super) outcome: String,
    /// How often it is tried; `None` if that depends on the clock.
    pub(super) tries: Option<u32>,
    /// How many requests reach the wire.
    pub(super) requests: usize,
    /// The run ids of the starts on the wire, a letter for each: `aab` is once repeated, then made anew.
    pub(super) ids: Option<&'static str>,
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, fault, kind, expected, .. } = self;
        write!(f, "{row} {fault} {kind:?} {expected:?}")
    }
}

/// What came of a cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Observed {
    /// The outcome in words: `Ok`, or the kind of the error; of a stream also what it told.
    pub outcome: String,
    /// How many attempts were made.
    pub tries: u32,
    /// How many requests reached the wire.
    pub requests: usize,
    /// The run ids of the starts on the wire, a letter for each.
    pub ids: String,
    /// What must never be so, whatever went wrong.
    pub faults: Vec<String>,
}
