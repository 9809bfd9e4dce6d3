//! Conditions over the rows of a table: what they may ask of a column, and which rows they keep.

use serde_json::{Value, json};

use super::cell;
use super::column::Column;
use super::compare::{self, text_of};
use super::predicate::{OF_MANY, OF_NONE, group};
use crate::ids;
use crate::things::Thing;
use crate::wire::v2::problem::Problem;

/// Returns what a row has under a name: its cell, or its own id or time.
pub(super) fn cell_of(row: &Thing, columns: &[Column], field: &str) -> Value {
    if columns.iter().any(|column| column.name == field) {
        return row.shown.get("data").map(|data| data[field].clone()).unwrap_or_default();
    }
    match field {
        "id" => row.id.clone().into(),
        "createdAt" => ids::time_text(row.created_at).into(),
        "updatedAt" => ids::time_text(row.updated_at).into(),
        _ => Value::Null,
    }
}

fn coded(message: String) -> Problem {
    Problem::bad_request(message).details(json!({ "code": "INVALID_FILTER" }))
}

/// Refuses conditions that the columns do not have.
pub(super) fn check(predicate: &Value, columns: &[Column]) -> Result<(), Problem> {
    if let Some((_, members)) = group(predicate) {
        return members.iter().try_for_each(|member| check(member, columns));
    }
    let field = predicate["field"].as_str().unwrap_or_default();
    let op = predicate["op"].as_str().unwrap_or_default();
    let column = columns.iter().find(|column| column.name == field);
    let kind = match (column, field) {
        (Some(column), _) if column.is_many() => "many",
        (Some(column), _) => column.kind.as_str(),
        (None, "id") => "string",
        (None, "createdAt" | "updatedAt") => "time",
        _ => {
            return Err(coded(format!(
                "Unknown filter column \"{field}\". It is not a column on this table."
            )));
        }
    };
    if OF_NONE.contains(&op) {
        return Ok(());
    }
    let value = predicate.get("value");
    if OF_MANY.contains(&op) {
        let Some(items) = value.and_then(Value::as_array) else {
            return Err(coded(format!("Operator \"{op}\" on column \"{field}\" needs an array.")));
        };
        if items.len() > 1000 {
            return Err(coded(format!(
                "Operator \"{op}\" on column \"{field}\" accepts at most 1000 values, got {}.",
                items.len()
            )));
        }
    } else if value.is_none_or(Value::is_array) {
        return Err(coded(format!("Operator \"{op}\" on column \"{field}\" needs one value.")));
    }
    let is_range = matches!(op, "gt" | "gte" | "lt" | "lte");
    let is_same = matches!(op, "eq" | "ne" | "in" | "nin");
    let refuse = || {
        let message = format!("Operator \"{op}\" is not supported on column \"{field}\".");
        Err(Problem::bad_request(message))
    };
    match kind {
        "json" if is_same => {
            Err(coded(format!("Operator \"{op}\" is not supported on JSON column \"{field}\".")))
        }
        "boolean" | "json" if is_range => refuse(),
        "select" if !is_same => refuse(),
        "many" if !matches!(op, "contains" | "ncontains") => refuse(),
        "time" if !is_same && !is_range => refuse(),
        "date" if is_range && value.and_then(Value::as_str).and_then(cell::date).is_none() => {
            refuse()
        }
        _ if matches!(op, "contains" | "ncontains" | "startsWith" | "endsWith")
            && value.and_then(Value::as_str) == Some("") =>
        {
            refuse()
        }
        _ => Ok(()),
    }
}

/// Returns whether conditions keep a row.
pub(super) fn keeps(predicate: &Value, columns: &[Column], row: &Thing) -> bool {
    match group(predicate) {
        Some(("all", members)) => members.iter().all(|member| keeps(member, columns, row)),
        Some((_, members)) => members.iter().any(|member| keeps(member, columns, row)),
        None => leaf(predicate, columns, row),
    }
}

fn leaf(condition: &Value, columns: &[Column], row: &Thing) -> bool {
    let field = condition["field"].as_str().unwrap_or_default();
    let op = condition["op"].as_str().unwrap_or_default();
    let column = columns.iter().find(|column| column.name == field);
    let cell = cell_of(row, columns, field);
    let wanted = &condition["value"];
    let named = |value: &Value| match column {
        Some(column) if column.kind == "select" => {
            let text = value.as_str().unwrap_or_default();
            let known = column.options.iter().find(|(id, _)| id == text);
            known.map_or_else(|| value.clone(), |(_, name)| name.clone().into())
        }
        _ => value.clone(),
    };
    let is_empty = cell.is_null() || cell == "" || cell == json!([]);
    let items = || wanted.as_array().into_iter().flatten();
    match op {
        "isEmpty" => is_empty,
        "isNotEmpty" => !is_empty,
        "isNull" => cell.is_null(),
        "isNotNull" => !cell.is_null(),
        "ne" => cell.is_null() || !compare::same(&cell, &named(wanted)),
        "nin" => cell.is_null() || !items().any(|item| compare::same(&cell, &named(item))),
        "ncontains" => cell.is_null() || !has(&cell, &named(wanted)),
        "nlike" => cell.is_null() || !like(&text_of(&cell), &text_of(wanted)),
        "nilike" => cell.is_null() || !like(&lower(&cell), &lower(wanted)),
        _ if cell.is_null() => false,
        "eq" => compare::same(&cell, &named(wanted)),
        "in" => items().any(|item| compare::same(&cell, &named(item))),
        "gt" => compare::order(&cell, wanted).is_some_and(std::cmp::Ordering::is_gt),
        "gte" => compare::order(&cell, wanted).is_some_and(std::cmp::Ordering::is_ge),
        "lt" => compare::order(&cell, wanted).is_some_and(std::cmp::Ordering::is_lt),
        "lte" => compare::order(&cell, wanted).is_some_and(std::cmp::Ordering::is_le),
        "contains" => has(&cell, &named(wanted)),
        "startsWith" => lower(&cell).starts_with(&lower(wanted)),
        "endsWith" => lower(&cell).ends_with(&lower(wanted)),
        "like" => like(&text_of(&cell), &text_of(wanted)),
        "ilike" => like(&lower(&cell), &lower(wanted)),
        _ => false,
    }
}

fn lower(value: &Value) -> String {
    text_of(value).to_lowercase()
}

/// Returns whether a cell contains a text, or has a choice.
fn has(cell: &Value, wanted: &Value) -> bool {
    match cell {
        Value::Array(choices) if wanted.is_string() => choices.contains(wanted),
        _ => lower(cell).contains(&lower(wanted)),
    }
}

/// Returns whether a text matches a pattern in which `*` stands for anything.
fn like(text: &str, pattern: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return text == pattern };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(like("cherry_pie", "cherry*") && like("cherry_pie", "*pie") && like("abc", "a*c"));
        assert!(!like("apple", "Apple*") && !like("ab", "a*c") && like("a", "a"));
    }
}
