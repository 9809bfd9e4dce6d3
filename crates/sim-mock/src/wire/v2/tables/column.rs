//! The columns of a table.

use serde_json::{Value, json};

use crate::things::{Keys, Thing};
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Field, Of, Pattern, may, must, of_id};

/// The names of the collections of what belongs to a table.
pub(super) const ROWS: &str = "row";
pub(super) const VIEWS: &str = "view";
pub(super) const GROUPS: &str = "group";

pub(super) const KINDS: &[&str] =
    &["string", "number", "currency", "boolean", "date", "json", "select"];

pub(super) const NAME: Pattern = Pattern {
    text: "/^[A-Za-z_][A-Za-z0-9_]*$/",
    fits: is_name,
    message: "Column name must start with a letter or underscore and contain only alphanumeric \
              characters and underscores",
};

const OPTION: Of = Of::Object(&[
    must("id", Of::Text(1, 100)).says("Option id is required"),
    must("name", Of::Text(1, 100)),
]);

/// The fields of a new column.
pub(super) const FIELDS: &[Field] = &[
    may("id", Of::Text(1, 128)),
    must("name", Of::Name(1, 50, &NAME)),
    must("type", Of::Word(KINDS)),
    may("required", Of::Flag),
    may("unique", Of::Flag),
    may("options", Of::List(&OPTION, 0, 100)),
    may("multiple", Of::Flag),
    may("currencyCode", Of::Text(3, 3)),
    may("position", Of::Whole(0, u64::MAX)),
];

/// The fields of a change of a column.
pub(super) const CHANGES: &[Field] = &[
    may("name", Of::Name(1, 50, &NAME)),
    may("type", Of::Word(KINDS)),
    may("required", Of::Flag),
    may("unique", Of::Flag),
    may("options", Of::List(&OPTION, 0, 100)),
    may("multiple", Of::Flag),
    may("currencyCode", Of::Text(3, 3)),
];

pub(super) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A column, as the server keeps it.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) required: bool,
    pub(super) unique: bool,
    pub(super) multiple: bool,
    /// The ids and the names of the options.
    pub(super) options: Vec<(String, String)>,
}

impl Column {
    fn of(value: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let options = value["options"].as_array().into_iter().flatten();
        Self {
            name: text(&value["name"]),
            kind: text(&value["type"]),
            required: value["required"] == true,
            unique: value["unique"] == true,
            multiple: value["multiple"] == true,
            options: options.map(|one| (text(&one["id"]), text(&one["name"]))).collect(),
        }
    }

    /// Returns whether a cell holds several choices.
    pub(super) fn is_many(&self) -> bool {
        self.kind == "select" && self.multiple
    }
}

/// Returns the columns of a table.
pub(super) fn columns(table: &Thing) -> Vec<Column> {
    columns_json(table).iter().map(Column::of).collect()
}

pub(super) fn columns_json(table: &Thing) -> Vec<Value> {
    let schema = table.shown.get("schema").unwrap_or(&Value::Null);
    schema["columns"].as_array().cloned().unwrap_or_default()
}

pub(super) fn set_columns(table: &mut Thing, columns: &[Value]) {
    table.set("schema", json!({ "columns": columns }));
    table.touch();
}

/// Returns a new column as answers show it, or the refusal of what is wrong with it.
pub(super) fn made(mut input: Keys) -> Result<Value, Problem> {
    let kind = input.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let name = input.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let invalid = |why: String| Problem::bad_request(format!("Invalid schema: {why}"));
    let has_options =
        input.get("options").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
    if kind == "select" && !has_options {
        return Err(invalid(format!("Column \"{name}\" must have at least one option")));
    }
    if let Some(code) = input.get("currencyCode").and_then(Value::as_str) {
        if code == "ZZZ" || !code.chars().all(|c| c.is_ascii_uppercase()) {
            return Err(invalid(format!(
                "Column \"{name}\" has invalid currency code \"{code}\". Use an ISO 4217 code, e.g. USD"
            )));
        }
    }
    input.remove("position");
    input.insert("id".to_owned(), of_id("col_").into());
    input.entry("required").or_insert(Value::Bool(false));
    input.entry("unique").or_insert(Value::Bool(false));
    Ok(input.into())
}

/// Returns the refusal of options that the type of a column does not have, with the key.
pub(super) fn misfit(column: &Value) -> Option<(&'static str, &'static str)> {
    let kind = column["type"].as_str()?;
    if kind != "select" && column.get("options").is_some() {
        return Some(("options", "options are only allowed on select columns"));
    }
    if kind != "select" && column.get("multiple").is_some() {
        return Some(("multiple", "multiple is only allowed on select columns"));
    }
    let has_code = kind != "currency" && column.get("currencyCode").is_some();
    has_code.then_some(("currencyCode", "currencyCode is only allowed on currency columns"))
}
