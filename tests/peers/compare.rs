//! The differences between two records, one line each, and the list that explains them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::record::Record;

/// Returns all differences of a case as `case: where: theirs | ours`. Differences of headers belong to no case.
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

    /// Compares fields. An absent field equals one that is null.
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
