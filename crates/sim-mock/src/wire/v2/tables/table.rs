//! Tables as a resource.

use http::StatusCode;
use serde_json::{Value, json};

use super::column::{self, FIELDS, GROUPS, ROWS, VIEWS};
use super::locks;
use crate::folder::ROOT;
use crate::ids;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{
    Call, Field, Limit, Listing, Of, Pattern, Resource, may, must, of_id,
};

/// The number of rows that a table may have, on a server without billing.
const ROOM: u64 = 9_007_199_254_740_991;

pub(super) const NAME: Pattern = Pattern {
    text: "/^[A-Za-z_][A-Za-z0-9_]*$/",
    fits: column::is_name,
    message: "Name must start with a letter or underscore and contain only alphanumeric \
              characters and underscores",
};

const SCHEMA: &[Field] = &[must("columns", Of::List(&Of::Object(FIELDS), 1, 1000))
    .says("Table must have at least one column")];

/// Tables.
pub(crate) static TABLE: Resource = Resource {
    kind: "table",
    word: "Table",
    parent: None,
    id: |_| of_id("tbl_"),
    fields: &[
        must("name", Of::Name(1, 128, &NAME)),
        may("description", Of::Text(0, 500)),
        must("schema", Of::Object(SCHEMA)),
        may("folderPath", Of::Folder),
    ],
    changes: &[
        may("name", Of::Name(1, 128, &NAME)),
        may("description", Of::Text(0, 500)).or_null(),
        may("folderPath", Of::Folder),
    ],
    nothing: "Provide a new name, description, or folder",
    unique: Some("name"),
    taken,
    listing: Listing {
        search: "name",
        sorts: &["createdAt", "name", "updatedAt"],
        descends: false,
        limit: Limit::Clamped,
        folders: true,
    },
    fill,
    show: |_, shelves, thing| item(shelves, thing),
    gone: |_, shelves, thing| {
        locks::check(thing, "delete")?;
        for kind in [ROWS, VIEWS, GROUPS] {
            shelves.clear(kind, &thing.id);
        }
        Ok(())
    },
    missing: Some(|id| {
        format!(
            "Table \"{id}\" not found in this workspace — it may not exist or may belong to a \
             different workspace. Run glob(\"tables/*\") to list the tables you can use here."
        )
    }),
};

pub(super) fn taken(name: &str) -> Problem {
    Problem::conflict(format!("A table named \"{name}\" already exists in this workspace"))
}

fn fill(
    call: &Call<'_>,
    shelves: &mut Shelves,
    table: &mut Thing,
    mut body: Keys,
) -> Result<(), Problem> {
    let is_new = table.shown.is_empty();
    let missing = if is_new { "Folder not found" } else { "Folder not found in this workspace" };
    let folder = call.folder(shelves, TABLE.kind, missing)?;
    if let Some(schema) = body.remove("schema") {
        let columns = schema["columns"].as_array().cloned().unwrap_or_default();
        *table = new(call.key, &table.id, "", columns)?;
    }
    if let Some(folder) = folder {
        table.set("folderPath", folder);
    }
    for (key, value) in body {
        table.set(&key, value);
    }
    if is_new {
        add_view(call, shelves, &table.id);
    }
    Ok(())
}

/// Gives a new table its view.
pub(super) fn add_view(call: &Call<'_>, shelves: &mut Shelves, table: &str) {
    let mut view = Thing::new(ids::uuid(), call.key, Keys::new());
    for (key, value) in [
        ("tableId", json!(table)),
        ("name", json!("Default")),
        ("config", json!({})),
        ("isDefault", json!(true)),
        ("createdByEmail", json!(call.email())),
    ] {
        view.set(key, value);
    }
    shelves.of_mut(VIEWS, table).add(view);
}

/// Makes a table of these columns.
pub(super) fn new(
    owner: usize,
    id: &str,
    name: &str,
    columns: Vec<Value>,
) -> Result<Thing, Problem> {
    let misfits = columns.iter().enumerate().filter_map(|(at, one)| {
        let (key, message) = column::misfit(one)?;
        Some(Issue::custom(message).at("schema").at("columns").at(at).at(key))
    });
    let misfits: Vec<Issue> = misfits.collect();
    if !misfits.is_empty() {
        return Err(Problem::invalid(misfits));
    }
    let mut made = Vec::new();
    for column in columns {
        if let Value::Object(keys) = column {
            made.push(column::made(keys)?);
        }
    }
    let lower = |column: &Value| column["name"].as_str().unwrap_or_default().to_lowercase();
    let mut names: Vec<String> = made.iter().map(lower).collect();
    names.sort();
    names.dedup();
    if names.len() < made.len() {
        return Err(Problem::bad_request("Invalid schema: Duplicate column names found"));
    }
    let mut table = Thing::new(id.to_owned(), owner, Keys::new());
    table.set("name", name);
    table.set("description", Value::Null);
    table.set("ownerEmail", crate::wire::v2::resource::email(owner));
    table.set("folderPath", ROOT);
    table.set("maxRows", ROOM);
    table.set("locks", locks::open());
    table.set("job", Value::Null);
    table.set("schema", json!({ "columns": made }));
    Ok(table)
}

/// Returns a table as answers show it.
pub(super) fn item(shelves: &Shelves, table: &Thing) -> Value {
    let mut item = table.item();
    item["rowCount"] = shelves.of(ROWS, &table.id).len().into();
    item
}

/// Returns the table that a path names.
pub(super) fn named<'s>(call: &Call<'_>, shelves: &'s Shelves) -> Result<&'s Thing, Problem> {
    let id = call.ids.first().map(String::as_str).unwrap_or_default();
    shelves.of(TABLE.kind, "").get(id).ok_or_else(|| TABLE.missing(id))
}

pub(super) fn named_mut<'s>(
    call: &Call<'_>,
    shelves: &'s mut Shelves,
) -> Result<&'s mut Thing, Problem> {
    let id = call.ids.first().map(String::as_str).unwrap_or_default();
    shelves.of_mut(TABLE.kind, "").get_mut(id).ok_or_else(|| TABLE.missing(id))
}

/// The refusal of a row that is not there.
pub(super) fn no_row() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Row not found")
}
