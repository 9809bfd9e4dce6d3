//! Finding a text in all cells of a table.

use http::StatusCode;
use serde_json::{Value, json};

use super::compare::text_of;
use super::query::found;
use super::rows::opened;
use crate::wire::v2::data::data;
use crate::wire::v2::resource::{Answered, Call};

/// The most matches of an answer.
const MATCHES: usize = 1000;

/// Answers with the cells that contain a text.
pub(super) fn find(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let (table, columns) = opened(call, &shelves)?;
    let rows = found(call, &shelves, &table, &columns)?;
    let text = call.text("q").unwrap_or_default().trim().to_lowercase();
    let mut names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    names.sort_unstable();
    let mut matches: Vec<Value> = Vec::new();
    for (ordinal, row) in rows.iter().enumerate().filter(|_| !text.is_empty()) {
        for name in &names {
            if text_of(&row.shown["data"][*name]).to_lowercase().contains(&text) {
                matches.push(json!({ "ordinal": ordinal, "rowId": row.id, "column": name }));
            }
        }
    }
    let truncated = matches.len() > MATCHES;
    matches.truncate(MATCHES);
    Ok(data(StatusCode::OK, &json!({ "matches": matches, "truncated": truncated })))
}
