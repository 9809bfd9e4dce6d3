//! What an import does: rows out of the lines of a file.

use serde_json::Value;

use super::column::{self, Column, ROWS, columns, columns_json, set_columns};
use super::table::{self, TABLE};
use super::{cell, columns as of_columns, csv, rows, unique};
use crate::things::{Keys, Shelves, Thing};
use crate::wire::v2::resource::{Call, of_id};

/// Puts the rows of a file into the target of an import. Returns the table, and how many rows there are or why there
/// are none.
pub(super) fn work(
    call: &Call<'_>,
    shelves: &mut Shelves,
    import: &Thing,
    bytes: &[u8],
) -> (String, Result<usize, String>) {
    let lines = csv::lines(bytes);
    let (headers, lines) =
        lines.split_first().map_or((&[][..], &[][..]), |(head, rest)| (&head[..], rest));
    let target = &import.shown["target"];
    let id = match target["tableId"].as_str() {
        Some(id) => id.to_owned(),
        None => create(call, shelves, import, headers, lines),
    };
    if lines.is_empty() {
        return (id, Err("CSV file has no data rows".to_owned()));
    }
    let result = fill(call, shelves, import, &id, headers, lines);
    (id, result)
}

fn create(
    call: &Call<'_>,
    shelves: &mut Shelves,
    import: &Thing,
    headers: &[String],
    lines: &[Vec<String>],
) -> String {
    let mut inputs: Vec<Value> = Vec::new();
    for (at, header) in headers.iter().enumerate() {
        let cells = lines.iter().filter_map(|line| line.get(at)).map(String::as_str);
        let input = of_columns::input(&csv::name_of(header), csv::kind_of(cells));
        inputs.retain(|other| other["name"] != input["name"]);
        inputs.push(input.into());
    }
    let (source, target) = (&import.shown["source"], &import.shown["target"]);
    let (id, name) = (of_id("tbl_"), target["name"].as_str().unwrap_or_default());
    let Ok(mut table) = table::new(call.key, &id, name, inputs) else { return id };
    let file = source["name"].as_str().unwrap_or_default();
    table.set("description", format!("Imported from {file}"));
    if let Some(folder) = target["folderPath"].as_str() {
        table.set("folderPath", folder);
    }
    shelves.of_mut(TABLE.kind, "").add(table);
    table::add_view(call, shelves, &id);
    id
}

fn fill(
    call: &Call<'_>,
    shelves: &mut Shelves,
    import: &Thing,
    id: &str,
    headers: &[String],
    lines: &[Vec<String>],
) -> Result<usize, String> {
    let gone = || "Table not found".to_owned();
    let mut table = shelves.of(TABLE.kind, "").get(id).ok_or_else(gone)?.clone();
    add_columns(&mut table, import.hidden("createColumns"), headers, lines);
    let columns = columns(&table);
    let mapping = import.hidden("mapping");
    let names: Vec<Option<&Column>> = headers
        .iter()
        .map(|header| {
            let name = match mapping.get(header) {
                Some(told) => told.as_str()?.to_owned(),
                None => csv::name_of(header),
            };
            columns.iter().find(|column| column.name.eq_ignore_ascii_case(&name))
        })
        .collect();
    let lacking: Vec<&str> = columns
        .iter()
        .filter(|column| column.required)
        .filter(|column| !names.iter().flatten().any(|known| known.name == column.name))
        .map(|column| column.name.as_str())
        .collect();
    if !lacking.is_empty() {
        return Err(format!("CSV is missing required columns: {}", lacking.join(", ")));
    }
    let mut batch = Vec::new();
    for line in lines {
        let mut data = Keys::new();
        for (column, text) in names.iter().zip(line) {
            let Some(column) = column else { continue };
            // What does not fit its column becomes nothing, in silence.
            let value = cell::normal(column, csv::value(column, text)).unwrap_or_default();
            data.insert(column.name.clone(), value);
        }
        batch.push(data);
    }
    let replaces = import.shown["target"]["mode"] == "replace";
    if replaces {
        shelves.clear(ROWS, id);
    }
    let all = shelves.of_mut(ROWS, id);
    for (at, data) in batch.iter().enumerate() {
        if let Some(conflict) = unique::conflict(data, &columns, all, "") {
            return Err(format!("Row {}: {conflict}", at + 1));
        }
    }
    let many = batch.len();
    for data in batch {
        all.add(rows::made(call, data));
    }
    if let Some(place) = shelves.of_mut(TABLE.kind, "").get_mut(id) {
        *place = table;
    }
    Ok(many)
}

fn add_columns(table: &mut Thing, wanted: &Value, headers: &[String], lines: &[Vec<String>]) {
    let mut all = columns_json(table);
    for header in wanted.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let Some(at) = headers.iter().position(|known| known == header) else { continue };
        let cells = lines.iter().filter_map(|line| line.get(at)).map(String::as_str);
        let input = of_columns::input(&csv::name_of(header), csv::kind_of(cells));
        all.extend(column::made(input).ok());
    }
    if all.len() > columns_json(table).len() {
        set_columns(table, &all);
    }
}
