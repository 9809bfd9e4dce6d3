//! The matrix as a table, over any number of transports.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use sim_core::Api;

use super::{Cell, Observed, cells, observe_all};
use crate::subject::Subject;

/// What each transport made of each cell.
#[derive(Debug)]
pub struct Table {
    cells: Vec<Cell>,
    columns: Vec<(&'static str, Vec<Option<Observed>>)>,
}

impl Table {
    /// All cells, and no transport yet.
    pub fn new() -> Self {
        Self::of(|_| true)
    }

    /// Some of the cells, and no transport yet.
    pub fn of(choose: impl Fn(&Cell) -> bool) -> Self {
        Self { cells: cells().into_iter().filter(choose).collect(), columns: Vec::new() }
    }

    /// Makes every call with one transport.
    pub fn add<S: Subject>(
        &mut self,
        transport: &'static str,
        subject: &(impl Fn(Api) -> S + Sync),
    ) {
        self.columns.push((transport, observe_all(&self.cells, subject)));
    }

    /// What is not as it must be, for any transport.
    pub fn wrong(&self) -> Vec<String> {
        let of = |(transport, observed): &(&str, Vec<Option<Observed>>)| -> Vec<String> {
            let pairs = self.cells.iter().zip(observed);
            let wrong = pairs.filter_map(|(cell, observed)| cell.judge(observed.as_ref()?).err());
            wrong.map(|why| format!("{transport}: {why}")).collect()
        };
        self.columns.iter().flat_map(of).collect()
    }

    /// The cells in which two transports differ, other than by what one of them declares missing or where the
    /// cell itself allows for it.
    pub fn differences(&self) -> Vec<&Cell> {
        let differs = |number: &usize| {
            let mut shown = self
                .columns
                .iter()
                .filter_map(|(_, observed)| observed[*number].as_ref().map(show));
            let first = shown.next();
            !self.cells[*number].allows_several() && shown.any(|other| Some(other) != first)
        };
        (0..self.cells.len()).filter(differs).map(|number| &self.cells[number]).collect()
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

/// The outcome and the number of requests, with the attempts where nothing was sent and the ids where they
/// changed.
fn show(observed: &Observed) -> String {
    let Observed { outcome, tries, requests, ids, .. } = observed;
    // Writing to a string cannot fail.
    let mut text = format!("{outcome}; {requests}");
    if *requests == 0 {
        let _ = write!(text, " ({tries} attempts)");
    }
    if ids.contains('b') {
        let _ = write!(text, " (ids {ids})");
    }
    text
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = "";
        for (number, cell) in self.cells.iter().enumerate() {
            if cell.fault != last {
                writeln!(f, "\n{:>3}  {}", cell.row, cell.fault)?;
                last = &cell.fault;
            }
            let mut by_outcome = BTreeMap::<String, Vec<&str>>::new();
            for (transport, observed) in &self.columns {
                let shown = match &observed[number] {
                    Some(observed) => show(observed),
                    None => format!("declared missing: {:?}", cell.needs),
                };
                by_outcome.entry(shown).or_default().push(transport);
            }
            for (outcome, transports) in by_outcome {
                let letter = cell.kind.letter();
                writeln!(f, "       {letter}  {outcome:<44} {}", transports.join(" "))?;
            }
        }
        let mut counts = BTreeMap::<(usize, &str), usize>::new();
        for cell in &self.cells {
            *counts.entry((cell.row.len(), cell.row)).or_default() += 1;
        }
        writeln!(f)?;
        for ((_, row), count) in counts {
            writeln!(f, "row {row:>3}: {count:>4} cells")?;
        }
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        writeln!(f, "{} cells for each of {}", self.cells.len(), names.join(", "))
    }
}
