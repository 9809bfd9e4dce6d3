//! Groups of columns that a workflow or an enrichment fills.

use http::StatusCode;
use serde_json::{Value, json};

use super::column::{self, GROUPS, columns_json, set_columns};
use super::rows::object;
use super::table;
use super::{columns, rows};
use crate::ids;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::v2::data::data;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call, Field, Limit, Listing, Of, may, must};

/// The enrichments that the server knows.
const ENRICHMENTS: [&str; 2] = ["company-domain", "company-info"];

const KINDS: Of = Of::Word(&["manual", "enrichment"]);
const MODES: Of = Of::Word(&["live", "deployed"]);
const DEPENDENCIES: Of = Of::Object(&[may("columns", Of::List(&Of::Text(0, 128), 0, 1000))]);
const OUTPUT: Of = Of::Object(&[
    may("blockId", Of::Text(0, 255)),
    may("path", Of::Text(0, 1000)),
    may("outputId", Of::Text(0, 255)),
    must("columnName", Of::Text(1, 50)),
]);
const INPUT: Of =
    Of::Object(&[must("inputName", Of::Text(1, 255)), must("columnName", Of::Text(1, 50))]);
const COLUMN: Of = Of::Object(&[
    must("name", Of::Name(1, 50, &column::NAME)),
    must("type", Of::Word(column::KINDS)),
    may("required", Of::Flag),
    may("unique", Of::Flag),
]);
const MAPPING: Of = Of::Object(&[
    must("columnName", Of::Text(1, 50)),
    must("blockId", Of::Text(0, 255)),
    must("path", Of::Text(0, 1000)),
]);

/// The input of a new group.
pub(super) const ADDED: &[Field] = &[
    must(
        "group",
        Of::Object(&[
            may("id", Of::Text(1, 128)),
            may("workflowId", Of::Text(0, 128)),
            may("enrichmentId", Of::Text(1, 255)),
            may("name", Of::Text(0, 255)),
            may("type", KINDS),
            may("dependencies", DEPENDENCIES),
            must("outputs", Of::List(&OUTPUT, 1, 1000)),
            may("inputMappings", Of::List(&INPUT, 0, 1000)),
            may("deploymentMode", MODES),
            may("autoRun", Of::Flag),
        ]),
    ),
    must("outputColumns", Of::List(&COLUMN, 1, 1000)),
    may("autoRun", Of::Flag),
];

/// The input of a change.
pub(super) const CHANGED: &[Field] = &[
    must("groupId", Of::Text(1, 128)),
    may("workflowId", Of::Text(1, 128)),
    may("name", Of::Text(0, 255)),
    may("dependencies", DEPENDENCIES),
    may("outputs", Of::List(&OUTPUT, 0, 1000)),
    may("newOutputColumns", Of::List(&COLUMN, 0, 1000)),
    may("mappingUpdates", Of::List(&MAPPING, 0, 1000)),
    may("inputMappings", Of::List(&INPUT, 0, 1000)),
    may("deploymentMode", MODES),
    may("type", KINDS),
    may("autoRun", Of::Flag),
];

pub(super) static LISTING: Listing =
    Listing { search: "", sorts: &[], descends: false, limit: Limit::Whole, folders: false };

fn item(group: &Thing) -> Value {
    let mut shown = group.shown.clone();
    shown.insert("id".to_owned(), group.id.clone().into());
    shown.into()
}

pub(super) fn missing(id: &str) -> Problem {
    Problem::not_found(&format!("Workflow group \"{id}\""))
}

pub(super) fn list(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let table = table::named(call, &shelves)?;
    let groups: Vec<Value> = shelves.of(GROUPS, &table.id).all().map(item).collect();
    let list = json!({ "data": groups, "nextCursor": null });
    Ok(crate::wire::answer::json(StatusCode::OK, &list))
}

