//! Adding, changing and deleting the columns of a table.

use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::cell;
use super::column::{self, Column, ROWS, columns, columns_json, set_columns};
use super::rows::object;
use super::table;
use super::{locks, rows};
use crate::things::{Keys, Shelves};
use crate::wire::v2::data::data;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call};

fn shown(status: StatusCode, columns: &[Value]) -> Response {
    data(status, &json!({ "columns": columns }))
}

fn missing(name: &str) -> Problem {
    Problem::not_found(&format!("Column \"{name}\""))
}

fn same(name: &str, other: &Value) -> bool {
    other["name"].as_str().is_some_and(|other| other.eq_ignore_ascii_case(name))
}

pub(super) fn add(call: &Call<'_>) -> Answered {
    let input = object(call.value("column"));
    if let Some((key, message)) = column::misfit(&input.clone().into()) {
        return Err(Problem::invalid(vec![Issue::custom(message).at("column").at(key)]));
    }
    let mut shelves = call.state.things.open();
    let table = table::named(call, &shelves)?;
    locks::check(table, "schema")?;
    let mut all = columns_json(table);
    let name = input.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    if all.iter().any(|other| same(&name, other)) {
        return Err(Problem::bad_request(format!("Column \"{name}\" already exists")));
    }
    let place = input.get("position").and_then(Value::as_u64);
    let place = place.and_then(|place| usize::try_from(place).ok());
    let has_rows = shelves.of(ROWS, &table.id).len() > 0;
    if has_rows && input.get("required") == Some(&Value::Bool(true)) {
        let message = format!("Cannot add required column \"{name}\" to a table with rows");
        return Err(Problem::bad_request(message));
    }
    let made = column::made(input)?;
    all.insert(place.map_or(all.len(), |place| place.min(all.len())), made);
    set_columns(table::named_mut(call, &mut shelves)?, &all);
    Ok(shown(StatusCode::CREATED, &all))
}

/// Changes a column. Its cells follow.
pub(super) fn update(call: &Call<'_>) -> Answered {
    let name = call.text("columnName").unwrap_or_default().to_owned();
    let updates = object(call.value("updates"));
    let mut shelves = call.state.things.open();
    let table = table::named(call, &shelves)?.clone();
    locks::check(&table, "schema")?;
    let mut all = columns_json(&table);
    let place = all.iter().position(|column| column["name"] == name.as_str());
    let place = place.ok_or_else(|| missing(&name))?;
    if updates.get("type").is_some_and(|kind| all[place]["type"] == *kind) {
        return Err(Problem::bad_request(format!(
            "Column \"{name}\" is already type \"{}\"; re-issue the request without a type change.",
            all[place]["type"].as_str().unwrap_or_default()
        )));
    }
    let new_name = updates.get("name").and_then(Value::as_str).unwrap_or(&name).to_owned();
    let is_taken = all.iter().enumerate().any(|(at, other)| at != place && same(&new_name, other));
    if is_taken {
        return Err(Problem::bad_request(format!("Column \"{new_name}\" already exists")));
    }
    for (key, value) in updates {
        all[place][key] = value;
    }
    if all[place]["type"] != "select" {
        if let Some(keys) = all[place].as_object_mut() {
            keys.remove("options");
            keys.remove("multiple");
        }
    }
    let mut changed = table;
    set_columns(&mut changed, &all);
    let column = columns(&changed).swap_remove(place);
    let parent = changed.id.clone();
    check_cells(&shelves, &parent, &name, &column)?;
    for row in shelves.of_mut(ROWS, &parent).all_mut() {
        let Some(Value::Object(data)) = row.shown.get_mut("data") else { continue };
        if let Some(before) = data.remove(&name) {
            let after = cell::normal(&column, before).unwrap_or_default();
            data.insert(new_name.clone(), after);
        }
    }
    *table::named_mut(call, &mut shelves)? = changed;
    Ok(shown(StatusCode::OK, &all))
}

/// Refuses a column whose cells do not fit any more. An empty text counts as missing here.
fn check_cells(shelves: &Shelves, table: &str, name: &str, column: &Column) -> Result<(), Problem> {
    let rows = shelves.of(ROWS, table);
    let empty = |cell: &Value| cell.is_null() || cell == "";
    let lacking = rows.all().filter(|row| empty(&row.shown["data"][name])).count();
    if column.required && lacking > 0 {
        return Err(Problem::bad_request(format!(
            "Cannot set column \"{name}\" as required: {lacking} row(s) have null or missing values"
        )));
    }
    let mut seen: Vec<&Value> = Vec::new();
    for row in rows.all() {
        let cell = &row.shown["data"][name];
        if column.unique && !cell.is_null() && seen.contains(&cell) {
            let message = format!("Cannot set column \"{name}\" as unique: duplicate values found");
            return Err(Problem::bad_request(message));
        }
        if cell::normal(column, cell.clone()).is_err() {
            let message =
                format!("Cannot change column \"{name}\": values do not fit the new type");
            return Err(Problem::bad_request(message));
        }
        seen.push(cell);
    }
    Ok(())
}

pub(super) fn delete(call: &Call<'_>) -> Answered {
    let name = call.text("columnName").unwrap_or_default().to_owned();
    let mut shelves = call.state.things.open();
    let (table, _) = rows::opened(call, &shelves)?;
    locks::check(&table, "schema")?;
    let mut all = columns_json(&table);
    let before = all.len();
    all.retain(|column| column["name"] != name.as_str());
    if all.len() == before {
        return Err(missing(&name));
    }
    if all.is_empty() {
        return Err(Problem::bad_request("Cannot delete the last column in a table"));
    }
    drop_column(&mut shelves, &table.id, &name);
    set_columns(table::named_mut(call, &mut shelves)?, &all);
    Ok(shown(StatusCode::OK, &all))
}

/// Takes the cells of a column out of all rows.
pub(super) fn drop_column(shelves: &mut Shelves, table: &str, name: &str) {
    for row in shelves.of_mut(ROWS, table).all_mut() {
        if let Some(Value::Object(data)) = row.shown.get_mut("data") {
            data.remove(name);
        }
    }
}

/// Returns the input of a new column of this name and type.
pub(super) fn input(name: &str, kind: &str) -> Keys {
    object(&json!({ "name": name, "type": kind }))
}
