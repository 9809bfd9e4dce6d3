//! What rows are checked for before they are kept: their columns, their types, and what only one row may have.

use serde_json::{Value, json};

use super::cell;
use super::column::Column;
use crate::store::Collection;
use crate::things::{Keys, Thing};
use crate::wire::v2::problem::Problem;

/// The largest row, in bytes.
const ROW: usize = 400 * 1024;

/// Returns the name of a column that the table does not have.
pub(super) fn unknown<'d>(data: &'d Keys, columns: &[Column]) -> Option<&'d str> {
    let known = |name: &&String| columns.iter().any(|column| column.name == **name);
    data.keys().find(|name| !known(name)).map(String::as_str)
}

/// Returns data as the columns keep it, or everything that is wrong with it.
pub(super) fn normal(data: &Keys, columns: &[Column], whole: bool) -> Result<Keys, Vec<String>> {
    let (mut kept, mut errors) = (Keys::new(), Vec::new());
    for column in columns {
        let value = data.get(&column.name);
        let is_missing = value.is_none_or(Value::is_null);
        if column.required && is_missing && (whole || value.is_some()) {
            errors.push(format!("Missing required field: {}", column.name));
            continue;
        }
        let Some(value) = value else { continue };
        match cell::normal(column, value.clone()) {
            Ok(value) => drop(kept.insert(column.name.clone(), value)),
            Err(error) => errors.push(error),
        }
    }
    let size = serde_json::to_string(&kept).map_or(0, |text| text.len());
    if size > ROW {
        errors.push(format!("Row size exceeds limit ({size} bytes > {ROW} bytes)"));
    }
    if errors.is_empty() { Ok(kept) } else { Err(errors) }
}

/// Returns the place of another row that has the same value in a column of which each may have one, and the refusal.
pub(super) fn conflict(
    data: &Keys,
    columns: &[Column],
    rows: &Collection<Thing>,
    except: &str,
) -> Option<String> {
    columns.iter().filter(|column| column.unique).find_map(|column| {
        let value = data.get(&column.name).filter(|value| !value.is_null())?;
        let same = |row: &Thing| row.id != except && row.shown["data"][&column.name] == *value;
        let place = rows.all().position(same)?;
        Some(format!("{} already exists in row {}", taken(column, value), place + 1))
    })
}

fn taken(column: &Column, value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    format!("Column \"{}\" must be unique. Value \"{text}\"", column.name)
}

/// Refuses rows that together break what only one row may have.
pub(super) fn check_batch(
    batch: &[Keys],
    columns: &[Column],
    rows: &Collection<Thing>,
) -> Result<(), Problem> {
    let mut flaws = Vec::new();
    for (at, data) in batch.iter().enumerate() {
        let mut errors: Vec<String> = conflict(data, columns, rows, "").into_iter().collect();
        for column in columns.iter().filter(|column| column.unique) {
            let Some(value) = data.get(&column.name).filter(|value| !value.is_null()) else {
                continue;
            };
            let before =
                batch[..at].iter().position(|other| other.get(&column.name) == Some(value));
            errors.extend(before.map(|first| {
                format!("{} duplicates row {} in batch", taken(column, value), first + 1)
            }));
        }
        if !errors.is_empty() {
            flaws.push(json!({ "row": at, "errors": errors }));
        }
    }
    if flaws.is_empty() {
        return Ok(());
    }
    Err(Problem::bad_request("Unique constraint violations in batch").details(flaws.into()))
}
