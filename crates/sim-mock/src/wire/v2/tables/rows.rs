//! Single rows: insert, list, read, change, delete.

use http::StatusCode;
use serde_json::{Value, json};

use super::column::{Column, ROWS, columns};
use super::table::{self, no_row};
use super::{locks, page, unique};
use crate::ids;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::answer;
use crate::wire::v2::data::data;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call, Limit, Listing, of_id};

/// The list of rows, in the order of their places.
pub(super) static LISTING: Listing =
    Listing { search: "", sorts: &[], descends: false, limit: Limit::Thousand, folders: false };

/// Returns a row as answers show it.
pub(super) fn item(row: &Thing) -> Value {
    row.item()
}

/// Makes a row of data that was checked.
pub(super) fn made(call: &Call<'_>, data: Keys) -> Thing {
    let mut row = Thing::new(of_id("row_"), call.key, Keys::new());
    row.set("data", data);
    row
}

/// Returns the table of a request with its columns.
pub(super) fn opened(call: &Call<'_>, shelves: &Shelves) -> Result<(Thing, Vec<Column>), Problem> {
    let table = table::named(call, shelves)?.clone();
    let columns = columns(&table);
    Ok((table, columns))
}

pub(super) fn object(value: &Value) -> Keys {
    let mut keys = value.as_object().cloned().unwrap_or_default();
    // The server's language has a meaning of its own for this key, so the server never sees it.
    keys.remove("__proto__");
    keys
}

fn form() -> Problem {
    let message = "Row insert body must be either { rows: [...] } for a batch insert or \
                   { data: {...} } for a single row";
    Problem::invalid(vec![Issue::union().with_message(message)])
}

/// Inserts one row or many: all of them or none.
pub(super) fn insert(call: &Call<'_>) -> Answered {
    let many = call.body.contains_key("rows");
    let has_place = ["afterRowId", "beforeRowId"].map(|key| call.body.contains_key(key));
    if many == call.body.contains_key("data") || many && has_place != [false, false] {
        return Err(form());
    }
    if has_place == [true, true] {
        let message = "afterRowId and beforeRowId are mutually exclusive";
        return Err(Problem::invalid(vec![Issue::custom(message)]));
    }
    let mut shelves = call.state.things.open();
    let (table, columns) = opened(call, &shelves)?;
    locks::check(&table, "insert")?;
    if many {
        return insert_many(call, &mut shelves, &table, &columns);
    }
    let given = object(call.value("data"));
    if let Some(name) = unique::unknown(&given, &columns) {
        return Err(unknown(name));
    }
    let kept = unique::normal(&given, &columns, true).map_err(|errors| {
        Problem::bad_request("Row data does not match schema").details(errors.into())
    })?;
    let rows = shelves.of_mut(ROWS, &table.id);
    if let Some(conflict) = unique::conflict(&kept, &columns, rows, "") {
        let problem = Problem::bad_request("Unique constraint violation");
        return Err(problem.details(json!([conflict])));
    }
    let near = call.text("afterRowId").or(call.text("beforeRowId"));
    let place = match near {
        None => rows.len(),
        Some(id) => {
            let missing = || {
                let message = format!("Row not found: {id}");
                Problem::new(StatusCode::NOT_FOUND, message)
            };
            rows.place(id).ok_or_else(missing)? + usize::from(has_place[0])
        }
    };
    let row = made(call, kept);
    let shown = item(&row);
    rows.insert(place, row);
    Ok(data(StatusCode::CREATED, &shown))
}

fn insert_many(
    call: &Call<'_>,
    shelves: &mut Shelves,
    table: &Thing,
    columns: &[Column],
) -> Answered {
    let batch = call.value("rows").as_array().cloned().unwrap_or_default();
    let batch: Vec<Keys> = batch.iter().map(object).collect();
    for (at, given) in batch.iter().enumerate() {
        if let Some(name) = unique::unknown(given, columns) {
            let message = format!("Row {}: Unknown column: {name}", at + 1);
            return Err(Problem::bad_request(message));
        }
    }
    let (mut kept, mut flaws) = (Vec::new(), Vec::new());
    for (at, given) in batch.iter().enumerate() {
        match unique::normal(given, columns, true) {
            Ok(data) => kept.push(data),
            Err(errors) => flaws.push(json!({ "row": at, "errors": errors })),
        }
    }
    if !flaws.is_empty() {
        let problem = Problem::bad_request("Row data does not match schema");
        return Err(problem.details(flaws.into()));
    }
    let rows = shelves.of_mut(ROWS, &table.id);
    unique::check_batch(&kept, columns, rows)?;
    let made: Vec<Value> =
        kept.into_iter().map(|data| item(rows.add(self::made(call, data)))).collect();
    Ok(data(StatusCode::CREATED, &json!({ "insertedCount": made.len(), "rows": made })))
}

pub(super) fn unknown(name: &str) -> Problem {
    Problem::bad_request(format!("Unknown column: {name}"))
}

