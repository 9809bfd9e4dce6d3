//! Replays recorded exchanges through the public clients, over real sockets and both transports. Each is
//! compared with a result that was written by hand.
//!
//! The recordings of a real server are read where they are present. The vectors beside this file have the same
//! shapes, and every clone has them.

mod ask;
mod chat;
mod dropped;
mod expected;
mod expected_stream;
mod got;
mod on_both;
mod record;
mod recordings;
mod streams;
mod to_json;
mod vectors;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};

use expected::Want;
use record::Record;

/// Replays records, and fails for a record without an expected result. Returns the fields of answers that no
/// type holds.
fn replay<'a>(records: &[Record], rows: impl IntoIterator<Item = &'a Row>) -> BTreeSet<String> {
    let mut wanted = BTreeMap::new();
    let mut failures = Vec::new();
    for (name, want) in rows {
        if wanted.insert(*name, want).is_some() {
            failures.push(format!("{name}: there are two expectations"));
        }
    }
    let mut dropped = BTreeSet::new();
    for record in records {
        match wanted.remove(&*record.name) {
            None => failures.push(format!("{}: nothing says what is expected of it", record.name)),
            Some(want) => {
                let replayed = on_both::on_both(record, want);
                failures.extend(replayed.failures);
                dropped.extend(replayed.dropped);
            }
        }
    }
    failures.extend(wanted.keys().map(|name| format!("{name}: there is no such record")));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    dropped
}

/// The name of a record, and its expected result.
type Row = (&'static str, Want);
