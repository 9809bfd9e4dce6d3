//! Lays JSON that was told beside JSON that a type holds.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

/// Adds the path of whatever `told` says and `held` does not, with `*` for every place of a list.
pub(crate) fn compare(path: &str, told: &Value, held: &Value, dropped: &mut BTreeSet<String>) {
    match (told, held) {
        (Value::Object(told), Value::Object(held)) => {
            for (key, told) in told {
                let path = format!("{path}/{key}");
                match held.get(key) {
                    Some(held) => compare(&path, told, held, dropped),
                    // Where nothing is said, nothing is lost.
                    None if told.is_null() || told == &Value::Array(Vec::new()) => {}
                    None => drop(dropped.insert(path)),
                }
            }
        }
        (Value::Array(told), Value::Array(held)) if told.len() == held.len() => {
            let path = format!("{path}/*");
            told.iter().zip(held).for_each(|(told, held)| compare(&path, told, held, dropped));
        }
        (told, held) if same(told, held) => {}
        _ => drop(dropped.insert(path.to_owned())),
    }
}

/// Whether two values say the same: numbers by their value, times as times.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|o| same(value, o)))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        (Value::String(one), Value::String(other)) => {
            let time = |text: &str| text.parse::<Timestamp>().ok();
            one == other || time(one).is_some_and(|one| time(other) == Some(one))
        }
        (one, other) => one == other,
    }
}
