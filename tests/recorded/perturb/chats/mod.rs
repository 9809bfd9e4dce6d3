//! The recordings of deployed chats, with the same changes: what a visitor reads, sends and is refused.

mod judge;
mod talk;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use recorded::{Record, shared};

use crate::broken::Broken;
use crate::change::{self, Answer};
use crate::given::{cut, last_panic};
use crate::report::Report;
use crate::source::shape;
use talk::{Ask, Got};

/// The most changes of the body of a recording: of the first of its shape, and of the others.
const MOST: [usize; 2] = [250, 4];

/// A recording of a request of a visitor.
pub(crate) struct Chat {
    record: Record,
    ask: Ask,
    is_first: bool,
}

/// Returns the recordings whose names begin with one of `names`, or all of them if there is none.
pub(crate) fn all(names: &[String]) -> Vec<Chat> {
    let chosen =
        |name: &str| names.is_empty() || names.iter().any(|prefix| name.starts_with(prefix));
    let Some(folder) = shared("recordings-2") else { return Vec::new() };
    let records = Record::all(&folder, |name| name.starts_with("chat-") && chosen(name));
    let mut shapes = HashSet::new();
    // Of some streams the bytes that arrived before a loss were not kept.
    let is_kept = |record: &Record| !record.is_stream() || !record.body.is_empty();
    let asked = records.into_iter().filter(is_kept);
    let asked = asked.filter_map(|record| Some((Ask::of(&record)?, record)));
    asked
        .map(|(ask, record)| {
            let is_first =
                shapes.insert(format!("{ask:?} {} {}", record.status, shape(&record.body)));
            Chat { record, ask, is_first }
        })
        .collect()
}

/// Makes every case of a recording, and judges it.
pub(crate) fn each(chat: &Chat, number: usize, broken: Option<Broken>, report: &mut Report) {
    let Chat { record, ask, is_first } = chat;
    let answers = change::all(record, MOST[usize::from(!is_first)], number);
    let read = |told: &Answer| catch_unwind(AssertUnwindSafe(|| Got::of(*ask, record, told)));
    let recorded = read(&answers[0]).ok();
    let name = format!("{ask:?} of a chat");
    for changed in &answers {
        if !report.is_new((&name, changed.status, &changed.headers, &changed.body)) {
            continue;
        }
        let told = broken.map_or_else(|| changed.clone(), |broken| broken.of_resource(changed));
        let got = read(&told);
        let rules = match &got {
            Err(_) => vec![format!("nothing panics: {}", last_panic())],
            Ok(got) => judge::broken_rules(record, changed, recorded.as_ref(), got),
        };
        report.count(rules, &name, || {
            let line = got.as_ref().map_or_else(|_| "a panic".to_owned(), Got::line);
            let Answer { what, status, .. } = changed;
            format!("{}, {what} (status {status}): {}", record.name, cut(&line))
        });
    }
}
