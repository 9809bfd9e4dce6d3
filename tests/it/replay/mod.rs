//! Replays recorded exchanges through the public clients, over real sockets and both transports: each
//! against an expectation that was written by hand.
//!
//! The recordings of a real server are read where they are present; the vectors beside this file have the
//! same shapes and serve everyone else.

mod expected;
mod record;
mod recordings;
mod run;
mod streams;
mod vectors;

use std::collections::BTreeMap;
use std::path::Path;

use expected::Want;
use record::Record;

/// Replays every record of a folder that `chosen` takes; one without an expectation fails.
fn replay(folder: &Path, chosen: impl Fn(&str) -> bool, wanted: &[(&str, Want)]) -> usize {
    let wanted: BTreeMap<_, _> = wanted.iter().map(|(name, want)| (*name, want)).collect();
    let records = Record::all(folder, chosen);
    let mut failures = Vec::new();
    for record in &records {
        match wanted.get(&*record.name) {
            None => failures.push(format!("{}: nothing says what is expected of it", record.name)),
            Some(want) => failures.extend(run::on_both(record, want)),
        }
    }
    let unused = wanted.keys().filter(|name| records.iter().all(|record| record.name != **name));
    failures.extend(unused.map(|name| format!("{name}: there is no such record")));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    records.len()
}