/// Refuses a workflow that is not there, and a block that it does not have.
fn check_workflow(call: &Call<'_>, group: &Keys) -> Result<(), Problem> {
    let id = group.get("workflowId").and_then(Value::as_str).unwrap_or_default();
    let Some(hosted) = call.state.own_workflow(id) else {
        return Err(Problem::bad_request("Invalid workflow ID"));
    };
    let graph = hosted.facts().graph.clone();
    let Some(blocks) = graph["blocks"].as_object().filter(|blocks| !blocks.is_empty()) else {
        return Ok(());
    };
    let outputs = group.get("outputs").and_then(Value::as_array).into_iter().flatten();
    let is_bad = |output: &&Value| {
        output["blockId"].as_str().is_some_and(|block| !blocks.contains_key(block))
    };
    if let Some(bad) = outputs.clone().find(is_bad) {
        return Err(Problem::bad_request(format!(
            "Invalid output(s) for workflow {id}:\n  - {} → {}",
            bad["blockId"].as_str().unwrap_or_default(),
            bad["path"].as_str().unwrap_or_default()
        )));
    }
    Ok(())
}

fn check_dependencies(group: &Keys, columns: &[Value]) -> Result<(), Problem> {
    let wanted = group.get("dependencies").and_then(|all| all["columns"].as_array());
    for name in wanted.into_iter().flatten() {
        if !columns.iter().any(|column| column["name"] == *name) {
            return Err(Problem::bad_request(format!(
                "Schema validation failed: Group \"{}\" depends on missing column {name}.",
                group.get("name").and_then(Value::as_str).unwrap_or_default()
            )));
        }
    }
    Ok(())
}

/// Adds the columns that a group fills.
fn add_columns(all: &mut Vec<Value>, added: &Value, group: &str) -> Result<(), Problem> {
    for input in added.as_array().into_iter().flatten() {
        if all.iter().any(|column| column["name"] == input["name"]) {
            let message = format!("Column {} already exists", input["name"]);
            return Err(Problem::bad_request(message));
        }
        let mut made = column::made(object(input))?;
        made["workflowGroupId"] = group.into();
        all.push(made);
    }
    Ok(())
}

pub(super) fn add(call: &Call<'_>) -> Answered {
    let mut group = object(call.value("group"));
    let kind = group.get("type").and_then(Value::as_str).unwrap_or("manual").to_owned();
    let text = |group: &Keys, key: &str| group.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut shelves = call.state.things.open();
    if kind == "manual" && text(&group, "workflowId").is_none_or(|id| id.is_empty()) {
        let issue = Issue::custom("workflowId is required when type is \"manual\"");
        return Err(Problem::invalid(vec![issue.at("group").at("workflowId")]));
    }
    let outputs = group.get("outputs").cloned().unwrap_or_default();
    let filled = |name: &Value| {
        outputs.as_array().into_iter().flatten().any(|output| output["columnName"] == *name)
    };
    for column in call.value("outputColumns").as_array().into_iter().flatten() {
        if !filled(&column["name"]) {
            return Err(Problem::bad_request(format!(
                "outputColumns entry {} has no matching group.outputs[].columnName",
                column["name"]
            )));
        }
    }
    let table = table::named(call, &shelves)?.clone();
    let mut columns = columns_json(&table);
    if kind == "enrichment" {
        let id = text(&group, "enrichmentId").unwrap_or_default();
        if !ENRICHMENTS.contains(&id.as_str()) {
            return Err(Problem::bad_request(format!(
                "Unknown enrichment \"{id}\". Call list_enrichments to see available ids."
            )));
        }
        group.insert("workflowId".to_owned(), "".into());
        for output in group.get_mut("outputs").and_then(Value::as_array_mut).into_iter().flatten() {
            for key in ["blockId", "path"] {
                if output.get(key).is_none() {
                    output[key] = "".into();
                }
            }
        }
    } else {
        check_workflow(call, &group)?;
    }
    check_dependencies(&group, &columns)?;
    let id = text(&group, "id").unwrap_or_else(ids::uuid);
    group.remove("id");
    add_columns(&mut columns, call.value("outputColumns"), &id)?;
    let thing = Thing::new(id, call.key, group);
    let shown = item(shelves.of_mut(GROUPS, &table.id).add(thing));
    set_columns(table::named_mut(call, &mut shelves)?, &columns);
    Ok(data(StatusCode::CREATED, &json!({ "group": shown, "columns": columns })))
}

