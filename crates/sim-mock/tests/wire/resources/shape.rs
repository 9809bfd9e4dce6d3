//! How two answers are alike: status, codes, and the form of the data; also its values, where nothing but the request
//! decides them.

use serde_json::Value;

/// The keys whose values a request decides, and whose values are compared.
const TELLING: [&str; 18] = [
    "deleted",
    "updatedCount",
    "deletedCount",
    "insertedCount",
    "requestedCount",
    "totalCount",
    "operation",
    "status",
    "type",
    "required",
    "unique",
    "isDefault",
    "truncated",
    "scope",
    "role",
    "data",
    "format",
    "processingStatus",
];

/// The keys below which the words are free.
const FREE: [&str; 3] = ["metadata", "sourceConfig", "inputSchema"];

/// Returns what tells two bodies apart.
pub(super) fn differences(recorded: &Value, here: &Value) -> Vec<String> {
    let mut found = Vec::new();
    match (recorded.get("error"), here.get("error")) {
        (Some(recorded), Some(here)) if recorded.is_object() => {
            for (what, one, other) in [
                ("code", code(recorded), code(here)),
                ("details", details(recorded), details(here)),
            ] {
                if one != other {
                    found.push(format!("{what}: {one} | {other}"));
                }
            }
        }
        _ => alike("", recorded, here, false, &mut found),
    }
    found
}

fn code(error: &Value) -> String {
    error["code"].to_string()
}

fn details(error: &Value) -> String {
    match &error["details"] {
        Value::Null => "none".to_owned(),
        Value::Array(items) => match items.first() {
            Some(Value::Object(first)) => match first.get("code") {
                Some(code) => format!("issues {code}"),
                None => format!("list of {:?}", first.keys().collect::<Vec<_>>()),
            },
            _ => "texts".to_owned(),
        },
        other => match other.get("code") {
            Some(code) => code.to_string(),
            None => format!("{:?}", other.as_object().map(|keys| keys.keys().collect::<Vec<_>>())),
        },
    }
}

fn alike(path: &str, recorded: &Value, here: &Value, exact: bool, found: &mut Vec<String>) {
    match (recorded, here) {
        (Value::Object(recorded), Value::Object(here)) => {
            let keys = |one: &serde_json::Map<String, Value>| {
                one.keys().cloned().collect::<std::collections::BTreeSet<_>>()
            };
            let (one, other) = (keys(recorded), keys(here));
            if one != other {
                let lacking: Vec<_> = one.difference(&other).collect();
                let more: Vec<_> = other.difference(&one).collect();
                found.push(format!("{path}: lacks {lacking:?}, has {more:?}"));
            }
            for (key, value) in recorded {
                let Some(other) = here.get(key) else { continue };
                if FREE.contains(&key.as_str()) {
                    continue;
                }
                let is_row = key == "data" && !path.is_empty();
                let exact = exact || is_row || key != "data" && TELLING.contains(&key.as_str());
                alike(&format!("{path}.{key}"), value, other, exact, found);
            }
        }
        (Value::Array(recorded), Value::Array(here)) => {
            if recorded.is_empty() != here.is_empty() || exact && recorded.len() != here.len() {
                found.push(format!("{path}: {} items | {}", recorded.len(), here.len()));
            }
            for (at, (one, other)) in recorded.iter().zip(here).enumerate() {
                alike(&format!("{path}[{at}]"), one, other, exact, found);
            }
        }
        (one, other) if exact => {
            let same = one == other || one.as_f64().is_some() && one.as_f64() == other.as_f64();
            if !same {
                found.push(format!("{path}: {one} | {other}"));
            }
        }
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_)) => {}
        (one, other) if one == other => {}
        (one, other) => found.push(format!("{path}: {one} | {other}")),
    }
}
