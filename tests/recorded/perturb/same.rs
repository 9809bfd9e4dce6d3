//! What two results have in common, and the places in which they differ.

use serde_json::Value;

/// Returns a place in words, the same ones for each item of a list.
pub(crate) fn shape(path: &[String]) -> String {
    let key =
        |key: &String| if key.parse::<usize>().is_ok() { "*".to_owned() } else { key.clone() };
    path.iter().map(key).collect::<Vec<_>>().join("/")
}

/// Whether the part at the path is there in one value and not in the other.
pub(crate) fn is_lost(one: &Value, other: &Value, path: &[String]) -> bool {
    let Some((first, rest)) = path.split_first() else { return other.is_null() };
    match (one, other) {
        (Value::Array(one), Value::Array(other)) if rest.is_empty() => other.len() < one.len(),
        (Value::Array(one), Value::Array(other)) => {
            let at = first.parse::<usize>().unwrap_or_default();
            let (one, other) = (one.get(at), other.get(at));
            one.zip(other).is_none_or(|(one, other)| is_lost(one, other, rest))
        }
        (one, other) => {
            let (one, other) = (one.get(first), other.get(first));
            one.zip(other).is_none_or(|(one, other)| is_lost(one, other, rest))
        }
    }
}

/// Whether two values are the same but for what is at the path.
pub(crate) fn is_same_but(one: &Value, other: &Value, path: &[String]) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => one.iter().all(|(key, value)| {
            let other = other.get(key);
            if key == first {
                other.is_none_or(|other| is_same_but(value, other, rest))
            } else {
                other == Some(value)
            }
        }),
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            one.iter().zip(other).enumerate().all(|(at, (one, other))| {
                if at.to_string() == *first { is_same_but(one, other, rest) } else { one == other }
            })
        }
        (Value::Array(one), Value::Array(other)) => {
            let others = one.iter().enumerate().filter(|(at, _)| at.to_string() != *first);
            others.map(|(_, item)| item).all(|item| other.contains(item))
        }
        (one, other) => one == other,
    }
}
