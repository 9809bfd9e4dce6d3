//! Fields of answers of v2 that their types leave out.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use simstudio::jiff::Timestamp;
use simstudio::{ErrorKind, Result};

use super::got::Got;
use super::record::Record;

/// Every field that a type leaves out or changes, with the reason.
pub(crate) const KNOWN: [(&str, &str); 3] = [
    (
        "BillingStatus/data/period/end",
        "the year 9999 stands for never, and no type for points in time holds it",
    ),
    (
        "Error/error/message",
        "behind the words of a server with v2 switched off stands what a caller can do about it",
    ),
    (
        "Resumed/data/runId",
        "it names the attempt, which the server forgets; the result bears the id of the run",
    ),
];

/// Returns the fields of an answer that the type lacks or holds differently, each by the type and its path,
/// with `*` for every item of a list.
pub(crate) fn fields(record: &Record, got: &Result<Got>) -> BTreeSet<String> {
    let mut dropped = BTreeSet::new();
    let Some(body) = record.answered() else { return dropped };
    let json = match got {
        Ok(got) => got.to_json(),
        Err(error) if error.kind() == &ErrorKind::Api => {
            let mut json = json!({"code": error.server_code(), "message": error.message()});
            if let Some(details) = error.details() {
                json["details"] = details.clone();
            }
            Some(("Error", json!({ "error": json })))
        }
        Err(_) => None,
    };
    if let Some((name, json)) = json {
        compare(name, &body, &json, &mut dropped);
    }
    dropped
}

/// Adds the fields of `told` that `held` lacks.
pub(crate) fn compare(path: &str, told: &Value, held: &Value, dropped: &mut BTreeSet<String>) {
    let same = match (told, held) {
        (Value::Object(told), Value::Object(held)) => {
            for (key, told) in told {
                let path = format!("{path}/{key}");
                match held.get(key) {
                    Some(held) => compare(&path, told, held, dropped),
                    None => drop(dropped.insert(path)),
                }
            }
            true
        }
        (Value::Array(told), Value::Array(held)) => {
            let path = format!("{path}/*");
            told.iter().zip(held).for_each(|(told, held)| compare(&path, told, held, dropped));
            told.len() == held.len()
        }
        // Durations have a precision of one nanosecond.
        (Value::Number(told), Value::Number(held)) => {
            let difference = told.as_f64().zip(held.as_f64()).map(|(told, held)| told - held);
            told == held || difference.is_some_and(|by| by.abs() < 1e-5)
        }
        (Value::String(told), Value::String(held)) => {
            let time = |text: &str| text.parse::<Timestamp>().ok();
            told == held || time(told).is_some_and(|told| time(held) == Some(told))
        }
        (Value::Null, Value::Array(held)) => held.is_empty(),
        (told, held) => told == held,
    };
    if !same {
        dropped.insert(path.to_owned());
    }
}
