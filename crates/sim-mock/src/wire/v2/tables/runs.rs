//! Runs of the groups of a table. The mock accepts them; it fills no cell.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::column::ROWS;
use super::filter;
use super::groups::has_all;
use super::rows::{dispatch, opened};
use super::table::no_row;
use super::views::SORT;
use crate::wire::v2::data::data;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call, Field, Of, may, must};

const NAMES: Of = Of::List(&Of::Text(1, 128), 0, 10_000);

/// The input of a run of columns.
pub(super) const RUN: &[Field] = &[
    must("groupIds", Of::List(&Of::Text(1, 128), 1, 1000)),
    may("runMode", Of::Word(&["all", "incomplete"])),
    may("rowIds", Of::List(&Of::Text(1, 128), 1, 1_000_000)),
    may("filter", Of::Group),
    may("excludeRowIds", NAMES),
    may(
        "limit",
        Of::Object(&[must("type", Of::Word(&["rows"])), must("max", Of::Whole(1, 1_000_000))]),
    ),
];

/// The input of the end of runs.
pub(super) const CANCEL: &[Field] = &[
    must("scope", Of::Word(&["all", "row"])),
    may("rowId", Of::Text(1, 128)),
    may("filter", Of::Group),
    may("excludeRowIds", NAMES),
];

/// The input of a search.
pub(super) const FIND: &[Field] = &[
    must("q", Of::Text(1, 200)).says("q is too long"),
    may("predicate", Of::Group),
    may("sort", Of::List(&SORT, 0, 16)),
];

fn custom(message: &str) -> Problem {
    Problem::invalid(vec![Issue::custom(message)])
}

fn no_group() -> Problem {
    Problem::not_found("Workflow group")
}

fn accepted() -> Response {
    data(StatusCode::OK, &json!({ "dispatchId": dispatch() }))
}

pub(super) fn run(call: &Call<'_>) -> Answered {
    let has = |key: &str| call.body.contains_key(key);
    if has("rowIds") && has("filter") {
        return Err(custom("Provide either filter or rowIds, but not both"));
    }
    if has("rowIds") && has("excludeRowIds") {
        return Err(custom("excludeRowIds only applies to select-all scope (no rowIds)"));
    }
    let shelves = call.state.things.open();
    let (table, columns) = opened(call, &shelves)?;
    if has("filter") {
        filter::check(call.value("filter"), &columns)?;
    }
    if !has_all(&shelves, &table.id, &call.texts("groupIds")) {
        return Err(no_group());
    }
    let rows = shelves.of(ROWS, &table.id);
    if call.texts("rowIds").iter().any(|id| rows.get(id).is_none()) {
        return Err(no_row());
    }
    Ok(accepted())
}

pub(super) fn enrich(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let (table, _) = opened(call, &shelves)?;
    if shelves.of(ROWS, &table.id).get(&call.ids[1]).is_none() {
        return Err(no_row());
    }
    if !has_all(&shelves, &table.id, &call.ids[2..3]) {
        return Err(no_group());
    }
    Ok(accepted())
}

pub(super) fn cancel(call: &Call<'_>) -> Answered {
    let is_row = call.text("scope") == Some("row");
    if is_row != call.body.contains_key("rowId") {
        return Err(custom("rowId is required when scope is \"row\""));
    }
    let shelves = call.state.things.open();
    let (table, _) = opened(call, &shelves)?;
    let row = call.text("rowId");
    if row.is_some_and(|id| shelves.of(ROWS, &table.id).get(id).is_none()) {
        return Err(no_row());
    }
    Ok(data(StatusCode::OK, &json!({ "cancelled": 0 })))
}
