//! The fault matrix: what goes wrong, by the kind of call that it happens to, with what must come of it and
//! what must have reached the wire.
//!
//! A row of the matrix has variants, and a variant a cell for each kind of call that it applies to. A cell
//! asserts the outcome, in the words of [`Observed::outcome`], the number of attempts, and of every request
//! its number, its target, its body and its run id.

mod cell;
mod gzip;
mod judge;
mod kind;
mod observe;
mod released;
mod rows;
mod special;
mod stage;
mod table;
mod variant;
mod words;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sim_core::Api;

pub use cell::{Cell, Observed};
pub use kind::Kind;
pub use table::Table;

use crate::runner::say;
use crate::subject::Subject;

impl Cell {
    /// Makes the call, and says what came of it.
    pub fn observe<S: Subject>(&self, subject: &impl Fn(Api) -> S) -> Observed {
        let stage = (self.stage)(self.kind);
        match stage.special {
            Some(special) => special::observe(subject, self.kind, special, &stage),
            None => observe::observe(subject, self.kind, &stage),
        }
    }

    /// Whether it is left to chance which of several outcomes there is.
    fn allows_several(&self) -> bool {
        self.expected.outcome.contains(" | ")
    }

    /// Says what is not as it must be.
    ///
    /// # Errors
    /// In words, if anything is.
    pub fn judge(&self, observed: &Observed) -> Result<(), String> {
        judge::judge(&self.expected, observed).map_err(|why| {
            format!("row {}, {}, {}: {why}", self.row, self.fault, self.kind.letter())
        })
    }
}

/// Every cell, in the order of the rows.
pub fn cells() -> Vec<Cell> {
    rows::all().into_iter().flat_map(variant::Variant::into_cells).collect()
}

/// Makes the calls of these cells, several at a time: most of them wait.
fn observe_all<S: Subject>(
    cells: &[Cell],
    subject: &(impl Fn(Api) -> S + Sync),
) -> Vec<Option<Observed>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..HANDS {
            scope.spawn(|| {
                while let Some((number, cell)) = take(cells, &next) {
                    let lacks = cell.needs.is_some_and(|need| S::LACKS.contains(&need));
                    let observed = (!lacks).then(|| alone(|| cell.observe(subject)));
                    done.lock().expect("no panic holds it").insert(number, observed);
                }
            });
        }
    });
    done.into_inner().expect("no panic holds it").into_values().collect()
}

/// Makes a cell on a thread of its own: what a transport keeps for a thread ends with the cell.
/// A panic is an outcome too, and never the right one.
fn alone(cell: impl FnOnce() -> Observed + Send) -> Observed {
    std::thread::scope(|scope| scope.spawn(cell).join())
        .unwrap_or_else(|_| Observed { outcome: "a panic".to_owned(), ..Observed::default() })
}

/// How many cells are made at a time.
const HANDS: usize = 6;

fn take<'a>(cells: &'a [Cell], next: &AtomicUsize) -> Option<(usize, &'a Cell)> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    Some((number, cells.get(number)?))
}

/// Makes the calls of one row.
///
/// # Panics
/// If a cell is not as it must be; the text names all that are not.
pub(crate) fn check<S: Subject>(subject: &(impl Fn(Api) -> S + Sync), row: &str) {
    let cells: Vec<_> = cells().into_iter().filter(|cell| cell.row == row).collect();
    assert!(!cells.is_empty(), "row {row} has no cells");
    let observed = observe_all(&cells, subject);
    let pairs = || cells.iter().zip(&observed);
    let left = pairs().filter(|(_, observed)| observed.is_none()).count();
    if left > 0 {
        say(&format!("not run: {left} of {} cells of row {row}", cells.len()));
    }
    let wrong = pairs().filter_map(|(cell, observed)| cell.judge(observed.as_ref()?).err());
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{} of {} cells:\n{}", wrong.len(), cells.len(), wrong.join("\n"));
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_row_has_a_case_and_no_cell_is_there_twice() {
        let cases = include_str!("../cases/matrix.rs");
        let mut known = HashSet::new();
        for cell in cells() {
            assert!(cases.contains(&format!("check(subject, \"{}\")", cell.row)), "{cell:?}");
            assert!(known.insert((cell.row, cell.fault.clone(), cell.kind)), "{cell:?} twice");
        }
        let rows: HashSet<_> = known.iter().map(|(row, ..)| *row).collect();
        assert_eq!(rows.len(), 37, "rows 0 to 35, and 4b");
    }
}
