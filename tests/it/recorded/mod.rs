//! One check over all recordings of the resources around running workflows, over real sockets and both transports. Each
//! recorded request is matched by its route to an operation and read back into a request of the SDK. Each client sends
//! it to a server that gives the recorded answer:
//!
//! * what reaches the server is what was recorded;
//! * a success is read, its type holds all of the JSON, and what a program stores of it reads back equal;
//! * a refusal becomes an error with its status, its code, its message and its details;
//! * no `Debug` form shows a secret of either;
//! * what `wanted` says of it by hand is so.
//!
//! Whatever is not so stands in `known.rs` with its reason, and everything that stands there occurs. The recordings are
//! read where they are present.

#[path = "../../../crates/sim-platform/tests/schemas/compare.rs"]
mod compare;
mod known;
mod record;
mod sockets;
mod uploads;
mod want;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};

use record::Record;
use sim_core::operation::Declaration;
use sim_core::{Api, ErrorKind, Generation, Result, RetryPolicy};
use sim_platform::catalog::{self, entries};
use sim_platform::wire::{Entry, Shown};
use sockets::{Asked, Seen};
use wanted::Wanted;

#[test]
fn every_recording_is_sent_and_read_as_it_was_on_both_transports() {
    let Some(records) = Record::of_resources() else { return };
    let api = api();
    let mut found = Found::default();
    let of_each: Vec<_> = records.iter().map(|record| (record, of_route(record))).collect();
    let samples = samples(&api, &of_each);
    let mut asked = Vec::new();
    for (record, entries) in &of_each {
        if entries.is_empty() {
            found.unmatched(record);
            continue;
        }
        match chosen(&api, record, entries, &samples) {
            Some(chosen) => asked.push(chosen),
            None => found.add("failed", format!("{}: no request could be made", record.name)),
        }
    }
    let mut wanted = Wanted::new();
    for seen in sockets::all(&asked) {
        if let Some(line) = wanted.check(seen.record, seen.entry, &seen.got) {
            found.add("wanted", line);
        }
        found.check(seen);
    }
    eprintln!(
        "{} of {} recordings on two transports: {} successes, {} refusals, {} of them sent as recorded; {} secrets, {} rows",
        asked.len(),
        records.len(),
        found.successes / 2,
        found.refusals / 2,
        found.sent / 2,
        found.secrets / 2,
        wanted.len(),
    );
    for line in wanted.lacks() {
        found.add("wanted", line);
    }
    found.judge();
}

fn api() -> Api {
    let builder = Api::builder([1; 32]).base_url("https://sim.example").generation(Generation::V2);
    let builder = builder.api_key("a-key-that-nothing-contains").retry_policy(RetryPolicy::NEVER);
    builder.build().expect("a core")
}

/// Chooses the operation of a recording, and the request to send: the recorded one, or another if no request of the SDK
/// says the same, because how the answer is read does not depend on it.
fn chosen<'a>(
    api: &Api,
    record: &'a Record,
    entries: &[&'static Entry],
    samples: &BTreeMap<&str, &Record>,
) -> Option<Asked<'a>> {
    let sends = |entry: &Entry| {
        let replayed = entry.replay(api, &record.wire(), record.response())?;
        Some(record.is_what(&replayed.sent))
    };
    let rebuilt: Vec<_> =
        entries.iter().filter_map(|entry| Some((*entry, sends(entry)?))).collect();
    if let Some((entry, _)) = rebuilt.iter().find(|(_, same)| *same).or(rebuilt.first()) {
        return Some(Asked { record, entry, wire: record.wire() });
    }
    let with_sample = |entry: &&'static Entry| {
        let wire = samples.get(entry.declaration.name)?.wire();
        Some(Asked { record, entry, wire })
    };
    entries.iter().find_map(with_sample)
}

/// Whether a recording has the method of a declared operation, and a path of the same shape.
fn is_route_of(declared: &Declaration, record: &Record) -> bool {
    let (shape, path): (Vec<_>, Vec<_>) =
        (declared.path.split('/').collect(), record.path().split('/').collect());
    let alike = |(shape, part): (&&str, &&str)| shape.starts_with('{') || shape == part;
    record.method() == declared.method
        && shape.len() == path.len()
        && shape.iter().zip(&path).all(alike)
}

fn of_route(record: &Record) -> Vec<&'static Entry> {
    catalog::of_route(record.method(), record.path())
}

