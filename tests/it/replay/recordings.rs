//! The recordings of a real server, v0.8.9.

use std::path::Path;

use super::record::Record;
use super::{dropped, replay, wanted};

/// What begins so is replayed.
const CHOSEN: [&str; 18] = [
    "v1-",
    "v2-async",
    "v2-billing",
    "v2-cancel",
    "v2-client-disconnect",
    "v2-deploy",
    "v2-exec",
    "v2-hitl",
    "v2-log",
    "v2-run",
    "v2-stream",
    "v2-workflow",
    "v2off-",
    "402-",
    "conc-",
    "gate-",
    "lim-",
    "tmo-",
];

#[test]
fn every_recording_is_read_as_expected_and_nothing_of_it_is_dropped_in_silence() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings");
    if !folder.is_dir() {
        eprintln!("skipped: the recordings are not here");
        return;
    }
    let chosen = |name: &str| CHOSEN.iter().any(|prefix| name.starts_with(prefix));
    let (streams, records): (Vec<_>, Vec<_>) =
        Record::all(&folder, chosen).into_iter().partition(Record::is_streamed_run);
    let rows = [&wanted::first::WANTED[..], &wanted::limits::WANTED, &wanted::runs::WANTED];
    let (not_yet, records): (Vec<_>, Vec<_>) = records.into_iter().partition(is_not_yet);
    let names: Vec<_> = not_yet.iter().map(|record| &*record.name).collect();
    eprintln!("not yet: {}", names.join(", "));
    let dropped = replay(&records, rows.into_iter().flatten());
    let known = dropped::KNOWN.iter().map(|(field, _)| (*field).to_owned());
    assert_eq!(dropped, known.collect());
    let (count, streams) = (records.len(), streams.len());
    eprintln!("{count} recordings on two transports, {streams} more among the streams");
}

/// What is not typed yet.
fn is_not_yet(record: &Record) -> bool {
    let (path, _) = record.path_and_query();
    let parts: Vec<_> = path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["api", "v2", "workflows", _, "execute", ..]
        | ["api", "v2", "workflows", _, "runs", _, ..] => false,
        ["api", "v2", "workflows", _] => record.name != "v2-exec-head",
        ["api", "v2", ..] => true,
        _ => false,
    }
}
