//! The recordings of a real server, v0.8.9.

use std::path::Path;

use super::record::Record;
use super::{dropped, replay, wanted};

/// The prefixes of the records that are replayed.
const CHOSEN: [&str; 25] = [
    "v1-",
    "v2-async",
    "v2-billing",
    "v2-cancel",
    "v2-client-disconnect",
    "v2-deploy",
    "v2-exec",
    "v2-hitl",
    "v2-log",
    "v2-redeploy",
    "v2-rollback",
    "v2-run",
    "v2-stream",
    "v2-undeploy",
    "v2-version",
    "v2-workflow",
    "v2off-",
    "402-",
    "bill-",
    "conc-",
    "gate-",
    "lim-",
    "lim2-",
    "seeded-",
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
    let mut records = Record::all(&folder, chosen);
    let later = folder.with_file_name("recordings-2");
    records.extend(Record::all(&later, |name| name.starts_with("big-")));
    let (streams, records): (Vec<_>, Vec<_>) =
        records.into_iter().partition(Record::is_streamed_run);
    let rows = [
        &wanted::v1::WANTED[..],
        &wanted::large::WANTED,
        &wanted::limits::WANTED,
        &wanted::resources::WANTED,
        &wanted::runs::WANTED,
    ];
    let dropped = replay(&records, rows.into_iter().flatten());
    let known = dropped::KNOWN.iter().map(|(field, _)| (*field).to_owned());
    assert_eq!(dropped, known.collect());
    let (count, streams) = (records.len(), streams.len());
    eprintln!("{count} recordings on two transports, {streams} more among the streams");
}
