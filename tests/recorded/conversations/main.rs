//! Replays the second set of recordings as conversations: each start and each answer to a pause may read what the same
//! server said of that run afterwards.
//!
//! The table says what a kind of step gives. It was written by hand from the documents of the API, a row for a kind of
//! answer and not for each file. Every file falls under exactly one row.

mod gives;
mod other;
mod pauses;
mod reads;
mod sign;
mod starts;
mod step;

use gives::Row;
use recorded::{Asked, Record, shared};
use step::Step;

/// The prefixes of the recordings that concern runs.
const CHOSEN: [&str; 8] = ["v1-hitl", "hitl2-", "time2-", "resp-", "big-", "lag-", "burn-", "v0"];

#[test]
fn every_step_of_a_recorded_conversation_gives_what_its_kind_must_give() {
    let Some(folder) = shared("recordings-2") else {
        eprintln!("skipped: the recordings are not here");
        return;
    };
    let mut records =
        Record::all(&folder, |name| CHOSEN.iter().any(|prefix| name.starts_with(prefix)));
    records.sort_by_cached_key(|record| step::order(&record.name));
    let rows: Vec<&Row> =
        [starts::FIRST, starts::SECOND, reads::ROWS, pauses::ROWS].into_iter().flatten().collect();
    let mut used = vec![0_usize; rows.len()];
    let (mut failures, mut others) = (Vec::new(), 0);
    for (at, record) in records.iter().enumerate() {
        let Some(asked) = Asked::of(record) else {
            others += 1;
            failures.extend(other::unknown(record));
            continue;
        };
        let step = Step::new(&records, at, record, &asked);
        let sign = sign::of(&step);
        let fits = |row: &&Row| {
            let (operation, generation, status, of, _) = row;
            let same = *operation == asked.operation && *generation == asked.generation;
            same && *status == record.status && sign::fits(of, &sign)
        };
        let fitting: Vec<_> = rows.iter().enumerate().filter(|(_, row)| fits(row)).collect();
        let [(number, (_, _, _, _, gives))] = fitting.as_slice() else {
            let Asked { operation, generation, .. } = &asked;
            let kind = format!("({operation:?}, {generation:?}, {}, {sign:?})", record.status);
            failures.push(format!("{}: {} rows for {kind}", record.name, fitting.len()));
            continue;
        };
        used[*number] += 1;
        let seen = step.take(&step::client(step.asked.generation));
        if let Err(why) = gives.check(&step, &seen) {
            failures.push(format!("{} [{sign}]: {why}", record.name));
        }
    }
    let unused = rows.iter().zip(&used).filter(|(_, used)| **used == 0);
    failures.extend(unused.map(|(row, _)| format!("no file falls under {row:?}")));
    assert!(failures.is_empty(), "{}\n{} failures", failures.join("\n"), failures.len());
    eprintln!("{} steps, {others} of them of no call, {} rows", records.len(), rows.len());
}
