//! The recordings to change.

use std::collections::HashSet;

use recorded::{Asked, Operation, Record, made, shared};

/// A recording, and how many changes it gets.
pub(crate) struct Source {
    pub(crate) record: Record,
    pub(crate) asked: Asked,
    /// Whether this is the first recording of its shape. The others differ from it in ids and times alone.
    pub(crate) is_first: bool,
}

/// The prefixes of the second set of recordings that concern runs.
const SECOND: [&str; 8] = ["v1-hitl", "hitl2-", "time2-", "resp-", "big-", "lag-", "burn-", "v0"];

/// Returns the recordings that concern runs and whose names begin with one of `names`, or all of them if there is
/// none. Where the recordings are not here, these are the exchanges made by hand.
pub(crate) fn records(names: &[String]) -> Vec<Source> {
    let chosen =
        |name: &str| names.is_empty() || names.iter().any(|prefix| name.starts_with(prefix));
    let mut records = Vec::new();
    if let Some(folder) = shared("recordings") {
        records.extend(Record::all(&folder, chosen));
    }
    if let Some(folder) = shared("recordings-2") {
        let is_run = |name: &str| SECOND.iter().any(|prefix| name.starts_with(prefix));
        records.extend(Record::all(&folder, |name| chosen(name) && is_run(name)));
    }
    for folder in made() {
        records.extend(Record::all(&folder, chosen));
    }
    let mut shapes = HashSet::new();
    let mut sources = Vec::new();
    for record in records {
        let Some(asked) = Asked::of(&record) else { continue };
        // An answer in lines has one line that counts; other recordings have that line alone.
        if record.header("content-type").is_some_and(|kind| kind.contains("ndjson")) {
            continue;
        }
        let head = format!("{:?} {:?} {}", asked.operation, asked.generation, record.status);
        let is_first = shapes.insert(head + &shape(&record.body));
        // The conversation that answers a pause reads the same answers.
        if asked.operation.resumes() {
            let asked = Asked { operation: Operation::Answer, ..asked.clone() };
            sources.push(Source { record: record.clone(), asked, is_first });
        }
        sources.push(Source { record, asked, is_first });
    }
    sources
}

/// Returns a text without what differs between two answers of one kind: digits and the letters of ids.
pub(crate) fn shape(body: &str) -> String {
    let mut shape = String::new();
    for word in body.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_') {
        if word.bytes().any(|c| c.is_ascii_digit()) {
            shape.push('#');
            shape.extend(word.chars().next_back().filter(|c| !c.is_ascii_alphanumeric()));
        } else {
            shape.push_str(word);
        }
    }
    shape
}
