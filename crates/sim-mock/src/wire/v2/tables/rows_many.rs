//! Many rows at once: changing and deleting those that a filter keeps, and deleting those that are named.

use std::collections::HashSet;

use http::StatusCode;
use serde_json::{Value, json};

use super::column::ROWS;
use super::rows::{merge, object, opened, unknown};

use super::{filter, locks, unique};
use crate::things::Thing;
use crate::wire::v2::data::data;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call};

/// Returns how many rows a request may touch.
fn most(call: &Call<'_>) -> usize {
    call.number("limit").map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// Changes the rows that a filter keeps.
pub(super) fn update(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (table, columns) = opened(call, &shelves)?;
    locks::check(&table, "update")?;
    let predicate = call.value("filter");
    filter::check(predicate, &columns)?;
    let given = object(call.value("data"));
    if let Some(name) = unique::unknown(&given, &columns) {
        return Err(unknown(name));
    }
    let rows = shelves.of_mut(ROWS, &table.id);
    let kept = rows.all().filter(|row| filter::keeps(predicate, &columns, row));
    let found: Vec<String> = kept.take(most(call)).map(|row| row.id.clone()).collect();
    let cells = unique::normal(&given, &columns, false).map_err(|errors| {
        let missing = errors.iter().any(|error| error.starts_with("Missing"));
        let row = found.first().filter(|_| missing).map(|id| format!("Row {id}: "));
        Problem::bad_request(format!("{}{}", row.unwrap_or_default(), errors.join(", ")))
    })?;
    let own = columns.iter().filter(|column| column.unique && cells.contains_key(&column.name));
    let own: Vec<&str> = own.map(|column| column.name.as_str()).collect();
    if !own.is_empty() && found.len() > 1 {
        return Err(Problem::bad_request(format!(
            "Cannot set unique column values when updating multiple rows. Columns with unique \
             constraint: {}. Updating {} rows with the same value would violate uniqueness.",
            own.join(", "),
            found.len()
        )));
    }
    let except = found.first().map(String::as_str).unwrap_or_default();
    if let Some(conflict) = unique::conflict(&cells, &columns, rows, except) {
        return Err(Problem::bad_request(format!("Unique constraint violation: {conflict}")));
    }
    let found = if cells.is_empty() { Vec::new() } else { found };
    for id in &found {
        if let Some(row) = rows.get_mut(id) {
            merge(row, &cells);
        }
    }
    let updated = json!({ "updatedCount": found.len(), "updatedRowIds": found });
    Ok(data(StatusCode::OK, &updated))
}

/// Deletes the rows that a filter keeps, or those that are named.
pub(super) fn delete(call: &Call<'_>) -> Answered {
    let (has_filter, has_ids) =
        (call.body.contains_key("filter"), call.body.contains_key("rowIds"));
    if has_filter == has_ids {
        let message = "Provide either filter or rowIds, but not both";
        return Err(Problem::invalid(vec![Issue::custom(message)]));
    }
    let mut shelves = call.state.things.open();
    let (table, columns) = opened(call, &shelves)?;
    locks::check(&table, "delete")?;
    let rows = shelves.of_mut(ROWS, &table.id);
    if has_ids {
        let mut seen = HashSet::new();
        let ids: Vec<String> =
            call.texts("rowIds").into_iter().filter(|id| seen.insert(id.clone())).collect();
        let (there, missing): (Vec<_>, Vec<_>) = ids.iter().partition(|id| rows.get(id).is_some());
        let deleted = json!({
            "deletedCount": there.len(),
            "deletedRowIds": there,
            "requestedCount": ids.len(),
            "missingRowIds": missing,
        });
        rows.retain(|row| !ids.contains(&row.id));
        return Ok(data(StatusCode::OK, &deleted));
    }
    let predicate = call.value("filter");
    filter::check(predicate, &columns)?;
    let wanted = |row: &&Thing| filter::keeps(predicate, &columns, row);
    let found = rows.all().filter(wanted).take(most(call)).map(|row| row.id.clone());
    let found: HashSet<String> = found.collect();
    let order: Vec<Value> =
        rows.all().filter(|row| found.contains(&row.id)).map(|row| row.id.clone().into()).collect();
    rows.retain(|row| !found.contains(&row.id));
    let deleted = json!({ "deletedCount": order.len(), "deletedRowIds": order });
    Ok(data(StatusCode::OK, &deleted))
}
