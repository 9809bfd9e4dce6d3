//! Saved views of a table as a resource.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::column::{VIEWS, columns};
use super::filter;
use super::predicate::group;
use super::table::{self, TABLE};
use crate::ids;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Call, Field, Limit, Listing, Of, Resource, email, may, must};

/// The most views of a table.
const MOST: usize = 100;

pub(super) const SORT: Of =
    Of::Object(&[must("field", Of::Text(1, 128)), must("direction", Of::Word(&["asc", "desc"]))]);

const TEXTS: Of = Of::List(&Of::Text(0, 128), 0, 1000);

const CONFIG: Of = Of::Object(&[
    may("columnWidths", Of::Record),
    may("columnOrder", TEXTS),
    may("pinnedColumns", TEXTS),
    may("hiddenColumns", TEXTS),
    may("filter", Of::Predicate).or_null(),
    may("sort", Of::List(&SORT, 0, 16)).or_null(),
]);

const CHANGES: &[Field] = &[
    may("name", Of::Text(1, 255)).says("View name is required"),
    may("config", CONFIG),
    may("configPatch", CONFIG),
    may("isDefault", Of::Flag),
];

/// Views of tables.
pub(super) static VIEW: Resource = Resource {
    kind: VIEWS,
    word: "View",
    parent: Some(&TABLE),
    id: |_| ids::uuid(),
    fields: &[must("name", Of::Text(1, 255)).says("View name is required"), must("config", CONFIG)],
    changes: CHANGES,
    nothing: "Provide at least one of name, config, configPatch, or isDefault",
    unique: None,
    taken: |_| Problem::conflict("A view with this name already exists"),
    listing: Listing {
        search: "",
        sorts: &[],
        descends: false,
        limit: Limit::Whole,
        folders: false,
    },
    fill,
    show: |_, _, view| view.item(),
    gone: |_, _, _| Ok(()),
    missing: Some(|_| {
        "View not found on this table — call table_views with operation \"list_views\" for valid \
         view ids"
            .to_owned()
    }),
};

fn fill(
    call: &Call<'_>,
    shelves: &mut Shelves,
    view: &mut Thing,
    mut body: Keys,
) -> Result<(), Problem> {
    let table = table::named(call, shelves)?.clone();
    let whole = body.remove("config");
    let patch = body.remove("configPatch");
    if whole.is_some() && patch.is_some() {
        let message = "config and configPatch are mutually exclusive";
        return Err(Problem::invalid(vec![Issue::custom(message)]));
    }
    for config in whole.iter().chain(&patch) {
        check(config, &table)?;
    }
    if view.shown.is_empty() {
        if shelves.of(VIEW.kind, &table.id).len() >= MOST {
            let message = format!("A table cannot have more than {MOST} saved views");
            return Err(Problem::bad_request(message));
        }
        view.set("tableId", table.id.clone());
        view.set("isDefault", false);
        view.set("createdByEmail", email(call.key));
    }
    if let Some(config) = whole {
        view.set("config", stored(config, Map::new()));
    }
    if let Some(patch) = patch {
        let before = view.shown.get("config").and_then(Value::as_object).cloned();
        view.set("config", stored(patch, before.unwrap_or_default()));
    }
    if body.get("isDefault") == Some(&Value::Bool(true)) {
        for other in shelves.of_mut(VIEW.kind, &table.id).all_mut() {
            other.set("isDefault", false);
        }
    }
    for (key, value) in body {
        view.set(&key, value);
    }
    Ok(())
}

/// Returns settings as a view keeps them: a bare condition becomes a group.
fn stored(config: Value, mut before: Keys) -> Value {
    if let Value::Object(keys) = config {
        before.extend(keys);
    }
    before.retain(|_, value| !value.is_null());
    if let Some(filter) = before.get_mut("filter") {
        if group(filter).is_none() {
            *filter = json!({ "all": [filter.take()] });
        }
    }
    before.into()
}

/// Refuses settings that name what the table does not have. The refusals have no codes.
fn check(config: &Value, table: &Thing) -> Result<(), Problem> {
    let columns = columns(table);
    let is_known = |name: &str| columns.iter().any(|column| column.name == name);
    if let Some(widths) = config["columnWidths"].as_object() {
        if let Some((name, _)) = widths.iter().find(|(_, width)| width.as_f64() <= Some(0.0)) {
            let issue = Issue::too_small(crate::wire::v2::issue::Sized::Number, 0, false);
            let issue = issue.at("config").at("columnWidths").at(name.as_str());
            return Err(Problem::invalid(vec![issue]));
        }
    }
    if let Some(filter) = config.get("filter").filter(|filter| !filter.is_null()) {
        filter::check(filter, &columns).map_err(Problem::without_details)?;
    }
    for sort in config["sort"].as_array().into_iter().flatten() {
        let field = sort["field"].as_str().unwrap_or_default();
        if !is_known(field) && !["id", "createdAt", "updatedAt"].contains(&field) {
            return Err(Problem::bad_request(format!("Unknown sort column \"{field}\"")));
        }
    }
    for key in ["columnOrder", "pinnedColumns", "hiddenColumns"] {
        for name in config[key].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !is_known(name) {
                return Err(Problem::new(
                    StatusCode::BAD_REQUEST,
                    format!("Unknown {key} column \"{name}\". It is not a column on this table."),
                ));
            }
        }
    }
    Ok(())
}
