//! The differences between two records, a line each, and the list that explains them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::record::Record;

/// Stands for any text in the list.
const ANY: char = '…';

/// All differences of a case: `case: where: theirs | ours`. Those of headers are of no case.
pub(crate) fn differences(case: &str, theirs: &Record, ours: &Record) -> BTreeSet<String> {
    let mut lines = Lines { case, found: BTreeSet::new() };
    for ((label, theirs), (_, ours)) in theirs.outcomes.iter().zip(&ours.outcomes) {
        match (theirs.get("ok"), ours.get("ok")) {
            (Some(theirs), Some(ours)) => lines.compare(label, theirs, ours),
            (None, None) => lines.compare(label, theirs, ours),
            _ => lines.add(label, theirs, ours),
        }
    }
    let (sent, we_sent) = (theirs.requests.len(), ours.requests.len());
    lines.compare("requests", &sent.into(), &we_sent.into());
    for (number, (theirs, ours)) in (1..).zip(theirs.requests.iter().zip(&ours.requests)) {
        lines.compare(&format!("request {number}"), theirs, ours);
    }
    lines.case = "*";
    for ((method, theirs), (same, ours)) in theirs.headers.iter().zip(&ours.headers) {
        if method == same {
            lines.fields(&format!("{method} header"), theirs, ours);
        }
    }
    lines.found
}

struct Lines<'a> {
    case: &'a str,
    found: BTreeSet<String>,
}

impl Lines<'_> {
    fn compare(&mut self, path: &str, theirs: &Value, ours: &Value) {
        match (theirs, ours) {
            (Value::Object(theirs), Value::Object(ours)) => self.fields(path, theirs, ours),
            (Value::Number(theirs), Value::Number(ours)) if theirs.as_f64() == ours.as_f64() => {}
            (theirs, ours) if theirs == ours => {}
            (theirs, ours) => self.add(path, theirs, ours),
        }
    }

    /// A field that is not there is as good as one that is null.
    fn fields(&mut self, path: &str, theirs: &Map<String, Value>, ours: &Map<String, Value>) {
        let keys: BTreeSet<_> = theirs.keys().chain(ours.keys()).collect();
        for key in keys {
            let value = |of: &Map<String, Value>| of.get(key).cloned().unwrap_or_default();
            self.compare(&format!("{path}.{key}"), &value(theirs), &value(ours));
        }
    }

    fn add(&mut self, path: &str, theirs: &Value, ours: &Value) {
        let (theirs, ours) = (without_nulls(theirs), without_nulls(ours));
        self.found.insert(format!("{}: {path}: {theirs} | {ours}", self.case));
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let set = fields.iter().filter(|(_, inner)| !inner.is_null());
            set.map(|(key, inner)| (key.clone(), without_nulls(inner))).collect()
        }
        other => other.clone(),
    }
}

/// The list of differences: each line under a paragraph's first line, which explains it.
pub(crate) struct List<'a>(Vec<&'a str>);

impl<'a> List<'a> {
    /// Reads the list. A difference without an explanation before it is a mistake in the list.
    pub(crate) fn read(text: &'a str) -> Self {
        let mut explained = false;
        let mut entries = Vec::new();
        for line in text.lines().map(str::trim_end) {
            match line.strip_prefix('#') {
                _ if line.is_empty() => explained = false,
                Some(why) => explained = !why.trim().is_empty(),
                None => {
                    assert!(explained, "nothing explains: {line}");
                    entries.push(line);
                }
            }
        }
        Self(entries)
    }

    /// The lines that no entry names, and the entries that name no line.
    pub(crate) fn judge<'b>(&self, lines: &'b BTreeSet<String>) -> (Vec<&'b str>, Vec<&'a str>) {
        let named = |line: &str| self.0.iter().any(|entry| names(entry, line));
        let unexplained = lines.iter().map(String::as_str).filter(|line| !named(line)).collect();
        let occurs = |entry: &str| lines.iter().any(|line| names(entry, line));
        let stale = self.0.iter().copied().filter(|entry| !occurs(entry)).collect();
        (unexplained, stale)
    }
}

fn names(entry: &str, line: &str) -> bool {
    let Some((start, rest)) = entry.split_once(ANY) else { return entry == line };
    let Some(mut left) = line.strip_prefix(start) else { return false };
    let mut parts: Vec<_> = rest.split(ANY).collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match left.split_once(part) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(end)
}

#[test]
fn an_entry_may_leave_parts_of_a_line_open() {
    assert!(names("a: b", "a: b"));
    assert!(!names("a: b", "a: b c"));
    assert!(names("a: … | \"x\"", "a: anything | \"x\""));
    assert!(names("… b … d", "a b c d"));
    assert!(!names("a … z", "a b c"));
}

#[test]
fn what_is_not_listed_and_what_does_not_occur_is_found() {
    let list = List::read("# Why.\na\nb …\n\n# Another reason.\nc\n");
    let lines = ["a", "b 1", "b 2", "d"].map(str::to_owned).into();
    assert_eq!(list.judge(&lines), (vec!["d"], vec!["c"]));
}

#[test]
#[should_panic(expected = "nothing explains: b")]
fn an_entry_needs_its_explanation() {
    List::read("# Why.\na\n\nb\n");
}
