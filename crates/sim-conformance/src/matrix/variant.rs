//! How a row of the matrix is written down: what each kind of call meets, and what must come of it.

use std::sync::Arc;

use super::cell::{Cell, Expected};
use super::kind::Kind;
use super::stage::Stage;
use crate::subject::Lack;

type Make = Arc<dyn Fn(Kind) -> Stage + Send + Sync>;

/// A variant of a row: what a call meets, and what must come of it for each kind of call.
pub(super) struct Variant {
    row: &'static str,
    name: String,
    make: Make,
    needs: Option<Lack>,
    expected: Vec<(Kind, Expected)>,
}

pub(super) const READS: [Kind; 2] = [Kind::Read, Kind::Cancel];
/// What waits for a run, or for its receipt, and is sent once.
pub(super) const STARTS: [Kind; 4] = [Kind::Sync, Kind::Queue, Kind::Stream, Kind::Retry];
/// The kinds of the matrix; what else there is has cells where it differs.
pub(super) const SIX: [Kind; 6] =
    [Kind::Read, Kind::Cancel, Kind::Sync, Kind::Queue, Kind::Stream, Kind::Wait];

/// Begins a variant of a row.
pub(super) fn variant(
    row: &'static str,
    name: impl Into<String>,
    make: impl Fn(Kind) -> Stage + Send + Sync + 'static,
) -> Variant {
    Variant { row, name: name.into(), make: Arc::new(make), needs: None, expected: Vec::new() }
}

impl Variant {
    /// For these kinds of calls this outcome, after so many requests.
    pub(super) fn is(
        mut self,
        kinds: impl IntoIterator<Item = Kind>,
        outcome: impl Into<String>,
        requests: usize,
    ) -> Self {
        let tries = u32::try_from(requests).ok();
        let expected = Expected { outcome: outcome.into(), tries, requests, ids: None };
        self.expected.extend(kinds.into_iter().map(|kind| (kind, expected.clone())));
        self
    }

    /// For these kinds this outcome, after so many attempts of which none left.
    pub(super) fn never_sent(
        mut self,
        kinds: impl IntoIterator<Item = Kind>,
        outcome: impl Into<String>,
        tries: u32,
    ) -> Self {
        let expected =
            Expected { outcome: outcome.into(), tries: Some(tries), requests: 0, ids: None };
        self.expected.extend(kinds.into_iter().map(|kind| (kind, expected.clone())));
        self
    }

    /// Cancelled by the caller, after so many requests. How many attempts that were depends on the moment.
    pub(super) fn cancelled(
        mut self,
        kinds: impl IntoIterator<Item = Kind>,
        requests: usize,
    ) -> Self {
        let expected =
            Expected { outcome: "Cancelled".to_owned(), tries: None, requests, ids: None };
        self.expected.extend(kinds.into_iter().map(|kind| (kind, expected.clone())));
        self
    }

    /// Says under which ids the last-named kinds start their runs, a letter for each.
    pub(super) fn under(mut self, ids: &'static str) -> Self {
        if let Some((_, expected)) = self.expected.last_mut() {
            expected.ids = Some(ids);
        }
        self
    }

    /// A loss: reads are repeated, what may have started a run is sent once, who waits goes on.
    pub(super) fn lost(self, kind: &str) -> Self {
        self.is(READS, kind, 3).is(STARTS, format!("Ambiguous({kind})"), 1).is(
            [Kind::Wait],
            "Ok",
            5,
        )
    }

    /// A loss that another try would meet again: everything is sent once.
    pub(super) fn final_loss(self, kind: &str, wait: &str, looks: usize) -> Self {
        self.is(READS, kind, 1).is(STARTS, format!("Ambiguous({kind})"), 1).is(
            [Kind::Wait],
            wait,
            looks,
        )
    }

    /// Says what a transport must be able to do for it.
    pub(super) fn needs(self, lack: Lack) -> Self {
        Self { needs: Some(lack), ..self }
    }

    pub(super) fn into_cells(self) -> Vec<Cell> {
        let Self { row, name, make, needs, expected } = self;
        let cell = |(kind, expected)| Cell {
            row,
            fault: name.clone(),
            kind,
            needs,
            expected,
            stage: Arc::clone(&make),
        };
        expected.into_iter().map(cell).collect()
    }
}
