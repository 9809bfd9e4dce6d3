//! Pages of rows that are in order, and the cursors between them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::things::Thing;
use crate::wire::v2::problem::Problem;

/// The most that one answer holds, in bytes.
const ANSWER: usize = 5 * 1024 * 1024;

/// Cuts a page out of rows that are in order.
pub(super) fn cut<'s>(
    rows: &[&'s Thing],
    limit: usize,
    cursor: Option<&str>,
    list: &str,
    sort: &str,
    filter: &str,
) -> Result<(Vec<&'s Thing>, Option<String>), Problem> {
    let start = match cursor {
        None => 0,
        Some(text) => start(rows, text, list, sort, filter)?,
    };
    let limit = if limit == 0 { usize::MAX } else { limit };
    let mut size = 0;
    let mut page: Vec<&Thing> = Vec::new();
    for row in rows.iter().skip(start).take(limit) {
        size += row.shown["data"].to_string().len();
        if size > ANSWER && limit != usize::MAX && !page.is_empty() {
            break;
        }
        page.push(row);
    }
    if size > ANSWER && limit == usize::MAX {
        let message =
            "Query result exceeds the 5MB limit. Add a filter or a limit to narrow the result.";
        let problem = Problem::bad_request(message);
        return Err(problem.details(json!({ "code": "TABLE_QUERY_RESULT_TOO_LARGE" })));
    }
    let end = start + page.len();
    let more = end < rows.len();
    let end_row = page.last().filter(|_| more);
    let next =
        end_row.map(|row| STANDARD.encode(json!([list, sort, filter, row.id, end]).to_string()));
    Ok((page, next))
}

/// Returns where the page behind a cursor starts. If its row is gone, its place counts.
fn start(
    rows: &[&Thing],
    text: &str,
    list: &str,
    sort: &str,
    filter: &str,
) -> Result<usize, Problem> {
    let bytes = STANDARD.decode(text).ok();
    let cursor: Option<Value> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let Some(cursor) = cursor.filter(|cursor| cursor[4].is_u64()) else {
        return Err(Problem::bad_request(
            "cursor is not a valid pagination cursor. Restart pagination without a cursor.",
        ));
    };
    if cursor[0] != list {
        return Err(Problem::bad_request(
            "cursor does not match the requested filters. Restart pagination without a cursor \
             after changing a filter.",
        ));
    }
    for (at, word, now) in [(1, "sort", sort), (2, "filter", filter)] {
        if cursor[at] != now {
            let message = format!(
                "Cursor was created under a different {word}. Restart paging without the cursor."
            );
            let code = format!("CURSOR_{}_CONFLICT", word.to_uppercase());
            return Err(Problem::bad_request(message).details(json!({ "code": code })));
        }
    }
    let place = rows.iter().position(|row| cursor[3] == row.id.as_str()).map(|place| place + 1);
    let told = cursor[4].as_u64().and_then(|end| usize::try_from(end).ok());
    Ok(place.or(told).unwrap_or_default())
}
