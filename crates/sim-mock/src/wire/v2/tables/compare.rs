//! The order of cells, and when two of them are the same.

use std::cmp::Ordering;

use serde_json::Value;

/// Returns a value as a text.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        value => value.to_string(),
    }
}

/// Returns whether a cell has this value. A number may be written as text.
pub(super) fn same(cell: &Value, value: &Value) -> bool {
    match (cell, value) {
        (_, Value::Null) => false,
        (Value::Number(cell), Value::Number(value)) => cell.as_f64() == value.as_f64(),
        (Value::Number(cell), Value::String(text)) => {
            text.parse().is_ok_and(|number: f64| cell.as_f64() == Some(number))
        }
        (Value::Bool(cell), Value::String(text)) => text == if *cell { "true" } else { "false" },
        (Value::Array(choices), Value::String(_)) => choices.contains(value),
        (cell, value) => cell == value,
    }
}

/// Returns the order of a cell and a value, or `None` if they have none.
pub(super) fn order(cell: &Value, value: &Value) -> Option<Ordering> {
    match (cell, value) {
        (Value::Number(cell), Value::Number(value)) => cell.as_f64()?.partial_cmp(&value.as_f64()?),
        (Value::Number(cell), Value::String(text)) => {
            cell.as_f64()?.partial_cmp(&text.parse().ok()?)
        }
        (Value::Bool(cell), Value::Bool(value)) => Some(cell.cmp(value)),
        (Value::String(cell), Value::String(value)) => Some(cell.cmp(value)),
        _ => None,
    }
}

/// Orders two cells for a list. What has no value comes last, but first among flags in descending order.
pub(super) fn for_list(one: &Value, other: &Value, descends: bool, of_flags: bool) -> Ordering {
    let last = if descends && of_flags { Ordering::Less } else { Ordering::Greater };
    match (one.is_null(), other.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => last,
        (false, true) => last.reverse(),
        (false, false) => {
            let order = order(one, other).unwrap_or_else(|| text_of(one).cmp(&text_of(other)));
            if descends { order.reverse() } else { order }
        }
    }
}