/// Lists the rows in the order of their places.
pub(super) fn list(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let (table, _) = opened(call, &shelves)?;
    let all: Vec<&Thing> = shelves.of(ROWS, &table.id).all().collect();
    let limit = call.number("limit").map_or(100, |limit| usize::try_from(limit).unwrap_or(100));
    let (rows, next) = page::cut(&all, limit, call.text("cursor"), &table.id, "", "")?;
    let rows: Vec<Value> = rows.iter().map(|row| item(row)).collect();
    Ok(answer::json(StatusCode::OK, &json!({ "data": rows, "nextCursor": next })))
}

fn id_of<'c>(call: &'c Call<'_>) -> &'c str {
    call.ids.get(1).map_or("", String::as_str)
}

pub(super) fn get(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let (table, _) = opened(call, &shelves)?;
    let row = shelves.of(ROWS, &table.id).get(id_of(call)).ok_or_else(no_row)?;
    Ok(data(StatusCode::OK, &item(row)))
}

/// Changes the named cells of a row.
pub(super) fn patch(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (table, columns) = opened(call, &shelves)?;
    locks::check(&table, "update")?;
    let given = object(call.value("data"));
    let rows = shelves.of_mut(ROWS, &table.id);
    if rows.get(id_of(call)).is_none() {
        return Err(no_row());
    }
    if let Some(name) = unique::unknown(&given, &columns) {
        return Err(unknown(name));
    }
    let kept = unique::normal(&given, &columns, false).map_err(|errors| misfit(&errors))?;
    if let Some(conflict) = unique::conflict(&kept, &columns, rows, id_of(call)) {
        return Err(Problem::bad_request(conflict));
    }
    let row = rows.get_mut(id_of(call)).ok_or_else(no_row)?;
    if !kept.is_empty() {
        merge(row, &kept);
    }
    Ok(data(StatusCode::OK, &item(row)))
}

fn misfit(errors: &[String]) -> Problem {
    Problem::bad_request(format!("Schema validation failed: {}", errors.join(", ")))
}

/// Puts cells into a row.
pub(super) fn merge(row: &mut Thing, cells: &Keys) {
    if let Some(Value::Object(data)) = row.shown.get_mut("data") {
        data.extend(cells.clone());
    }
    row.touch();
}

pub(super) fn delete(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (table, _) = opened(call, &shelves)?;
    locks::check(&table, "delete")?;
    let id = id_of(call);
    if shelves.of_mut(ROWS, &table.id).retain(|row| row.id != id) == 0 {
        return Err(no_row());
    }
    Ok(data(StatusCode::OK, &json!({ "id": id, "deleted": true })))
}

/// Inserts a row, or replaces the row that has the same value in a column of which each may have one.
pub(super) fn upsert(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (table, columns) = opened(call, &shelves)?;
    let given = object(call.value("data"));
    if let Some(name) = unique::unknown(&given, &columns) {
        return Err(unknown(name));
    }
    let own: Vec<&str> =
        columns.iter().filter(|one| one.unique).map(|one| one.name.as_str()).collect();
    let named = own.join(", ");
    let target = match (call.text("conflictTarget"), own.as_slice()) {
        (_, []) => {
            return Err(Problem::bad_request(
                "Upsert requires at least one unique column in the schema. Please add a unique \
                 constraint to a column or use insert instead.",
            ));
        }
        (Some(target), own) if own.contains(&target) => target,
        (Some(target), _) => {
            return Err(Problem::bad_request(format!(
                "Column \"{target}\" is not a unique column. Available unique columns: {named}"
            )));
        }
        (None, [only]) => only,
        (None, _) => {
            return Err(Problem::bad_request(format!(
                "Table has multiple unique columns ({named}). Specify a conflict column to \
                 indicate which one to match on."
            )));
        }
    };
    let kept = unique::normal(&given, &columns, true).map_err(|errors| misfit(&errors))?;
    let Some(value) = kept.get(target).filter(|value| !value.is_null()) else {
        let message =
            format!("Upsert requires a value for the conflict target column \"{target}\"");
        return Err(Problem::bad_request(message));
    };
    let rows = shelves.of_mut(ROWS, &table.id);
    let same = rows.all().find(|row| row.shown["data"][target] == *value);
    let same = same.map(|row| row.id.clone());
    let except = same.clone().unwrap_or_default();
    if let Some(conflict) = unique::conflict(&kept, &columns, rows, &except) {
        return Err(Problem::bad_request(format!("Unique constraint violation: {conflict}")));
    }
    locks::check(&table, if same.is_some() { "update" } else { "insert" })?;
    let (shown, operation) = match same.and_then(|id| rows.get_mut(&id)) {
        Some(row) => {
            row.set("data", kept);
            row.touch();
            (item(row), "update")
        }
        None => (item(rows.add(made(call, kept))), "insert"),
    };
    Ok(data(StatusCode::OK, &json!({ "row": shown, "operation": operation })))
}

/// Returns a fresh name of something that runs in a table.
pub(super) fn dispatch() -> String {
    format!("tdsp_{}", ids::uuid().replace('-', ""))
}
