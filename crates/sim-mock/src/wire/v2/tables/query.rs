//! Queries: rows that conditions keep, sorted, page by page, and how many there are.

use std::cmp::Ordering;

use http::StatusCode;
use serde_json::{Value, json};

use super::column::{Column, ROWS};
use super::page::cut;
use super::rows::{item, opened};

use super::{compare, filter};
use crate::things::{Shelves, Thing};
use crate::wire::answer;
use crate::wire::v2::data::data;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call};

/// Returns the rows that the conditions keep, in the order that was asked for.
pub(super) fn found<'s>(
    call: &Call<'_>,
    shelves: &'s Shelves,
    table: &Thing,
    columns: &[Column],
) -> Result<Vec<&'s Thing>, Problem> {
    let predicate = call.body.get("predicate");
    if let Some(predicate) = predicate {
        filter::check(predicate, columns)?;
    }
    let sorts = call.value("sort").as_array().cloned().unwrap_or_default();
    for sort in &sorts {
        let field = sort["field"].as_str().unwrap_or_default();
        let is_known = columns.iter().any(|column| column.name == field)
            || ["id", "createdAt", "updatedAt"].contains(&field);
        if !is_known {
            let problem = Problem::bad_request(format!("Unknown sort column \"{field}\""));
            return Err(problem.details(json!({ "code": "INVALID_ORDER" })));
        }
    }
    let keeps =
        |row: &&Thing| predicate.is_none_or(|predicate| filter::keeps(predicate, columns, row));
    let mut rows: Vec<&Thing> = shelves.of(ROWS, &table.id).all().filter(keeps).collect();
    rows.sort_by(|one, other| {
        let orders = sorts.iter().map(|sort| {
            let field = sort["field"].as_str().unwrap_or_default();
            let descends = sort["direction"] == "desc";
            let of_flags =
                columns.iter().any(|column| column.name == field && column.kind == "boolean");
            let cells = [one, other].map(|row| filter::cell_of(row, columns, field));
            compare::for_list(&cells[0], &cells[1], descends, of_flags)
        });
        orders.fold(Ordering::Equal, Ordering::then)
    });
    Ok(rows)
}

/// Answers with a page of rows.
pub(super) fn query(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let (table, columns) = opened(call, &shelves)?;
    let rows = found(call, &shelves, &table, &columns)?;
    let limit = call.number("limit").map_or(100, |limit| usize::try_from(limit).unwrap_or(100));
    let (sort, predicate) = (call.value("sort").to_string(), call.value("predicate").to_string());
    let list = format!("query:{}", table.id);
    let cursor = call.text("cursor");
    let (page, next) = cut(&rows, limit, cursor, &list, &sort, &predicate)?;
    let page: Vec<Value> = page.iter().map(|row| item(row)).collect();
    Ok(answer::json(StatusCode::OK, &json!({ "data": page, "nextCursor": next })))
}

/// Answers with the number of rows.
pub(super) fn count(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let (table, columns) = opened(call, &shelves)?;
    let rows = found(call, &shelves, &table, &columns)?;
    Ok(data(StatusCode::OK, &json!({ "totalCount": rows.len() })))
}