/// A request of each operation that could be read back.
fn samples<'a>(
    api: &Api,
    records: &[(&'a Record, Vec<&'static Entry>)],
) -> BTreeMap<&'static str, &'a Record> {
    let mut samples = BTreeMap::new();
    for (record, entries) in records {
        for entry in entries {
            let name = entry.declaration.name;
            if !samples.contains_key(name)
                && entry.replay(api, &record.wire(), record.response()).is_some()
            {
                samples.insert(name, *record);
            }
        }
    }
    samples
}

/// What the check found.
#[derive(Default)]
struct Found {
    successes: usize,
    refusals: usize,
    sent: usize,
    secrets: usize,
    /// What differs, by the list in which it is explained.
    differences: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Found {
    fn add(&mut self, list: &'static str, line: impl Into<String>) {
        self.differences.entry(list).or_default().insert(line.into());
    }

    fn unmatched(&mut self, record: &Record) {
        // The core has the operations of runs, which are under the same resource as workflows.
        let of_core = sim_core::catalog::all().any(|declared| is_route_of(declared, record));
        let resource = record.path().split('/').nth(3).unwrap_or_default();
        let ours =
            !of_core && entries().any(|e| e.declaration.path.split('/').nth(3) == Some(resource));
        if ours {
            self.add("unmatched", &record.name);
        }
    }

    fn check(&mut self, seen: Seen<'_>) {
        let Seen { record, entry, on, sent, request_shown, got } = seen;
        let name = entry.declaration.name;
        let same = sent.is_some_and(|sent| record.is_what(&sent));
        self.sent += usize::from(same);
        if record.is_success() {
            self.successes += 1;
            if !same {
                self.add("sent", &record.name);
            }
        } else {
            self.refusals += 1;
        }
        let answer_shown = match &got {
            Ok(shown) => shown.debug.clone(),
            Err(error) => format!("{error:?}"),
        };
        for secret in record.secrets() {
            self.secrets += 1;
            if request_shown.contains(&secret) || answer_shown.contains(&secret) {
                self.add("shown", format!("{} on {on}: {name} shows {secret:?}", record.name));
            }
        }
        if record.is_success() {
            self.success(record, name, got);
        } else {
            self.refusal(record, got);
        }
    }

    fn success(&mut self, record: &Record, name: &str, got: Result<Shown>) {
        let held = match got {
            Ok(shown) if !shown.reads_back => {
                return self.add("stored", format!("{}: {name}", record.name));
            }
            Ok(shown) => shown.json,
            Err(error) => {
                return self.add("failed", format!("{}: {name}: {error}", record.name));
            }
        };
        if name == "DownloadFile" {
            let bytes: Vec<u8> = serde_json::from_value(held["bytes"].clone()).expect("bytes");
            if bytes != record.answer() {
                self.add("failed", format!("{}: other bytes", record.name));
            }
            return;
        }
        let told = record.answered();
        // What an envelope holds is the output, but for a page.
        let told = if held.get("data").is_some() && told.get("nextCursor").is_some() {
            told
        } else {
            told["data"].clone()
        };
        let mut dropped = BTreeSet::new();
        compare::compare(name, &told, &held, &mut dropped);
        for line in dropped {
            self.add("dropped", line);
        }
    }

    fn refusal(&mut self, record: &Record, got: Result<Shown>) {
        let error = match got {
            Ok(shown) => return self.add("failed", format!("{}: {}", record.name, shown.json)),
            Err(error) => error,
        };
        let told = record.answered();
        let told = &told["error"];
        let same = error.kind() == &ErrorKind::Api
            && error.status() == Some(record.status())
            && error.server_code() == told["code"].as_str()
            && error.details() == told.get("details")
            && (Some(error.message()) == told["message"].as_str());
        if !same {
            self.add("refused", format!("{}: {error:?}", record.name));
        }
    }

    fn judge(self) {
        let mut failures = Vec::new();
        let lists: BTreeSet<_> = self
            .differences
            .keys()
            .copied()
            .chain(known::ALL.iter().map(|(list, ..)| *list))
            .collect();
        for list in lists {
            let lines = self.differences.get(list).cloned().unwrap_or_default();
            let known = known::ALL.iter().filter(|(of, ..)| *of == list);
            let known: Vec<_> = known.flat_map(|(_, _, starts)| starts.iter()).collect();
            for line in &lines {
                if !known.iter().any(|start| known::names(start, line)) {
                    failures.push(format!("{list}: {line}"));
                }
            }
            for start in known {
                if !lines.iter().any(|line| known::names(start, line)) {
                    failures.push(format!("{list}: nothing is as {start} says"));
                }
            }
        }
        assert!(self.successes + self.refusals > 2000, "there are well over a thousand");
        assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    }
}