pub(super) fn update(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let table = table::named(call, &shelves)?.clone();
    let id = call.text("groupId").unwrap_or_default().to_owned();
    let mut group = shelves.of(GROUPS, &table.id).get(&id).ok_or_else(|| missing(&id))?.clone();
    let before = group.shown.get("type").and_then(Value::as_str).unwrap_or("manual");
    if let Some(kind) = call.text("type").filter(|kind| *kind != before) {
        return Err(Problem::bad_request(format!(
            "Workflow group \"{id}\" cannot change type from \"{before}\" to \"{kind}\"; create a \
             new group instead."
        )));
    }
    let mut columns = columns_json(&table);
    add_columns(&mut columns, call.value("newOutputColumns"), &id)?;
    for (key, value) in &call.body {
        let is_field = !["workspaceId", "groupId", "newOutputColumns", "mappingUpdates"]
            .contains(&key.as_str());
        if is_field {
            group.set(key, value.clone());
        }
    }
    for change in call.value("mappingUpdates").as_array().into_iter().flatten() {
        let outputs = group.shown.get_mut("outputs").and_then(Value::as_array_mut);
        for output in outputs.into_iter().flatten() {
            if output["columnName"] == change["columnName"] {
                output["blockId"] = change["blockId"].clone();
                output["path"] = change["path"].clone();
            }
        }
    }
    if ["workflowId", "outputs"].iter().any(|key| call.body.contains_key(*key)) {
        check_workflow(call, &group.shown)?;
    }
    let outputs = group.shown.get("outputs").cloned().unwrap_or_default();
    let kept = |column: &Value| {
        column["workflowGroupId"] != id.as_str()
            || outputs
                .as_array()
                .into_iter()
                .flatten()
                .any(|one| one["columnName"] == column["name"])
    };
    let gone: Vec<Value> = columns.iter().filter(|column| !kept(column)).cloned().collect();
    columns.retain(kept);
    forget(&mut shelves, &table.id, &gone);
    let shown = item(&group);
    if let Some(place) = shelves.of_mut(GROUPS, &table.id).get_mut(&id) {
        *place = group;
    }
    set_columns(table::named_mut(call, &mut shelves)?, &columns);
    Ok(data(StatusCode::OK, &json!({ "group": shown, "columns": columns })))
}

fn forget(shelves: &mut Shelves, table: &str, gone: &[Value]) {
    for column in gone {
        columns::drop_column(shelves, table, column["name"].as_str().unwrap_or_default());
    }
}

/// Deletes a group with the columns that it fills.
pub(super) fn delete(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (table, _) = rows::opened(call, &shelves)?;
    let id = call.text("groupId").unwrap_or_default().to_owned();
    if shelves.of_mut(GROUPS, &table.id).retain(|group| group.id != id) == 0 {
        return Err(missing(&id));
    }
    let (gone, left): (Vec<Value>, Vec<Value>) =
        columns_json(&table).into_iter().partition(|one| one["workflowGroupId"] == id.as_str());
    forget(&mut shelves, &table.id, &gone);
    set_columns(table::named_mut(call, &mut shelves)?, &left);
    Ok(data(StatusCode::OK, &json!({ "id": id, "deleted": true, "columns": left })))
}

/// Returns whether the table has all of these groups.
pub(super) fn has_all(shelves: &Shelves, table: &str, groups: &[String]) -> bool {
    groups.iter().all(|id| shelves.of(GROUPS, table).get(id).is_some())
}
