//! Exports of tables: jobs whose result lies behind an address of its own.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::column::ROWS;
use super::csv;
use super::rows::opened;

use crate::ids;
use crate::state::State;
use crate::things::{Keys, Thing};
use crate::wire::v2::data::data;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call};

/// The name of the collection of exports.
const EXPORTS: &str = "export";

/// How many rows are exported while the request waits.
const AT_ONCE: usize = 10_000;

fn missing() -> Problem {
    Problem::not_found("Table export")
}

/// Starts an export. A small one is done at once.
pub(super) fn create(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (table, columns) = opened(call, &shelves)?;
    let format = call.text("format").unwrap_or("csv").to_owned();
    let rows = shelves.of(ROWS, &table.id);
    let many = rows.len();
    let content = if format == "csv" {
        csv::written(&columns, rows.all().map(|row| &row.shown["data"]))
    } else {
        let all: Vec<&Value> = rows.all().map(|row| &row.shown["data"]).collect();
        json!(all).to_string()
    };
    let is_done = many <= AT_ONCE;
    let mut export = Thing::new(ids::uuid(), call.key, Keys::new());
    let now = ids::time_text(Timestamp::now());
    for (key, value) in [
        ("tableId", json!(table.id)),
        ("workspaceId", json!(call.workspace)),
        ("format", json!(format)),
        ("status", json!(if is_done { "completed" } else { "queued" })),
        ("rowsProcessed", json!(if is_done { many } else { 0 })),
        ("error", Value::Null),
        ("completedAt", if is_done { now.into() } else { Value::Null }),
    ] {
        export.set(key, value);
    }
    export.hide("fileName", format!("{}.{format}", table.text("name")));
    export.hide("token", ids::letters(32));
    export.hide("content", content);
    export.hide("rows", many);
    let shown = shelves.of_mut(EXPORTS, "").add(export).item();
    Ok(data(StatusCode::CREATED, &shown))
}

/// Lets the export that a path names come one step further, and returns it.
fn stepped<R>(
    call: &Call<'_>,
    read: impl FnOnce(&mut Thing) -> Result<R, Problem>,
) -> Result<R, Problem> {
    let mut shelves = call.state.things.open();
    if call.access() == crate::Access::Stranger || call.workspace != call.state.workspace {
        return Err(missing());
    }
    let export = shelves.of_mut(EXPORTS, "").get_mut(&call.ids[0]).ok_or_else(missing)?;
    read(export)
}

pub(super) fn get(call: &Call<'_>) -> Answered {
    stepped(call, |export| {
        match export.text("status") {
            "queued" => export.set("status", "processing"),
            "processing" => {
                let rows = export.hidden("rows").clone();
                export.set("rowsProcessed", rows);
                export.set("status", "completed");
                export.touch();
                let at = ids::time_text(export.updated_at);
                export.set("completedAt", at);
            }
            _ => {}
        }
        Ok(data(StatusCode::OK, &export.item()))
    })
}

pub(super) fn cancel(call: &Call<'_>) -> Answered {
    stepped(call, |export| {
        match export.text("status") {
            "completed" | "failed" => return Err(not_now(export)),
            "canceled" => {}
            _ => {
                export.set("status", "canceled");
                export.touch();
                let at = ids::time_text(export.updated_at);
                export.set("completedAt", at);
            }
        }
        Ok(data(StatusCode::OK, &export.item()))
    })
}

fn not_now(export: &Thing) -> Problem {
    Problem::conflict(format!("Table export is {}", export.text("status")))
}

pub(super) fn download(call: &Call<'_>) -> Answered {
    stepped(call, |export| {
        if export.text("status") != "completed" {
            return Err(not_now(export));
        }
        let until = Timestamp::now() + SignedDuration::from_hours(1);
        let token = export.hidden("token").as_str().unwrap_or_default();
        let name = export.hidden("fileName").as_str().unwrap_or_default();
        let url = format!("{}/api/files/serve/exports/{token}/{name}", call.state.app_url);
        let there = json!({ "url": url, "fileName": name, "expiresAt": ids::time_text(until) });
        Ok(data(StatusCode::OK, &there))
    })
}

/// Returns the bytes behind the address of an export, which needs no key, or `None` if there are none.
pub(crate) fn served(state: &State, path: &str) -> Option<Response> {
    let (token, _) = path.strip_prefix("exports/")?.split_once('/')?;
    let shelves = state.things.open();
    let export = shelves.of(EXPORTS, "").all().find(|export| export.hidden("token") == token)?;
    let kind = if export.text("format") == "csv" { "text/csv" } else { "application/json" };
    let content = export.hidden("content").as_str().unwrap_or_default().to_owned();
    Some(([(header::CONTENT_TYPE, kind)], content).into_response())
}
